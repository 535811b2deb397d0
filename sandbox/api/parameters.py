"""A method's parameters, read with the real server's tolerance: everything may be text, bad integers are 0."""

import json
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from sandbox.errors import bad_request
from sandbox.files import Upload
from sandbox.strict_json import is_encodable, read_json

SHORT = 10**18  # the numbers of the Bot API have at most 18 digits
_INTEGER = re.compile(r"-?[0-9]{1,18}")


class Parameters:
    """Parameters from a query, a form or a JSON body."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def __contains__(self, name: str) -> bool:
        return self._given.get(name) is not None

    def text(self, name: str) -> str:
        """A parameter as text; empty if missing. Raises ApiError."""
        value = self._given.get(name)
        if type(value) is int:  # a bool is an int in Python
            return str(value)
        if value is None or isinstance(value, Upload | bytes):
            return ""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if not is_encodable(text):
            raise bad_request("strings must be encoded in UTF-8")
        return text

    def integer(self, name: str, default: int = 0, low: int = -(2**63), high: int = 2**63) -> int:
        value = self._given.get(name)
        if value is None:
            return default
        if type(value) is int and -SHORT < value < SHORT:
            return min(max(value, low), high)
        match = _INTEGER.match(value if isinstance(value, str) else self.text(name))
        return min(max(int(match[0]) if match else 0, low), high)

    def flag(self, name: str) -> bool:
        return name in self and self.text(name).lower() in {"true", "yes", "1"}

    def document(self, name: str) -> Any:
        """A parameter that is JSON, parsed; None if missing or empty. Raises ValueError."""
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        return read_json(value) if value else None

    def upload(self, name: str) -> Upload | None:
        """A file that came with the call."""
        value = self._given.get(name)
        if isinstance(value, bytes):
            return Upload(name, "application/octet-stream", BytesIO(value))
        return value if isinstance(value, Upload) else None

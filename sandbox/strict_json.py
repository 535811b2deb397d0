"""Reading JSON from outside: whatever is wrong with it becomes one ValueError."""

import json
from typing import Any, NoReturn


def read_json(text: str | bytes) -> Any:
    """Parse JSON. Raises ValueError, also for NaN, lone surrogates and nesting without end."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate cannot be encoded
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")

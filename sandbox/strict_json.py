"""Reading JSON from outside: whatever is wrong with it becomes one ValueError."""

import json
import math
from typing import Any, NoReturn

DEEPEST = 100  # tdlib, tdutils/td/utils/JsonBuilder.h: DEFAULT_MAX_DEPTH


def read_json(text: str | bytes) -> Any:
    """Parse JSON. Raises ValueError, also for NaN, lone surrogates, numbers without end and deep nesting."""
    words = text if isinstance(text, str) else text.decode().removeprefix("\ufeff")
    try:
        value = _decode(words)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error
    if words.count("[") + words.count("{") > DEEPEST and _depth(value) > DEEPEST:
        raise ValueError("the JSON is nested too deeply")
    if "\\u" in words:
        _encode(value).encode()  # a lone surrogate cannot be encoded
    return value


def is_encodable(text: str) -> bool:
    """Whether a text is free of lone surrogates, which no JSON in UTF-8 can hold."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def write_json(value: Any) -> bytes:
    """Write JSON as UTF-8; what cannot be encoded, which only tests in this process deliver, in ASCII."""
    try:
        return _encode(value).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def _depth(value: Any) -> int:
    """How deep a value is nested, looked at level by level."""
    depth, level = 0, [value]
    while level := [inner for one in level if isinstance(one, dict | list) for inner in _inner(one)]:
        depth += 1
    return depth


def _inner(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    """A fraction; 1e999 would be written as Infinity, which nobody can read."""
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is too large")
    return number


_decode = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite).decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

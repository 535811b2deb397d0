"""The fields of a JSON object in a parameter, read with the real server's tolerance and complaints.

A text may be a number and a number a text, as in its JsonBuilder; null is as good as nothing.
"""

import re
from collections.abc import Mapping
from typing import Any

_INTEGER = re.compile(r"-?[0-9]{1,18}")


class FieldError(Exception):
    """What is wrong with a field, in the real server's words; who reads the object says what it was."""


def text_field(given: Mapping[str, Any], name: str) -> str:
    """A text; empty if missing. Raises FieldError."""
    value = given.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise FieldError(f'Field "{name}" must be of type String')


def required_text(given: Mapping[str, Any], name: str) -> str:
    _check_is_there(given, name)
    return text_field(given, name)


def integer_field(given: Mapping[str, Any], name: str, default: int = 0) -> int:
    """An integer; the default if missing. Raises FieldError."""
    value = given.get(name)
    if value is None:
        return default
    if type(value) is int:
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    raise FieldError(f'Field "{name}" must be of type Number')


def required_integer(given: Mapping[str, Any], name: str) -> int:
    _check_is_there(given, name)
    return integer_field(given, name)


def flag_field(given: Mapping[str, Any], name: str) -> bool:
    """A boolean; false if missing. Raises FieldError."""
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise FieldError(f'Field "{name}" must be of type Boolean')
    return bool(value)


def array_field(given: Mapping[str, Any], name: str) -> list[Any]:
    """An array; empty if missing. Raises FieldError."""
    value = given.get(name)
    if value is not None and not isinstance(value, list):
        raise FieldError(f'Field "{name}" must be of type Array')
    return value or []


def _check_is_there(given: Mapping[str, Any], name: str) -> None:
    if given.get(name) is None:
        raise FieldError(f'Can\'t find field "{name}"')

"""Whether a value is what a dataclass says its field holds: a file that was written by hand must not break the server.

Only what fields of the sandbox say is understood: classes, unions, and the usual collections of them.
"""

import types
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

_PLAIN = (str, int, float, bool, type(None))


@cache
def hints(kind: type) -> dict[str, Any]:
    """What the fields of a dataclass hold."""
    return get_type_hints(kind)


def fits(value: Any, hint: Any) -> bool:
    """Tell whether a value may stand where the hint does."""
    if type(value) is hint:
        return True
    if hint is Any:
        return _is_plain(value)
    origin, parts = _taken_apart(hint)
    if origin is None:
        return _is_a(value, hint)
    if origin in {Union, types.UnionType}:
        return any(fits(value, part) for part in parts)
    return isinstance(value, origin) and _holds(value, parts)


@cache
def _taken_apart(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    return get_origin(hint), get_args(hint)


def _holds(value: Any, parts: tuple[Any, ...]) -> bool:
    """Tell whether a collection holds what it says."""
    if isinstance(value, Counter):
        return _holds(dict(value), (parts[0], int))
    if isinstance(value, Mapping):
        return all(fits(key, parts[0]) and fits(held, parts[1]) for key, held in value.items())
    if isinstance(value, tuple) and parts[-1] is not Ellipsis:
        return len(value) == len(parts) and all(map(fits, value, parts))
    if isinstance(value, list | set | frozenset | tuple | deque):
        return all(fits(one, parts[0]) for one in value)
    return isinstance(value, Iterator)


def _is_a(value: Any, hint: Any) -> bool:
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return type(value) is int
    return isinstance(value, hint) if isinstance(hint, type) else value is None and hint is None


def _is_plain(value: Any) -> bool:
    """Whether JSON can hold it."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(held) for key, held in value.items())
    return all(map(_is_plain, value)) if isinstance(value, list | tuple) else isinstance(value, _PLAIN)

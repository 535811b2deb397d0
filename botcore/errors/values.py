"""shown(): any value as a short text for an error's page, without running any code of the value's own class.

A repr may be slow, endless, raise, or ask the database; so only the built-in types' own are used.
"""

import enum
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import Manager, Model, QuerySet

from botcore.logs import is_secret_name

RAW = 1000  # characters of a value: more than a row keeps, so that no secret is cut in half unseen
ITEMS = 8  # of a list, fields of an object
DEPTH = 3
BIG = 2000  # bits of a number: Python refuses to write ones that are much bigger
HIDDEN = "[hidden]"
STANDARD = frozenset({"datetime", "decimal", "uuid", "pathlib", "fractions", "ipaddress", "zoneinfo"})


def shown(value: object) -> str:
    """Return the value in at most a thousand characters; whoever keeps it redacts and shortens it."""
    try:
        return _shown(value, DEPTH)[:RAW]
    except BaseException as exc:  # a class that defends itself even against this
        return f"<{type(value).__name__}: {type(exc).__name__} while it was shown>"


def shown_as(name: str, value: object) -> str:
    """Return the value of a name; hidden when the name says that it is a secret."""
    return HIDDEN if is_secret_name(name) else shown(value)


def _shown(value: object, depth: int) -> str:
    kind = type(value)
    for base, show in _PLAIN.items():
        if issubclass(kind, base):
            return show(value)
    if kind.__module__ in STANDARD:
        return repr(value)
    if not depth:
        return f"<{kind.__name__}>"
    for base, listed in _NESTED.items():
        if issubclass(kind, base):
            return listed(value, depth)
    return _object(value, depth)


def _text(value: Any) -> str:
    return str.__repr__(str.__getitem__(value, slice(0, RAW)))


def _bytes(value: Any) -> str:
    return repr(bytes(value[:RAW]))


def _number(value: Any) -> str:
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= BIG else f"<a number of {bits} bits>"


def _callable(value: Any) -> str:
    return f"<{type(value).__name__} {getattr(value, '__qualname__', '')}>"


def _class(value: Any) -> str:
    return f"<class {type.__getattribute__(value, '__qualname__')}>"


def _model(value: Any) -> str:
    pk = vars(value).get(type(value)._meta.pk.attname)
    return f"<{type(value).__name__} pk={_shown(pk, 1)}>"


def _query(value: Any) -> str:
    model = vars(value).get("model")
    return f"<{type(value).__name__} of {getattr(model, '__name__', '?')}>"


def _error(value: Any) -> str:
    return f"{type(value).__name__}({_items(value.args, 1)})"


_PLAIN: Mapping[type, Callable[[Any], str]] = {
    str: _text,
    bool: lambda value: "True" if value else "False",
    int: _number,
    float: float.__repr__,
    complex: complex.__repr__,
    type(None): lambda _value: "None",
    bytes: _bytes,
    bytearray: _bytes,
    type: _class,
    types.FunctionType: _callable,
    types.MethodType: lambda value: f"<method {value.__func__.__qualname__}>",
    types.BuiltinFunctionType: _callable,
    types.ModuleType: lambda value: f"<module {vars(value).get('__name__', '')}>",
    types.CoroutineType: _callable,
    types.GeneratorType: _callable,
    QuerySet: _query,
    Manager: _query,
    Model: _model,
    BaseException: _error,
    enum.Enum: lambda value: f"<{type(value).__name__}.{value._name_}>",
}


def _items(values: Any, depth: int, each: Callable[[Any], Iterator[Any]] = iter) -> str:
    parts = []
    for number, value in enumerate(each(values)):
        if number == ITEMS:
            parts.append("…")
            break
        parts.append(_shown(value, depth - 1))
    return ", ".join(parts)


def _mapping(value: Any, depth: int) -> str:
    parts = []
    for number, (key, item) in enumerate(dict.items(value)):
        if number == ITEMS:
            parts.append("…")
            break
        is_secret = issubclass(type(key), str) and is_secret_name(str.__str__(key))
        parts.append(f"{_shown(key, depth - 1)}: {HIDDEN if is_secret else _shown(item, depth - 1)}")
    return f"{{{', '.join(parts)}}}"


def _pair(value: Any, depth: int) -> str:
    """Return a pair of a secret's name and its value, as headers are; "" for any other tuple."""
    if tuple.__len__(value) != 2 or not issubclass(type(tuple.__getitem__(value, 0)), str | bytes):
        return ""
    name = _shown(tuple.__getitem__(value, 0), depth)
    return f"({name}, {HIDDEN})" if is_secret_name(name) else ""


_NESTED: Mapping[type, Callable[[Any, int], str]] = {
    dict: _mapping,
    list: lambda value, depth: f"[{_items(value, depth, list.__iter__)}]",
    tuple: lambda value, depth: _pair(value, depth) or f"({_items(value, depth, tuple.__iter__)})",
    set: lambda value, depth: f"{{{_items(value, depth, set.__iter__)}}}",
    frozenset: lambda value, depth: f"{{{_items(value, depth, frozenset.__iter__)}}}",
}


def _object(value: object, depth: int) -> str:
    """Show an object by its fields: those that are set, public and no secret."""
    parts: list[str] = []
    for name, field in _fields(value):
        if name.startswith("_") or field is None:
            continue
        if len(parts) == ITEMS:
            parts.append("…")
            break
        parts.append(f"{name}={HIDDEN if is_secret_name(name) else _shown(field, depth - 1)}")
    return f"{type(value).__name__}({', '.join(parts)})" if parts else f"<{type(value).__name__}>"


def _fields(value: object) -> Iterator[tuple[str, object]]:
    """Yield what an object holds, in its dictionary and in its slots."""
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        own = {}
    if type(own) is dict:
        yield from ((str(name), field) for name, field in list(own.items()))
    for kind in type(value).__mro__:
        for name, slot in vars(kind).items():
            if isinstance(slot, types.MemberDescriptorType):
                try:
                    yield name, slot.__get__(value)
                except AttributeError:
                    continue  # not set

"""The world as JSON and back: everything that `World` and its dataclasses hold, by itself.

A new attribute or field of a dataclass is carried without a word here; a value of a kind that is not known fails the
saving, which tests do with all that there is. Not carried is what only a running server has: see KEPT.
"""

import base64
import dataclasses
import sys
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from types import FunctionType, MethodType
from typing import Any

from sandbox import instruments
from sandbox.belongings import BELONGINGS
from sandbox.clock import Clock
from sandbox.files import StoredFile
from sandbox.fitting import fits, hints
from sandbox.instruments import INSTRUMENTS
from sandbox.world import World

# The server's own; ids of groups must go on from where this process began.
KEPT = frozenset({"clock", "_listeners", "_groups_before", "life", "files", "calls", *INSTRUMENTS})
FILE_BYTES = 20 * 2**20  # of files in all that are carried; the newest first
_SEQUENCES: dict[str, Callable[[Iterable[Any]], Any]] = {"$tuple": tuple, "$set": set, "$frozenset": frozenset}
_MAPPINGS: dict[str, Callable[[Iterable[Any]], Any]] = {
    "$dict": dict,
    "$ordered": OrderedDict,
    "$counter": lambda pairs: Counter(dict(pairs)),
}
_MAPPING_NAMES: dict[type, str] = {OrderedDict: "$ordered", Counter: "$counter"}


class Unfit(ValueError):  # noqa: N818 (a word about a value)
    """Something that cannot be carried, or does not fit what the sandbox is now."""


class Packer:
    """Turns values into JSON; an object is written once and elsewhere named by its number."""

    def __init__(self, world: World) -> None:
        self.objects: list[dict[str, Any]] = []
        self._world = world
        self._numbers: dict[int, int] = {}
        self._waiting: deque[Any] = deque()
        self._counts: dict[int, int] = {}

    def pack_world(self) -> dict[str, Any]:
        attributes = {name: self.pack(value) for name, value in vars(self._world).items() if name not in KEPT}
        others = instruments.packed(self._world, self.pack)
        files = [[self.pack(stored), _text(content)] for stored, content in self._world.files.newest(FILE_BYTES)]
        while self._waiting:  # not by recursion: an answer to an answer to an answer …
            value = self._waiting.popleft()
            fields = {name: self.pack(held) for name, held in _held(value).items() if not _is_code(held)}
            self.objects.append({"$class": _name(type(value)), **fields})
        return {"attributes": attributes, "instruments": others, "files": files, "objects": self.objects}

    def pack(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return str(value)
        if isinstance(value, Mapping):
            return self._pack_mapping(value)
        if isinstance(value, list):
            return [self.pack(part) for part in value]
        if isinstance(value, tuple | set | frozenset):
            return {f"${type(value).__name__}": [self.pack(part) for part in value]}
        return self._pack_rarity(value)

    def _pack_rarity(self, value: Any) -> Any:
        if isinstance(value, deque):
            return {"$deque": [self.pack(part) for part in value], "most": value.maxlen}
        if isinstance(value, bytes):
            return {"$bytes": _text(value)}
        if isinstance(value, count):
            which = self._counts.setdefault(id(value), len(self._counts))
            return {"$count": int(repr(value)[len("count(") : -1]), "which": which}  # chats of a bot share one
        if isinstance(value, Clock):
            return {"$clock": True}
        return {"$world": True} if value is self._world else self._pack_object(value)

    def _pack_mapping(self, value: Mapping[Any, Any]) -> Any:
        name = _MAPPING_NAMES.get(type(value), "")
        if name or any(not isinstance(key, str) or key.startswith("$") for key in value):
            name = name or "$dict"
            return {name: [[self.pack(key), self.pack(part)] for key, part in value.items()]}
        return {str(key): self.pack(part) for key, part in value.items()}

    def _pack_object(self, value: Any) -> dict[str, int]:
        if not type(value).__module__.startswith("sandbox.") or _is_code(value):
            raise Unfit(f"The sandbox holds a {type(value).__qualname__}, which cannot be saved.")
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._numbers)
            self._waiting.append(value)
        return {"$": self._numbers[id(value)]}


class Unpacker:
    """Turns JSON back into values. Raises Unfit, and whatever else broken JSON leads to."""

    def __init__(self, world: World, packed: dict[str, Any]) -> None:
        self._world = world
        self._packed = packed
        self._counts: dict[int, count[int]] = {}
        self._classes = [_class(each["$class"]) for each in packed["objects"]]
        self._objects = [_blank(kind) for kind in self._classes]

    def unpack_world(self) -> World:
        """Return a new world with what was carried."""
        world = World(self._world.clock)
        # Values come first: dictionaries with persons as keys look at what is in them.
        order = sorted(range(len(self._objects)), key=lambda number: _has_identity(self._classes[number]))
        for number in order:
            self._fill(number)
        for made in self._objects:
            if dataclasses.is_dataclass(made) and hasattr(made, "__post_init__"):
                made.__post_init__()
        attributes = self._unpack_attributes(World, self._packed["attributes"])
        vars(world).update(attributes)
        instruments.fill(world, self._packed["instruments"], self._unpack_attributes)
        for stored, content in self._packed["files"]:
            self._put_back(world, self.unpack(stored), content)
        return world

    def _unpack_attributes(self, kind: type, packed: dict[str, Any]) -> dict[str, Any]:
        """Return all attributes of an object that is no dataclass. Raises Unfit."""
        belongings, given = BELONGINGS.get(kind, {}), _each(self.unpack, packed)
        if strange := belongings.keys() ^ given.keys():
            raise Unfit(f"A {kind.__name__} has no {min(strange)}, or none is in the file.")
        for name, value in given.items():
            if not fits(value, belongings[name]):
                raise Unfit(f"The {name} of a {kind.__name__} is something else.")
        return given

    def _put_back(self, world: World, stored: Any, content: str | None) -> None:
        if not isinstance(stored, StoredFile):
            raise Unfit("One of the files is none.")
        world.files.put_back(stored, None if content is None else base64.b64decode(content))

    def unpack(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.unpack(part) for part in value]
        if not isinstance(value, dict):
            return value
        name = next(iter(value), "")
        return self._unpack_special(name, value) if name.startswith("$") else _each(self.unpack, value)

    def _unpack_special(self, name: str, value: dict[str, Any]) -> Any:
        held = value[name]
        if name == "$":
            return self._objects[held]
        if name in _SEQUENCES:
            return _SEQUENCES[name](self.unpack(part) for part in held)
        if name in _MAPPINGS:
            return _MAPPINGS[name]((self.unpack(key), self.unpack(part)) for key, part in held)
        if name == "$deque":
            return deque((self.unpack(part) for part in held), value["most"])
        return self._unpack_rarity(name, value)

    def _unpack_rarity(self, name: str, value: dict[str, Any]) -> Any:
        if name == "$bytes":
            return base64.b64decode(value[name])
        if name == "$count":
            return self._counts.setdefault(value["which"], count(value[name]))
        if name in {"$clock", "$world"}:
            return self._world.clock if name == "$clock" else self._world
        raise Unfit(f"There is no {name}.")

    def _fill(self, number: int) -> None:
        made, kind = self._objects[number], self._classes[number]
        packed = {name: value for name, value in self._packed["objects"][number].items() if name != "$class"}
        if not dataclasses.is_dataclass(kind):
            vars(made).update(self._unpack_attributes(kind, packed))
            return
        given = _each(self.unpack, packed)
        fields = {field.name: field for field in dataclasses.fields(kind) if field.init}
        if unknown := given.keys() - fields.keys():
            raise Unfit(f"A {kind.__name__} has no {min(unknown)}.")
        for name, field in fields.items():
            if name in given and not fits(given[name], hints(kind)[name]):
                raise Unfit(f"The {name} of a {kind.__name__} is something else.")
            object.__setattr__(made, name, given[name] if name in given else _default(kind, field))


def _held(value: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
    return dict(vars(value))


def _is_code(value: Any) -> bool:
    return isinstance(value, FunctionType | MethodType | type)


def _has_identity(kind: type) -> bool:
    """Tell whether two of a class are never the same, so that its hash does not ask what is in it."""
    return "__eq__" not in vars(kind)


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _class(name: str) -> type:
    """Find one of the sandbox's own classes; no other is ever made."""
    module, _, qualified = name.partition(":")
    found = getattr(sys.modules.get(module), qualified, None) if module.startswith("sandbox.") else None
    if not isinstance(found, type) or found.__module__ != module:
        raise Unfit(f"There is no {name}.")
    return found


def _blank(kind: type) -> Any:
    """Make an object to be filled; of a class that is no dataclass one with all that is new in it, if it can be."""
    if not dataclasses.is_dataclass(kind):
        try:
            return kind()
        except TypeError:
            pass
    return object.__new__(kind)


def _default(kind: type, field: "dataclasses.Field[Any]") -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    raise Unfit(f"A {kind.__name__} needs a {field.name}.")


def _text(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()


def _each(function: Any, value: dict[str, Any]) -> dict[str, Any]:
    return {name: function(part) for name, part in value.items()}

"""What a control call asks for: its JSON body or its query, read field by field."""

from collections.abc import Collection, Mapping
from typing import Any

from aiohttp import web

from sandbox.bodies import read_body
from sandbox.errors import Refused
from sandbox.strict_json import read_json
from sandbox.world import BotReference, World

LARGEST = 2**63  # of a number: more fits neither a message nor a clock
WORLD = web.AppKey("world", World)


class Wish:
    """The body of a control call, or its query, read field by field. Every complaint is a Refused."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def integer(self, name: str) -> int:
        value = self.optional_integer(name)
        if value is None:
            raise Refused(f'The field "{name}" is missing; it must be an integer.')
        return value

    def optional_integer(self, name: str) -> int | None:
        value = self._fields.get(name)
        if value is not None and not _is_integer(value):
            raise Refused(f'The field "{name}" must be an integer.')
        return value

    def text(self, name: str) -> str:
        value = self.optional_text(name)
        if value is None:
            raise Refused(f'The field "{name}" is missing; it must be a string.')
        return value

    def optional_text(self, name: str) -> str | None:
        value = self._fields.get(name)
        if value is not None and not isinstance(value, str):
            raise Refused(f'The field "{name}" must be a string.')
        return value

    def optional_number(self, name: str) -> float | None:
        value = self._fields.get(name)
        if value is not None and (type(value) not in {int, float} or abs(value) >= LARGEST):
            raise Refused(f'The field "{name}" must be a number.')
        return value

    def flag(self, name: str) -> bool:
        value = self._fields.get(name, False)
        if not isinstance(value, bool):
            raise Refused(f'The field "{name}" must be true or false.')
        return value

    def optional(self, name: str) -> Any:
        """A field of any kind, for who looks at it later."""
        return self._fields.get(name)

    def integers(self, name: str) -> list[int]:
        value = self._fields.get(name)
        if not isinstance(value, list) or not all(map(_is_integer, value)):
            raise Refused(f'The field "{name}" must be a list of integers.')
        return value

    def texts(self, name: str) -> list[str]:
        value = self._fields.get(name)
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise Refused(f'The field "{name}" must be a list of strings.')
        return value

    def part(self, name: str) -> "Wish":
        """The object in a field."""
        value = self._fields.get(name)
        if not isinstance(value, dict):
            raise Refused(f'The field "{name}" must be an object.')
        return Wish(value)

    def parts(self, name: str) -> "list[Wish]":
        """The objects in a list."""
        value = self._fields.get(name)
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            raise Refused(f'The field "{name}" must be a list of objects.')
        return [Wish(part) for part in value]

    def optional_object(self, name: str) -> dict[str, Any] | None:
        value = self._fields.get(name)
        if value is not None and not isinstance(value, dict):
            raise Refused(f'The field "{name}" must be an object.')
        return value

    def names(self, name: str) -> frozenset[str] | None:
        """A list of words; None if it is missing."""
        value = self._fields.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(part, str) for part in value)):
            raise Refused(f'The field "{name}" must be a list of strings.')
        return None if value is None else frozenset(value)

    def optional_integers(self, name: str) -> list[int] | None:
        """A list of numbers; None if it is missing."""
        value = self._fields.get(name)
        if value is not None and not (isinstance(value, list) and all(map(_is_integer, value))):
            raise Refused(f'The field "{name}" must be a list of integers.')
        return value

    def only(self, names: Collection[str]) -> None:
        """Refuse fields that have no meaning here: a slip of the pen would switch nothing on."""
        for name in self._fields.keys() - set(names):
            raise Refused(f'The field "{name}" is not known here.')

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __bool__(self) -> bool:
        return bool(self._fields)

    def update(self) -> dict[str, Any]:
        value = self._fields.get("update")
        if not isinstance(value, dict) or not value:
            raise Refused('The field "update" must be an object with at least one field.')
        return value

    def bot(self) -> BotReference:
        value = self._fields.get("bot")
        if value is not None and type(value) not in {int, str}:
            raise Refused('The field "bot" must be the number before the colon of its token.')
        return value


def _is_integer(value: Any) -> bool:
    return type(value) is int and abs(value) < LARGEST  # a bool is an int in Python, but not in JSON


async def read_wish(request: web.Request) -> Wish:
    """Read the body of a control call. Raises Refused."""
    try:
        fields = read_json(await read_body(request))
    except web.HTTPRequestEntityTooLarge as error:
        raise Refused("The body is too large.", status=413) from error
    except ValueError as error:
        raise Refused("The body is not valid JSON.") from error
    if not isinstance(fields, dict):
        raise Refused("The body must be a JSON object.")
    return Wish(fields)


def read_place(request: web.Request) -> Wish:
    """Read the chat of the path and the numbers of the query."""
    return _read_numbers({**request.query, "chat": request.match_info["chat"]})


def read_query(request: web.Request) -> Wish:
    """Read the numbers of the query."""
    return _read_numbers(request.query)


def _read_numbers(given: Mapping[str, str]) -> Wish:
    try:
        return Wish({name: int(value) for name, value in given.items()})
    except ValueError as error:
        raise Refused("The chat, and person and bot in the query, must be integers.") from error

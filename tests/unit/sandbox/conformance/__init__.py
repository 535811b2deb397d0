"""Whether what the sandbox answers has the shape that the Bot API's documentation gives: `problems` tells.

`bot_api.json` holds only names and types: a method's or type's fields as "Integer|String", with "!" behind what is
required and "=word" behind what is always that word. It is written by `python -m tests.unit.sandbox.conformance.make`.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("bot_api.json")
ARRAY = "Array of "
SIMPLE: dict[str, tuple[type, ...]] = {"Integer": (int,), "Float": (int, float), "String": (str,), "Boolean": (bool,)}


@cache
def description() -> dict[str, Any]:
    """The Bot API: `methods` with `returns` and `parameters`, `types` with their fields, `unions` with their types."""
    read: dict[str, Any] = json.loads(FILE.read_text())
    return read


def problems(value: Any, spec: str, where: str = "") -> list[str]:
    """What is wrong with a value of this type, one line each; of several types the nearest counts."""
    names = _alternatives(spec)
    objects = [name for name in names if name in description()["types"]]
    wanted = objects if objects and isinstance(value, dict) else names
    return min((_of_type(value, name, where or name) for name in wanted), key=len)


def _alternatives(spec: str) -> list[str]:
    names = []
    for name in spec.split("|"):
        names += _alternatives("|".join(description()["unions"][name])) if name in description()["unions"] else [name]
    return names


def _of_type(value: Any, name: str, where: str) -> list[str]:
    if name.startswith(ARRAY):
        return _array(value, name.removeprefix(ARRAY), where)
    if name == "True":
        return [] if value is True else [f"{where} is {value!r}, not True"]
    if name in SIMPLE:
        fits = isinstance(value, SIMPLE[name]) and (name == "Boolean" or not isinstance(value, bool))
        return [] if fits else [f"{where} is {value!r:.80}, not {name}"]
    return _object(value, name, where)


def _array(value: Any, of: str, where: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{where} is {value!r:.80}, not a list"]
    return [line for index, item in enumerate(value) for line in problems(item, of, f"{where}[{index}]")]


def _object(value: Any, name: str, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is {value!r:.80}, not {name}"]
    fields: dict[str, str] = description()["types"][name]
    found = [f"{where}.{field} is not known to {name}" for field in value.keys() - fields.keys()]
    for field, spec in fields.items():
        kind, _, constant = spec.partition("=")
        if field not in value:
            found += [f"{where}.{field} of {name} is missing"] if kind.endswith("!") else []
        elif constant and value[field] != constant:
            found.append(f"{where}.{field} of {name} is {value[field]!r:.80}, not {constant!r}")
        else:
            found += problems(value[field], kind.removesuffix("!"), f"{where}.{field}")
    return found

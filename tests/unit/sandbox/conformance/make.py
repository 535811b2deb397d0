"""Write bot_api.json: `python -m tests.unit.sandbox.conformance.make <description>`.

The description is the Bot API as JSON with `version`, and by name `methods` and `types`, each with `fields` of `name`,
`types`, `required` and a `description`, as readers of core.telegram.org/bots/api make it. Names and types are kept.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.unit.sandbox.conformance import FILE

_CONSTANT = re.compile(r"(?:always ['“\"]|must be )([a-z0-9_]+)['”\"]?$")
_KINDS = frozenset({"type", "status", "source"})  # the fields by which the types of a union are told apart


def spec(field: dict[str, Any]) -> str:
    """Write a field as "Integer|String", "True!" or "String!=creator"."""
    constant = _CONSTANT.search(field["description"]) if field["name"] in _KINDS else None
    required, word = "!" if field["required"] else "", f"={constant[1]}" if constant else ""
    return f"{'|'.join(field['types'])}{required}{word}"


def fields(described: dict[str, Any]) -> dict[str, str]:
    """Write all fields of a method or type."""
    return {field["name"]: spec(field) for field in described.get("fields", ())}


def one_line_each(entries: dict[str, Any]) -> str:
    """Write an object with a line for each entry, for readable changes."""
    lines = (f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in sorted(entries.items()))
    return "{\n" + ",\n".join(lines) + "\n}"


def main() -> None:
    """Read the description that is named and write the file."""
    source = json.loads(Path(sys.argv[1]).read_text())
    methods, types = source["methods"].values(), source["types"].values()
    parts = {
        "version": json.dumps(str(source["version"])),
        "methods": one_line_each(
            {one["name"]: {"returns": "|".join(one["returns"]), "parameters": fields(one)} for one in methods}
        ),
        "types": one_line_each({kind["name"]: fields(kind) for kind in types if not kind.get("subtypes")}),
        "unions": one_line_each({kind["name"]: kind["subtypes"] for kind in types if kind.get("subtypes")}),
    }
    FILE.write_text("{" + ",\n".join(f'"{name}": {text}' for name, text in parts.items()) + "}\n")


if __name__ == "__main__":
    main()

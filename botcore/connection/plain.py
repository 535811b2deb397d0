"""Taking the markup away from a call's parameters, also where it is nested: in albums, edited media and quotes."""

import copy
import re
from collections.abc import Mapping
from typing import Any

from telegram import TelegramObject

from botcore.texts.markup import stripped

MARKUP = re.compile(r"(\w+_)?(parse_mode|entities)")
NESTED = ("media", "reply_parameters", "input_message_content", "results")
WORDS = ("text", "caption", "question", "explanation", "quote", "message_text")


def words_of(data: Mapping[str, Any]) -> str:
    """Return the first words that a call says, as they were given; "" when there are none."""
    for fields in (data, *_parts(data)):
        for name in WORDS:
            if isinstance(said := _get(fields, name), str) and said:
                return said
    return ""


def make_plain(data: dict[str, Any]) -> bool:
    """Take all markup out of the parameters; return False when there was none."""
    marked = [name for name in data if MARKUP.fullmatch(name)]
    for name in WORDS:
        if isinstance(said := data.get(name), str):
            data[name] = stripped(said, _mode(data, name))
    for name in marked:
        del data[name]
    changed = [_plain_part(data, name) for name in NESTED if name in data]
    return bool(marked) or any(changed)


def _plain_part(data: dict[str, Any], name: str) -> bool:
    value = data[name]
    if isinstance(value, list | tuple):
        results = [_plain(item) for item in value]
        data[name] = [item for item, _ in results]
        return any(changed for _, changed in results)
    data[name], changed = _plain(value)
    return changed


def _plain(part: Any) -> tuple[Any, bool]:
    """Return a copy without markup, and whether there was any; the caller keeps what it gave."""
    if isinstance(part, Mapping):
        fields = dict(part)
        return fields, make_plain(fields)
    if not isinstance(part, TelegramObject):
        return part, False
    plain, changed = copy.copy(part), False
    with plain._unfrozen():  # noqa: SLF001 (as the library itself does for its defaults)
        for name in WORDS:
            if isinstance(said := _get(part, name), str):
                setattr(plain, name, stripped(said, _mode(part, name)))
        for name in [name for name in dir(part) if MARKUP.fullmatch(name)]:
            changed |= bool(getattr(part, name))
            setattr(plain, name, () if name.endswith("entities") else None)
        if (content := _get(part, "input_message_content")) is not None:
            plain_content, nested = _plain(content)
            plain.input_message_content = plain_content
            changed |= nested
    return plain, changed


def _mode(fields: Any, name: str) -> str:
    """Return the mode in which the words are written: `question_parse_mode`, or the common one."""
    mode = _get(fields, f"{name}_parse_mode") or _get(fields, "parse_mode")
    return mode if isinstance(mode, str) else ""


def _parts(data: Mapping[str, Any]) -> list[Any]:
    parts: list[Any] = []
    for name in NESTED:
        value = data.get(name)
        items = value if isinstance(value, list | tuple) else [value]
        parts += [part for item in items for part in (item, _get(item, "input_message_content")) if part is not None]
    return parts


def _get(fields: Any, name: str) -> Any:
    return fields.get(name) if isinstance(fields, Mapping) else getattr(fields, name, None)

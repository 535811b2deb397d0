"""Taking apart a getUpdates answer that no JSON reader takes as a whole: what can be read of it is, entry by entry."""

import json
import re
from typing import Any

RESULT = re.compile(rb'\A\s*\{.*?"result"\s*:\s*\[', re.DOTALL)
NUMBER = re.compile(r'"update_id"\s*:\s*(\d{1,18})\b')
UNREADABLE = "unreadable"  # the kind of an update of which only number and text are known
LOOKED_AT = 4096  # bytes of the answer in which "result" must begin


def salvage(payload: bytes) -> list[Any] | None:
    """Return the entries, an unreadable one as {"update_id": …, "unreadable": its text}; None for no such answer."""
    begin = RESULT.match(payload[:LOOKED_AT])
    if begin is None or b'"ok":false' in payload[:LOOKED_AT].replace(b" ", b""):
        return None
    text = payload[begin.end() :].decode("utf-8", "replace")
    return [_read(entry) for entry in _entries(text)]


def _read(entry: str) -> Any:
    try:
        return json.loads(entry)
    except (ValueError, RecursionError):
        number = NUMBER.search(entry)
        return {**({"update_id": int(number[1])} if number else {}), UNREADABLE: entry}


def _entries(text: str) -> list[str]:
    """Split a list at its own commas, without recursion; an end that is missing leaves out the last entry."""
    found, depth, start, position = [], 0, 0, 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{},]', text, re.DOTALL):
        position, mark = token.start(), token[0]
        if mark in {"[", "{"}:
            depth += 1
        elif mark in {"]", "}"}:
            depth -= 1
        if (mark == "," and depth == 0) or depth < 0:
            if entry := text[start:position].strip():
                found.append(entry)
            start = position + 1
        if depth < 0:
            break
    return found

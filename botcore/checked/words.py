"""The arguments of a command → words with their places, so that an answer can point at the wrong one."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"\S+")
_CLOSING = {
    opening: re.compile(rf"[{closing}](?!\S)")
    for opening, closing in {'"': '"', "'": "'", "“": "”", "‘": "’", "«": "»", "„": "“”"}.items()
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word without its quotes, and where it stands with them: `typed[start:end]`."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Split at white space; quotes around words join them, and one that is not closed is a character like others."""
    found: list[Word] = []
    unclosed: set[str] = set()  # kinds of quotes that nothing closes from here on: nobody looks to the end twice
    place = 0
    while start := _WORD.search(text, place):
        word = _quoted(text, start.start(), unclosed) or Word(start[0], start.start(), start.end())
        found.append(word)
        place = word.end
    return found


def _quoted(text: str, start: int, unclosed: set[str]) -> Word | None:
    opening = text[start]
    if opening not in _CLOSING or opening in unclosed:
        return None
    closing = _CLOSING[opening].search(text, start + 1)
    if closing is None:
        unclosed.add(opening)
        return None
    return Word(text[start + 1 : closing.start()], start, closing.end())

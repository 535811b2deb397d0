"""From a sentence in English back to what it was made of, and on to another language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

from django.utils.translation import get_language, gettext, ngettext, pgettext

from botcore.sentences.known import COUNTED, SENTENCES
from botcore.sentences.numerals import numeral

PLACE = re.compile(r"%\((\w+)\)s")
# What fits into a place, by the beginning of its name; into any other one fits anything, or nothing.
FITS = {
    "n": r"\d[\d,]{0,20}(?:\.\d{1,9})?",
    "time": r"[\d.]+ (?:s|min|h|d)",
    "lasted": r"\d{1,9}\s(?:year|month|week|day|hour|minute)s?",
    "name": r"\S+?",
    "process": r"\S+:\d+\S*",
    **dict.fromkeys(("title", "word", "words"), ".+?"),
}
END = re.compile(r"(?<=[.?!]) ")
AMOUNT = re.compile(r"([a-z_ ]+) ([\d,]+)")  # of what went, such as "process samples 1,024"
DEEPEST = 3  # sentences within sentences; ours are two deep
LONGEST = 12  # ends of sentences that one may run over
MOST = 400  # characters of a sentence with all in it: what is longer takes too long to look through
REMEMBERED = 2048


@dataclass(frozen=True)
class Known:
    """A sentence; with a `plural` its place `n` holds the number that decides. Its `anchor` stands in each text."""

    text: str
    plural: str
    anchor: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Found:
    """A part of a text: a sentence that is known, with what stands in its places; without `known` it is none."""

    text: str
    known: Known | None
    given: Mapping[str, str]

    def is_whole(self, depth: int) -> bool:
        """Tell whether the sentences in its places are known, too."""
        inner = (words for place, words in self.given.items() if _kind(place) == "words")
        return self.known is not None and all(part.known for words in inner for part in _parts(words, depth - 1))

    def said(self, depth: int) -> str:
        """Say it in the language that is active."""
        if not (known := self.known):
            return _amounts(self.text)
        text = ngettext(known.text, known.plural, _number(self.given["n"])) if known.plural else gettext(known.text)
        return text % {place: _in_place(_kind(place), words, depth) for place, words in self.given.items()}


def translated(text: str) -> str:
    """Say a text in the language that is active; what of it is not known stays as it is."""
    if not text or (get_language() or "en").startswith("en"):
        return text
    return _in_language(text, DEEPEST)


def _in_language(text: str, depth: int) -> str:
    return " ".join(part.said(depth) for part in _parts(text, depth))


@lru_cache(maxsize=REMEMBERED)
def _parts(text: str, depth: int) -> list[Found]:
    """Return the sentences, each the shortest that is known with all in it; the last part may be one that is not."""
    parts, rest = [], text
    while part := _first(rest, depth):
        parts.append(part)
        rest = rest[len(part.text) + 1 :]
    return [*parts, _find(rest, depth)] if rest or not parts else parts


def _first(text: str, depth: int) -> Found | None:
    """Return the sentence with which a text begins that goes on behind it."""
    for end in islice(END.finditer(text), LONGEST):
        if (found := _find(text[: end.start()], depth)).is_whole(depth):
            return found
    return None


def _find(text: str, depth: int) -> Found:
    for known in _every() if depth > 0 and len(text) <= MOST else ():
        if known.anchor in text and (match := known.pattern.fullmatch(text)):
            return Found(text, known, match.groupdict())
    return Found(text, None, {})


@cache
def _every() -> list[Known]:
    """Return all that are known, first those that say most by themselves: the others fit more."""
    every = [*((text, "") for text in SENTENCES), *COUNTED]
    every.sort(key=lambda one: -len(PLACE.sub("", one[0])))
    return [known for text, plural in every for known in _forms(text, plural)]


def _forms(text: str, plural: str) -> Iterator[Known]:
    for form in filter(None, (text, plural)):
        parts = PLACE.split(form)
        places = [f"(?P<{part}>{FITS.get(_kind(part), '.*?')})" if at % 2 else re.escape(part)
                  for at, part in enumerate(parts)]  # fmt: skip
        yield Known(text, plural, max(parts[::2], key=len), re.compile("".join(places), re.DOTALL))


def _kind(place: str) -> str:
    return place.partition("_")[0]


def _in_place(kind: str, words: str, depth: int) -> str:
    """Say what stands in a place; names stay."""
    if kind == "words":
        return _in_language(words, depth - 1)
    return HOW[kind](words) if kind in HOW else words


def _amounts(text: str) -> str:
    """Say amounts such as "process samples 3, updates 12"; anything else stays."""
    found = [AMOUNT.fullmatch(part) for part in text.split(", ")]
    return ", ".join(f"{_word(one[1])} {numeral(one[2])}" for one in found if one) if all(found) else text


def _number(text: str) -> int:
    return int(float(text.replace(",", "")))


def _word(word: str) -> str:
    return pgettext("word", word)


def _time(text: str) -> str:
    count, _, unit = text.partition(" ")
    return f"{numeral(count)} {gettext(unit)}"


def _lasted(text: str) -> str:
    """Say what timesince() said, in Django's own words."""
    count, unit = text.split()
    one = unit.removesuffix("s")
    singular, plural = f"%(num)d {one}", f"%(num)d {one}s"  # apart: no texts for `make messages`
    return ngettext(singular, plural, int(count)) % {"num": int(count)}


HOW = {"n": numeral, "word": _word, "title": gettext, "time": _time, "lasted": _lasted}

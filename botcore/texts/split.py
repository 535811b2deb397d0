"""A long text → pieces that Telegram takes, cut where a reader would: between paragraphs, lines, sentences, words.

An entity that fits into a piece is never cut; a longer one goes on as the same entity in the next piece. Nothing is
lost but white space at the cuts. Linear in the text's length: a piece and its follower are longer than the limit.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from botcore.texts.clusters import is_boundary, last_boundary
from botcore.texts.entities import Entity, RichText
from botcore.texts.length import Units

LONGEST = 4096  # UTF-16 units of a message; core.telegram.org/bots/api#sendmessage
MOST_ENTITIES = 100  # of a message; core.telegram.org/bots/api (telegram.constants.MessageLimit.MESSAGE_ENTITIES)
_BLANK = re.compile(r"[\s\u180e\u200b-\u200d\u2060\u2800\ufeff]*")  # of such a text Telegram says that it is empty
_CUTS = (
    re.compile(r"\n[ \t]*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s|(?<=[。！？])"),
    re.compile(r"\s"),
)
_WORD = _CUTS[-1]
_SPACE = re.compile(r"\s*")
_LINE_ENDS = re.compile(r"(?:[ \t]*\r?\n)*")
_CODE = ("pre", "code")


@dataclass(frozen=True, slots=True)
class _Span:
    """An entity by its place in the Python text."""

    entity: Entity
    start: int
    end: int
    fits: bool  # into one piece


def split(rich: RichText, limit: int = LONGEST) -> list[RichText]:
    """Cut a text into pieces of at most `limit` UTF-16 units, 2 or more; none is blank, a blank text has none."""
    if limit < 2:  # what one character may take
        raise ValueError(f"a piece of {limit} UTF-16 units cannot hold every character")
    return [piece for piece in _Splitter(rich, limit).pieces() if not is_blank(piece.text)]


def is_blank(text: str) -> bool:
    """Tell whether Telegram would say that the text is empty."""
    return _BLANK.fullmatch(text) is not None


class _Splitter:
    """Goes through one text once."""

    def __init__(self, rich: RichText, limit: int) -> None:
        self._text = rich.text
        self._end = len(rich.text.rstrip())
        self._limit = limit
        self._units = Units(rich.text)
        self._spans = sorted(self._found(rich.entities), key=lambda span: (span.start, -span.end))
        self._code = [(span.start, span.end) for span in self._spans if span.entity.style.type in _CODE]
        self._next = 0  # the first span that begins behind what is cut so far
        self._open: list[_Span] = []  # those that began earlier and are not over

    def pieces(self) -> Iterator[RichText]:
        start = self._after_blank(0)
        while start < self._end:
            near = self._near(start)
            cut = self._cut(start, near)
            yield self._piece(start, cut, near)
            self._go_to(cut)
            start = self._after_blank(cut)

    def _found(self, entities: Iterable[Entity]) -> Iterator[_Span]:
        for entity in entities:
            start = self._units.index(max(entity.offset, 0))
            end = min(self._units.index(max(entity.end, 0)), self._end)
            if start < end:
                yield _Span(entity, start, end, entity.length <= self._limit)

    def _near(self, start: int) -> list[_Span]:
        """Return the spans that a piece from here could hold, in order, and the first that is too many."""
        furthest = self._furthest(start)
        last = self._next
        most = min(len(self._spans), last + MOST_ENTITIES + 1)
        while last < most and self._spans[last].start < furthest:
            last += 1
        return self._open + self._spans[self._next : last]

    def _go_to(self, cut: int) -> None:
        self._open = [span for span in self._open if span.end > cut]
        while self._next < len(self._spans) and self._spans[self._next].start < cut:
            if self._spans[self._next].end > cut:
                self._open.append(self._spans[self._next])
            self._next += 1

    def _furthest(self, start: int) -> int:
        return min(self._units.index(self._units.before(start) + self._limit), self._end)

    def _cut(self, start: int, near: list[_Span]) -> int:
        """Return where the piece that begins here ends."""
        furthest = self._furthest(start)
        if len(near) > MOST_ENTITIES and near[MOST_ENTITIES].start > start:
            furthest = min(furthest, near[MOST_ENTITIES].start)
        if furthest == self._end:
            return furthest
        whole = _merged(span for span in near if span.fits and span.start < furthest)
        cut = self._best(start, furthest, whole)
        if not cut and whole:
            cut = self._best(start, furthest, [])
        return cut or furthest

    def _best(self, start: int, furthest: int, whole: list[tuple[int, int]]) -> int:
        """Return the cut that reads best and is in none of what shall stay whole; 0 when there is none."""
        half = start + (furthest - start) // 2
        for pattern in _CUTS:
            if cut := self._by(pattern, start if pattern is _WORD else half, furthest, whole):
                return cut
        cut, found = furthest, 0
        while start < cut != found:
            found = last_boundary(self._text, cut, start)
            cut = _allowed(found, whole)
        return cut if cut > start else 0

    def _by(self, pattern: re.Pattern[str], earliest: int, furthest: int, whole: list[tuple[int, int]]) -> int:
        """Return the last cut by this pattern; 0 when there is none."""
        found = [match.start() for match in pattern.finditer(self._text, earliest, furthest + 2)]
        for cut in reversed(found):
            if earliest < cut <= furthest and _allowed(cut, whole) == cut and is_boundary(self._text, cut):
                return cut
        return 0

    def _piece(self, start: int, cut: int, near: list[_Span]) -> RichText:
        end = start + len(self._text[start:cut].rstrip())
        first, last = self._units.before(start), self._units.before(end)
        held = [span.entity for span in near if span.start < end and span.end > start][:MOST_ENTITIES]
        return RichText(self._text[start:end], tuple(_within(entity, first, last) for entity in held))

    def _after_blank(self, index: int) -> int:
        """Return where the next piece begins: in code the indentation counts, and only lines' ends are skipped."""
        while index < self._end:
            place = bisect_right(self._code, (index, len(self._text)))
            in_code = place > 0 and self._code[place - 1][1] > index
            stop = self._end if in_code or place == len(self._code) else self._code[place][0]
            stop = min(stop, index + self._limit)
            found = (_LINE_ENDS if in_code else _SPACE).match(self._text, index, stop)
            after = found.end() if found else index
            while after > index and not is_boundary(self._text, after):  # a space that carries an accent
                after -= 1
            if after == index or after < stop:
                return after
            index = after
        return index


def _within(entity: Entity, first: int, last: int) -> Entity:
    """Return what of the entity stands between these units, counted from the first."""
    start = max(entity.offset, first)
    return Entity(entity.style, start - first, min(entity.end, last) - start)


def _merged(spans: Iterable[_Span]) -> list[tuple[int, int]]:
    """Join spans that overlap; they come in order of their start."""
    joined: list[tuple[int, int]] = []
    for span in spans:
        if joined and span.start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], span.end))
        else:
            joined.append((span.start, span.end))
    return joined


def _allowed(cut: int, whole: list[tuple[int, int]]) -> int:
    """Return the last place up to this one that is inside none of the spans."""
    place = bisect_left(whole, (cut,)) - 1
    return whole[place][0] if place >= 0 and cut < whole[place][1] else cut

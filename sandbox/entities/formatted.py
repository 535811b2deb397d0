"""Text with its entities, made from what a person typed or from a bot's text and parse_mode."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from sandbox.entities.cleaning import STYLES, cleaned, limited
from sandbox.entities.detect import found_in, may_hold
from sandbox.entities.entity import Entity
from sandbox.entities.html import HtmlReader
from sandbox.entities.markdown import MarkdownReader
from sandbox.entities.old_markdown import OldMarkdownReader
from sandbox.entities.spans import Span, utf16_length
from sandbox.terms import MessageEntityType as Kind

_CODES = frozenset({Kind.CODE, Kind.PRE})
_ALONE = frozenset({Kind.TEXT_LINK, Kind.CUSTOM_EMOJI, Kind.DATE_TIME})  # they cannot stand in each other
_NO_DETECTION = _CODES | {Kind.TEXT_LINK}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as Telegram stores it."""

    text: str
    entities: tuple[Entity, ...] = ()


NO_TEXT = Formatted("")


def from_plain(text: str) -> Formatted:
    return _finish(text, [])


def from_html(source: str) -> Formatted:
    """Read parse_mode HTML. Raises ApiError."""
    return _finish(*HtmlReader(source).read())


def from_markdown(source: str) -> Formatted:
    """Read parse_mode MarkdownV2. Raises ApiError."""
    return _finish(*MarkdownReader(source).read())


def from_old_markdown(source: str) -> Formatted:
    """Read the old parse_mode Markdown. Raises ApiError."""
    return _finish(*OldMarkdownReader(source).read())


def from_spans(text: str, spans: list[Span]) -> Formatted:
    """Take the entities that a bot has named."""
    return _finish(text, spans)


def _finish(text: str, spans: list[Span]) -> Formatted:
    text, spans = cleaned(text, spans)
    if not spans and not may_hold(text):
        return Formatted(text.strip())
    text, spans = _trim(text, spans)
    kept = _without_nesting_in_code(_with_styles_merged(_without_links_in_links(spans)))
    found = found_in(text, [span for span in kept if span.kind in _NO_DETECTION])
    ordered = sorted([*limited(kept), *found], key=Span.order)
    return Formatted(text, tuple(span.to_entity() for span in ordered))


def _without_links_in_links(spans: list[Span]) -> list[Span]:
    """Keep only the outer one of links, emoji and times that are in each other."""
    kept: list[Span] = []
    for span in sorted((span for span in spans if span.kind in _ALONE), key=Span.order):
        if not kept or not span.overlaps(kept[-1]):
            kept.append(span)
    return [*kept, *(span for span in spans if span.kind not in _ALONE)]


def _without_nesting_in_code(spans: list[Span]) -> list[Span]:
    """Keep code free of other entities: those inside vanish, styles around it are cut in two."""
    codes: list[Span] = []
    for span in sorted((span for span in spans if span.kind in _CODES), key=Span.order):
        if not codes or not span.overlaps(codes[-1]):
            codes.append(span)
    if not codes:
        return spans
    others, ends = [span for span in spans if span.kind not in _CODES], [code.end for code in codes]
    return [*codes, *(part for span in others for part in _outside(span, codes, ends))]


def _outside(span: Span, codes: list[Span], ends: list[int]) -> list[Span]:
    """Return what the codes, in text order, leave of a span; only styles are cut, a quote or link holds code whole."""
    met = list(_met(span, codes, ends))
    if any(code.start <= span.start and span.end <= code.end for code in met[:1]):
        return []
    if span.kind not in STYLES:
        return [span]
    parts, start = [], span.start
    for code in met:
        parts.append(replace(span, start=start, length=code.start - start))
        start = code.end
    parts.append(replace(span, start=start, length=span.end - start))
    return [part for part in parts if part.length > 0]


def _met(span: Span, codes: list[Span], ends: list[int]) -> Iterator[Span]:
    """Yield the codes that a span overlaps."""
    first = bisect_right(ends, span.start)
    return takewhile(lambda code: code.start < span.end, (codes[number] for number in range(first, len(codes))))


def _with_styles_merged(spans: list[Span]) -> list[Span]:
    """Make one of styles of a kind that overlap or touch, as the real server does: bold in bold is just bold."""
    merged: list[Span] = []
    latest: dict[Kind, int] = {}
    for span in sorted(spans, key=Span.order):
        before = merged[latest[span.kind]] if span.kind in latest else None
        if before and span.start <= before.end:
            merged[latest[span.kind]] = replace(before, length=max(before.end, span.end) - before.start)
            continue
        if span.kind in STYLES:
            latest[span.kind] = len(merged)
        merged.append(span)
    return merged


def _trim(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """Cut the white space around a text, as the server does, and move the spans with it."""
    left = text.lstrip()
    shift, trimmed = len(text) - len(left), left.rstrip()  # white space is one UTF-16 unit each
    limit = utf16_length(trimmed)
    moved = (_clip(span, shift, limit) for span in spans)
    return trimmed, [span for span in moved if span.length > 0]


def _clip(span: Span, shift: int, limit: int) -> Span:
    start = max(span.start - shift, 0)
    return replace(span, start=start, length=min(span.end - shift, limit) - start)

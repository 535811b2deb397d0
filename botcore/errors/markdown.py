"""An occurrence as Markdown, to be pasted into an issue or a chat. Hostile text stays code, whatever it holds."""

import re
from collections.abc import Iterator

from botcore.errors.detail import GroupDetail, Occurrence
from botcore.errors.trace import Frame, Raised

CALLS = 30  # of an exception, the innermost
TICKS = re.compile("`+")


def as_markdown(group: GroupDetail, event: Occurrence | None, address: str) -> str:
    """Return the group and one of its occurrences in words."""
    return "\n".join([*_head(group, address), *(_body(event) if event else [])]) + "\n"


def code(text: str) -> str:
    """Return the text as code in a line: between more backticks than it has in a row."""
    text = " ".join(text.split())
    fence = "`" * (_longest(text) + 1)
    gap = " " if "`" in text[:1] + text[-1:] else ""
    return f"{fence}{gap}{text}{gap}{fence}" if text else "–"


def _longest(text: str) -> int:
    return max(map(len, TICKS.findall(text)), default=0)


def _head(group: GroupDetail, address: str) -> Iterator[str]:
    yield f"## {code(group.title)}"
    yield ""
    yield f"{address}"
    yield ""
    yield f"* State: {group.state.label}, level: {group.level.label}"
    yield f"* Events: {group.count:,}, people: {group.people:,}"
    yield f"* First seen: {group.first_seen:%Y-%m-%d %H:%M:%S} UTC in release {code(group.first_release)}"
    yield f"* Last seen: {group.last_seen:%Y-%m-%d %H:%M:%S} UTC in release {code(group.last_release)}"
    yield f"* Where: {code(group.culprit)}, handler {code(group.handler)}, caught in: {group.source}"


def _body(event: Occurrence) -> Iterator[str]:
    yield ""
    yield f"### Occurrence {event.ordinal:,}, {event.reference}"
    yield ""
    yield f"{event.at:%Y-%m-%d %H:%M:%S} UTC, process {code(event.process)}, release {code(event.release)}"
    for raised in event.trace.exceptions:
        yield ""
        yield from _fenced([*([raised.link.capitalize() + ":"] if raised.link else []), *_calls(raised)])
    if not event.trace.exceptions:
        yield ""
        yield from _fenced([event.message])
    if event.trace.crumbs:
        yield ""
        yield "Before that:"
        yield ""
        yield from _fenced([_crumb(crumb.at, crumb.level, crumb.category, crumb.text) for crumb in event.trace.crumbs])


def _crumb(at: object, level: str, category: str, text: str) -> str:
    return f"{f'{at:%H:%M:%S}' if at else '–'} {level} {category}: {text}"


def _calls(raised: Raised) -> Iterator[str]:
    """Yield the lines of a traceback, the most recent call last, as people know it."""
    if raised.frames:
        yield "Traceback (most recent call last):"
    for frame in reversed(raised.frames[:CALLS]):
        yield from _call(frame)
    name = raised.type if raised.module in {"", "builtins"} else f"{raised.module}.{raised.type}"
    yield f"{name}: {raised.message}" if raised.message else name


def _call(frame: Frame) -> Iterator[str]:
    yield f'  File "{frame.file}", line {frame.line or "?"}, in {frame.function}'
    yield from (f"    {line.code.strip()}" for line in frame.lines if line.is_here)


def _fenced(lines: list[str]) -> Iterator[str]:
    text = "\n".join(lines)
    fence = "`" * max(3, _longest(text) + 1)
    yield fence
    yield text
    yield fence

"""An event's payload → values for pages. It came through a spool and may be broken: whatever is odd is left out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botcore.texts.visible import visible

EXCEPTIONS, FRAMES, LINES, LOCALS, CRUMBS, FIELDS = 20, 100, 20, 50, 50, 50  # shown of each
SHORT, LONG = 300, 4000  # characters of a name, of a text
LINKS = {"cause": "caused by", "context": "while handling", "member": "one of"}


@dataclass(frozen=True)
class Line:
    """A line of source; `is_here` marks the one that was run."""

    number: int | None
    code: str
    is_here: bool = False


@dataclass(frozen=True)
class Frame:
    """A call on the way to an exception."""

    file: str
    function: str
    line: int | None
    in_app: bool
    lines: tuple[Line, ...]
    locals: tuple[tuple[str, str], ...]
    is_innermost: bool = False  # of ours: where to look first


@dataclass(frozen=True)
class FrameBlock:
    """Frames that follow each other: one of ours, or several of libraries."""

    frames: tuple[Frame, ...]
    in_app: bool


@dataclass(frozen=True)
class Raised:
    """An exception; `link` says in words what it is to the one before. Frames: the most recent call first."""

    type: str
    module: str
    message: str
    link: str
    frames: tuple[Frame, ...]

    @property
    def blocks(self) -> list[FrameBlock]:
        """The frames, those of libraries together."""
        blocks: list[FrameBlock] = []
        for frame in self.frames:
            if blocks and not frame.in_app and not blocks[-1].in_app:
                blocks[-1] = FrameBlock((*blocks[-1].frames, frame), in_app=False)
            else:
                blocks.append(FrameBlock((frame,), in_app=frame.in_app))
        return blocks


@dataclass(frozen=True)
class Crumb:
    """What was logged or called before."""

    at: datetime | None
    kind: str
    level: str
    category: str
    text: str


@dataclass(frozen=True)
class Trace:
    """Everything in a payload."""

    exceptions: tuple[Raised, ...] = ()
    crumbs: tuple[Crumb, ...] = ()
    request: tuple[tuple[str, str], ...] = ()
    context: tuple[tuple[str, str], ...] = ()
    is_broken: bool = False


def read_trace(payload: str) -> Trace:
    """Return what can be read."""
    try:
        data = json.loads(payload)
        return _trace(data) if isinstance(data, dict) else Trace(is_broken=True)
    except (ValueError, RecursionError):
        return Trace(is_broken=True)


def _trace(data: Mapping[str, Any]) -> Trace:
    return Trace(
        exceptions=tuple(_raised(item) for item in _dicts(data.get("exceptions"), EXCEPTIONS)),
        crumbs=tuple(_crumb(item) for item in _dicts(data.get("breadcrumbs"), CRUMBS)),
        request=_pairs(data.get("request")),
        context=_pairs(data.get("context")),
    )


def _raised(data: Mapping[str, Any]) -> Raised:
    frames = [_frame(item) for item in _dicts(data.get("frames"), -FRAMES)][::-1]
    ours = next((number for number, frame in enumerate(frames) if frame.in_app), None)
    if ours is not None:
        frames[ours] = Frame(**{**vars(frames[ours]), "is_innermost": True})
    return Raised(
        type=_text(data.get("type"), SHORT) or "an exception",
        module=_text(data.get("module"), SHORT),
        message=_text(data.get("message"), LONG),
        link=LINKS.get(str(data.get("link")), ""),
        frames=tuple(frames),
    )


def _frame(data: Mapping[str, Any]) -> Frame:
    number = data.get("line")
    line = number if isinstance(number, int) and 0 <= number < 10**9 else None
    before, after = _texts(data.get("before")), _texts(data.get("after"))
    code = _text(data.get("code"), SHORT)
    lines = [*before, *([code] if code else []), *after]
    return Frame(
        file=_text(data.get("file"), SHORT),
        function=_text(data.get("function"), SHORT),
        line=line,
        in_app=data.get("in_app") is True,
        lines=tuple(_line(text, place - len(before), line, has_code=bool(code)) for place, text in enumerate(lines)),
        locals=_pairs(data.get("locals"), LOCALS),
    )


def _line(text: str, offset: int, line: int | None, *, has_code: bool) -> Line:
    return Line(line + offset if line is not None else None, text, is_here=has_code and offset == 0)


def _crumb(data: Mapping[str, Any]) -> Crumb:
    return Crumb(
        at=_moment(data.get("at")),
        kind=_text(data.get("kind"), SHORT),
        level=_text(data.get("level"), SHORT),
        category=_text(data.get("category"), SHORT),
        text=_text(data.get("text"), LONG),
    )


def _moment(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC) if at else None
    except (ValueError, OverflowError):
        return None


def _dicts(value: object, most: int) -> Iterator[Mapping[str, Any]]:
    """Yield the mappings of a list: its first ones, or with a negative number its last."""
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    yield from items[most:] if most < 0 else items[:most]


def _pairs(value: object, most: int = FIELDS) -> tuple[tuple[str, str], ...]:
    if value and not isinstance(value, dict):
        return (("", _text(value, LONG)),)
    items = list(value.items())[:most] if isinstance(value, dict) else []
    return tuple((_text(name, SHORT), _text(item, LONG)) for name, item in items)


def _texts(value: object) -> list[str]:
    return [_text(item, SHORT) for item in value[:LINES]] if isinstance(value, list) else []


def _text(value: object, longest: int) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return visible(text.rstrip("\n"), longest)

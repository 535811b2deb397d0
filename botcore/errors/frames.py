"""snapshot(): an error with what it came from, as plain data: classes, texts, frames with their source and locals."""

import itertools
import linecache
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

from botcore.errors.fingerprint import OURS, chain, is_ours, type_name
from botcore.errors.values import shown_as
from botcore.logs import shortened, text_of
from botcore.validators import storable

FRAMES = 50  # of one error; of more the first and the last are kept
FIRST = 10
LOCALS = 20  # of one frame
WITH_LOCALS = 8  # innermost frames of ours whose locals are shown
AROUND = 3  # lines of source before and after
LINE_LENGTH = 160
MESSAGE_LENGTH = 2000
VALUE_LENGTH = 200

Data = dict[str, Any]


def snapshot(error: BaseException) -> list[Data]:
    """Return what was raised, then its causes, at most ten; each with its frames, the oldest call first."""
    links = list(chain(error))
    found = [_one(link, _way(before, link)) for before, link in zip([None, *links], links, strict=False)]
    if isinstance(error, BaseExceptionGroup):
        found += [_one(member, "member") for member in itertools.islice(error.exceptions, 3)]
    return found


def message_of(error: BaseException) -> str:
    """Return the error's text for a row."""
    return shortened(text_of(error), MESSAGE_LENGTH)


def _way(before: BaseException | None, link: BaseException) -> str:
    if before is None:
        return ""
    return "cause" if before.__cause__ is link else "context"


def _one(error: BaseException, way: str) -> Data:
    kind = type(error)
    return {
        "type": type_name(error),
        "module": shortened(str(kind.__module__), LINE_LENGTH),
        "message": message_of(error),
        "link": way,
        "frames": _frames(error.__traceback__),
    }


def _frames(traceback: TracebackType | None) -> list[Data]:
    steps = list(itertools.islice(_walk(traceback), 10_000))
    if len(steps) > FRAMES:
        steps = [*steps[:FIRST], *steps[FIRST - FRAMES :]]
    ours = [frame for frame, _ in steps if is_ours(frame.f_code.co_filename)]
    with_locals = {id(frame) for frame in ours[-WITH_LOCALS:]}
    return [_frame(frame, line, locals_too=id(frame) in with_locals) for frame, line in steps]


def _walk(traceback: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while traceback:
        yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def _frame(frame: FrameType, line: int, *, locals_too: bool) -> Data:
    code = frame.f_code
    in_app = is_ours(code.co_filename)
    before, text, after = _source(frame, line, AROUND if in_app else 0)
    return {
        "file": _short(code.co_filename),
        "function": code.co_qualname[:LINE_LENGTH],
        "module": str(frame.f_globals.get("__name__", ""))[:LINE_LENGTH],
        "line": line,
        "in_app": in_app,
        "before": before,
        "code": text,
        "after": after,
        "locals": _locals(frame) if locals_too else {},
    }


def _source(frame: FrameType, line: int, around: int) -> tuple[list[str], str, list[str]]:
    """Return the lines before, the line itself and those after, as far as the file can be read."""
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    if not 0 < line <= len(lines):
        return [], "", []
    start, end = max(0, line - 1 - around), line + around
    kept = [shortened(text.rstrip("\n"), LINE_LENGTH) for text in lines[start:end]]
    here = line - 1 - start
    return kept[:here], kept[here], kept[here + 1 :]


def _locals(frame: FrameType) -> dict[str, str]:
    named = itertools.islice(((n, v) for n, v in frame.f_locals.items() if type(n) is str and n.isidentifier()), LOCALS)
    return {storable(name)[:LINE_LENGTH]: shortened(shown_as(name, value), VALUE_LENGTH) for name, value in named}


def _short(filename: str) -> str:
    """Return a path within the project, or within the library's folder."""
    if is_ours(filename):
        return filename.removeprefix(OURS).lstrip("/")
    for mark in ("/site-packages/", "/dist-packages/"):
        if mark in filename:
            return filename.partition(mark)[2]
    return filename.rpartition("/lib/")[2][-LINE_LENGTH:]

"""The tree of errors, with what becomes of each, and the exit codes."""

import logging
from collections.abc import Iterator

from botcore.exceptions import BotdeckError
from tools.reference.markdown import code, page, table

INTRODUCTION = """What happens depends on the class alone; [errors](../errors.md) says which one to raise. A class'
sentence is what people read when it is raised without one of its own."""
EXIT_CODES = (
    ("0", "asked to stop, stopped in order", "leave it"),
    ("1", "anything but the others", "restart it"),
    ("2", "a command's arguments are wrong", "–"),
    ("78", "a setting is wrong; one line on stderr names it and the mend", "do not restart it"),
)


def text() -> str:
    """Make the page."""
    errors = table(
        ("class", "sentence", "log level", "is recorded", "tried again", "people read it"), _rows(BotdeckError)
    )
    codes = table(("exit code", "meaning", "what a supervisor does"), EXIT_CODES)
    return page("Errors and exit codes", INTRODUCTION, errors, "## Exit codes", codes)


def _rows(error: type[BotdeckError], depth: int = 0) -> Iterator[tuple[str, ...]]:
    if error.__module__ != BotdeckError.__module__:
        return
    sentence = (error.__doc__ or "").partition("\n")[0]
    flags = (error.level >= logging.WARNING, error.again, error.told)
    said = ("yes" if flag else "no" for flag in flags)
    yield "&nbsp;" * 4 * depth + code(error.__name__), sentence, logging.getLevelName(error.level), *said
    for kind in sorted(error.__subclasses__(), key=lambda one: one.__name__):
        yield from _rows(kind, depth + 1)

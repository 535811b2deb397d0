"""fingerprint(): one short word for errors that are one problem; it groups them, and finds their updates again."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from botcore.logs import text_of

VERSION = 2  # of the rules below; a change of them makes new groups, the old ones stay as they are
LENGTH = 12
OURS = str(Path(__file__).resolve().parent.parent.parent)
LIBRARIES = ("/site-packages/", "/dist-packages/", "/lib/python3")
LONGEST = 300  # characters of a message that are looked at: patterns on more would take long
CHAIN = 10  # errors of a chain, and …
FRAMES = 30  # … frames of each that count
NUMBERS = re.compile(r"0x[0-9a-fA-F]+|\d+|\"[^\"]{1,100}\"")  # addresses, and what people wrote, too
# Telegram's passing failures: one group each, wherever they happen.
PASSING = frozenset({"TimedOut", "NetworkError", "RetryAfter", "Conflict"})
REFUSAL = "BadRequest"  # differs by its text, too


def fingerprint(error: BaseException, handler: str = "") -> str:
    """Return 12 hexadecimal digits made of the chain of errors, the functions of ours on the way, and the handler.

    Line numbers are left out, because they change with every release.
    """
    if passing := _passing(error):
        return _digest([passing])
    return _digest([handler, *(part for link in chain(error) for part in _parts(link))])


def fingerprint_of_words(*words: str) -> str:
    """Return the same for a log line without an exception: its logger and its template."""
    return _digest([NUMBERS.sub("#", word[:LONGEST]) for word in words])


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, then what it came from, as a traceback shows it: at most ten, none twice."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen and len(seen) < CHAIN:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def is_ours(filename: str) -> bool:
    """Tell whether a file belongs to this project."""
    return filename.startswith(OURS) and not any(part in filename for part in LIBRARIES)


def class_name(error: BaseException) -> str:
    """Return the class with its module."""
    return f"{type(error).__module__}.{type_name(error)}"


def type_name(error: BaseException) -> str:
    """Return the class, by the interpreter's own word for it."""
    return str(type.__dict__["__qualname__"].__get__(type(error)))[:LONGEST]


def _passing(error: BaseException) -> str:
    """Return the name of Telegram's passing failure that the error is, "" for any other; a BadRequest is none."""
    names = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "telegram.error"]
    return "" if REFUSAL in names else next((name for name in names if name in PASSING), "")


def _parts(error: BaseException) -> Iterator[str]:
    yield class_name(error)
    found = list(_functions(error.__traceback__))
    ours = [name for name, is_one in found if is_one] or [name for name, _ in found[-1:]]
    functions = list(dict.fromkeys(ours))  # recursion counts once
    yield from functions[-FRAMES:]
    if not functions or any(kind.__name__ == REFUSAL for kind in type(error).__mro__):
        yield NUMBERS.sub("#", text_of(error)[:LONGEST])


def our_functions(error: BaseException) -> Iterator[str]:
    """Yield our functions on the way to the error, the outermost first."""
    return (name for name, ours in _functions(error.__traceback__) if ours)


def _functions(frames: TracebackType | None) -> Iterator[tuple[str, bool]]:
    """Yield the functions on the way to the error, and whether each is ours."""
    while frames:
        code = frames.tb_frame.f_code
        yield f"{frames.tb_frame.f_globals.get('__name__', '')}.{code.co_qualname}", is_ours(code.co_filename)
        frames = frames.tb_next


def _digest(parts: list[str]) -> str:
    text = "\n".join([str(VERSION), *parts])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:LENGTH]

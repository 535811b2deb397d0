"""Answers that cannot be understood: the call may have been obeyed all the same, so its error must not look like a bug.

The transport says here that Telegram is asked; what fails before that is the caller's mistake and stays what it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from telegram.error import TelegramError

from botcore.connection.errors import uncertain
from botcore.connection.methods import may_be_repeated

UNREADABLE = "Invalid server response"  # the library's words for what is no JSON
_asked: ContextVar[str] = ContextVar("asked", default="")


def note_asked(method: str) -> None:
    """Hear that this call is about to leave."""
    _asked.set(method)


@contextmanager
def understanding() -> Iterator[None]:
    """Raise TelegramError for what fails after Telegram was asked; UncertainError when it must not be repeated."""
    _asked.set("")
    try:
        yield
    except TelegramError:
        raise
    except Exception as exc:
        if not (method := _asked.get()):
            raise
        error = TelegramError(f"{UNREADABLE}: {type(exc).__name__}")
        raise (error if may_be_repeated(method) else uncertain(error)) from exc

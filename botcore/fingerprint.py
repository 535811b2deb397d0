"""fingerprint(): one short word for errors that are one problem, to list and replay their updates together."""

import hashlib
import re
from pathlib import Path
from types import TracebackType

from telegram.error import BadRequest, TelegramError

OURS = str(Path(__file__).resolve().parent.parent)
LENGTH = 12
LONGEST = 300  # characters of a message that are looked at: patterns on more would take long
NUMBERS = re.compile(r"\d+")


def fingerprint(error: BaseException) -> str:
    """Return 12 hexadecimal digits made of the error's class and the function of ours that it came from.

    Line numbers are left out: they change with every release. Telegram's refusals differ by their text instead, and
    its passing failures (a timeout, a flood wait) are one group each, wherever they happen.
    """
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, BadRequest):
        place = NUMBERS.sub("#", error.message[:LONGEST])
    elif isinstance(error, TelegramError):
        place = ""
    else:
        place = _innermost(error.__traceback__)
    return hashlib.sha256(f"{kind} {place}".encode("utf-8", "replace")).hexdigest()[:LENGTH]


def _innermost(frames: TracebackType | None) -> str:
    """Name the deepest function of this project on the way to the error, else the deepest of all."""
    ours = last = ""
    while frames:
        code = frames.tb_frame.f_code
        last = f"{frames.tb_frame.f_globals.get('__name__', '')}:{code.co_qualname}"
        if code.co_filename.startswith(OURS) and "site-packages" not in code.co_filename:
            ours = last
        frames = frames.tb_next
    return ours or last

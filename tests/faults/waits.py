"""Waiting for what must happen, within a bound."""

import time
from collections.abc import Callable
from typing import Any

ANSWER_SECONDS = 20.0  # an answer that takes longer counts as none; usual are 0.1
START_SECONDS = 120.0  # a bound for a machine under load
OBEY_SECONDS = 400.0  # every page once, on a machine under load
LOOK_SECONDS = 0.01


class UnansweredError(AssertionError):
    """Something that had to happen did not."""


def wait_for(look: Callable[[], Any], what: str, seconds: float = ANSWER_SECONDS) -> None:
    """Return as soon as the look is true; raise UnansweredError when it never is."""
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise UnansweredError(what)
        time.sleep(LOOK_SECONDS)

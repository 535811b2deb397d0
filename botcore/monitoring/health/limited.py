"""Limited: a question to the database with a time limit that holds whatever hangs: the network, the server, a lock."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Generic, TypeVar

from django.db import connections

from botcore.logs import in_context

T = TypeVar("T")


class Limited(Generic[T]):
    """Asks in a thread of its own, which is left behind when it hangs.

    One question at a time: whoever calls meanwhile shares its answer, and asks anew only when it fails. So a server
    that hangs takes one thread and one connection, however often it is asked for.
    """

    def __init__(self, question: Callable[[], T]) -> None:
        self._question = question
        self._lock = threading.Lock()
        self._asked: Future[T] | None = None

    def __call__(self, seconds: float) -> T:
        """Return the answer, or raise its error; raise TimeoutError when there is none in time."""
        deadline = time.monotonic() + seconds
        asked, is_mine = self._join()
        try:
            return asked.result(seconds)
        except Exception:
            if is_mine or not asked.done():
                raise
        asked, _ = self._join()
        return asked.result(max(0.0, deadline - time.monotonic()))

    def _join(self) -> "tuple[Future[T], bool]":
        """Return the question under way, and whether it was begun for this call."""
        with self._lock:
            if self._asked and not self._asked.done():
                return self._asked, False
            self._asked = Future()
            ask = in_context(partial(self._ask, self._asked))
            threading.Thread(target=ask, name="limited", daemon=True).start()
            return self._asked, True

    def _ask(self, asked: "Future[T]") -> None:
        try:
            answer = self._question()
        except BaseException as exc:  # it is the caller's
            connections.close_all()
            asked.set_exception(exc)
        else:
            connections.close_all()
            asked.set_result(answer)

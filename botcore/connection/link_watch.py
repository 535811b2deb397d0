"""LinkWatch: what is known of the link to Telegram. Whoever makes calls reports here; operators read it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from botcore import metrics
from botcore.connection.errors import PoolTimedOut, TurnedAway, Unsendable
from botcore.connection.judge import TokenJudge
from botcore.connection.link import Link, LinkState, is_quick
from botcore.logs import error_text
from botcore.tell import Tell

LEVELS = {LinkState.UP: "info", LinkState.DEGRADED: "warning", LinkState.DOWN: "error"}
WHY_LENGTH = 200


class LinkWatch:
    """Shows the link's state as metric, event and sentence, and shares the judge of a token that is rejected."""

    def __init__(
        self,
        api_url: str,
        *,
        tell: Tell,
        judge: TokenJudge | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.judge = judge or TokenJudge(api_url, tell=tell, clock=clock)
        self.link = Link(self._changed, clock=clock)
        self.quick_at = clock()  # the last answer to a call that neither waits nor uploads
        self.answered: Callable[[], None] = lambda: None  # hears of each answer, also of getUpdates
        self.waiting_for = ""  # why nothing was reached since the start
        self._api_url = api_url
        self._tell = tell
        self._clock = clock
        _show(self.link.state)

    @property
    def state(self) -> LinkState:
        """How the link is."""
        return self.link.state

    @property
    def is_in_trouble(self) -> bool:
        """May a call fail through no fault of its own?"""
        return self.state is not LinkState.UP or self.judge.in_doubt

    @property
    def is_away(self) -> bool:
        """Is there no use in calling: has Telegram not answered for long, or does it reject the token?"""
        return self.state in {LinkState.CONNECTING, LinkState.DOWN} or self.judge.in_doubt

    @property
    def words(self) -> str:
        """One sentence for the operators; empty when the link is up."""
        if self.judge.in_doubt:
            return f"{self._api_url} rejects the bot's token; the process ends if it goes on doing so."
        if self.state is LinkState.CONNECTING and self.waiting_for:
            return f"Connecting to {self._api_url}: {self.waiting_for}"
        return self.link.words

    def note(self, *, ok: bool, seconds: float, method: str, why: str = "") -> None:
        """Take one call that ended: `ok` when Telegram answered, also with a refusal; `seconds` without queueing."""
        self.link.note(ok=ok, seconds=seconds, method=method, why=why)
        if ok:
            self.answered()
            metrics.CONNECTION_LAST_SUCCESS.set_to_current_time()
            if is_quick(method):
                self.quick_at = self._clock()
                metrics.CONNECTION_LATENCY.set(seconds)

    @contextmanager
    def calling(self, method: str) -> Iterator[None]:
        """Time one call and note how it ended; its errors pass through, a rejected token goes to the judge as well."""
        began = self._clock()
        try:
            yield
        except (PoolTimedOut, Unsendable):  # it never left, for our own crowd or file: that says nothing of the link
            raise
        except (InvalidToken, EndPointNotFound) as exc:
            if "method not found" in exc.message.lower():  # a server that is older than the method
                self.note(ok=True, seconds=self._clock() - began, method=method)
                raise
            self.note(ok=False, seconds=self._clock() - began, method=method, why="the token is rejected")
            self.judge.doubt()  # who polls or checks the link asks for the verdict, and ends the process
            raise
        except Exception as exc:
            ok = is_answer(exc) and self.state is not LinkState.CONNECTING  # a bot that may do nothing is not connected
            self.note(ok=ok, seconds=self._clock() - began, method=method, why=error_text(exc)[:WHY_LENGTH])
            raise
        self.judge.accepted()
        self.note(ok=True, seconds=self._clock() - began, method=method)

    def _changed(self, before: LinkState, state: LinkState) -> None:
        _show(state)
        if before is LinkState.CONNECTING and not self.waiting_for:
            return  # a start that went well is no news
        self.waiting_for = ""
        words = self.link.words or "Calls to Telegram succeed."
        self._tell("connection", words, level=LEVELS[state])


def _show(state: LinkState) -> None:
    for one in LinkState:
        metrics.CONNECTION_STATE.labels(one).set(one is state)


def is_no_answer(error: BaseException) -> bool:
    """Tell whether a call failed on its way, or for the token, and not for what it said."""
    return isinstance(error, NetworkError | InvalidToken | TurnedAway) and not isinstance(error, BadRequest)


def is_answer(error: BaseException) -> bool:
    """Tell whether Telegram itself said no: the link works then."""
    return isinstance(error, BadRequest | ChatMigrated | Conflict | Forbidden | RetryAfter)

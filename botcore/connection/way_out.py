"""WayOut: every call to Telegram passes here, on its way from python-telegram-bot's bot to the transport.

new ids of groups → the limiter's turn → breaker → call → retry → consequences; `on_result` hears of each call's end.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from botcore import integrations, metrics
from botcore.connection.answers import understanding
from botcore.connection.breaker import Breaker
from botcore.connection.consequences import Benign, Consequences, Retry
from botcore.connection.errors import flood_wait
from botcore.connection.limiter import PATIENCE, Limiter
from botcore.connection.link_watch import LinkWatch
from botcore.connection.meanings import Meaning
from botcore.connection.methods import Chat, chat_of, is_paid, messages_of
from botcore.connection.patience import Patience
from botcore.connection.retry import DEADLINE, repeat
from botcore.errors import crumbs
from botcore.exceptions import safe_execute
from botcore.logs import error_text
from botcore.outbox.models import Priority

logger = logging.getLogger(__name__)

Result = bool | dict[str, Any] | list[dict[str, Any]]
Callback = Callable[..., Coroutine[Any, Any, Result]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller may say of a call, as `rate_limit_args`."""

    priority: Priority = Priority.REPLY
    outgoing: int | None = None  # the outbox' row that this call sends; None: the ledger makes one
    patience: float = PATIENCE  # seconds that floods may hold it up, before RetryAfter is raised
    deadline: float = DEADLINE  # seconds in which what failed is made again, where that is safe
    plain: list[str] | None = field(default=None, compare=False)  # gets the reasons why markup was taken away


A_REPLY = Wish()
WAITS = {priority: metrics.LIMITER_WAIT.labels(priority.label) for priority in Priority}


class OnResult(Protocol):
    """Hears of each finished call; returns at once. `started_at`: the last attempt; 0 attempts: none was made."""

    def __call__(
        self,
        endpoint: str,
        data: dict[str, Any],
        wish: Wish,
        outcome: Result | BaseException,
        started_at: datetime,
        attempts: int,
    ) -> None:
        """`outcome` is Telegram's answer, or the error that the caller gets."""


@dataclass(slots=True)
class _Call:
    """One call with all its attempts."""

    callback: Callback
    args: Any
    kwargs: dict[str, Any]
    endpoint: str
    data: dict[str, Any]
    wish: Wish
    patience: Patience
    started_at: datetime
    attempts: int = 0


class WayOut(BaseRateLimiter[Wish]):
    """The one way out of a process."""

    def __init__(
        self,
        limiter: Limiter,
        breaker: Breaker,
        *,
        watch: LinkWatch,
        consequences: Consequences,
        run: Callable[[int], Awaitable[None]] | None = None,
        on_result: OnResult | None = None,
    ) -> None:
        self.limiter = limiter
        self.breaker = breaker
        self.on_result = on_result
        self.called: Callable[[str, dict[str, Any]], None] = lambda _endpoint, _data: None  # hears of each call
        self.watch = watch
        self.consequences = consequences
        self._run = run

    async def initialize(self) -> None:
        """Need nothing: what waits for the database is in run()."""

    async def shutdown(self) -> None:
        """Stop the timers."""
        self.limiter.close()

    async def run(self, bot_id: int) -> None:
        """Share the budget with the other processes, and remember floods, until cancelled."""
        if self._run:
            await self._run(bot_id)
        else:
            await asyncio.Event().wait()

    async def process_request(
        self,
        callback: Callback,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Wish | None,
    ) -> Result:
        """Make the call when it is its turn; raise what the library raises, or UncertainError."""
        wish = rate_limit_args or A_REPLY
        call = _Call(callback, args, kwargs, endpoint, data, wish, Patience(wish.patience), datetime.now(UTC))
        outcome: Result | BaseException | None = None
        try:
            outcome = await self._make(call)
        except BaseException as exc:
            outcome = exc
            raise
        finally:
            self.called(endpoint, data)
            if self.on_result and outcome is not None:
                self._report(self.on_result, call, outcome)
        return outcome

    async def _make(self, call: _Call) -> Result:
        """Make the call, and once more for each error that has a remedy."""
        self.consequences.rewrite(call.data)
        tried: set[Meaning] = set()
        while True:
            try:
                return await repeat(lambda: self._attempt(call), call.endpoint, deadline=call.wish.deadline)
            except TelegramError as exc:
                step = await self.consequences.after(call.endpoint, call.data, exc, tried=tried)
                if isinstance(step, Benign):
                    return True
                if not isinstance(step, Retry):
                    raise
                tried.add(step.meaning)
                if step.meaning is Meaning.ENTITIES and call.wish.plain is not None:
                    call.wish.plain.append(exc.message)

    async def _attempt(self, call: _Call) -> Result:
        """Wait for the turn, then ask Telegram."""
        chat, method = chat_of(call.data), call.endpoint
        self.breaker.check()  # before the turn, too: it may come much later
        asked = time.perf_counter()
        turn = await self.limiter.turn(
            chat,
            call.wish.priority,
            method=method,
            paid=is_paid(call.data),
            count=messages_of(method, call.data),
            patience=call.patience,
        )
        WAITS[call.wish.priority].observe(time.perf_counter() - asked)
        try:
            return await self._ask(call, chat)
        finally:
            self.limiter.ended(turn)

    async def _ask(self, call: _Call, chat: Chat) -> Result:
        """Ask Telegram, and let breaker and limiter know how it went."""
        ticket = self.breaker.enter()
        call.attempts += 1
        call.started_at = datetime.now(UTC)
        error: BaseException | None = None
        try:
            with (
                integrations.span(call.endpoint, method=call.endpoint, attempt=call.attempts),
                self.watch.calling(call.endpoint),
                understanding(),
            ):
                return await call.callback(*call.args, **call.kwargs)
        except BaseException as exc:
            error = exc
            if isinstance(exc, RetryAfter):
                self.limiter.flooded(chat, call.endpoint, flood_wait(exc), paid=is_paid(call.data))
            raise
        finally:
            self.breaker.left(ticket, error)
            _leave_crumb(call, error)

    @staticmethod
    @safe_execute(context=lambda _on_result, call, _outcome: {"method": call.endpoint})
    def _report(on_result: OnResult, call: _Call, outcome: Result | BaseException) -> None:
        """Tell of the call's end; the call is over, and must not be made again because that fails."""
        on_result(call.endpoint, call.data, call.wish, outcome, call.started_at, call.attempts)


def _leave_crumb(call: _Call, error: BaseException | None) -> None:
    """Note the call for the page of an error that may follow; crumbs carry no texts of people."""
    took = (datetime.now(UTC) - call.started_at).total_seconds() * 1000
    words = error_text(error) if error else "ok"
    level, chat = "error" if error else "info", chat_of(call.data)
    crumbs.note("call", level, call.endpoint, f"chat {chat}, {took:.0f} ms: {words}")
    logger.debug("%s in chat %s took %.0f ms: %s", call.endpoint, chat, took, words)

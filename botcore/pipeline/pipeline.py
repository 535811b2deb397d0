"""The way of one update through the bot: decode → people → handlers → outcome. The inbox' worker drives it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import telegram
from django.utils import translation

from botcore import integrations, metrics
from botcore.access import watch as access_watch
from botcore.clock import Clock
from botcore.database import in_database, is_away
from botcore.errors import crumbs
from botcore.errors.capture import capture
from botcore.errors.kinds import Source
from botcore.exceptions import Postponed
from botcore.inbox.completion import Outcome
from botcore.inbox.freshness import is_expired, lifetime
from botcore.inbox.models import State
from botcore.inbox.store import Pending
from botcore.inbox.worker import Run
from botcore.logs import bind, new_trace_id
from botcore.people import services as people
from botcore.persistence import services as persistence
from botcore.pipeline import gate
from botcore.pipeline.attempt import CURRENT, Attempt, Claim
from botcore.pipeline.context import BotApplication, Context
from botcore.pipeline.decode import chat_profile, decode, user_profile
from botcore.pipeline.memory import keys_of
from botcore.pipeline.refusal import refuse

logger = logging.getLogger(__name__)

Observe = Callable[[telegram.Update], Awaitable[None]]  # hears of each update before its handler; raises nothing


class Pipeline:
    """Handles what the worker claimed, with a python-telegram-bot application."""

    def __init__(
        self, application: BotApplication, clock: Clock | None = None, *, observe: Observe | None = None
    ) -> None:
        self._application = application
        self._observe = observe
        self._clock = clock or Clock()
        self._reading = asyncio.Lock()
        application.add_error_handler(_outside_the_guard)

    async def prepare(self, updates: Sequence[Pending]) -> dict[int, Run]:
        """Decode a claim, bring its people up to date and fetch what is remembered, in one database call each."""
        if not updates:
            return {}
        claim = Claim(username=self._application.bot.username or "")
        attempts = [self._decode(pending, claim) for pending in updates]
        keys = {key for pending in updates for key in keys_of(pending) if key}
        try:
            claim.shelf.texts = await in_database(persistence.load, self._application.bot.id, keys)
            await _meet_all(attempts)
        except Exception as exc:
            if is_away(exc):
                raise  # the worker waits and prepares again
            logger.exception("a claim could not be prepared; its updates are tried once more")
            for attempt in attempts:
                attempt.give_up(exc)
        return {attempt.pending.pk: partial(self._handle, attempt) for attempt in attempts}

    def _decode(self, pending: Pending, claim: Claim) -> Attempt:
        attempt = Attempt(pending, None, claim)
        try:
            update = decode(pending, self._application.bot)
            came = pending.received_at
            attempt.user, attempt.chat = user_profile(update, came), chat_profile(update, came)
            attempt.update = update
        except Exception as exc:  # whatever the library raises, only this update is set aside
            _quarantine(attempt, exc)
        return attempt

    async def _handle(self, attempt: Attempt) -> Outcome:
        """Run the update's handler and return how it ended; raise Postponed when it could not be told."""
        pending = attempt.pending
        attempt.started_at, age = pending.now(), pending.age
        metrics.UPDATE_DELAY.observe(age)
        self._look_at_age(attempt, age)
        token = CURRENT.set(attempt)
        person = attempt.claim.people.get(pending.user_id or 0)
        try:
            with (
                crumbs.trail(),
                bind(
                    action="update",
                    trace_id=new_trace_id(),
                    update=pending.pk,
                    attempt=attempt.number,
                    update_id=pending.update_id,
                    chat_id=pending.chat_id,
                    user_id=pending.user_id,
                ),
                integrations.span("update", kind=pending.kind, update=pending.pk, attempt=attempt.number) as span,
                translation.override(person.language if person else None),
                metrics.UPDATES_IN_PROGRESS.track_inprogress(),
            ):
                if attempt.update is not None:
                    if self._observe:
                        await self._observe(attempt.update)
                    await self._let_in(attempt, attempt.update)
                if attempt.postponed:
                    raise Postponed(attempt.error)
                outcome = attempt.outcome()
                metrics.UPDATE_PROCESSING.observe((outcome.finished_at - outcome.started_at).total_seconds())
                if outcome.state != State.PENDING:
                    metrics.UPDATE_LATENCY.observe(max(0.0, outcome.seconds))
                _describe(span, outcome)
                return outcome
        finally:
            CURRENT.reset(token)

    async def _let_in(self, attempt: Attempt, update: telegram.Update) -> None:
        """Give the update to its handler, if the person may ask for it."""
        await self._know_access()
        if refused := gate.judge(attempt):
            await refuse(attempt, refused)
            return
        attempt.is_taken = gate.is_taken(attempt)
        await self._application.process_update(update)

    async def _know_access(self) -> None:
        """Read anew what this process has changed about access; one reads for all that wait."""
        if access_watch.is_known():
            return
        async with self._reading:
            if access_watch.is_known():
                return
            try:
                await in_database(access_watch.load)
            except Exception as exc:
                if is_away(exc):  # nobody's fault: again when it is back
                    raise Postponed(str(exc)) from exc
                raise

    def _look_at_age(self, attempt: Attempt, age: float) -> None:
        """Set an update aside whose answer nobody waits for, unless the clock may be wrong. A replay begins anew."""
        kind = attempt.pending.kind
        if attempt.update is None or not is_expired(kind, age):
            return
        if self._clock.steady_for() > lifetime(kind):
            attempt.expire(f"{age:.0f} s old; the answer to {kind} is waited for {lifetime(kind):.0f} s")
            logger.info("update %s is expired: %s", attempt.pending.update_id, attempt.error)


async def _meet(attempts: Sequence[Attempt]) -> None:
    """Bring the people and chats of decoded updates up to date: of each what the newest says."""
    known = sorted((one for one in attempts if one.update), key=lambda one: one.pending.received_at)
    users = [attempt.user for attempt in known if attempt.user]
    chats = [attempt.chat for attempt in known if attempt.chat]
    if users or chats:
        attempts[0].claim.people.update(await in_database(people.meet, users, chats))


async def _meet_all(attempts: Sequence[Attempt]) -> None:
    """Meet them together; when one of them cannot be stored, only that one is set aside."""
    try:
        await _meet(attempts)
    except Exception as exc:
        if is_away(exc):
            raise
        alone = [await _meet_alone(attempt) for attempt in attempts]
        if all(alone):  # else the log has the cause already
            logger.exception("the people of a claim could not be met together, but one by one")


async def _meet_alone(attempt: Attempt) -> bool:
    """Return whether the update's people are up to date; else it is set aside."""
    try:
        await _meet([attempt])
    except Exception as exc:  # such as an id that no column can hold
        if is_away(exc):
            raise
        _quarantine(attempt, exc)
        return False
    return True


def _describe(span: integrations.Span, outcome: Outcome) -> None:
    """Name the span after the handler, and say how it ended; never what was written."""
    span.rename(outcome.handler or "update")
    span.set(handler=outcome.handler, state=outcome.state.value)
    if outcome.state in {State.PENDING, State.DEAD, State.QUARANTINED}:
        span.fail(outcome.error.partition(":")[0])  # the class alone


def _quarantine(attempt: Attempt, error: Exception) -> None:
    attempt.quarantine(error)
    with bind(update=attempt.pending.pk, update_id=attempt.pending.update_id):
        logger.error("update cannot be read; it is quarantined", exc_info=error)


async def _outside_the_guard(_update: object, context: Context) -> None:
    """Take errors that the library caught itself, such as those of filters."""
    error = context.error or RuntimeError("the library named no error")
    attempt = CURRENT.get()
    attempt.fail(error)
    capture(error, source=Source.UPDATE, handler=attempt.handler)
    logger.error("update failed before its handler", exc_info=error)

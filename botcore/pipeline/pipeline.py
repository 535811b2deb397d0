"""The way of one update through the bot: decode → people → handlers → outcome. The inbox' worker drives it."""

import logging
from collections.abc import Sequence
from functools import partial

from django.db import InterfaceError, OperationalError
from django.utils import timezone, translation

from botcore import metrics
from botcore.database import in_database
from botcore.exceptions import Postponed
from botcore.inbox.store import Outcome, Pending
from botcore.inbox.worker import Run
from botcore.logs import bind
from botcore.people import services as people
from botcore.people.services import Person
from botcore.pipeline.attempt import CURRENT, Attempt
from botcore.pipeline.context import BotApplication, Context
from botcore.pipeline.decode import chat_profile, decode, user_profile

logger = logging.getLogger(__name__)


class Pipeline:
    """Handles what the worker claimed, with a python-telegram-bot application."""

    def __init__(self, application: BotApplication) -> None:
        self._application = application
        application.add_error_handler(_outside_the_guard)

    async def prepare(self, updates: Sequence[Pending]) -> dict[int, Run]:
        """Decode a claim and bring its people up to date, in one database call."""
        met: dict[int, Person] = {}
        attempts = [self._decode(pending, met) for pending in updates]
        try:
            await _meet(attempts)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the worker waits and prepares again
        except Exception:  # one of them cannot be stored: only that one is set aside
            for attempt in attempts:
                await _meet_alone(attempt)
        return {attempt.pending.pk: partial(self._handle, attempt) for attempt in attempts}

    def _decode(self, pending: Pending, met: dict[int, Person]) -> Attempt:
        attempt = Attempt(pending, None, met)
        try:
            update = decode(pending.raw, self._application.bot)
            attempt.user, attempt.chat = user_profile(update), chat_profile(update)
            attempt.update = update
        except Exception as exc:  # whatever the library raises, only this update is set aside
            _quarantine(attempt, exc)
        return attempt

    async def _handle(self, attempt: Attempt) -> Outcome:
        """Run the update's handler and return how it ended; raise Postponed when it could not be told."""
        pending = attempt.pending
        attempt.started_at = timezone.now()
        metrics.UPDATE_DELAY.observe((attempt.started_at - pending.received_at).total_seconds())
        token = CURRENT.set(attempt)
        person = attempt.people.get(pending.user_id or 0)
        try:
            with (
                bind(
                    reference=pending.pk,
                    update_id=pending.update_id,
                    chat_id=pending.chat_id,
                    user_id=pending.user_id,
                ),
                translation.override(person.language if person else None),
                metrics.UPDATES_IN_PROGRESS.track_inprogress(),
            ):
                if attempt.update is not None:
                    await self._application.process_update(attempt.update)
                if attempt.postponed:
                    raise Postponed(attempt.error)
                return attempt.outcome()
        finally:
            CURRENT.reset(token)


async def _meet(attempts: Sequence[Attempt]) -> None:
    """Bring the people and chats of decoded updates up to date."""
    users = [attempt.user for attempt in attempts if attempt.update and attempt.user]
    chats = [attempt.chat for attempt in attempts if attempt.update and attempt.chat]
    if users or chats:
        attempts[0].people.update(await in_database(people.meet, users, chats))


async def _meet_alone(attempt: Attempt) -> None:
    try:
        await _meet([attempt])
    except (OperationalError, InterfaceError):
        raise
    except Exception as exc:  # such as an id that no column can hold
        _quarantine(attempt, exc)


def _quarantine(attempt: Attempt, error: Exception) -> None:
    attempt.quarantine(error)
    with bind(update_id=attempt.pending.update_id):
        logger.error("update cannot be read; it is quarantined", exc_info=error)


async def _outside_the_guard(_update: object, context: Context) -> None:
    """Take errors that the library caught itself, such as those of filters."""
    error = context.error or RuntimeError("the library named no error")
    CURRENT.get().fail(error)
    logger.error("update failed before its handler", exc_info=error)

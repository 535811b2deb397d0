"""Around each handler: may this person use it, how long it takes, and what happens when it fails."""

import logging
from typing import Any

from django.conf import settings
from telegram import Update
from telegram.error import Forbidden, RetryAfter, TelegramError
from telegram.ext import BaseHandler

from botcore import metrics
from botcore.cancellation import is_being_ended
from botcore.connection.errors import UncertainError
from botcore.connection.link_watch import LinkWatch, is_no_answer
from botcore.database import is_away
from botcore.exceptions import UserError
from botcore.inbox.models import State
from botcore.logs import bind
from botcore.people.roles import Role, role_of
from botcore.pipeline.attempt import CURRENT, Attempt
from botcore.pipeline.buttons import kept_value
from botcore.pipeline.context import BotApplication, Context

logger = logging.getLogger(__name__)


async def _not_called(_update: Update, _context: Context) -> None:
    """Stand in where the library wants a callback; Guarded runs the inner handler itself."""


class Guarded(BaseHandler[Update, Context, object]):
    """Wraps any handler of python-telegram-bot, conversations included; decides as the inner one does."""

    def __init__(self, inner: BaseHandler[Any, Any, Any], name: str, role: Role, *, retry: bool = True) -> None:
        super().__init__(_not_called, block=True)
        self._inner = inner
        self._name = name
        self._role = role
        self._retry = retry

    def check_update(self, update: object) -> Any:
        """Ask the inner handler."""
        return self._inner.check_update(update)

    async def handle_update(
        self,
        update: Update,
        application: BotApplication,
        check_result: object,
        context: Context,
    ) -> object:
        """Run the inner handler; its errors end here, on the attempt."""
        attempt = CURRENT.get()
        attempt.handler = self._name
        with bind(handler=self._name), metrics.HANDLER_DURATION.labels(self._name).time():
            try:
                if role_of(attempt.pending.user_id) < self._role:
                    await refuse(context)
                    return None
                attempt.value = await kept_value(check_result)
                result = await self._inner.handle_update(update, application, check_result, context)
                await context.toast()  # a button nobody answered would spin in the person's client
                attempt.remember()
            except UserError as exc:  # the person's mistake: say what is wanted
                attempt.note(exc)
                await context.tell(str(exc))
            except Forbidden as exc:  # they left or blocked the bot: a change of state, not an error
                attempt.note(exc)
                logger.info("cannot write to this chat: %s", exc.message)
            except BaseException as exc:  # the one place where a feature's bug stops, whatever it raises
                if is_being_ended():
                    raise
                if away := what_is_away(context, exc, retry=self._retry):  # nobody's fault: again when it is back
                    attempt.note(exc)
                    attempt.postponed = True
                    logger.warning("the update waits for %s: %s", away, attempt.error)
                    return None
                metrics.HANDLER_ERRORS.labels(self._name).inc()
                attempt.fail(exc, retry=self._retry and not isinstance(exc, UncertainError))  # it may have arrived
                await tell_failure(attempt, context, exc)
            else:
                return result
        return None


def what_is_away(context: Context, error: BaseException, *, retry: bool) -> str:
    """Return what the handler failed for through no fault of its own; "" when it is to blame.

    While Telegram is away attempts count as usual, but the last one does not make the update a dead letter.
    """
    if is_away(error):
        return "the database"
    if not retry or CURRENT.get().number < settings.BOT_ATTEMPTS:
        return ""
    if isinstance(error, RetryAfter):
        return "a flood wait"
    link: LinkWatch | None = context.bot_data.get("link")
    in_trouble = link and link.is_in_trouble and is_no_answer(error) and not isinstance(error, UncertainError)
    return "Telegram" if in_trouble else ""


async def refuse(context: Context) -> None:
    """Tell the person that this is not for them."""
    await context.toast()
    await context.answer("denied")


async def tell_failure(attempt: Attempt, context: Context, error: BaseException) -> None:
    """Log the error; the person hears of it when no further attempt is made."""
    if attempt.state == State.PENDING:
        again = f"attempt {attempt.number} of {settings.BOT_ATTEMPTS}, again in {attempt.wait_seconds:.1f} s"
        logger.error("handler failed: %s", again, exc_info=error)
        return
    logger.error("handler failed; the update is a dead letter", exc_info=error)
    await apologise(context)


async def apologise(context: Context) -> None:
    """Tell the person that it was our fault; without a way to do so the log has the error already."""
    try:
        await context.toast()
        await context.answer("failed", reference=context.update_pk)
    except (TelegramError, LookupError) as exc:
        logger.info("could not apologise: %s", exc)

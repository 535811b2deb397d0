"""Around each handler: may this person use it, how long it takes, and what happens when it fails."""

import logging
from typing import Any

from django.conf import settings
from telegram import Update
from telegram.error import RetryAfter
from telegram.ext import BaseHandler

from botcore import metrics
from botcore.access.book import role_of
from botcore.access.roles import Role
from botcore.cancellation import is_being_ended
from botcore.connection.link_watch import LinkWatch, is_no_answer
from botcore.connection.translation import may_repeat
from botcore.database import is_away
from botcore.errors.capture import capture
from botcore.errors.kinds import Severity, Source
from botcore.errors.log_handler import severity
from botcore.exceptions import BotdeckError, ChatGone, ConfigurationError, PermissionDenied, UserError, translate
from botcore.inbox.models import State
from botcore.logs import bind, timed
from botcore.pipeline.attempt import CURRENT, Attempt
from botcore.pipeline.buttons import kept_value
from botcore.pipeline.context import BotApplication, Context

logger = logging.getLogger(__name__)


async def _not_called(_update: Update, _context: Context) -> None:
    """Stand in where the library wants a callback; Guarded runs the inner handler itself."""


class Guarded(BaseHandler[Update, Context, object]):
    """Wraps any handler of python-telegram-bot, conversations included; decides as the inner one does."""

    def __init__(
        self, inner: BaseHandler[Any, Any, Any], name: str, role: Role, *, retry: bool = True, command: str = ""
    ) -> None:
        super().__init__(_not_called, block=True)
        self._inner = inner
        self._name = name
        self._role = role
        self._retry = retry
        self._duration, self._errors = metrics.HANDLER_DURATION.labels(name), metrics.HANDLER_ERRORS.labels(name)
        self._commands = metrics.COMMANDS.labels(command) if command else None

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
        if self._commands:
            self._commands.inc()
        with (
            bind(handler=self._name),
            self._duration.time(),
            timed(logger, "the handler is done"),
        ):
            try:
                try:
                    return await self._run(update, application, check_result, context)
                except Exception as exc:
                    known = translate(exc)
                    if not isinstance(known, UserError):
                        raise
                    self._note_action("refused")
                    attempt.note(known)  # the person's mistake: say what is wanted
                    logger.info("not done as asked: %s", known)
                    await tell(context, known)
            except BaseException as exc:  # the one place where a feature's bug stops, whatever it raises
                if is_being_ended():
                    raise
                await self._end(attempt, context, exc)
        return None

    async def _run(self, update: Update, application: BotApplication, check_result: object, context: Context) -> object:
        """Run the inner handler, if this person may use it."""
        attempt = CURRENT.get()
        if role_of(attempt.pending.user_id) < self._role:
            raise PermissionDenied
        attempt.value = await kept_value(check_result)
        result = await self._inner.handle_update(update, application, check_result, context)
        await context.toast()  # a button nobody answered would spin in the person's client
        attempt.remember()
        self._note_action("done")
        return result

    async def _end(self, attempt: Attempt, context: Context, error: BaseException) -> None:
        """Do what the error's class says: nothing, wait, stop the process, or count a failed attempt."""
        known = translate(error)
        if isinstance(known, ChatGone):  # they left or blocked the bot: a change of state, not an error
            attempt.note(error)
            logger.info("cannot write to this chat: %s", known)
        elif isinstance(known, ConfigurationError):
            attempt.wait_for(error)
            capture(error, source=Source.HANDLER, level=Severity.FATAL)
            logger.critical("the set-up must change; the update waits", exc_info=error)
            context.bot_data.get("give_up", _nobody_gives_up)(known)
        elif away := what_is_away(context, error, retry=self._retry):  # nobody's fault: again when it is back
            attempt.wait_for(error)
            logger.warning("the update waits for %s: %s", away, attempt.error)
        else:
            self._errors.inc()
            self._note_action("failed")
            again = self._retry and (known is None or known.again) and may_repeat(error)
            attempt.fail(error, retry=again)
            await tell_failure(attempt, context, error, known)

    def _note_action(self, outcome: str) -> None:
        """Count what operators do by commands."""
        if self._role > Role.MEMBER:
            metrics.ADMIN_ACTIONS.labels("telegram", outcome).inc()


def _nobody_gives_up(_error: ConfigurationError) -> None:
    """Stand in where no process can end, as in tests."""


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
    in_trouble = link and link.is_in_trouble and is_no_answer(error) and may_repeat(error)
    return "Telegram" if in_trouble else ""


async def tell_failure(
    attempt: Attempt, context: Context, error: BaseException, known: BotdeckError | None = None
) -> None:
    """Record and log the error; the person hears of it when no further attempt is made."""
    # A dead letter is an error, whatever its cause.
    level = known.level if known and attempt.state == State.PENDING else logging.ERROR
    reference = capture(error, source=Source.HANDLER, level=severity(level), handler=attempt.handler)
    if attempt.state == State.PENDING:
        again = f"attempt {attempt.number} of {settings.BOT_ATTEMPTS}, again in {attempt.wait_seconds:.1f} s"
        logger.log(level, "handler failed: %s", again, exc_info=error)
        return
    logger.log(level, "handler failed; the update is a dead letter", exc_info=error)
    try:
        if known and known.told:
            await tell(context, known)
        else:
            await apologise(context, reference)
    except Exception as exc:  # without a way to say so the log has the error already
        logger.info("could not apologise: %s", exc)


async def tell(context: Context, error: BotdeckError) -> None:
    """Tell the person what the error says to people."""
    if isinstance(error, PermissionDenied) and not error.args:
        await context.toast()
        await context.answer("denied")
    else:
        await context.tell(str(error))


async def apologise(context: Context, reference: str) -> None:
    """Tell the person that it was our fault, with the code that finds the error."""
    await context.toast()
    await context.answer("failed", reference=reference)

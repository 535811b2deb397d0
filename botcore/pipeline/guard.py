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
from botcore.audit.actor import acting
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
from botcore.pipeline import queries
from botcore.pipeline.arguments import ArgumentError, usage
from botcore.pipeline.attempt import CURRENT, Attempt
from botcore.pipeline.buttons import kept_value
from botcore.pipeline.context import BotApplication, Context, render
from botcore.pipeline.gate import NOBODY, Refused, too_fast
from botcore.pipeline.refusal import refuse
from botcore.pipeline.rights import actor_of, arguments_of, confirmed_by, needed_role
from botcore.pipeline.terms import Terms

logger = logging.getLogger(__name__)


async def _not_called(_update: Update, _context: Context) -> None:
    """Stand in where the library wants a callback; Guarded runs the inner handler itself."""


class Guarded(BaseHandler[Update, Context, object]):
    """Wraps any handler of python-telegram-bot, conversations included; decides as the inner one does."""

    def __init__(self, inner: BaseHandler[Any, Any, Any], terms: Terms) -> None:
        super().__init__(_not_called, block=True)
        self._inner = inner
        self._terms = terms
        self._duration = metrics.HANDLER_DURATION.labels(terms.name)
        self._errors = metrics.HANDLER_ERRORS.labels(terms.name)
        self._commands = metrics.COMMANDS.labels(terms.command) if terms.command else None

    def check_update(self, update: object) -> Any:
        """Ask the inner handler, unless it is silent because an operator talks in this chat."""
        attempt = CURRENT.get(None)
        if attempt and attempt.is_taken and not self._terms.always:
            return None
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
        attempt.handler = self._terms.name
        if self._commands:
            self._commands.inc()
        with (
            bind(handler=self._terms.name),
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
                    await tell(context, known, self._terms)
            except BaseException as exc:  # the one place where a feature's bug stops, whatever it raises
                if is_being_ended():
                    raise
                await self._end(attempt, context, exc)
        return None

    async def _run(self, update: Update, application: BotApplication, check_result: object, context: Context) -> object:
        """Run the inner handler, if this person may use it, with what was typed or confirmed."""
        attempt, terms = CURRENT.get(), self._terms
        if role_of(attempt.pending.user_id) < needed_role(terms):
            raise PermissionDenied
        if attempt.pending.replayed_at and terms.role > Role.MEMBER:
            await refuse(attempt, Refused("replayed"))
            return None
        if terms.pace and (refused := too_fast(attempt, terms.name, terms.pace)):
            await refuse(attempt, refused)
            return None
        attempt.value = await kept_value(check_result)
        if terms.arguments is not None:
            attempt.arguments = await arguments_of(context.message, terms)
        if terms.confirms:
            attempt.confirmed = await confirmed_by(attempt, check_result, terms.confirms)
        with acting(actor_of(attempt)):
            result = await self._inner.handle_update(update, application, check_result, context)
        await context.toast()  # a button nobody answered would spin in the person's client
        await queries.end(attempt)
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
        elif away := what_is_away(context, error, retry=self._terms.retry):  # nobody's fault: again when it is back
            attempt.wait_for(error)
            logger.warning("the update waits for %s: %s", away, attempt.error)
        else:
            self._errors.inc()
            self._note_action("failed")
            again = self._terms.retry and (known is None or known.again) and may_repeat(error)
            attempt.fail(error, retry=again)
            await tell_failure(attempt, context, error, known)

    def _note_action(self, outcome: str) -> None:
        """Count what operators do by commands."""
        if self._terms.role > Role.MEMBER:
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


async def tell(context: Context, error: BotdeckError, terms: Terms | None = None) -> None:
    """Tell the person what the error says to people; of a command's words also how it is used."""
    if isinstance(error, PermissionDenied) and not error.args:
        await deny(context, needed_role(terms) if terms else Role.MEMBER)
    elif isinstance(error, ArgumentError) and terms:
        await context.answer("usage", error=error, usage=usage(terms.command, terms.arguments), command=terms.command)
    else:
        await context.tell(str(error))


async def deny(context: Context, needed: Role) -> None:
    """Say why not, and to people with a role which one it takes; in a group a button is answered to who pressed it."""
    pending = CURRENT.get().pending
    mine = context.role if context.role < needed else Role.MEMBER  # else a handler says no itself
    words = render("denied", anonymous=pending.user_id in NOBODY, role=mine, needed=needed)
    if context.is_press and pending.chat_id != pending.user_id:
        await context.toast(words, alert=True)
    else:
        await context.answer("sentence", sentence=words, below=True)
        await context.toast()


async def apologise(context: Context, reference: str) -> None:
    """Tell the person that it was our fault, with the code that finds the error."""
    await context.answer("failed", reference=reference)
    await context.toast()

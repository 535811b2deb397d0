"""What is said where there is no chat: to the question before a payment, to an inline query. Each has one answer."""

from typing import Any

from django.utils.translation import gettext as _
from telegram import InlineQuery, InlineQueryResultsButton, PreCheckoutQuery

from botcore.connection.way_out import Wish
from botcore.inbox.freshness import lifetime
from botcore.outbox.models import Priority
from botcore.pipeline.attempt import Attempt

SOURCE = "inline"  # where somebody came from who presses the words above an empty list
LABEL = 64  # characters of them that are shown


async def settle(attempt: Attempt, query: PreCheckoutQuery, refusal: str = "") -> None:
    """Let the payment go on, or end it with a sentence; the first answer counts.

    What gets no answer of Telegram is asked again while the payment can still be saved, and no longer.
    """
    if attempt.query_answered:
        return
    attempt.query_answered = True
    left = max(0.0, lifetime("pre_checkout_query") - attempt.pending.age)
    bot = query.get_bot()
    given: dict[str, Any] = {"rate_limit_args": Wish(Priority.REPLY, patience=left, deadline=left)}
    await bot.answer_pre_checkout_query(query.id, ok=not refusal, error_message=refusal or None, **given)


async def say(attempt: Attempt, sentence: str) -> bool:
    """Answer the query with a sentence; False when the update is none."""
    update = attempt.update
    if update and update.pre_checkout_query:
        await settle(attempt, update.pre_checkout_query, sentence)
    elif update and update.inline_query:
        await _say_above(update.inline_query, sentence)
    else:
        return False
    return True


async def end(attempt: Attempt) -> None:
    """End a payment that its handler has not let go on: no money moves by an oversight."""
    if (query := attempt.update and attempt.update.pre_checkout_query) and not attempt.query_answered:
        await settle(attempt, query, _("This cannot be paid now. Nothing was charged."))


async def _say_above(query: InlineQuery, sentence: str) -> None:
    """Show the words where the results would be; who presses them comes to the bot."""
    button = InlineQueryResultsButton(sentence[:LABEL], start_parameter=SOURCE)
    await query.answer([], cache_time=0, is_personal=True, button=button)

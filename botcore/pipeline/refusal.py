"""What becomes of an update that the gate refused: it is ignored, and the person hears why, once in a while."""

import logging
import time

from django.utils import timezone
from telegram import Update
from telegram.error import TelegramError

from botcore import metrics
from botcore.access import services as access
from botcore.access.models import Keep
from botcore.database import in_database
from botcore.pipeline.attempt import Attempt
from botcore.pipeline.gate import Refused, is_addressed
from botcore.runtime.settings import held

logger = logging.getLogger(__name__)

MOST = 10_000  # notices that are remembered

_said: dict[str, float] = {}  # until when a notice counts as said, by its key


async def refuse(attempt: Attempt, refused: Refused) -> None:
    """Ignore the update; say why where that is due; mute who floods."""
    update, addressed = attempt.update, is_addressed(attempt)
    attempt.refuse(refused.reason)
    metrics.UPDATES_REFUSED.labels(refused.reason).inc()
    if refused.floods and attempt.pending.user_id:
        await in_database(mute, attempt.pending.user_id)
    if update and addressed and refused.words and is_due(refused):
        await _tell(update, refused.words)


def is_due(refused: Refused) -> bool:
    """Tell whether the notice was not said lately, and note it as said."""
    now = time.monotonic()
    if _said.get(refused.key, 0.0) > now:
        return False
    if len(_said) >= MOST:
        _said.clear()
    _said[refused.key] = now + refused.seconds
    return True


def mute(user_id: int) -> None:
    """Be silent to a person who floods, for a while."""
    access.restrict(
        user_id=user_id,
        kind=Keep.MUTED,
        until=timezone.now() + held("throttle.mute_for"),
        reason="flood",
        by="throttle",
    )
    logger.warning("a person who floods is muted", extra={"fields": {"muted": user_id}})


async def _tell(update: Update, words: str) -> None:
    try:
        if update.callback_query:
            await update.callback_query.answer(words[:200], show_alert=True)
        elif update.effective_chat:
            await update.effective_chat.send_message(words)
    except TelegramError as exc:
        logger.info("a refusal could not be said: %s", exc)


def forget_notices() -> None:
    """Let every notice be due again; for tests."""
    _said.clear()

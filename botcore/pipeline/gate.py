"""Before any handler: is this person served, and not too fast? Asks memory only; who is refused hears of it once.

People with a role pass. So do payments and changes of membership: they are facts, whoever they are about.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import telegram
from django.utils import timezone
from django.utils.translation import gettext as _
from telegram.constants import ChatID, ChatType

from botcore.access.book import BOOK, KeptOut, role_of
from botcore.access.roles import Role
from botcore.access.throttle import THROTTLE, TYPING, Pace, Turn
from botcore.pipeline.attempt import Attempt
from botcore.runtime.settings import held

FACTS = frozenset({"my_chat_member", "chat_member", "pre_checkout_query", "shipping_query", "purchased_paid_media"})
NOBODY = frozenset({ChatID.ANONYMOUS_ADMIN, ChatID.FAKE_CHANNEL, ChatID.SERVICE_CHAT})  # many people each
DAY, TEN_MINUTES = 86_400.0, 600.0
BACKLOG = timedelta(minutes=1)  # so much later than it was sent


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an update goes no further; `words` for the person, said once in `seconds` for the same `key`."""

    reason: str  # of metrics.REFUSALS
    words: str = ""
    key: str = ""
    seconds: float = DAY
    floods: bool = False  # so often that a mute is due


def judge(attempt: Attempt) -> Refused | None:
    """Say why the update goes no further; None when it does."""
    pending, update = attempt.pending, attempt.update
    user_id = pending.user_id
    if update is None or user_id is None or pending.kind in FACTS or _is_payment(update.message):
        return None
    if role_of(user_id) > Role.MEMBER:
        return None
    if (kept := BOOK.page.kept_out.get(user_id)) and (kept.until is None or kept.until > timezone.now()):
        return _kept_out(kept)
    user = update.effective_user
    if user and user.is_bot and user_id not in NOBODY:
        return Refused("bot")  # two bots that answer each other would never end
    return _by_mode(user_id, pending.chat_id) or _by_pace(attempt, update) or _by_operator(attempt, update)


def too_fast(attempt: Attempt, name: str, pace: Pace) -> Refused | None:
    """Say the same of one command that has a pace of its own."""
    user_id = attempt.pending.user_id
    if user_id is None or attempt.number > 1 or role_of(user_id) > Role.MEMBER or not held("throttle.enabled"):
        return None
    key, at = _time_of(attempt, f"{user_id}:{name}"[:70])
    return _turn(key, pace, at, attempt.pending.pk)


def is_taken(attempt: Attempt) -> bool:
    """Tell whether an operator talks in this chat in the bot's place: then only what is for `always` hears of it.

    People with a role are served all the same, and facts are facts.
    """
    pending, update = attempt.pending, attempt.update
    until = BOOK.page.taken.get(pending.chat_id or 0)
    if until is None or until <= timezone.now() or pending.kind in FACTS or role_of(pending.user_id) > Role.MEMBER:
        return False
    return update is not None and not _is_payment(update.message)


def is_addressed(attempt: Attempt) -> bool:
    """Tell whether it is for the bot: not what people say to each other in a group."""
    update = attempt.update
    message = update.effective_message if update else None
    if update is None or update.callback_query or update.inline_query or message is None:
        return True
    text = message.text or message.caption or ""
    if message.chat.type == ChatType.PRIVATE or not text.startswith("/"):
        return message.chat.type == ChatType.PRIVATE
    _, at, name = text.split(maxsplit=1)[0].partition("@")
    return not at or name.lower() == attempt.claim.username.lower()


def _is_payment(message: telegram.Message | None) -> bool:
    return message is not None and bool(message.successful_payment or message.refunded_payment)


def _kept_out(kept: KeptOut) -> Refused:
    if not kept.is_ban:
        return Refused("muted")
    until = kept.until.astimezone(UTC) if kept.until else None
    words = _("You cannot use this bot until %(time)s UTC.") if until else _("You cannot use this bot.")
    words %= {"time": f"{until:%Y-%m-%d %H:%M}"} if until else {}
    if kept.reason:
        words = f"{words} {_('Reason: %(reason)s') % {'reason': kept.reason}}"
    return Refused("banned", words, f"ban:{kept.pk}:{kept.until}")


def _by_mode(user_id: int, chat_id: int | None) -> Refused | None:
    """Ask whether the bot works now, for this person, in this chat."""
    if held("maintenance"):
        words = _("The bot is being worked on. Please come back a little later.")
        return Refused("maintenance", words, f"maintenance:{user_id}", TEN_MINUTES)
    allowed, groups = BOOK.page.allowed, held("access.groups")
    if chat_id is not None and chat_id < 0 and groups != "everywhere":
        if groups == "nowhere" or chat_id not in allowed:
            return Refused("group")
    elif held("access.people") == "listed" and user_id not in allowed:
        words = _("This bot serves only people on its list. Your id is %(id)s.") % {"id": user_id}
        return Refused("not_listed", words, f"list:{user_id}")
    return None


def _by_pace(attempt: Attempt, update: telegram.Update) -> Refused | None:
    """Ask whether the person, and the group, is too fast; a second attempt has had its turn."""
    if attempt.number > 1 or attempt.pending.replayed_at or not held("throttle.enabled") or not is_addressed(attempt):
        return None
    user_id, chat_id = attempt.pending.user_id, attempt.pending.chat_id
    if update.inline_query:
        return _by_typing(attempt)
    if user_id not in NOBODY:
        key, at = _time_of(attempt, str(user_id))
        pace = Pace(held("throttle.person_per_minute"), held("throttle.person_burst"))
        if refused := _turn(key, pace, at, attempt.pending.pk):
            return refused
    if chat_id is not None and chat_id < 0:
        key, at = _time_of(attempt, str(chat_id))
        return _turn(key, Pace(held("throttle.chat_per_minute"), held("throttle.chat_burst")), at, attempt.pending.pk)
    return None


def _by_typing(attempt: Attempt) -> Refused | None:
    """Ask the same of inline queries: they owe nothing to the person's pace, and nobody is told or muted for them."""
    key, at = _time_of(attempt, f"{attempt.pending.user_id}:inline")
    return None if THROTTLE.turn(key, TYPING, at, attempt.pending.pk) is Turn.THROUGH else Refused("throttled")


def _by_operator(attempt: Attempt, update: telegram.Update) -> Refused | None:
    """Answer a button where an operator talks: pressed now, it would let the bot speak in between."""
    if not update.callback_query or not is_taken(attempt):
        return None
    words = _("A person of our team is writing with you here. The buttons work again afterwards.")
    return Refused("taken", words, f"taken:{attempt.pending.pk}")


def _turn(key: str, pace: Pace, at: float, update: int) -> Refused | None:
    turn = THROTTLE.turn(key, pace, at, update)
    if turn is Turn.THROUGH:
        return None
    if turn is Turn.NOTICE:
        wait = max(1, round(THROTTLE.wait(key, pace)))
        words = _("That was a lot at once. Please wait %(seconds)s s; until then nothing is answered.")
        return Refused("throttled", words % {"seconds": wait}, f"slow:{key}", 10.0)
    most = held("throttle.mute_after")
    return Refused("throttled", floods=bool(most) and key.isdigit() and THROTTLE.refused(key) >= most)


def _time_of(attempt: Attempt, key: str) -> tuple[str, float]:
    """Return whose debt it adds to, and when: what piled up while the bot was down was no flood.

    Such a backlog counts by when Telegram got it, for itself: two clocks in one debt would cancel it.
    """
    update, pending = attempt.update, attempt.pending
    message = update.message or update.edited_message if update else None
    sent: datetime | None = (message.edit_date or message.date) if message else None
    arrived = pending.received_at
    if sent and arrived - sent > BACKLOG:
        return f"{key}:late", sent.timestamp()
    return key, arrived.timestamp()

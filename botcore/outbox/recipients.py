"""Whom a message can be queued for: a chat that the bot knows and can reach, under its newest id."""

from django.conf import settings

from botcore.exceptions import ValidationError
from botcore.outbox import checks
from botcore.people.models import Chat, ChatAlias, Reach, User
from botcore.people.services import spoken
from botcore.runtime.selectors import bot_facts

MOVES = 5  # that are followed: a group moves once, more is a circle

REASONS = {
    Reach.BLOCKED: "{chat} has blocked the bot.",
    Reach.KICKED: "The bot is not a member of {chat}.",
    Reach.DEACTIVATED: "The account of {chat} is deleted.",
}

UNKNOWN = "The chat {} is unknown: the bot has not met it."


def recipient(chat_id: int) -> int:
    """Return the id under which the chat is reached today; raise ValidationError for one that cannot be."""
    checks.identifier(chat_id, what="chat's id")
    newest = chat_id
    for _ in range(MOVES):
        moved = ChatAlias.objects.filter(old_id=newest).values_list("new_id", flat=True).first()
        if moved is None:
            break
        newest = moved
    chat = Chat.objects.filter(pk=newest).first()
    if chat is None:
        if newest == chat_id:
            raise ValidationError(UNKNOWN.format(chat_id))
        return newest  # it moved before it was met under the new id
    if reason := REASONS.get(Reach(chat.reach)):
        raise ValidationError(reason.format(chat=chat))
    return newest


def origin(chat_id: int) -> None:
    """Refuse a person to copy from whom the bot has not met; groups and channels may be silent until then."""
    checks.identifier(chat_id, what="chat's id")
    if chat_id >= 0 and not Chat.objects.filter(pk=chat_id).exists():
        raise ValidationError(UNKNOWN.format(chat_id))


def language_of(chat_id: int) -> str:
    """Return the language of a private chat's person, else the default."""
    person = User.objects.filter(pk=chat_id).first()
    return (person.language or spoken(person.telegram_language)) if person else settings.LANGUAGE_CODE


def default_bot() -> int:
    """Return the bot whose token is set, as getMe once said, else the number before the colon: Telegram's are equal."""
    number = str(settings.TELEGRAM_BOT_TOKEN).partition(":")[0]
    if not number.isdigit():
        raise ValidationError("It is not known which bot shall send: set TELEGRAM_BOT_TOKEN or name a bot_id.")
    return int(bot_facts(int(number)).get("id", number))

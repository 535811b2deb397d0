"""What an operator wants to say to many: from the command's message to a content, and what it will look like."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from telegram import Chat, Message, MessageEntity
from telegram.constants import MessageType, ParseMode, PollType
from telegram.error import BadRequest

from botcore.exceptions import UserError
from botcore.outbox.content import Content, Copy, Text
from botcore.texts.length import telegram_length

# What copyMessage takes (core.telegram.org/bots/api#copymessage), by the field of a message that holds it.
COPIED = (
    MessageType.TEXT, MessageType.ANIMATION, MessageType.PHOTO, MessageType.VIDEO, MessageType.DOCUMENT,
    MessageType.AUDIO, MessageType.VOICE, MessageType.VIDEO_NOTE, MessageType.STICKER, MessageType.POLL,
    MessageType.VENUE, MessageType.LOCATION, MessageType.CONTACT, MessageType.DICE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Composed:
    """A content, in a few words what it is, and what the operator should know of it, "" for nothing."""

    content: Text | Copy
    about: str = ""
    note: str = ""


def content_of(message: Message) -> Content:
    """Return a text with its formatting, so that a conversation shows its words; of anything else a copy."""
    return Text(message.text_html, "HTML") if message.text else Copy(message.chat.id, message.message_id)


def composed(message: Message) -> Composed | None:
    """Return the message that the command answers, or the words behind it; None when there is neither."""
    words, answered = behind_command(message), message.reply_to_message
    if message.external_reply or message.reply_to_story:
        raise UserError(_("That message is in another chat. Forward it here, and answer it here."))
    if answered and answered.forum_topic_created:  # what is written in a topic answers its beginning
        answered = None
    if answered and words:
        raise UserError(_("Either answer a message or write the text behind the command, not both."))
    if answered:
        return copied(answered)
    return Composed(Text(words, ParseMode.HTML)) if words else None


def copied(message: Message) -> Composed:
    """Return a message as something to be copied; raise UserError for what Telegram does not copy."""
    kind = next((kind for kind in COPIED if getattr(message, kind)), None)
    is_quiz = message.poll is not None and message.poll.type == PollType.QUIZ
    if kind is None or is_quiz or message.has_protected_content:
        raise UserError(_("Telegram does not copy such a message."))
    words = message.text or message.caption or ""
    about = words if kind == MessageType.TEXT else f"{kind}: {words}" if words else kind.value
    note = _("It is a part of an album: only this part is sent, without the others.") if message.media_group_id else ""
    return Composed(Copy(message.chat.id, message.message_id), about, note)


def behind_command(message: Message) -> str:
    """Return what stands behind the command as Telegram's HTML; "" for nothing."""
    text = message.text or ""
    words = text.split(maxsplit=1)[1:]
    if not words:
        return ""
    start = telegram_length(text) - telegram_length(words[0])
    entities = [_moved(entity, start) for entity in message.entities if entity.offset + entity.length > start]
    cut = Message(message.message_id, message.date, message.chat, text=words[0], entities=entities)
    return cut.text_html


async def preview(chat: Chat, content: Text | Copy) -> None:
    """Show the operator what people will get; here Telegram says whether it can be copied at all."""
    if isinstance(content, Text):
        await chat.send_message(content.text, parse_mode=content.parse_mode)
        return
    try:
        await chat.send_copy(content.from_chat_id, content.message_id)
    except BadRequest as exc:
        raise UserError(_("Telegram does not copy such a message.")) from exc


def _moved(entity: MessageEntity, start: int) -> MessageEntity:
    """Return an entity of the text that begins there, as much of it as there is."""
    offset = max(entity.offset, start)
    place = {"offset": offset - start, "length": entity.offset + entity.length - offset}
    return MessageEntity.de_json({**entity.to_dict(), **place}, None)

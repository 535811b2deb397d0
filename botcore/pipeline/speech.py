"""From a rendered text to what is sent: one message, several in order, or a file; buttons stand under the last."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from telegram import (
    CallbackQuery,
    Chat,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    Message,
    MessageEntity,
    ReplyParameters,
)
from telegram.constants import ChatType, MessageLimit, ParseMode
from telegram.error import BadRequest

from botcore.runtime import settings as runtime
from botcore.texts.cut import cut
from botcore.texts.entities import MarkupError, RichText
from botcore.texts.html_reader import parse_html
from botcore.texts.length import telegram_length
from botcore.texts.markup import stripped
from botcore.texts.split import LONGEST, MOST_ENTITIES
from botcore.texts.text_file import TextFile

logger = logging.getLogger(__name__)

GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")

Place = Mapping[str, Any]  # parameters of whatever sends
NOWHERE: Place = MappingProxyType({})
Messages = list[dict[str, Any]]  # the text and its formatting, as parameters of sendMessage


async def compose(source: str) -> Messages | TextFile:
    """Return the messages that say this HTML, or a file when they would be more than the setting texts.pieces says."""
    if telegram_length(source) <= LONGEST and source.count("</") <= MOST_ENTITIES:
        return [{"text": source, "parse_mode": ParseMode.HTML}]
    return await asyncio.to_thread(_cut, source)  # a book takes a while, and nobody else shall wait for it


async def say(chat: Chat, source: str, markup: InlineKeyboardMarkup | None, place: Place = NOWHERE) -> None:
    """Send a text to a chat, or to a place in it."""
    await _send(chat, await compose(source), markup, place)


def place_of(message: Message | None, *, below: bool) -> Place:
    """Return where what is said of a message goes: into its topic, and in a group below it, if that is wanted."""
    if message is None or message.chat.type == ChatType.PRIVATE:
        return NOWHERE
    place: dict[str, Any] = {"message_thread_id": message.message_thread_id} if message.is_topic_message else {}
    if below:
        place["reply_parameters"] = ReplyParameters(message.message_id, allow_sending_without_reply=True)
    return place


async def replace(query: CallbackQuery, source: str, markup: InlineKeyboardMarkup | None) -> None:
    """Put a text in the place of the message whose button was pressed; what does not fit into it is sent behind it.

    Of a file, the message keeps the first words. The same text again is no error, and nothing is sent twice. A picture
    or file has no text: its caption changes, or it loses its buttons and the text is sent behind it.
    """
    composed = await compose(source)
    if isinstance(query.message, Message) and query.message.text is None:
        await _say_at(query.message, composed, markup)
        return
    first: dict[str, Any] = {"text": composed.caption} if isinstance(composed, TextFile) else composed[0]
    rest = composed if isinstance(composed, TextFile) else composed[1:]
    is_all = rest == []
    try:
        edited = await query.edit_message_text(**first, reply_markup=markup if is_all else None)
    except BadRequest as exc:
        if not is_gone(exc):
            raise
        if query.message:  # deleted meanwhile: it is said anew
            await _send(query.message.chat, composed, markup)
        return
    if query.message and not is_all and edited is not True:  # True: it said the same before
        await _send(query.message.chat, rest, markup)


async def show(
    chat: Chat, query: CallbackQuery | None, png: bytes, caption: str, markup: InlineKeyboardMarkup | None
) -> None:
    """Send a picture, or put it in the place of the one whose button was pressed."""
    if query and isinstance(query.message, Message) and query.message.photo:
        media = InputMediaPhoto(png, caption, parse_mode=ParseMode.HTML)
        try:
            await query.edit_message_media(media, reply_markup=markup)
        except BadRequest as exc:
            if not is_gone(exc):
                raise
            await chat.send_photo(png, caption, parse_mode=ParseMode.HTML, reply_markup=markup)
    else:
        await chat.send_photo(png, caption, parse_mode=ParseMode.HTML, reply_markup=markup)


def is_gone(error: BadRequest) -> bool:
    """Tell whether there is no message any more that could be changed."""
    return any(words in error.message.lower() for words in GONE)


async def _say_at(message: Message, composed: Messages | TextFile, markup: InlineKeyboardMarkup | None) -> None:
    """Say it at a message without text."""
    if message.effective_attachment and isinstance(composed, list) and len(composed) == 1:
        shown = composed[0]["text"]
        if telegram_length(stripped(shown, composed[0].get("parse_mode", ""))) <= MessageLimit.CAPTION_LENGTH:
            rest = {name: value for name, value in composed[0].items() if name != "text"}
            entities = {"caption_entities": rest.pop("entities")} if "entities" in rest else {}
            with suppress(BadRequest):  # what has no caption, such as a sticker or a place
                await message.edit_caption(shown, reply_markup=markup, **rest, **entities)
                return
    try:
        await message.edit_reply_markup(None)
    except BadRequest as exc:
        if not is_gone(exc):
            raise
    await _send(message.chat, composed, markup)


async def _send(
    chat: Chat, composed: Messages | TextFile, markup: InlineKeyboardMarkup | None, place: Place = NOWHERE
) -> None:
    if isinstance(composed, TextFile):
        document = InputFile(composed.content, filename=composed.name)
        await chat.send_document(document, caption=composed.caption, reply_markup=markup, **place)
        return
    *earlier, last = composed
    for message in earlier:
        await chat.send_message(**message, **place)
    await chat.send_message(**last, reply_markup=markup, **place)


def _cut(source: str) -> Messages | TextFile:
    try:
        rich = parse_html(source)
    except MarkupError as exc:  # a template's mistake; the person shall read what was to be said all the same
        logger.error("%s It is sent without formatting. Its beginning: %r", exc, source[:200])  # noqa: TRY400
        rich = RichText(source)
    pieces = cut(rich, most=runtime.held("texts.pieces"))
    if isinstance(pieces, TextFile):
        return pieces
    if not pieces:
        raise ValueError("the text to be sent is blank")
    return [
        {"text": piece.text, "entities": [MessageEntity.de_json(entity.to_dict(), None) for entity in piece.entities]}
        for piece in pieces
    ]

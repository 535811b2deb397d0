"""From content to the Bot API's calls: method and parameters.

Files of this machine travel as {"file": path}, files made of a text as {"name": …, "text": …}.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from botcore.exceptions import ValidationError
from botcore.outbox import checks
from botcore.outbox.callback_data import keep
from botcore.outbox.content import Album, Buttons, Content, Copy, Forward, Media, Template, Text
from botcore.texts.cut import cut
from botcore.texts.entities import RichText
from botcore.texts.length import telegram_length
from botcore.texts.markup import HTML
from botcore.texts.split import LONGEST, MOST_ENTITIES
from botcore.texts.text_file import TextFile


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the Bot API, without its chat."""

    method: str
    parameters: dict[str, Any]

    @property
    def payload(self) -> str:
        """The parameters as JSON in ASCII, which every database takes."""
        return json.dumps(self.parameters, separators=(",", ":"))


def calls_of(content: Content) -> list[Call]:
    """Return the calls that say it, in order; raise ValidationError for what Telegram would refuse."""
    match content:
        case Text():
            return text_calls(content)
        case Template():
            names = [f"messages/{content.name}.{suffix}" for suffix in ("html", "md")]
            shown = render_to_string(names, dict(content.values)).strip()
            return text_calls(Text(shown, HTML, content.preview))
        case Album():
            checks.album(content)
            return [Call("sendMediaGroup", {"media": [_item(item) for item in content.items]})]
        case Media() if content.kind:
            checks.media(content)
            parameters = {content.kind: _file(content), **_caption(content)}
            return [Call(f"send{content.kind.capitalize()}", parameters)]
        case Copy() | Forward():
            checks.identifier(content.from_chat_id, what="chat's id")
            checks.identifier(content.message_id, what="message's id")
            method = "copyMessage" if isinstance(content, Copy) else "forwardMessage"
            return [Call(method, {"from_chat_id": content.from_chat_id, "message_id": content.message_id})]
    raise ValidationError(f"A {type(content).__name__} cannot be sent.")


def text_calls(content: Text) -> list[Call]:
    """Return a text's calls: one, several in order, or a file when these would be more than BOT_TEXT_PIECES."""
    rich = checks.text(content.text, content.parse_mode)
    options = {} if content.preview else {"link_preview_options": {"is_disabled": True}}
    if telegram_length(rich.text) <= LONGEST and len(rich.entities) <= MOST_ENTITIES:
        mode = {"parse_mode": content.parse_mode} if content.parse_mode else {}
        return [Call("sendMessage", {"text": content.text, **mode, **options})]
    found = cut(rich, most=settings.BOT_TEXT_PIECES)
    if isinstance(found, TextFile):
        file = {"name": found.name, "text": found.content.decode()}
        return [Call("sendDocument", {"document": file, "caption": found.caption})]
    return [Call("sendMessage", {**_piece(piece), **options}) for piece in found]


def _piece(piece: RichText) -> dict[str, Any]:
    return {"text": piece.text, "entities": [entity.to_dict() for entity in piece.entities]}


def keyboard(buttons: Buttons, *, chat_id: int) -> dict[str, Any]:
    """Return the parameters that show the buttons; data that are too long are kept in rows."""
    checks.buttons(buttons)
    rows = [
        [
            {"text": button.text, "url": button.url}
            if button.url
            else {"text": button.text, "callback_data": keep(button.data, chat_id=chat_id, user_id=button.user_id)}
            for button in row
        ]
        for row in buttons
    ]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _item(item: Media) -> dict[str, Any]:
    return {"type": item.kind, "media": _file(item), **_caption(item)}


def _file(item: Media) -> str | Mapping[str, str]:
    return {"file": str(item.file.resolve())} if isinstance(item.file, Path) else item.file


def _caption(item: Media) -> dict[str, str]:
    given = {"caption": item.caption, "parse_mode": item.parse_mode if item.caption else ""}
    return {name: value for name, value in given.items() if value}

"""From content to the Bot API's calls: method and parameters.

Files of this machine travel as {"file": path}, those of pages as content.Enclosed, files made of a text as
{"name": …, "text": …}.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import render_to_string

from botcore.exceptions import ValidationError
from botcore.outbox import check_media, checks
from botcore.outbox.callback_data import keep
from botcore.outbox.content import Album, Buttons, Content, Copy, Enclosed, Forward, Media, Template, Text
from botcore.runtime import settings as runtime
from botcore.texts.cut import cut
from botcore.texts.entities import RichText
from botcore.texts.length import telegram_length
from botcore.texts.markup import HTML
from botcore.texts.split import LONGEST, MOST_ENTITIES
from botcore.texts.text_file import TextFile

SOURCE_BYTES = 32_768  # of a text or caption with its formatting
# What a template may stumble over in its values; the database's errors are no fault of it.
FAULTS = (TemplateSyntaxError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
LONGEST_ERROR = 200  # characters of what a template complains of


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
            return text_calls(Text(_rendered(content), HTML, content.preview))
        case Album():
            return [Call("sendMediaGroup", {"media": [_item(item) for item in check_media.album(content)]})]
        case Media() if content.kind:
            check_media.media(content)
            parameters = {content.kind: _file(content), **_caption(content)}
            return [Call(f"send{content.kind.capitalize()}", parameters)]
        case Copy() | Forward():
            checks.identifier(content.from_chat_id, what="chat's id")
            checks.positive(content.message_id, what="message's id", bits=checks.MESSAGE_BITS)
            method = "copyMessage" if isinstance(content, Copy) else "forwardMessage"
            return [Call(method, {"from_chat_id": content.from_chat_id, "message_id": content.message_id})]
    raise ValidationError(f"A {type(content).__name__} cannot be sent.")


def text_calls(content: Text) -> list[Call]:
    """Return a text's calls: one, several in order, or a file when these are more than texts.pieces says."""
    rich = checks.text(content.text, content.parse_mode)
    checks.flag(content.preview, name="preview")
    options = {} if content.preview else {"link_preview_options": {"is_disabled": True}}
    if telegram_length(rich.text) <= LONGEST and len(rich.entities) <= MOST_ENTITIES:
        return [Call("sendMessage", {**_formatted("text", content.text, content.parse_mode, rich), **options})]
    found = cut(rich, most=runtime.value("texts.pieces"))
    if isinstance(found, TextFile):
        file = {"name": found.name, "text": found.content.decode()}
        return [Call("sendDocument", {"document": file, "caption": found.caption})]
    return [Call("sendMessage", {**_piece(piece), **options}) for piece in found]


def _rendered(content: Template) -> str:
    """Return what a template says; whatever is wrong in it is said in one sentence."""
    checks.template(content.name, content.values)
    try:
        names = [f"messages/{content.name}.{suffix}" for suffix in ("html", "md")]
        return render_to_string(names, dict(content.values)).strip()
    except TemplateDoesNotExist as exc:
        raise ValidationError(f"There is no template {exc}.") from exc
    except FAULTS as exc:
        error = f"{type(exc).__name__}: {exc}"[:LONGEST_ERROR]
        raise ValidationError(f"The template {content.name} cannot be rendered: {error}.") from exc


def _piece(piece: RichText) -> dict[str, Any]:
    return {"text": piece.text, "entities": [entity.to_dict() for entity in piece.entities]}


def keyboard(buttons: Buttons, *, chat_id: int, due_at: datetime | None) -> dict[str, Any]:
    """Return the parameters that show the buttons; data that are too long are kept in rows."""
    rows = [
        [
            {"text": button.text, "url": button.url}
            if button.url
            else {
                "text": button.text,
                "callback_data": keep(button.data, chat_id=chat_id, user_id=button.user_id, due_at=due_at),
            }
            for button in row
        ]
        for row in buttons
    ]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _item(item: Media) -> dict[str, Any]:
    return {"type": item.kind, "media": _file(item), **_caption(item)}


def _file(item: Media) -> str | Mapping[str, Any]:
    if isinstance(item.file, Enclosed):
        return asdict(item.file)
    return {"file": str(item.file.absolute())} if isinstance(item.file, Path) else item.file


def enclosed_in(parameters: Mapping[str, Any]) -> list[Enclosed]:
    """Return the files of pages that a call sends."""
    media = parameters.get("media")
    items = [item.get("media") for item in media if isinstance(item, dict)] if isinstance(media, list) else []
    return [found for value in (*parameters.values(), *items) if (found := Enclosed.read(value))]


def _caption(item: Media) -> dict[str, Any]:
    if item.caption == "":
        return {}
    rich = checks.text(item.caption, item.parse_mode, most=checks.CAPTION, what="caption")
    return _formatted("caption", item.caption, item.parse_mode, rich)


def _formatted(name: str, source: str, parse_mode: str, rich: RichText) -> dict[str, Any]:
    """Return the parameters of a text or caption; a source beyond what Telegram reads goes as text and entities."""
    if not parse_mode:
        return {name: source}
    if len(source.encode()) <= SOURCE_BYTES:
        return {"parse_mode": parse_mode, name: source}
    entities = "entities" if name == "text" else "caption_entities"
    return {name: rich.text, entities: [entity.to_dict() for entity in rich.entities]}

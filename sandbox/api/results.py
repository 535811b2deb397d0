"""What becomes of an InlineQueryResult when somebody sends it: a message of theirs, written by the bot."""

from collections.abc import Mapping
from typing import Any

from sandbox.api.attachments import stored_file
from sandbox.api.keyboards import inline_keyboard
from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call
from sandbox.api.texts import formatted_caption, formatted_text
from sandbox.bots import Bot
from sandbox.chats import Draft
from sandbox.entities.formatted import Formatted
from sandbox.errors import bad_request
from sandbox.files import Media
from sandbox.kinds import KINDS
from sandbox.world import World

_KINDS = {"gif": "animation", "mpeg4_gif": "animation"}  # as messages call them
_PLACE = ("latitude", "longitude")
_MOVES = ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")


def read_result(call: Call) -> dict[str, Any]:
    """Read the one result that a call names. Raises ApiError."""
    try:
        result = call.parameters.document("result")
    except ValueError as error:
        raise bad_request("can't parse InlineQueryResult JSON object") from error
    if not isinstance(result, dict):
        raise bad_request("object expected as InlineQueryResult")
    return result


def draft_of(world: World, bot: Bot, result: Mapping[str, Any]) -> Draft:
    """Return the message of a result. Raises ApiError."""
    parameters = Parameters(result)
    given, content = Call(world, bot, parameters), result.get("input_message_content")
    markup, via = inline_keyboard(parameters), {"via_bot": bot.to_json()}
    if isinstance(content, dict):
        formatted, extra = _content(Call(world, bot, Parameters(content)), content)
        return Draft(formatted, markup, extra={**extra, **via})
    kind = str(result.get("type", ""))
    if kind in {"location", "venue", "contact"}:
        return Draft(markup=markup, extra={**_extra(result), **via})
    media = _media(given, kind, result)
    return Draft(formatted_caption(given, parameters), markup, media=media, extra=via)


def _content(call: Call, content: Mapping[str, Any]) -> tuple[Formatted, dict[str, Any]]:
    if "message_text" not in content:
        return Formatted(""), _extra(content)
    text = {**content, "text": content["message_text"]}
    return formatted_text(Call(call.world, call.bot, Parameters(text))), {}


def _extra(content: Mapping[str, Any]) -> dict[str, Any]:
    """A place, a venue or a contact as messages name them."""
    if "phone_number" in content:
        return {"contact": {name: content[name] for name in ("phone_number", "first_name", "last_name", "vcard")
                            if name in content}}  # fmt: skip
    if not all(isinstance(content.get(name), int | float) for name in _PLACE):
        raise bad_request("MESSAGE_EMPTY")
    place = {name: content[name] for name in _PLACE}
    if "address" in content:
        return {"venue": {"location": place, "title": content.get("title", ""), "address": content["address"]}}
    return {"location": place | {name: content[name] for name in _MOVES if isinstance(content.get(name), int | float)}}


def _media(call: Call, kind: str, result: Mapping[str, Any]) -> Media:
    shown = _KINDS.get(kind, kind)
    names = (f"{kind}_file_id", f"{kind}_url", f"{shown}_file_id", f"{shown}_url")
    source = next((result[name] for name in names if isinstance(result.get(name), str)), "")
    if shown not in KINDS or not source:
        raise bad_request("input message content is not specified")
    details = {name: value for name, value in KINDS[shown].details.items() if value is not None}
    return Media(shown, stored_file(call, shown, Parameters({shown: source}), shown), details)

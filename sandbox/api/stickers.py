"""Methods that read the built-in stickers; none can be made or changed here."""

from typing import Any

from sandbox.api.registry import Call, method
from sandbox.errors import bad_request
from sandbox.stickers import CUSTOM_EMOJI, set_json

MOST_IDS = 200  # Bot API, getCustomEmojiStickers


@method("getStickerSet")
async def get_sticker_set(call: Call) -> dict[str, Any]:
    found = set_json(call.parameters.text("name").strip())
    if found is None:
        raise bad_request("STICKERSET_INVALID")
    return found


@method("getCustomEmojiStickers")
async def get_custom_emoji_stickers(call: Call) -> list[dict[str, Any]]:
    try:
        given = call.parameters.document("custom_emoji_ids")
    except ValueError as error:
        raise bad_request("can't parse custom emoji identifiers JSON object") from error
    if not isinstance(given, list):
        raise bad_request("expected an Array of custom emoji identifiers")
    if not all(isinstance(number, str) for number in given):
        raise bad_request("custom emoji identifier must be of type String")
    if not all(number.removeprefix("-").isdecimal() for number in given):
        raise bad_request("invalid custom emoji identifier specified")
    if len(given) > MOST_IDS:
        raise bad_request("too many custom emoji identifiers specified")
    return [CUSTOM_EMOJI[number].to_json() for number in dict.fromkeys(given) if number in CUSTOM_EMOJI]


@method("getForumTopicIconStickers")
async def get_forum_topic_icon_stickers(_: Call) -> list[dict[str, Any]]:
    return [sticker.to_json() for sticker in CUSTOM_EMOJI.values()]

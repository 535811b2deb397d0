"""Methods that send files: photos, videos, documents …, one by one and as albums."""

from secrets import randbelow
from typing import Any

from telegram.constants import MediaGroupLimit

from sandbox.api.attachments import KINDS, stored_file
from sandbox.api.keyboards import inline_keyboard
from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call, as_many_as, method, one
from sandbox.api.targets import open_chat_of, replied_post
from sandbox.api.texts import formatted_caption
from sandbox.chats import Draft, Post
from sandbox.errors import bad_request
from sandbox.files import Media

_NUMBERS = frozenset({"duration", "width", "height"})
_ALBUM_KINDS = frozenset({"photo", "video", "audio", "document"})
_ALONE = frozenset({"audio", "document"})  # Bot API: these stand only with their own kind


def _register(kind: str) -> None:
    @method(f"send{kind.capitalize()}", one)
    async def send(call: Call) -> dict[str, Any]:
        chat = open_chat_of(call)
        parameters, markup = call.parameters, inline_keyboard(call.parameters)
        caption, reply_to = formatted_caption(call, parameters), replied_post(call, chat)
        media = _media(call, kind, parameters, kind)
        return call.world.post(chat, call.bot, Draft(caption, markup, reply_to, media)).to_json()


for _kind in KINDS:
    _register(_kind)


@method("sendMediaGroup", as_many_as("media"))
async def send_media_group(call: Call) -> list[dict[str, Any]]:
    chat = open_chat_of(call)
    parts = _album(call)
    reply_to = replied_post(call, chat)
    captions = [formatted_caption(call, part) for part in parts]
    shown = [_media(call, part.text("type"), part, "media") for part in parts]
    extra = {"media_group_id": str(randbelow(9 * 10**16) + 10**16)}
    drafts = [
        Draft(caption, reply_to=reply_to, media=media, extra=extra)
        for caption, media in zip(captions, shown, strict=True)
    ]
    posts: list[Post] = [call.world.post(chat, call.bot, draft) for draft in drafts]
    return [post.to_json() for post in posts]


def _album(call: Call) -> list[Parameters]:
    try:
        given = call.parameters.document("media")
    except ValueError as error:
        raise bad_request("can't parse media JSON object") from error
    if not isinstance(given, list) or not all(isinstance(part, dict) for part in given):
        raise bad_request("media must be an Array of InputMedia")
    if not MediaGroupLimit.MIN_MEDIA_LENGTH <= len(given) <= MediaGroupLimit.MAX_MEDIA_LENGTH:
        raise bad_request("wrong number of media in the album")
    kinds = {str(part.get("type")) for part in given}
    if not kinds <= _ALBUM_KINDS:
        raise bad_request("type of the media must be photo, video, audio or document")
    if len(kinds) > 1 and kinds & _ALONE:
        raise bad_request("documents and audio files can be grouped only with their own kind")
    return [Parameters(part) for part in given]


def _media(call: Call, kind: str, given: Parameters, name: str) -> Media:
    stored = stored_file(call, kind, given, name)
    details: dict[str, Any] = {}
    for detail, default in KINDS[kind].details.items():
        if detail in _NUMBERS:
            details[detail] = given.integer(detail, int(default or 0), 0)
        elif given.text(detail):
            details[detail] = given.text(detail)
    return Media(kind, stored, details)

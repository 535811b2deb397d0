"""Methods that send files, one by one and as albums, and that put another file into a message."""

from secrets import randbelow
from typing import Any

from telegram.constants import MediaGroupLimit

from sandbox.api.attachments import KINDS, stored_file
from sandbox.api.keyboards import inline_keyboard
from sandbox.api.messages import NOT_MODIFIED
from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call, as_many_as, method, one
from sandbox.api.targets import open_chat_of, own_post, placed
from sandbox.api.texts import formatted_caption
from sandbox.chats import Draft, Post
from sandbox.errors import ApiError, bad_request
from sandbox.files import Media

_NUMBERS = frozenset({"duration", "width", "height"})
_ALBUM_KINDS = frozenset({"photo", "video", "audio", "document"})
_ALONE = frozenset({"audio", "document"})  # Bot API: these stand only with their own kind
_EDITABLE = frozenset({"photo", "video", "animation", "audio", "document"})  # Bot API, InputMedia


def _register(kind: str) -> None:
    @method(f"send{kind.capitalize()}", one)
    async def send(call: Call) -> dict[str, Any]:
        chat = open_chat_of(call)
        parameters, markup = call.parameters, inline_keyboard(call.parameters)
        caption, place = formatted_caption(call, parameters), placed(call, chat)
        media = _media(call, kind, parameters, kind)
        return call.world.post(chat, call.bot, Draft(caption, markup, media=media, **place)).to_json()


for _kind in KINDS:
    _register(_kind)


@method("sendMediaGroup", as_many_as("media"))
async def send_media_group(call: Call) -> list[dict[str, Any]]:
    chat = open_chat_of(call)
    parts = _album(call)
    place = placed(call, chat)
    captions = [formatted_caption(call, part) for part in parts]
    shown = [_media(call, part.text("type"), part, "media") for part in parts]
    extra = {"media_group_id": str(randbelow(9 * 10**16) + 10**16)}
    drafts = [Draft(caption, media=media, extra=extra, **place) for caption, media in zip(captions, shown, strict=True)]
    posts: list[Post] = [call.world.post(chat, call.bot, draft) for draft in drafts]
    return [post.to_json() for post in posts]


@method("editMessageMedia", one)
async def edit_message_media(call: Call) -> dict[str, Any]:
    given = _input_media(call)
    caption, media = formatted_caption(call, given), _stored_media(call, given)
    post, markup = own_post(call), inline_keyboard(call.parameters)
    _check_may_become(post, media)
    if (post.media, post.text, post.entities, post.markup) == (media, caption.text, caption.entities, markup):
        raise bad_request(NOT_MODIFIED)
    post.media = media
    call.world.edit(post, caption, markup)
    return post.to_json()


def _input_media(call: Call) -> Parameters:
    try:
        given = call.parameters.document("media")
    except ValueError as error:
        raise bad_request("can't parse input media JSON object") from error
    if not isinstance(given, dict):
        raise _unparsable("expected an Object")
    if not isinstance(given.get("type"), str):
        raise _unparsable('Can\'t find field "type"')
    if given["type"] not in _EDITABLE:
        raise _unparsable(f'type "{given["type"]}" is not supported')
    return Parameters(given)


def _stored_media(call: Call, given: Parameters) -> Media:
    try:
        return _media(call, given.text("type"), given, "media")
    except ApiError as error:
        missing = any(words in error.description for words in ("can't find the file", "in the request"))
        raise (_unparsable("media not found") if missing else error) from error


def _check_may_become(post: Post, media: Media) -> None:
    """A text may get a file, too; within an album only what could stand there."""
    if post.media and post.media.kind not in _EDITABLE:
        raise bad_request("there is no media in the message to edit")
    if post.media is None or "media_group_id" not in post.extra or post.media.kind == media.kind:
        return
    if media.kind not in _ALBUM_KINDS:
        raise bad_request("message content type can't be used in an album")
    if {post.media.kind, media.kind} & _ALONE:
        raise bad_request("can't change media type in the album")


def _unparsable(what: str) -> ApiError:
    return bad_request(f"can't parse InputMedia: {what}")


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

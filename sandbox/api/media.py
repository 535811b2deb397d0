"""Methods that send files, one by one and as albums, and that put another file into a message."""

from typing import Any

from sandbox.api.attachments import ATTACH, stored_file
from sandbox.api.captions import above_media, under_spoiler
from sandbox.api.keyboards import inline_keyboard
from sandbox.api.messages import NOT_MODIFIED
from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call, as_many_as, method, one
from sandbox.api.sending import addressed, send
from sandbox.api.targets import edited, is_inline, open_chat_of, own_post
from sandbox.api.texts import formatted_caption
from sandbox.chats import Draft, Post
from sandbox.entities.formatted import NO_TEXT
from sandbox.errors import ApiError, bad_request
from sandbox.files import Media, new_album
from sandbox.kinds import CAPTIONLESS, KINDS, STICKER
from sandbox.terms import MediaGroupLimit

_NUMBERS = frozenset({"duration", "width", "height", "length"})
_OF_MEDIA = frozenset({"show_caption_above_media", "has_media_spoiler"})
_ALBUM_KINDS = frozenset({"photo", "live_photo", "video", "audio", "document"})
_ALONE = frozenset({"audio", "document"})  # Bot API: these stand only with their own kind
_EDITABLE = frozenset({"photo", "live_photo", "video", "animation", "audio", "document"})  # Bot API, InputMedia


def _register(kind: str) -> None:
    name = "".join(word.capitalize() for word in kind.split("_"))

    @method(f"send{name}", one)
    async def send_file(call: Call) -> dict[str, Any]:
        parameters = call.parameters
        caption = NO_TEXT if kind in CAPTIONLESS else formatted_caption(call, parameters)
        shown = media_of(call, kind, parameters, kind)
        extra = {**above_media(parameters, kind), **under_spoiler(parameters, kind)}
        return send(call, Draft(caption, media=shown, extra=extra)).to_json()


for _kind in KINDS:
    _register(_kind)


@method("sendMediaGroup", as_many_as("media"))
async def send_media_group(call: Call) -> list[dict[str, Any]]:
    parts, chat = _album(call), open_chat_of(call)
    album = new_album()
    drafts = [addressed(call, chat, _part(call, part, album)) for part in parts]
    return [call.world.post(chat, call.bot, draft).to_json() for draft in drafts]


def _part(call: Call, part: Parameters, album: dict[str, str]) -> Draft:
    kind, caption = part.text("type"), formatted_caption(call, part)
    extra = {**album, **above_media(part, kind), **under_spoiler(part, kind)}
    return Draft(caption, media=media_of(call, kind, part, "media"), extra=extra)


@method("editMessageMedia", one)
async def edit_message_media(call: Call) -> dict[str, Any] | bool:
    given = _input_media(call)
    if is_inline(call) and given.text("media").startswith(ATTACH):
        raise bad_request("invalid message content specified")  # an inline message takes no new file
    caption, media = formatted_caption(call, given), _stored_media(call, given)
    post, markup = own_post(call), inline_keyboard(call.parameters)
    _check_may_become(post, media)
    extra = {name: value for name, value in post.extra.items() if name not in _OF_MEDIA}
    extra |= {**above_media(given, media.kind), **under_spoiler(given, media.kind)}
    before = (post.media, post.text, post.entities, post.markup, post.extra)
    if before == (media, caption.text, caption.entities, markup, extra):
        raise bad_request(NOT_MODIFIED)
    post.media, post.extra = media, extra
    call.world.edit(post, caption, markup)
    return edited(call, post)


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
        return media_of(call, given.text("type"), given, "media")
    except ApiError as error:
        missing = any(words in error.description for words in ("can't find the file", "in the request"))
        raise (_unparsable("media not found") if missing else error) from error


def _check_may_become(post: Post, media: Media) -> None:
    """A text may get a file, too; within an album only what could stand there."""
    is_bare = post.media is None and not post.text
    if is_bare or (post.media and post.media.kind not in _EDITABLE):
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


def media_of(call: Call, kind: str, given: Parameters, name: str) -> Media:
    """The media in a call's parameters, or in those of one part of it. Raises ApiError."""
    if kind == "live_photo":
        _check_is_no_address(given, name)
    stored = stored_file(call, kind, given, name)
    details: dict[str, Any] = dict(STICKER) if kind == "sticker" else {}
    for detail, default in KINDS[kind].details.items():
        if detail in _NUMBERS:
            details[detail] = given.integer(detail, int(default or 0), 0)
        elif given.text(detail):
            details[detail] = given.text(detail)
    if kind == "live_photo":
        details["photo"] = [stored_file(call, "photo", given, "photo").to_photo()]
    return Media(kind, stored, details)


def _check_is_no_address(given: Parameters, name: str) -> None:
    """Of live photos neither the film nor the picture can be fetched from elsewhere (Bot API). Raises ApiError."""
    if any("://" in given.text(one) and not given.text(one).startswith(ATTACH) for one in (name, "photo")):
        raise bad_request("wrong remote file identifier specified: can't unserialize it")

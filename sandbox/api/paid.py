"""sendPaidMedia: photos and videos that cost Stars. Everybody sees them here, whether they bought them or not."""

from typing import Any

from sandbox.api.captions import above_media
from sandbox.api.media import media_of
from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call, method, one
from sandbox.api.sending import send
from sandbox.api.texts import formatted_caption
from sandbox.chats import Draft
from sandbox.errors import ApiError, bad_request
from sandbox.files import Media, PaidMedia

_MOST_STARS, _MOST_PARTS, _LONGEST_PAYLOAD = 25_000, 10, 128  # Bot API, sendPaidMedia
_KINDS = frozenset({"photo", "video"})


@method("sendPaidMedia", one)
async def send_paid_media(call: Call) -> dict[str, Any]:
    given, parts = call.parameters, _parts(call)
    caption, stars = formatted_caption(call, given), given.integer("star_count")
    if not 0 < stars <= _MOST_STARS:
        raise bad_request("invalid media price specified")
    if not 0 < len(parts) <= _MOST_PARTS:
        raise bad_request("invalid number of paid media specified")
    if len(given.text("payload").encode()) > _LONGEST_PAYLOAD:
        raise bad_request("PAYLOAD_INVALID")
    shown = PaidMedia(stars, tuple(_media(call, part) for part in parts), given.text("payload"))
    return send(call, Draft(caption, media=shown, extra=above_media(given, shown.kind))).to_json()


def _parts(call: Call) -> list[Parameters]:
    try:
        given = call.parameters.document("media")
    except ValueError as error:
        raise bad_request("can't parse paid media JSON object") from error
    if given is None:
        raise bad_request('parameter "media" is required')
    if not isinstance(given, list):
        raise bad_request("expected an Array of InputPaidMedia")
    if not all(isinstance(part, dict) for part in given):
        raise _unparsable("expected an Object")
    return [Parameters(part) for part in given]


def _media(call: Call, part: Parameters) -> Media:
    kind = part.text("type")
    if not part.text("media"):
        raise _unparsable("media not found")
    if kind not in _KINDS:
        raise _unparsable(f'type "{kind}" is unsupported' if kind else 'Can\'t find field "type"')
    return media_of(call, kind, part, "media")


def _unparsable(what: str) -> ApiError:
    return bad_request(f"can't parse InputPaidMedia: {what}")

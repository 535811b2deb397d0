"""Profile photos: a bot's own, which it sets; people in the sandbox have none, and no audios either."""

from typing import Any

from sandbox.api.attachments import ATTACH, stored_file
from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call, method
from sandbox.api.rights import user_of
from sandbox.bots import Bot
from sandbox.errors import ApiError, bad_request

_FILES = {"static": "photo", "animated": "animation"}  # Bot API, InputProfilePhoto


@method("getUserProfilePhotos")
async def get_user_profile_photos(call: Call) -> dict[str, Any]:
    who = user_of(call)
    photo = who.profile.photo if isinstance(who, Bot) else None
    found = [[photo.to_photo()]] if photo else []
    offset, limit = call.parameters.integer("offset", low=0), call.parameters.integer("limit", 100, 1, 100)
    return {"total_count": len(found), "photos": found[offset : offset + limit]}


@method("getUserProfileAudios")
async def get_user_profile_audios(call: Call) -> dict[str, Any]:
    user_of(call)
    return {"total_count": 0, "audios": []}


@method("setMyProfilePhoto")
async def set_my_profile_photo(call: Call) -> bool:
    """Take a picture or a film, which must be new; of a film, too, the sandbox shows one picture."""
    try:
        given = call.parameters.document("photo")
    except ValueError as error:
        raise bad_request("can't parse input profile photo JSON object") from error
    if not isinstance(given, dict):
        raise _unparsable("expected an Object")
    kind = str(given.get("type", ""))
    if kind not in _FILES:
        raise _unparsable(f'type "{kind}" is not supported' if kind else 'Can\'t find field "type"')
    photo = Parameters(given)
    if not photo.text(_FILES[kind]).startswith(ATTACH):
        raise bad_request("photo must be uploaded as a file")
    call.bot.profile.photo = stored_file(call, _FILES[kind], photo, _FILES[kind])
    return True


@method("removeMyProfilePhoto")
async def remove_my_profile_photo(call: Call) -> bool:
    call.bot.profile.photo = None
    return True


def _unparsable(what: str) -> ApiError:
    return bad_request(f"can't parse InputProfilePhoto: {what}")

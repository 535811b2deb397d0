"""getUserProfilePhotos: people in the sandbox have none."""

from typing import Any

from sandbox.api.registry import Call, method
from sandbox.errors import bad_request


@method("getUserProfilePhotos")
async def get_user_profile_photos(call: Call) -> dict[str, Any]:
    user_id = call.parameters.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    bots = {bot.user_id for bot in call.world.bots()}
    if user_id not in bots and user_id not in call.world.people:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}

"""sendDice."""

from typing import Any

from sandbox.api.registry import Call, method, one
from sandbox.api.sending import send
from sandbox.chats import Draft
from sandbox.dice import thrown
from sandbox.errors import bad_request


@method("sendDice", one)
async def send_dice(call: Call) -> dict[str, Any]:
    dice = thrown(call.parameters.text("emoji"))
    if dice is None:
        raise bad_request("EMOTICON_INVALID")
    return send(call, Draft(extra={"dice": dice})).to_json()

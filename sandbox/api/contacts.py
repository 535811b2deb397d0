"""sendContact."""

from typing import Any

from sandbox.api.registry import Call, method, one
from sandbox.api.sending import send
from sandbox.chats import Draft
from sandbox.errors import bad_request

_CARD_BYTES = 2048  # Bot API, sendContact


@method("sendContact", one)
async def send_contact(call: Call) -> dict[str, Any]:
    contact = {name: _required(call, name) for name in ("phone_number", "first_name")}
    card = call.parameters.text("vcard")
    if len(card.encode()) > _CARD_BYTES:
        raise bad_request("vcard is too long")
    more = {"last_name": call.parameters.text("last_name"), "vcard": card}
    contact |= {name: value for name, value in more.items() if value}
    return send(call, Draft(extra={"contact": contact})).to_json()


def _required(call: Call, name: str) -> str:
    value = call.parameters.text(name)
    if not value:
        raise bad_request(f'parameter "{name}" is required')
    return value

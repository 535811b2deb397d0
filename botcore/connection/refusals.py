"""Answers that are no success, read before the library does: who says no, and can the library read what it is given?

The Bot API server says no in JSON with "ok": false. Other words with a status in the 400s are those of a proxy,
firewall or login page on the way: the call did not get through.
"""

import json
import math
from http import HTTPStatus
from typing import Any

from botcore.connection.errors import Refused, TurnedAway, flood_seconds
from botcore.logs import redact

SHOWN = 300  # characters of what is not the Bot API's
# Of the 400s those that the library gives an error of their own; the others it takes for a broken network.
_KNOWN = {400, 401, 403, 404, 409}
_TOO_MUCH = {413, 414, 431}  # whoever says so: the same call will be too large again
_UNCLEAR = {408}  # gateways say it, too, of a server that was asked and did not answer


def read_refusal(status: int, body: bytes, *, is_call: bool = True) -> bytes:
    """Return the answer as the library can read it; raise Refused or TurnedAway for what it would misunderstand.

    `is_call` is false for a download: files come from web servers, with errors in their own words.
    """
    said = _said(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = flood_seconds(_parameters(said).get("retry_after"))
        return json.dumps({"ok": False, "parameters": {"retry_after": math.ceil(wait)}}).encode()
    if is_call and 400 <= status < 500 and status not in _UNCLEAR:
        _judge(status, said, body)
    return _tidy(said) if said else body


def _judge(status: int, said: dict[str, Any], body: bytes) -> None:
    """Raise the error when the library has none that fits."""
    is_telegram = said.get("ok") is False
    if status in _TOO_MUCH or (is_telegram and status not in _KNOWN):
        raise Refused(str(said.get("description") or _phrase(status)))
    if not is_telegram:
        words = redact(repr(body[: 2 * SHOWN]))[:SHOWN]
        raise TurnedAway(f"Something on the way to Telegram answered {_phrase(status)}: {words}")


def _said(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _parameters(said: dict[str, Any]) -> dict[str, Any]:
    return found if isinstance(found := said.get("parameters"), dict) else {}


def _tidy(said: dict[str, Any]) -> bytes:
    """Keep what the library reads, in the types that it takes for granted."""
    parameters = dict(_parameters(said))
    if parameters.get("retry_after"):
        parameters["retry_after"] = math.ceil(flood_seconds(parameters["retry_after"]))
    description = said.get("description")
    return json.dumps({
        "ok": False,
        "description": description if isinstance(description, str) else "",
        "parameters": parameters,
    }).encode()  # fmt: skip


def _phrase(status: int) -> str:
    try:
        return f"{HTTPStatus(status).phrase} ({status})"
    except ValueError:
        return f"HTTP status {status}"

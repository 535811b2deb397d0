"""What polls show besides words: a file, a place or a link, in the description, the explanation, or an option."""

from collections.abc import Mapping
from typing import Any

from sandbox.api.media import media_of
from sandbox.api.parameters import Parameters
from sandbox.api.places import read_place
from sandbox.api.registry import Call
from sandbox.entities.links import checked_link
from sandbox.errors import ApiError, bad_request

# Bot API: InputPollMedia and InputPollOptionMedia
OF_POLLS = frozenset({"animation", "audio", "document", "live_photo", "location", "photo", "venue", "video"})
OF_OPTIONS = frozenset({"animation", "link", "live_photo", "location", "photo", "sticker", "venue", "video"})


def named_media(call: Call, name: str) -> dict[str, Any]:
    """What a parameter holds, as a PollMedia; empty if there is none. Raises ApiError."""
    try:
        given = call.parameters.document(name)
    except ValueError as error:
        raise bad_request("can't parse input poll media JSON object") from error
    return poll_media(call, given, OF_POLLS)


def poll_media(call: Call, given: Any, kinds: frozenset[str]) -> dict[str, Any]:
    """Read one of these kinds. Raises ApiError."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _unparsable("expected an Object")
    kind = given.get("type")
    if not isinstance(kind, str):
        raise _unparsable('Can\'t find field "type"')
    if kind not in kinds:
        raise _unparsable(f'type "{kind}" is not supported')
    return _read(call, kind, given)


def _read(call: Call, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    parameters = Parameters(given)
    if kind == "link":
        url = checked_link(parameters.text("url"))
        if url is None or not url.startswith(("http://", "https://")):
            raise bad_request("wrong HTTP URL specified")
        return {"link": {"url": url}}
    if kind in {"location", "venue"}:
        place = read_place(parameters, f"wrong {kind} specified")
        named = {name: parameters.text(name) for name in ("title", "address")}
        return {"location": place} if kind == "location" else {"venue": {"location": place, **named}}
    if not parameters.text("media"):
        raise _unparsable("media not found")
    shown = media_of(call, kind, parameters, "media").to_json()
    return {kind: shown[kind]}  # an animation is no document here, and a live photo no photo


def _unparsable(what: str) -> ApiError:
    return bad_request(f"can't parse InputPollMedia: {what}")

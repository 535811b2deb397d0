"""Methods about places on the map: locations, those that move, and venues."""

import math
import re
from collections.abc import Mapping
from typing import Any

from sandbox.api.keyboards import inline_keyboard
from sandbox.api.messages import NOT_MODIFIED
from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call, method, one
from sandbox.api.sending import send
from sandbox.api.targets import edited, own_post
from sandbox.chats import Draft, Post
from sandbox.entities.formatted import Formatted
from sandbox.errors import bad_request

FOR_EVER = 0x7FFFFFFF
_SHORTEST, _LONGEST = 60, 86_400  # tdlib, Location.cpp: seconds that a location may be live
_MOST_ACCURACY, _MOST_HEADING, _MOST_RADIUS = 1500.0, 360, 100_000  # metres, degrees, metres
_NUMBER = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)")
_LIVE = ("live_period", "heading", "proximity_alert_radius")
_PROVIDED = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")


@method("sendLocation", one)
async def send_location(call: Call) -> dict[str, Any]:
    place, period = read_place(call.parameters, "wrong location specified"), call.parameters.integer("live_period")
    if period and period != FOR_EVER and not _SHORTEST <= period <= _LONGEST:
        raise bad_request("wrong live location period specified")
    live = {"live_period": period, **_movement(call.parameters)} if period else {}
    return send(call, Draft(extra={"location": place | live})).to_json()


@method("sendVenue", one)
async def send_venue(call: Call) -> dict[str, Any]:
    place, given = read_place(call.parameters, "wrong venue location specified"), call.parameters
    venue: dict[str, Any] = {"location": place, "title": given.text("title"), "address": given.text("address")}
    provided = [name for name in _PROVIDED if given.text(name)]
    wanted = [name for name in provided if name.startswith("foursquare")] or provided  # only one provider is kept
    venue |= {name: given.text(name) for name in wanted}
    return send(call, Draft(extra={"venue": venue, "location": place})).to_json()


@method("editMessageLiveLocation", one)
async def edit_message_live_location(call: Call) -> dict[str, Any] | bool:
    place, post = read_place(call.parameters, "wrong location specified"), own_post(call)
    before = _live_location(call, post)
    period = call.parameters.integer("live_period") or before["live_period"]
    if period != FOR_EVER and not _SHORTEST <= period <= before["live_period"] + _LONGEST:
        raise bad_request("wrong live location period specified")
    return _moved(call, post, place | {"live_period": period} | _movement(call.parameters))


@method("stopMessageLiveLocation", one)
async def stop_message_live_location(call: Call) -> dict[str, Any] | bool:
    post = own_post(call)
    before = _live_location(call, post)
    return _moved(call, post, {name: value for name, value in before.items() if name not in _LIVE})


def _live_location(call: Call, post: Post) -> Mapping[str, Any]:
    """The location that a message shows, if it still moves. Raises ApiError."""
    location: Mapping[str, Any] = post.extra.get("location", {})
    period = location.get("live_period")
    if not period:
        raise bad_request("there is no live location in the message to edit")
    if period != FOR_EVER and call.world.clock.now() >= post.date + period:
        raise bad_request("message can't be edited")
    return location


def _moved(call: Call, post: Post, location: dict[str, Any]) -> dict[str, Any] | bool:
    markup = inline_keyboard(call.parameters)
    if (post.extra["location"], post.markup) == (location, markup):
        raise bad_request(NOT_MODIFIED)
    post.extra = {**post.extra, "location": location}
    call.world.edit(post, Formatted(post.text, post.entities), markup)
    return edited(call, post)


def read_place(given: Parameters, wrong: str) -> dict[str, Any]:
    """Read a latitude and a longitude, and how exact they are. Raises ApiError."""
    for name in ("latitude", "longitude"):
        if not given.text(name).strip():
            raise bad_request(f"{name} is empty")
    latitude, longitude = _decimal(given, "latitude"), _decimal(given, "longitude")
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise bad_request(wrong)
    accuracy = min(_decimal(given, "horizontal_accuracy"), _MOST_ACCURACY)
    exactly = {"horizontal_accuracy": accuracy} if accuracy > 0 else {}
    return {"latitude": latitude, "longitude": longitude, **exactly}


def _movement(given: Parameters) -> dict[str, int]:
    """Read where a live location heads to, and who is told when they come near. Raises ApiError."""
    heading, radius = given.integer("heading"), given.integer("proximity_alert_radius")
    if not 0 <= heading <= _MOST_HEADING:
        raise bad_request("wrong live location heading specified")
    if not 0 <= radius <= _MOST_RADIUS:
        raise bad_request("wrong live location proximity alert radius specified")
    return {name: value for name, value in zip(_LIVE[1:], (heading, radius), strict=True) if value}


def _decimal(given: Parameters, name: str) -> float:
    """Read a number the way C++ does: what is none is 0, and what stands behind one is not looked at."""
    match = _NUMBER.match(given.text(name))
    return float(match[1]) if match else 0.0

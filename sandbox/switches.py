"""The control API's switches: Telegram's limits, faults, and what was counted."""

from dataclasses import asdict, fields, replace
from typing import Any

from aiohttp import web

from sandbox.errors import ApiError, Refused, unknown
from sandbox.faults.wishes import read_fault
from sandbox.flood import OFF, TELEGRAM, Limits
from sandbox.wishes import WORLD, Wish, read_wish
from sandbox.world import World

SLOWEST = 1e-6  # messages a second: one in twelve days
LIMIT_NAMES = frozenset(field.name for field in fields(Limits))


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/sandbox/limits", limits)
    router.add_post("/sandbox/limits", set_limits)
    router.add_get("/sandbox/stars", stars)
    router.add_post("/sandbox/stars", set_stars)
    router.add_get("/sandbox/faults", faults)
    router.add_post("/sandbox/faults", set_faults)
    router.add_delete("/sandbox/faults", clear_faults)
    router.add_delete("/sandbox/faults/{fault}", remove_fault)
    router.add_post("/sandbox/faults/release", release)
    router.add_get("/sandbox/stats", stats)
    router.add_post("/sandbox/stats/reset", reset_stats)


async def limits(request: web.Request) -> web.Response:
    return web.json_response(asdict(request.app[WORLD].flood.limits))


async def set_limits(request: web.Request) -> web.Response:
    """Switch to a preset, and change single limits of it; null is no limit."""
    flood = request.app[WORLD].flood
    flood.limits = read_limits(await read_wish(request), flood.limits)
    flood.reset()
    return web.json_response(asdict(flood.limits))


def read_limits(wish: Wish, now: Limits) -> Limits:
    """Read what a tester wants of the limits. Raises Refused."""
    wish.only({"preset", *LIMIT_NAMES})
    preset = wish.optional_text("preset")
    if preset not in {None, "telegram", "off"}:
        raise Refused('The preset must be "telegram" or "off".')
    base = {"telegram": TELEGRAM, "off": OFF}.get(preset or "", now)
    changes: dict[str, Any] = {name: wish.optional_number(name) for name in LIMIT_NAMES if name in wish}
    for name, value in changes.items():
        if value is not None and value < SLOWEST:
            raise Refused(f'The field "{name}" must be positive, at least 0.000001, or null for no limit.')
        if name != "private_per_second":
            changes[name] = wish.optional_integer(name)
    if changes.get("private_burst", 1) is None:
        raise Refused('The field "private_burst" must be an integer.')
    return replace(base, **changes)


async def stars(request: web.Request) -> web.Response:
    return web.json_response(request.app[WORLD].purse.to_json())


async def set_stars(request: web.Request) -> web.Response:
    """Give the bots so many Stars; null is as many as they need. What they spent before is forgotten."""
    wish = await read_wish(request)
    wish.only({"balance"})
    balance = wish.optional_integer("balance")
    if balance is not None and balance < 0:
        raise Refused('The field "balance" must not be negative, or null for as many Stars as they need.')
    request.app[WORLD].purse.fill(balance)
    return web.json_response(request.app[WORLD].purse.to_json())


async def faults(request: web.Request) -> web.Response:
    box = request.app[WORLD].faults
    return web.json_response({"faults": box.to_json(), "holding": box.holding})


async def set_faults(request: web.Request) -> web.Response:
    """Add one fault, or put a list in the place of all; nothing, or an empty list, clears."""
    box, wish = request.app[WORLD].faults, await read_wish(request)
    listed = "faults" in wish
    wanted = [read_fault(part) for part in (wish.parts("faults") if listed else [wish] if wish else [])]
    if listed or not wish:
        box.clear()
    for given in wanted:
        box.add(**given)
    _end_held_polls(request.app[WORLD])
    return web.json_response({"faults": box.to_json()})


def _end_held_polls(world: World) -> None:
    """Let the polls end that are held when an outage begins."""
    for bot in world.bots():
        if world.faults.outage(bot.number):
            bot.poller.terminate(ApiError(502, "Bad Gateway"))


async def clear_faults(request: web.Request) -> web.Response:
    request.app[WORLD].faults.clear()
    return web.json_response({"faults": []})


async def remove_fault(request: web.Request) -> web.Response:
    box, number = request.app[WORLD].faults, request.match_info["fault"]
    if not (number.isascii() and number.isdigit() and box.remove(int(number[:18]))):
        raise unknown(f"There is no fault {number}.")
    return web.json_response({"faults": box.to_json()})


async def release(request: web.Request) -> web.Response:
    request.app[WORLD].faults.release()
    return web.json_response({})


async def stats(request: web.Request) -> web.Response:
    """What was counted; `?chat=5` has only the arrivals of one chat, `?arrivals=0` no moments at all."""
    try:
        chat = int(request.query["chat"]) if "chat" in request.query else None
    except ValueError as error:
        raise Refused("The chat in the query must be an integer.") from error
    counted = request.app[WORLD].stats.to_json(chat, with_arrivals=request.query.get("arrivals") != "0")
    return web.json_response(counted)


async def reset_stats(request: web.Request) -> web.Response:
    request.app[WORLD].stats.reset()
    return web.json_response({})

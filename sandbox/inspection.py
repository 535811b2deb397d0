"""The control API's look at what bots called, `/sandbox/calls`."""

from typing import Any

from aiohttp import web

from sandbox.calls import Search
from sandbox.errors import Refused
from sandbox.wishes import WORLD, Wish

LONGEST_LIST = 500
_NUMBERS = ("chat", "bot", "before", "limit")
_TEXTS = ("method", "without", "status", "text")


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/sandbox/calls", calls)
    router.add_post("/sandbox/calls/clear", clear)


async def calls(request: web.Request) -> web.Response:
    """The newest calls that fit the query, the newest first; `before` an id are older ones."""
    log, search = request.app[WORLD].calls, read_search(dict(request.query))
    found = log.find(search)
    return web.json_response({"calls": [call.to_json() for call in found], "kept": len(log)})


def read_search(query: dict[str, str]) -> Search:
    """Read what is looked for. Raises Refused."""
    Wish(query).only({*_NUMBERS, *_TEXTS})
    given: dict[str, Any] = {name: value for name, value in query.items() if value}
    try:
        given |= {name: int(value) for name, value in given.items() if name in _NUMBERS}
    except ValueError as error:
        raise Refused(f"The fields {', '.join(_NUMBERS)} in the query must be integers.") from error
    if not 1 <= given.get("limit", 1) <= LONGEST_LIST:
        raise Refused(f'The field "limit" must be between 1 and {LONGEST_LIST}.')
    return Search(**given)


async def clear(request: web.Request) -> web.Response:
    request.app[WORLD].calls.clear()
    return web.json_response({})

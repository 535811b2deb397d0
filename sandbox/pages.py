"""The pages for people and testers: their addresses, and where their files lie."""

from pathlib import Path

from aiohttp import web

LONGEST_NAME = 60  # characters of a file's address; four bytes each, they are what a file system takes
FOLDER = Path(__file__).parent / "page"
ADDRESSES = {"/": "index.html", "/calls": "calls.html", "/switches": "switches.html"}


def add_routes(router: web.UrlDispatcher) -> None:
    for address in ADDRESSES:
        router.add_get(address, page)
    router.add_get(f"/page/{{name:.{{{LONGEST_NAME},}}}}", nowhere)
    router.add_static("/page/", FOLDER)


async def nowhere(_: web.Request) -> web.Response:
    """Say so before the file system does, in its own way."""
    raise web.HTTPNotFound


async def page(request: web.Request) -> web.Response:
    """A page, read whole: a file that is being sent stays open when its reader goes away."""
    body = (FOLDER / ADDRESSES[request.path]).read_bytes()
    return web.Response(body=body, content_type="text/html", charset="utf-8")

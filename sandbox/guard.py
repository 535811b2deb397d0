"""Keeps other web sites out: this server is for programs on this machine and for its own page.

A browser can be made to send requests here (CSRF), even under another name (DNS rebinding), but these headers tell.
"""

from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.api.registry import failed
from sandbox.errors import ApiError, Refused

_PAGES = frozenset({"/", "/calls", "/switches"})
_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


def check_sender(request: web.Request) -> None:
    """Refuse a request that another site's page has sent. Raises Refused."""
    if _split(f"//{request.host}").hostname not in _OWN_NAMES:
        raise Refused("The sandbox answers only to 127.0.0.1 and localhost.", status=403)
    origin = request.headers.get("Origin")
    if origin is not None and _split(origin).netloc != request.host:
        raise Refused("Another web site may not use the sandbox.", status=403)
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"} and not _is_visit(request):
        raise Refused("Another web site may not use the sandbox.", status=403)


def _is_visit(request: web.Request) -> bool:
    """Whether a person follows a link to a page, which changes nothing."""
    return request.path in _PAGES and request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"


@lru_cache(maxsize=64)
def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check every request and turn what is refused into one sentence of JSON."""
    try:
        check_sender(request)
        return await handler(request)
    except Refused as refused:
        return _refusal(request, refused)


def _refusal(request: web.Request, refused: Refused) -> web.Response:
    if request.path.startswith("/bot"):
        return web.json_response(failed(ApiError(refused.status, f"Forbidden: {refused.sentence}")).body, status=403)
    return web.json_response({"error": refused.sentence}, status=refused.status)

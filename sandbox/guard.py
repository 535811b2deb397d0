"""Keeps other web sites out: this server is for programs on this machine and for its own page.

A browser can be made to send requests here (CSRF), even under another name (DNS rebinding), but these headers tell.
Where other machines may come, the page and the control API want a password; no other site's page knows it.
"""

from base64 import b64decode
from functools import lru_cache
from hmac import compare_digest
from urllib.parse import SplitResult, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox import pages
from sandbox.api.registry import failed
from sandbox.clock import Clock
from sandbox.errors import ApiError, Refused
from sandbox.guesses import Guesses

_CHALLENGE = {"WWW-Authenticate": 'Basic realm="sandbox", charset="UTF-8"'}
_OF_BOTS = ("/bot", "/file/bot")
_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


def check_sender(request: web.Request, password: str = "", guesses: Guesses | None = None) -> None:
    """Refuse a request that another site's page has sent, or somebody without the password. Raises Refused."""
    if password and guesses:
        _check_password(request, password, guesses)
    elif not _is_own(request.host):
        raise Refused("The sandbox answers only to 127.0.0.1 and localhost.", status=403)
    origin = request.headers.get("Origin")
    if origin is not None and _split(origin).netloc != request.host:
        raise Refused("Another web site may not use the sandbox.", status=403)
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"} and not _is_visit(request):
        raise Refused("Another web site may not use the sandbox.", status=403)


def _check_password(request: web.Request, password: str, guesses: Guesses) -> None:
    """Ask for the password, under any name; bots have tokens instead. Who gives none has not guessed."""
    if request.path.startswith(_OF_BOTS):
        return
    if "Authorization" in request.headers:
        guesses.check(request)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        _, _, word = b64decode(given, validate=True).partition(b":")
    except ValueError:
        word = b""
    if scheme.lower() != "basic" or not compare_digest(word, password.encode()):
        if scheme:
            guesses.count(request)
        raise Refused("The sandbox wants its password.", status=401)


def _is_visit(request: web.Request) -> bool:
    """Whether a person follows a link to a page, which changes nothing."""
    return (
        request.path in pages.ADDRESSES
        and request.method == "GET"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
    )


@lru_cache(maxsize=64)
def _is_own(host: str) -> bool:
    return _split(f"//{host}").hostname in _OWN_NAMES


@lru_cache(maxsize=64)
def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def guard(clock: Clock, password: str = "") -> Middleware:
    """Check every request and turn what is refused into one sentence of JSON."""
    guesses = Guesses(clock)

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            check_sender(request, password, guesses)
            response = await handler(request)
        except Refused as refused:
            return _refusal(request, refused)
        if password and not request.path.startswith(_OF_BOTS):
            guesses.welcome(request, response)
        return response

    return guarded


def _refusal(request: web.Request, refused: Refused) -> web.Response:
    if request.path.startswith("/bot"):
        return web.json_response(failed(ApiError(refused.status, f"Forbidden: {refused.sentence}")).body, status=403)
    headers = _CHALLENGE if refused.status == 401 else None
    if refused.retry_after:
        headers = {"Retry-After": str(refused.retry_after)}
    return web.json_response({"error": refused.sentence}, status=refused.status, headers=headers)

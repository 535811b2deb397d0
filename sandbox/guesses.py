"""Wrong passwords, counted by the address that they come from: after some in a minute nobody there is listened to.

Who has been let in once carries a cookie and is always listened to, so that others at the same address, behind a
router or a proxy, can keep them out for a minute at most and only the first time.
"""

import math
from collections import OrderedDict
from hmac import compare_digest
from secrets import token_urlsafe

from aiohttp import web

from sandbox.clock import Clock
from sandbox.errors import Refused
from sandbox.flood import Window

MOST, SECONDS = 10, 60.0
ADDRESSES = 10_000  # so many are remembered, those that guessed last
COOKIE = "sandbox"


class Guesses:
    """Refuses too many of them; what was refused for that is not counted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, Window] = OrderedDict()
        self._token = token_urlsafe(32)

    def check(self, request: web.Request) -> None:
        """Raise Refused where too many have been wrong."""
        window = self._wrong.get(request.remote or "")
        wait = window.wait(self._clock.monotonic(), MOST, 1) if window else 0.0
        if wait > 0 and not self._is_known(request):
            seconds = math.ceil(wait)
            words = f"Too many wrong passwords came from your address: try again in {seconds} s."
            raise Refused(words, status=429, retry_after=seconds)

    def count(self, request: web.Request) -> None:
        """Remember a wrong one."""
        address = request.remote or ""
        window = self._wrong.setdefault(address, Window(SECONDS))
        self._wrong.move_to_end(address)
        window.wait(self._clock.monotonic(), MOST, 0)  # forgets what is older
        window.add(self._clock.monotonic(), 1)
        if len(self._wrong) > ADDRESSES:
            self._wrong.popitem(last=False)

    def welcome(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let somebody be known from now on who came with the right one."""
        if not response.prepared and not self._is_known(request):
            response.set_cookie(COOKIE, self._token, httponly=True, samesite="Strict")

    def _is_known(self, request: web.Request) -> bool:
        return compare_digest(request.cookies.get(COOKIE, "").encode(errors="replace"), self._token.encode())

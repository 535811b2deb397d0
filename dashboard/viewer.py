"""How a visitor wants to see the pages: the theme and the zone, each in a cookie of the browser; whole or refreshed."""

from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

GetResponse = Callable[[HttpRequest], HttpResponseBase]

THEME, ZONE = "theme", "zone"  # names of cookies; zone.js writes the second one
THEMES = ("light", "dark")  # without one of these the system's
YEAR = 365 * 24 * 3600  # seconds


def in_own_zone(get_response: GetResponse) -> GetResponse:
    """Show times of day in the browser's zone; what is counted by days stays UTC, as do exports."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with timezone.override(zone_of(request)):
            return get_response(request)

    return middleware


def is_poll(request: HttpRequest) -> bool:
    """Tell a live refresh from a person who opens a page."""
    return "HX-Request" in request.headers


def zone_of(request: HttpRequest) -> ZoneInfo:
    """Return the browser's zone; UTC when it has not said one that there is."""
    name = request.COOKIES.get(ZONE, "")
    return ZoneInfo(name if name in _zones() else "UTC")


def theme_of(request: HttpRequest) -> str:
    """Return the theme that the visitor has chosen, or ""."""
    name = request.COOKIES.get(THEME, "")
    return name if name in THEMES else ""


def keep_theme(response: HttpResponse, name: str) -> None:
    """Let the browser remember the theme; any other word is the system's own."""
    if name in THEMES:
        response.set_cookie(
            THEME, name, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        response.delete_cookie(THEME, samesite="Lax")


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())

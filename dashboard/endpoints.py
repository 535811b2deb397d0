"""For machines: is the process alive, may it get traffic, how does the bot do, and numbers for Prometheus."""

import logging
from dataclasses import asdict
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST

from botcore.monitoring import exposition
from botcore.monitoring.health import Light, without_database
from botcore.monitoring.health.limited import Limited
from botcore.monitoring.health.readiness import readiness
from dashboard.status import lights, status

logger = logging.getLogger(__name__)

PROXY_HEADERS = (
    "Forwarded",
    "Via",
    "X-Real-IP",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-Server",
    "X-Forwarded-Ssl",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
)
AWAY_STATUS = HTTPStatus.SERVICE_UNAVAILABLE

# A server that is stopped takes questions and never answers: it may hold up one thread, and nobody who asks.
LIMIT_SECONDS = 3.0
_exposition, _status = Limited(exposition.exposition), Limited(status)


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say within a second whether the database answers and has every migration."""
    found = readiness()
    return JsonResponse(
        {"ready": found.is_ready, "checks": asdict(found)}, status=HTTPStatus.OK if found.is_ready else AWAY_STATUS
    )


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme.lower() == "bearer" and constant_time_compare(token.strip(), wanted)


def _is_local(request: HttpRequest) -> bool:
    """Tell a caller on this machine; behind a proxy everybody seems to be one, so a proxy's headers say no."""
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return False


def _unauthorized() -> HttpResponse:
    words = "Send the bearer token that METRICS_TOKEN names; /statusz also opens for staff who are logged in."
    return _sentence(words, status=401, headers={"WWW-Authenticate": "Bearer"})


def _sentence(words: str, **how: Any) -> HttpResponse:
    return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", **how)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Serve numbers for Prometheus: with METRICS_TOKEN to its bearers, without to this machine only."""
    if settings.METRICS_TOKEN and not _has_token(request):
        return _unauthorized()
    if not settings.METRICS_TOKEN and not _is_local(request):
        return _sentence("Set METRICS_TOKEN to read this from another machine.", status=403)
    try:
        page = _exposition(LIMIT_SECONDS)
    except TimeoutError:
        logger.warning("metrics without the database: it does not answer within %g s", LIMIT_SECONDS)
        page = exposition.without_database()
    return HttpResponse(page, content_type=CONTENT_TYPE_LATEST)


@never_cache
def statusz(request: HttpRequest) -> HttpResponse:
    """Describe the bot for scripts and status pages, to staff and to bearers of METRICS_TOKEN.

    200 also with red lights: who asks reads them; 503 when the database cannot be read, and with `strict` in the query
    also when a light is red, for monitors that look at the status only.
    """
    try:
        if not (_has_token(request) or (request.user.is_staff and request.user.has_perm("botcore.view_update"))):
            return _unauthorized()
        facts = _status(LIMIT_SECONDS)
    except (DatabaseError, ImproperlyConfigured, TimeoutError):  # it went away between two questions, or hangs
        facts = lights(without_database())
    is_away = facts["checks"]["database"]["light"] == Light.FAILED
    is_red = "strict" in request.GET and facts["light"] == Light.FAILED
    return JsonResponse(facts, status=AWAY_STATUS if is_away or is_red else HTTPStatus.OK)

"""For machines: is the process alive, may it get traffic, how does the bot do, and numbers for Prometheus."""

from dataclasses import asdict
from functools import cache
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST

from botcore.inbox import selectors as inbox
from botcore.monitoring import selectors as monitoring
from botcore.monitoring.exposition import exposition
from botcore.outbox import selectors as outbox

PROXY_HEADERS = (
    "Forwarded",
    "Via",
    "X-Real-IP",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "CF-Connecting-IP",
)
AWAY = "does not answer"


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers and has every migration."""
    try:
        missing = len(_migrations() - MigrationRecorder(connection).applied_migrations().keys())
    except (DatabaseError, ImproperlyConfigured):
        checks = {"database": AWAY, "migrations": "unknown"}
    else:
        checks = {"database": "ok", "migrations": f"{missing} to apply" if missing else "ok"}
    ready = set(checks.values()) == {"ok"}
    checks["spool"] = _spool() if ready else "unknown"
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _spool() -> str:
    """Say what bots keep outside the database; only said: this process serves all the same."""
    waiting = monitoring.spooled()
    return f"{waiting} record{' waits' if waiting == 1 else 's wait'} for the database" if waiting else "ok"


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Every migration in the code, read once a process."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme.lower() == "bearer" and constant_time_compare(token.strip(), wanted)


def _is_local(request: HttpRequest) -> bool:
    """Tell a caller on this machine; behind a proxy everybody seems to be one, so a proxy's headers say no."""
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
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
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


@never_cache
def statusz(request: HttpRequest) -> HttpResponse:
    """Describe the bot for scripts and status pages, to staff and to bearers of METRICS_TOKEN."""
    try:
        if not (_has_token(request) or (request.user.is_staff and request.user.has_perm("botcore.view_update"))):
            return _unauthorized()
        return JsonResponse(_status())
    except (DatabaseError, ImproperlyConfigured):
        return JsonResponse({"database": AWAY}, status=503)


def _status() -> dict[str, object]:
    processes = monitoring.processes()
    return {
        "database": "ok",
        "pending": inbox.pending_count(),
        "oldest_pending_seconds": round(inbox.oldest_pending_age(), 1),
        "outbox": outbox.counts(),
        "processes": [_process(process) for process in processes],
        "webhooks": [asdict(webhook) for webhook in monitoring.webhooks(processes)],
    }


def _process(process: monitoring.Process) -> dict[str, object]:
    now = timezone.now()
    polled = process.last_poll_at
    return {
        "process": process.process,
        "role": process.role,
        "version": process.version,
        "bot": process.bot_username,
        "condition": process.condition,
        "intake": process.intake,
        "trouble": process.trouble,
        "connection": process.connection,
        "connection_words": process.connection_words,
        "circuit": process.circuit,
        "spooled": process.spooled,
        "beat_age_seconds": round((now - process.beat_at).total_seconds(), 1),
        "poll_age_seconds": round((now - polled).total_seconds(), 1) if polled else None,
        "started_at": process.started_at,
    }

"""How a view answers: the whole page, or for a live refresh only its fragment, or 204 when nothing is new."""

from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from botcore.monitoring.badges import Badges, badges
from dashboard.viewer import is_poll

SECTIONS = {
    "broadcast": "broadcasts",
    "broadcast_amend": "broadcasts",
    "broadcast_ask": "broadcasts",
    "broadcast_edit": "broadcasts",
    "broadcast_files": "broadcasts",
    "broadcast_audience": "broadcasts",
    "broadcast_delivery": "broadcasts",
    "error": "errors",
    "update": "updates",
    "replay": "updates",
    "person": "people",
    "person_data": "people",
    "growth": "people",
    "segments": "people",
    "segment": "people",
    "tags_import": "people",
    "tags_file": "people",
    "usage": "people",
    "sources": "people",
    "funnels": "people",
    "answers": "people",
    "access": "access",
    "chat": "chats",
    "conversation": "conversations",
    "quick_replies": "conversations",
    "outgoing": "outbox",
    "outgoing_cancel": "outbox",
    "outgoing_retry": "outbox",
    "outgoing_edit": "outbox",
    "outgoing_delete": "outbox",
    "settings": "settings",
    "setting": "settings",
    "logs": "settings",
    "webhook": "settings",
    "commands": "settings",
    "texts": "settings",
    "job": "jobs",
    "account": "account",
    "account_codes": "account",
    "account_factor": "account",
    "account_password": "account",
    "account_reset": "account",
    "accounts": "account",
    "restart": "monitoring",
    "retention": "jobs",
}

LIVE = {"broadcast", "conversation"}  # the other details are not


def show(request: HttpRequest, name: str, *, beside: Any = None, **facts: Any) -> HttpResponse:
    """Render templates/dashboard/<name>.html, or _<name>.html for a poll that has not `seen` these facts yet.

    Facts are plain values and dataclasses: their repr is what a page is made of. `beside` are the facts of what stands
    beside the live part of a page and is refreshed by itself, see refresh(). A page that has counted its `badges`
    brings them along.
    """
    facts |= _shown(facts.pop("badges", None) or badges(request.user.has_perm))
    if is_poll(request) and (name not in SECTIONS or name in LIVE):
        return refresh(request, name, **facts, poll=True)
    context = {**(beside or {}), "section": SECTIONS.get(name, name), **facts, "seen": fingerprint(facts)}
    return render(request, f"dashboard/{name}.html", context)


def badges_of(request: HttpRequest) -> dict[str, int]:
    """Return what the frame counts."""
    return _shown(badges(request.user.has_perm))


def _shown(counted: Badges) -> dict[str, int]:
    """Return counts as the frame names them."""
    return {
        "waiting_badge": counted.conversations,
        "unread": counted.feedback,
        "error_badge": counted.errors,
        "alert_badge": counted.alerts,
    }


def refresh(request: HttpRequest, name: str, *, poll: bool = False, **facts: Any) -> HttpResponse:
    """Render _<name>.html for a poll that has not `seen` these facts yet; `poll` lets it bring the badges along."""
    seen = fingerprint(facts)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return render(request, f"dashboard/_{name}.html", {**facts, "seen": seen, "poll": poll})


def fingerprint(facts: dict[str, Any]) -> str:
    """Return a short text that changes when the facts do."""
    return blake2b(repr(facts).encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()


def back_to(request: HttpRequest, otherwise: str, *args: object) -> str:
    """Return the address that a form came from, when it is one of ours; else the named one."""
    back = request.POST.get("back") or request.GET.get("back", "")
    is_safe = back.startswith("/") and url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    )
    return back if is_safe else resolve_url(otherwise, *args)

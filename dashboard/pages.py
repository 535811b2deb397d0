"""How a view answers: the whole page, or for a live refresh only its fragment, or 204 when nothing is new."""

from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from botcore.feedback.selectors import unread_count
from dashboard.access import is_poll

SECTIONS = {
    "update": "updates",
    "replay": "updates",
    "person": "people",
    "chat": "people",
    "outgoing": "outbox",
    "outgoing_cancel": "outbox",
    "outgoing_retry": "outbox",
}


def show(request: HttpRequest, name: str, **facts: Any) -> HttpResponse:
    """Render templates/dashboard/<name>.html, or _<name>.html for a poll that has not `seen` these facts yet.

    Facts are plain values and dataclasses: their repr is what a page is made of.
    """
    facts["unread"] = unread_count()
    seen = blake2b(repr(facts).encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
    context = {**facts, "seen": seen, "section": SECTIONS.get(name, name), "poll": is_poll(request)}
    if not is_poll(request) or name in SECTIONS:  # the details are not live
        return render(request, f"dashboard/{name}.html", context)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return render(request, f"dashboard/_{name}.html", context)

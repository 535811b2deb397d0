"""Counts what operators do on the pages and in Django's admin, and logins that were refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

from botcore import metrics

GetResponse = Callable[[HttpRequest], HttpResponseBase]

CHANNELS = {"dashboard": "panel", "admin": "admin"}  # by the addresses' namespace
NO_ACTIONS = {"login", "login_code", "login_once", "logout", "csp_report"}


def count_actions(get_response: GetResponse) -> GetResponse:
    """Count each form that somebody who is logged in has sent, by what became of it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        place = request.resolver_match
        channel = CHANNELS.get(place.namespace) if place and place.url_name not in NO_ACTIONS else None
        if channel and request.method == "POST" and (outcome := _outcome(request, response, channel)):
            metrics.ADMIN_ACTIONS.labels(channel, outcome).inc()
        return response

    return middleware


def _outcome(request: HttpRequest, response: HttpResponseBase, channel: str) -> str:
    """Return the label; "" for strangers, and for a form of the admin that is shown again: nothing was done yet."""
    if response.status_code >= 500:  # who it was cannot be asked when the database is away
        return "failed"
    if not request.user.is_authenticated:
        return ""
    if response.status_code >= 400 or _was_warned(request):
        return "refused"
    return "" if channel == "admin" and response.status_code == 200 else "done"


def _was_warned(request: HttpRequest) -> bool:
    """Tell whether the page that follows says why something was not done; to read the messages would use them up."""
    said: Any = messages.get_messages(request)
    return any(message.level >= messages.WARNING for message in getattr(said, "_queued_messages", ()))


@receiver(user_login_failed)
def count_failure(**_: Any) -> None:
    """Count a login that was refused, also for too many tries."""
    metrics.LOGIN_FAILURES.inc()

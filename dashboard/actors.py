"""Who acts, for the audit: bound around each request; and the entries of logins, logouts and logins that failed."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from botcore.audit import logins
from botcore.audit.actor import Actor, acting
from botcore.audit.models import Channel
from botcore.logs import CONTEXT

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def who_acts(get_response: GetResponse) -> GetResponse:
    """Let what a request changes be its account's doing; the account is looked up only when something is written."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with acting(lambda: actor_of(request)):
            return get_response(request)

    return middleware


def actor_of(request: HttpRequest) -> Actor:
    """Return who sent the request; without a name for a stranger."""
    account = getattr(request, "user", None)
    return Actor(
        channel=Channel.ADMIN if request.path.startswith(reverse("admin:index")) else Channel.WEB,
        name=account.get_username() if account and account.is_authenticated else "",
        ip=request.META.get("REMOTE_ADDR"),
        request_id=str(CONTEXT.get().get("request_id", "")),
    )


@receiver(user_logged_in)
def note_login(*, request: HttpRequest, user: Any, **_: Any) -> None:
    """Write that somebody has logged in."""
    with acting(actor_of(request)):
        logins.logged_in(user.get_username(), how=getattr(request, "came_by", ""))


@receiver(user_logged_out)
def note_logout(*, request: HttpRequest, user: Any, **_: Any) -> None:
    """Write that somebody has logged out; who was not logged in has not."""
    if user is not None:
        with acting(actor_of(request)):
            logins.logged_out(user.get_username())


@receiver(user_login_failed)
def note_failure(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Write that somebody was refused, with the name that was typed; nothing else of it."""
    name = str(credentials.get("username") or "")
    if request is None:
        logins.failed(name)
        return
    with acting(actor_of(request)):
        logins.failed(name)

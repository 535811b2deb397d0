"""The visitor's own account: its role, and the Telegram account that it is linked with."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from botcore.access import links
from botcore.access.selectors import account_role
from botcore.exceptions import ValidationError
from botcore.monitoring.selectors import bot_username
from dashboard.access import needs
from dashboard.pages import show


@needs()
def account(request: HttpRequest) -> HttpResponse:
    """Show it, with what can be done."""
    return _page(request)


@needs()
def account_link(request: HttpRequest) -> HttpResponse:
    """Make a code and show it, this once."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:account")
    try:
        return _page(request, secret=links.link_code(account_id=_id(request)))
    except ValidationError as exc:
        messages.warning(request, str(exc))
        return redirect("dashboard:account")


@needs()
def account_unlink(request: HttpRequest) -> HttpResponse:
    """End the link and go back."""
    if request.method == "POST":
        if links.unlink(account_id=_id(request), by=request.user.get_username()):
            messages.success(request, "Unlinked. The Telegram account has no role any more.")
        else:
            messages.warning(request, "No Telegram account was linked.")
    return redirect("dashboard:account")


def _page(request: HttpRequest, **facts: Any) -> HttpResponse:
    pk = _id(request)
    return show(
        request,
        "account",
        role=account_role(pk),
        linked=links.linked(pk),
        bot=bot_username(),
        is_sandbox=settings.BOT_SANDBOX,
        **facts,
    )


def _id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)

"""Logging in by a link from the bot. Opening it does nothing, since previews open links; its button uses it up.

The code is in the address that people open, and in the form; the form's own address is without it, and so is what is
logged of both.
"""

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from botcore.access import links
from dashboard.entry import let_in

GONE = 410
HOW = "a link from the bot"


@never_cache
def login_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask whether to log in, and as whom."""
    name = links.invited(secret)
    if not name:
        return _gone(request)
    response = render(request, "dashboard/login_link.html", {"name": name, "secret": secret})
    # With "no-referrer" browsers send `Origin: null` with the form, which the check of its token refuses.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@never_cache
def login_once(request: HttpRequest) -> HttpResponse:
    """Log in, once."""
    if request.method != "POST":
        return redirect("dashboard:login")
    account_id = links.enter(secret=request.POST.get("secret", ""))
    if account_id is None:
        return _gone(request)
    return let_in(request, get_user_model().objects.get(pk=account_id), how=HOW)


def _gone(request: HttpRequest) -> HttpResponse:
    response = render(request, "dashboard/login_gone.html", status=GONE)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

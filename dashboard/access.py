"""The one guard of all pages: logged in, staff, permitted; bad values in an address become a page with status 400."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from botcore.accounts.limits import TooMany
from botcore.exceptions import ValidationError
from dashboard.refusals import refuse
from dashboard.viewer import is_poll

View = Callable[..., HttpResponseBase]
METHODS = ("GET", "HEAD", "POST")


def needs(*permissions: str, is_kept: bool = False) -> Callable[[View], View]:
    """Show the view only to staff with all these permissions.

    Browsers keep nothing of it; with `is_kept` they keep what the view itself says, though never a refusal.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            if not request.user.is_authenticated:
                return _to_login(request)
            if not (request.user.is_staff and request.user.has_perms(permissions)):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except TooMany as exc:
                return _too_many(request, exc)
            except ValidationError as exc:
                return refuse(request, "400", complaint=str(exc))

        return guarded if is_kept else never_cache(guarded)

    return decorate


def _too_many(request: HttpRequest, exc: TooMany) -> HttpResponse:
    response = refuse(request, "429", complaint=str(exc))
    response.headers["Retry-After"] = str(exc.seconds)
    return response


def _to_login(request: HttpRequest) -> HttpResponse:
    """Send a person to the login page; the page of a live refresh stays, with what was typed into it, and says so."""
    if is_poll(request):
        return HttpResponse(status=401)
    if request.method == "POST":
        messages.warning(
            request, _("You were logged out meanwhile: what you sent was not done. Log in and send it again.")
        )
    back = request.path if request.method != "GET" else request.get_full_path()
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")

"""How somebody comes in without the login form: the one place where a second factor would be asked for."""

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

BACKEND = "django.contrib.auth.backends.ModelBackend"  # which looks at each request whether the account is active


def let_in(request: HttpRequest, account_id: int, *, how: str) -> HttpResponse:
    """Log the account in, in a new session, and show the first page; no address says which. The audit says how."""
    request.came_by = how  # type: ignore[attr-defined]  # actors.py reads it
    login(request, get_user_model().objects.get(pk=account_id), backend=BACKEND)
    return redirect(settings.LOGIN_REDIRECT_URL)

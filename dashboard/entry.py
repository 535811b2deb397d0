"""How somebody comes in: the one door behind a right password and a link from the bot, where the code is asked for.

Until the code is right nobody is logged in: the session only says who is on the way, for ten minutes.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from botcore.accounts import factor
from dashboard import known
from dashboard.viewer import is_poll

BACKEND = "botcore.accounts.permissions.OneLookBackend"  # which looks at each request whether the account is active
ON_THE_WAY, VERIFIED = "on_the_way", "second_factor"  # what sessions say
PATIENCE = timedelta(minutes=10)
# What an account that must have a second factor, and has none, can reach.
OPEN = ("dashboard:account_factor", "dashboard:logout", "dashboard:csp_report")


@dataclass(frozen=True)
class Comer:
    """Somebody whose first factor was right; `how` is empty for a password, `to` is where they want to go."""

    account: User
    how: str
    to: str


def let_in(request: HttpRequest, account: User, *, how: str = "", to: str = "") -> HttpResponse:
    """Log the account in, in a new session, or ask for its code first. The audit says how it came."""
    comer = Comer(account, how, to or resolve_url(settings.LOGIN_REDIRECT_URL))
    if not factor.is_on(account.pk):
        return _enter(request, comer)
    if known.is_known(request, account):
        return _enter(request, Comer(account, f"{how or 'a password'} in a remembered browser", comer.to), True)
    if request.user.is_authenticated:
        logout(request)  # who was in before in this browser; moved to another key it would live on in no list
    request.session.flush()  # who knew the session before does not know the next one
    request.session[ON_THE_WAY] = {
        "account": account.pk,
        "proof": account.get_session_auth_hash(),
        "how": how,
        "to": comer.to,
        "until": (timezone.now() + PATIENCE).timestamp(),
    }
    return redirect("dashboard:login_code")


def on_the_way(request: HttpRequest) -> Comer | None:
    """Return who is to give a code; None when nobody is, it took too long, or the password has changed meanwhile."""
    said: dict[str, Any] | None = request.session.get(ON_THE_WAY)
    if said is None or said["until"] < timezone.now().timestamp():
        return None
    account = get_user_model().objects.filter(pk=said["account"], is_active=True).first()
    if account is None or not constant_time_compare(said["proof"], account.get_session_auth_hash()):
        return None
    return Comer(account, said["how"], said["to"])


def with_code(request: HttpRequest, comer: Comer, secret: str) -> HttpResponse | None:
    """Log in by a right code; None for a wrong one, which counts as a wrong password does. Raise TooMany after many."""
    credentials = {"username": comer.account.get_username()}
    if AxesProxyHandler.is_allowed(request, credentials):
        if way := factor.check(account_id=comer.account.pk, secret=secret):
            request.session.pop(ON_THE_WAY, None)
            response = _enter(request, Comer(comer.account, f"{comer.how or 'a password'} and {way}", comer.to), True)
            if request.POST.get("remember") and known.is_offered():
                known.remember(response, comer.account)
            return response
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    else:
        request.axes_locked_out = True  # type: ignore[attr-defined]  # axes' middleware answers
        request.axes_credentials = credentials  # type: ignore[attr-defined]
    return None


def kept_out(request: HttpRequest) -> HttpResponse | None:
    """Lead an account without the second factor that it must have to where it is set up; None for everybody else."""
    if settings.SECOND_FACTOR != "required" or request.session.get(VERIFIED) or not request.user.is_authenticated:
        return None
    there = resolve_url(OPEN[0])
    if request.path.startswith(tuple(resolve_url(name) for name in OPEN)):
        return None
    return HttpResponse(status=401, headers={"HX-Redirect": there}) if is_poll(request) else redirect(there)


def _enter(request: HttpRequest, comer: Comer, is_verified: bool = False) -> HttpResponse:  # noqa: FBT001, FBT002
    request.came_by = comer.how  # type: ignore[attr-defined]  # actors.py reads it
    login(request, comer.account, backend=BACKEND)
    request.session[VERIFIED] = is_verified
    return redirect(comer.to)

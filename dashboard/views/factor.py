"""The second factor of one's own account: set up by password and code; new codes and switching off take a code.

Setting up and switching off log the account out elsewhere: those sessions came by other rules. Each step gives the
session another key, so that a copy of its cookie neither sees the secret or the codes nor counts as verified.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.accounts import browsers, factor, passwords, sessions
from botcore.exceptions import ValidationError
from dashboard import begun
from dashboard import sessions as here
from dashboard.access import needs
from dashboard.entry import VERIFIED
from dashboard.pages import show
from dashboard.qr import qr_code


@needs()
def account_factor(request: HttpRequest) -> HttpResponse:
    """Show what it is, and while it is set up what the app needs."""
    return _page(request)


@needs()
def account_factor_begin(request: HttpRequest) -> HttpResponse:
    """Make a secret for an app, when the password is right."""
    if request.method == "POST":
        typed = request.POST.get("password", "")
        if not passwords.is_right(account=request.user, password=typed, here=here.mark(request)):  # type: ignore[arg-type]
            return _page(request, wrong_begin=passwords.wrong())
        try:
            begun.keep(request, factor.begin(account_id=_id(request)))
            here.renew(request)
        except ValidationError as exc:
            messages.warning(request, str(exc))
    return redirect("dashboard:account_factor")


@needs()
def account_factor_confirm(request: HttpRequest) -> HttpResponse:
    """Let it count, log the account out elsewhere, and show the recovery codes, this once."""
    if request.method != "POST":
        return redirect("dashboard:account_factor")
    given = {"app_secret": begun.kept(request), "secret": request.POST.get("code", "")}
    try:
        made = factor.confirm(account_id=_id(request), **given, by=_by(request), here=here.mark(request))
    except ValidationError as exc:
        return _page(request, wrong=str(exc))
    begun.drop(request)
    request.session[VERIFIED] = True
    _end_others(request)
    return show(request, "account_codes", codes=made, is_new=True)


@needs()
def account_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them, this once."""
    if request.method != "POST":
        return redirect("dashboard:account_factor")
    if wrong := _wrong(request):
        return _page(request, wrong_codes=wrong)
    request.session[VERIFIED] = True  # two answers at once may have lost it
    made = factor.renew_codes(account_id=_id(request), by=_by(request))
    here.renew(request)
    return show(request, "account_codes", codes=made)


@needs()
def account_factor_off(request: HttpRequest) -> HttpResponse:
    """Take it away."""
    if request.method != "POST":
        return redirect("dashboard:account_factor")
    if wrong := _wrong(request):
        return _page(request, wrong_off=wrong)
    factor.turn_off(account_id=_id(request), by=_by(request))
    request.session[VERIFIED] = False
    _end_others(request)
    messages.success(
        request, _("The second factor is off: your password alone logs you in. You are logged out everywhere else.")
    )
    return redirect("dashboard:account")


@needs()
def account_browsers_forget(request: HttpRequest) -> HttpResponse:
    """Ask for a code again in each browser."""
    if request.method == "POST":
        browsers.forget(_id(request))
        messages.success(request, _("Every login asks for a code again, in each browser."))
    return redirect("dashboard:account_factor")


def _wrong(request: HttpRequest) -> str:
    """Say what is wrong with the code that came with the form, "" for a right one."""
    is_right = factor.check(account_id=_id(request), secret=request.POST.get("code", ""), here=here.mark(request))
    return "" if is_right else factor.wrong()


def _end_others(request: HttpRequest) -> None:
    here.renew(request)
    sessions.end_silently(account_id=_id(request), session_key=str(request.session.session_key))


def _page(request: HttpRequest, **facts: Any) -> HttpResponse:
    secret = begun.kept(request)
    enrolment = factor.enrolment(account=request.user, app_secret=secret) if secret else None  # type: ignore[arg-type]
    facts["qr"] = qr_code(enrolment.address) if enrolment else None
    facts["known"] = browsers.count(_id(request))
    facts["is_required"] = settings.SECOND_FACTOR == "required"
    return show(request, "account_factor", factor=factor.state(_id(request)), enrolment=enrolment, **facts)


def _id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _by(request: HttpRequest) -> str:
    return request.user.get_username()

"""The second factor of one's own account: set up, recovery codes, and switching it off, which each take a code."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.accounts import factor, sessions
from botcore.exceptions import ValidationError
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
    """Make a secret for an app."""
    if request.method == "POST":
        try:
            factor.begin(account_id=_id(request))
        except ValidationError as exc:
            messages.warning(request, str(exc))
    return redirect("dashboard:account_factor")


@needs()
def account_factor_confirm(request: HttpRequest) -> HttpResponse:
    """Let it count, log the account out elsewhere, and show the recovery codes, this once."""
    if request.method != "POST":
        return redirect("dashboard:account_factor")
    try:
        made = factor.confirm(account_id=_id(request), secret=request.POST.get("code", ""), by=_by(request))
    except ValidationError as exc:
        return _page(request, wrong=str(exc))
    request.session[VERIFIED] = True
    sessions.end_silently(account_id=_id(request), session_key=str(request.session.session_key))
    return show(request, "account_codes", codes=made, is_new=True)


@needs()
def account_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them, this once."""
    if request.method != "POST":
        return redirect("dashboard:account_factor")
    if wrong := _wrong(request):
        return _page(request, wrong_codes=wrong)
    return show(request, "account_codes", codes=factor.renew_codes(account_id=_id(request), by=_by(request)))


@needs()
def account_factor_off(request: HttpRequest) -> HttpResponse:
    """Take it away."""
    if request.method != "POST":
        return redirect("dashboard:account_factor")
    if wrong := _wrong(request):
        return _page(request, wrong_off=wrong)
    factor.turn_off(account_id=_id(request), by=_by(request))
    request.session[VERIFIED] = False
    messages.success(request, _("The second factor is off. Your password alone logs you in."))
    return redirect("dashboard:account")


def _wrong(request: HttpRequest) -> str:
    """Say what is wrong with the code that came with the form, "" for a right one."""
    is_right = factor.check(account_id=_id(request), secret=request.POST.get("code", ""))
    return "" if is_right else factor.wrong()


def _page(request: HttpRequest, **facts: Any) -> HttpResponse:
    enrolment = factor.enrolment(_id(request))
    facts["qr"] = qr_code(enrolment.address) if enrolment else None
    facts["is_required"] = settings.SECOND_FACTOR == "required"
    return show(request, "account_factor", factor=factor.state(_id(request)), enrolment=enrolment, **facts)


def _id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _by(request: HttpRequest) -> str:
    return request.user.get_username()

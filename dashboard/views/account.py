"""The visitor's own account: its role, its password, where it is logged in, and the Telegram account linked with it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.access import links
from botcore.access.groups import VIEWER
from botcore.access.selectors import role_of
from botcore.accounts import factor, passwords, sessions
from botcore.exceptions import ValidationError
from botcore.monitoring.selectors import bot_username
from botcore.validators import whole
from dashboard import begun
from dashboard import sessions as here
from dashboard.access import needs
from dashboard.pages import show


@needs()
def account(request: HttpRequest) -> HttpResponse:
    """Show it, with what can be done."""
    return _page(request)


@needs()
def account_link(request: HttpRequest) -> HttpResponse:
    """Make a code and show it, this once, when the password is right."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:account")
    typed = request.POST.get("password", "")
    if not passwords.is_right(account=request.user, password=typed, here=here.mark(request)):  # type: ignore[arg-type]
        return _page(request, wrong_link=passwords.wrong())
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
            messages.success(request, _("Unlinked. The Telegram account has no role any more."))
        else:
            messages.warning(request, _("No Telegram account was linked."))
    return redirect("dashboard:account")


@needs()
def account_password(request: HttpRequest) -> HttpResponse:
    """Ask for the old and a new password, or change it; the account stays logged in here only."""
    form = PasswordChangeForm(request.user, request.POST or None)  # type: ignore[arg-type]
    if request.method == "POST":
        passwords.count_try(account_id=_id(request), here=here.mark(request))
        if form.is_valid():
            _change_password(request, form.cleaned_data["new_password1"])
            return redirect("dashboard:account")
    return show(request, "account_password", form=form)


@needs()
def account_session_end(request: HttpRequest) -> HttpResponse:
    """Log the account out in another place."""
    if request.method == "POST":
        pk = whole(request.POST.get("session", ""))
        if sessions.end(account_id=_id(request), pk=pk, by=request.user.get_username()):
            messages.success(request, _("You are logged out there."))
        else:
            messages.warning(request, _("You were no longer logged in there."))
    return redirect("dashboard:account")


@needs()
def account_sessions_end(request: HttpRequest) -> HttpResponse:
    """Log the account out everywhere else."""
    if request.method == "POST":
        begun.drop(request)
        here.renew(request)  # first: what a copy of the cookie has begun meanwhile ends, too
        mine, name = str(request.session.session_key), request.user.get_username()
        if sessions.end_others(account_id=_id(request), username=name, session_key=mine, by=name):
            messages.success(request, _("You are logged out everywhere else."))
        else:
            messages.warning(request, _("You are logged in nowhere else."))
    return redirect("dashboard:account")


def _change_password(request: HttpRequest, password: str) -> None:
    account, name = request.user, request.user.get_username()
    keys = {"session_key": str(request.session.session_key), "here": here.mark(request)}
    passwords.change(account=account, password=password, by=name, **keys)  # type: ignore[arg-type]
    begun.drop(request)
    update_session_auth_hash(request, account)  # type: ignore[arg-type]
    here.note(request, _id(request))  # the session has a new key
    messages.success(request, _("Your password is changed, and you are logged out everywhere else."))


def _page(request: HttpRequest, **facts: Any) -> HttpResponse:
    pk, groups = _id(request), list(request.user.groups.values_list("name", flat=True))
    return show(
        request,
        "account",
        role=role_of(groups, is_owner=request.user.is_superuser),
        is_viewer=VIEWER in groups,
        factor=factor.state(pk),
        places=sessions.listed(pk, str(request.session.session_key)),
        linked=links.linked(pk),
        bot=bot_username(),
        is_sandbox=settings.BOT_SANDBOX,
        **facts,
    )


def _id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)

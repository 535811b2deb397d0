"""Staff accounts as owners see them: who has a second factor, who is logged in, and help for who is locked out."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.accounts import selectors, services
from dashboard.access import needs
from dashboard.pages import show


@needs("botcore.manage_accounts")
def accounts(request: HttpRequest) -> HttpResponse:
    """List them."""
    return show(request, "accounts", accounts=selectors.accounts())


@needs("botcore.manage_accounts")
def account_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, or take the second factor away and end all sessions."""
    account = selectors.account(pk)
    if account is None or pk == request.user.pk:  # one's own is on one's own page, and takes a code
        raise Http404
    if request.method != "POST":
        return show(request, "account_reset", account=account)
    if services.reset_factor(account_id=pk, by=request.user.get_username()):
        messages.success(request, _("The second factor is reset, and the account is logged out everywhere."))
    else:
        messages.warning(request, _("The account has no second factor."))
    return redirect("dashboard:accounts")


@needs("botcore.manage_accounts")
def account_log_out(request: HttpRequest, pk: int) -> HttpResponse:
    """End all sessions of an account."""
    if request.method == "POST":
        if selectors.account(pk) is None:
            raise Http404
        if services.log_out(account_id=pk, by=request.user.get_username()):
            messages.success(request, _("The account is logged out everywhere."))
        else:
            messages.warning(request, _("The account was logged in nowhere."))
    return redirect("dashboard:accounts")

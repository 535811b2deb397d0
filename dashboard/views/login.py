"""Logging in: name and password, then the code of accounts with a second factor; the admin's own login leads here."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from botcore.accounts import factor, limits
from dashboard.entry import let_in, on_the_way, with_code
from dashboard.known import is_offered


class Login(LoginView):
    """Name and password."""

    template_name = "dashboard/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the account in, or ask for its code."""
        return let_in(self.request, form.get_user(), to=self.get_success_url())


@never_cache
def login_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of somebody whose password was right."""
    comer = on_the_way(request)
    if comer is None:
        messages.warning(request, _("Log in once more: it took too long, or nobody was on the way."))
        return redirect("dashboard:login")
    wrong, status = "", 200
    if request.method == "POST":
        try:
            if answer := with_code(request, comer, request.POST.get("code", "")):
                return answer
            wrong = factor.wrong()
        except limits.TooMany as exc:
            wrong, status = str(exc), 429
    facts = {"name": comer.account, "wrong": wrong, "remembers": is_offered()}
    return render(request, "dashboard/login_code.html", facts, status=status)


@never_cache
def admin_login(request: HttpRequest) -> HttpResponse:
    """Lead to the one login; who is logged in and comes here may not see the admin."""
    if request.user.is_authenticated:
        raise PermissionDenied
    back = request.GET.get("next") or resolve_url("admin:index")  # the login looks whether it is ours
    return redirect(f"{resolve_url('dashboard:login')}?{urlencode({'next': back})}")

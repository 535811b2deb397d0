"""Keeping what is asked of a list: views under names, one's own or shared, and the columns that one likes to see."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.panel import services
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.attempts import attempt
from dashboard.lists.every import TABLES
from dashboard.pages import back_to
from dashboard.tables.asked import IDS, read
from dashboard.tables.columns import Look
from dashboard.tables.table import Table

SHARE = "botcore.share_savedview"


@needs()
def view_save(request: HttpRequest, table: str) -> HttpResponse:
    """Keep an address' query under a name."""
    listed = _table(request, table)
    if request.method != "POST":  # someone came back here from the login page
        return redirect(f"dashboard:{table}")
    shared, may_share = bool(request.POST.get("shared")), request.user.has_perm(SHARE)
    if shared and not may_share:
        raise PermissionDenied
    query = ""

    def do() -> bool:
        nonlocal query
        query = read(listed, _parsed(request.POST.get("query", "")), sees=Look(request).sees).query
        name, by = request.POST.get("name", ""), request.user.get_username()
        facts: dict[str, Any] = {"account_id": request.user.pk or 0, "table": table, "name": name, "query": query}
        return services.save(**facts, shared=shared, may_share=may_share, by=by)

    attempt(request, do, done=_("The view is kept."), nothing=_("The view is kept already."))
    return redirect(f"{resolve_url(f'dashboard:{table}')}?{query}")


@needs()
def view_change(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """Rename or delete one of one's own views."""
    _table(request, table)
    if request.method != "POST":  # someone came back here from the login page
        return redirect(f"dashboard:{table}")
    account, by = request.user.pk or 0, request.user.get_username()
    do = one_of(request.POST.get("do", ""), ("rename", "delete"))
    if do == "delete":
        attempt(request, lambda: services.delete(account_id=account, pk=pk, by=by), done=_("The view is deleted."))
    else:
        name, may_share = request.POST.get("name", ""), request.user.has_perm(SHARE)
        attempt(
            request,
            lambda: services.rename(account_id=account, pk=pk, name=name, may_share=may_share, by=by),
            done=_("The view is renamed."),
            nothing=_("The view has that name."),
        )
    return redirect(back_to(request, f"dashboard:{table}"))


@needs()
def view_columns(request: HttpRequest, table: str) -> HttpResponse:
    """Remember the chosen columns; none stands for those that the list has by itself."""
    listed = _table(request, table)
    if request.method == "POST":
        try:
            keys = [one_of(key, [column.key for column in listed.columns]) for key in request.POST.getlist("column")]
            usual = [column.key for column in listed.columns[1:] if not column.is_optional]
            is_usual = "usual" in request.POST or set(keys) == set(usual)
            columns = "" if is_usual else IDS.join(keys or [listed.columns[0].key])
            services.keep_columns(account_id=request.user.pk or 0, table=table, columns=columns)
        except ValidationError as exc:
            messages.warning(request, str(exc))
    return redirect(back_to(request, f"dashboard:{table}"))


def _parsed(query: str) -> dict[str, str]:
    """Return what an address asks."""
    try:
        return {name: str(value) for name, value in QueryDict(query).items()}
    except TooManyFieldsSent as exc:
        raise ValidationError(_("This asks for too much to be kept as a view.")) from exc


def _table(request: HttpRequest, name: str) -> Table:
    """Return the list, for those who may see it."""
    if name not in TABLES:
        raise Http404
    if not request.user.has_perm(f"botcore.{TABLES[name].permission}"):
        raise PermissionDenied
    return TABLES[name]

"""The same with several rows: asked first, or done at once with a way back. Each row's service writes its own entry."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botcore.exceptions import UserError, ValidationError
from botcore.paging import Place
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.pages import back_to, show
from dashboard.tables.asked import read
from dashboard.tables.columns import Look
from dashboard.tables.page import excerpt
from dashboard.tables.sent_back import chosen, refuse
from dashboard.tables.table import Action, Table
from dashboard.tables.undo import Traces, forget, offer, take_back

SURE, UNDO = "sure", "undo"


def bulk(table: Table, *permissions: str) -> Callable[..., Any]:
    """Return the view of a table's bulk actions; each action has its own permission beside these."""

    def view(request: HttpRequest) -> HttpResponse:
        """Do what the button says with the chosen rows, or ask first, and go back to the list as it was."""
        if request.method != "POST":  # someone came back here from the login page
            return redirect(f"dashboard:{table.name}")
        try:
            return _act(request, table)
        except ValidationError as exc:
            refuse(request, table, str(exc))
            return _back(request, table)

    seen = [f"botcore.{permission}" for permission in (table.permission, *permissions)]
    return needs(*seen)(view)


def _act(request: HttpRequest, table: Table) -> HttpResponse:
    name = request.POST.get("action", "")
    if name == UNDO:
        take_back(request, table)
        return _back(request, table)
    action = table.action(one_of(name, [action.name for action in table.actions]))
    if action is None or not request.user.has_perm(f"botcore.{action.permission}"):
        raise PermissionDenied
    rows = _chosen(request, table, action.least)
    if action.page:
        ids = ",".join(str(table.key(row)) for row in rows)
        return redirect(f"{reverse(f'dashboard:{action.page}')}?{urlencode({'ids': ids})}")
    if action.is_asked:
        return _ask(request, table, action, rows)
    _do(request, table, action, rows)
    return _back(request, table)


def _back(request: HttpRequest, table: Table) -> HttpResponse:
    return redirect(back_to(request, f"dashboard:{table.name}"))


def _chosen(request: HttpRequest, table: Table, least: int) -> list[Any]:
    """Return the chosen rows that there are, the oldest first."""
    shown, look = Place(shown=tuple(chosen(request))), Look(request)
    rows = table.read(table.select({}), read(table, {}, sees=look.sees).sort, shown, look).rows
    if len(rows) < least:
        raise ValidationError(
            ngettext(
                "Choose rows first, by the boxes at their left.",
                "Choose rows first, by the boxes at their left: at least %(least)s.",
                least,
            )
            % {"least": least}
        )
    return rows


def _ask(request: HttpRequest, table: Table, action: Action, rows: list[Any]) -> HttpResponse:
    """Show the rows with what will be done; once that is sure do it, or show why not with what was typed."""
    wrong = ""
    if SURE in request.POST:
        try:
            _do(request, table, action, rows)
            return _back(request, table)
        except ValidationError as exc:
            wrong = str(exc)
    back = back_to(request, f"dashboard:{table.name}")
    facts = {
        "section": table.name,
        "table": table,
        "action": action,
        "back": back,
        "ids": [table.key(row) for row in rows],
        "form": request.POST,
        "wrong": wrong,
    }
    response = show(request, "bulk", list=excerpt(request, table, rows), **facts)
    response.status_code = 400 if wrong else 200
    return response


def _do(request: HttpRequest, table: Table, action: Action, rows: list[Any]) -> None:
    """Do it and say so; raise ValidationError when it is refused of every row."""
    ids, by = [table.key(row) for row in rows], request.user.get_username()
    if action.together:
        messages.success(request, action.together(ids, by, request.POST))
        forget(request)
        return
    done, refused = _each(action, ids, by, request)
    if refused and not done:
        raise ValidationError(" ".join(refused))
    for reason in refused:
        messages.warning(request, reason)
    if not done:
        messages.warning(request, _("Nothing changed: it was so already, or the rows are gone."))
        return
    facts = {"done": len(done), "all": len(ids), "what": str(action.done)}
    words = _("%(done)s of %(all)s: %(what)s") % facts
    if action.undo:
        offer(request, table, action, done, words)
    else:
        messages.success(request, words)
        forget(request)


def _each(action: Action, ids: list[int], by: str, request: HttpRequest) -> tuple[Traces, list[str]]:
    """Do it row by row; return where it changed something, with what undoes it, and the reasons against it."""
    done: Traces = []
    refused: dict[str, None] = {}
    for pk in ids:
        try:
            trace = action.act(pk, by, request.POST) if action.act else False
            if trace is not False:
                done.append((pk, trace))
        except UserError as exc:
            refused[str(exc)] = None
    return done, list(refused)

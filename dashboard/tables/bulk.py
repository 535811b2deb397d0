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
from botcore.validators import one_of, whole
from dashboard.access import needs
from dashboard.pages import back_to, show
from dashboard.tables.asked import read
from dashboard.tables.columns import Look
from dashboard.tables.page import UNDO, excerpt
from dashboard.tables.table import Action, Table

MOST = 100  # rows of one bulk action
SURE = "sure"


def bulk(table: Table, *permissions: str) -> Callable[..., Any]:
    """Return the view of a table's bulk actions; each action has its own permission beside these."""

    def view(request: HttpRequest) -> HttpResponse:
        """Do what the button says with the chosen rows, or ask first, and go back to the list as it was."""
        if request.method != "POST":  # someone came back here from the login page
            return redirect(f"dashboard:{table.name}")
        try:
            return _act(request, table)
        except ValidationError as exc:
            messages.warning(request, str(exc))
            return redirect(back_to(request, f"dashboard:{table.name}"))

    seen = [f"botcore.{permission}" for permission in (table.permission, *permissions)]
    return needs(*seen)(view)


def _act(request: HttpRequest, table: Table) -> HttpResponse:
    name = one_of(request.POST.get("action", ""), [action.name for action in table.actions])
    action = table.action(name)
    if action is None or not request.user.has_perm(f"botcore.{action.permission}"):
        raise PermissionDenied
    rows = _chosen(request, table)
    ids = [table.key(row) for row in rows]
    if len(ids) < action.least:
        raise ValidationError(
            ngettext(
                "Choose rows first, by the boxes at their left.",
                "Choose rows first, by the boxes at their left: at least %(least)s.",
                action.least,
            )
            % {"least": action.least}
        )
    if action.page:
        return redirect(f"{reverse(f'dashboard:{action.page}')}?{urlencode({'ids': ','.join(map(str, ids))})}")
    if action.is_asked and SURE not in request.POST:
        return _ask(request, table, action, rows)
    _do(request, table, action, ids)
    return redirect(back_to(request, f"dashboard:{table.name}"))


def _chosen(request: HttpRequest, table: Table) -> list[Any]:
    """Return the chosen rows that there are, the oldest first; what is no number is none."""
    numbers = {whole(value) for value in request.POST.getlist("id")[:MOST]} - {0}
    asked = read(table, {})
    return table.read(table.select({}), asked.sort, Place(shown=tuple(sorted(numbers))), Look(request)).rows


def _ask(request: HttpRequest, table: Table, action: Action, rows: list[Any]) -> HttpResponse:
    """Show the rows with what will be done."""
    back = back_to(request, f"dashboard:{table.name}")
    facts = {"table": table, "action": action, "back": back, "form": request.POST}
    return show(request, "bulk", list=excerpt(request, table, rows), **facts)


def _do(request: HttpRequest, table: Table, action: Action, ids: list[int]) -> None:
    by = request.user.get_username()
    if action.together:
        messages.success(request, action.together(ids, by, request.POST))
        return
    done, refused = _each(action, ids, by, request)
    words = {"done": len(done), "all": len(ids), "what": str(action.done)}
    if done:
        messages.success(request, _("%(done)s of %(all)s: %(what)s") % words)
    elif not refused:
        messages.warning(request, _("Nothing changed: it was so already, or the rows are gone."))
    for reason in refused:
        messages.warning(request, reason)
    if done and action.undo:
        kept = {key: value for key, value in request.POST.items() if key == "name"}
        request.session[UNDO] = {"table": table.name, "action": action.undo, "ids": done, "fields": kept}


def _each(action: Action, ids: list[int], by: str, request: HttpRequest) -> tuple[list[int], list[str]]:
    """Do it row by row; return where it changed something, and the reasons against it, each once."""
    done: list[int] = []
    refused: dict[str, None] = {}
    for pk in ids:
        try:
            if action.act and action.act(pk, by, request.POST) is not False:
                done.append(pk)
        except UserError as exc:
            refused[str(exc)] = None
    return done, list(refused)

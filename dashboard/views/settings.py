"""Settings that are changed while everything runs: all of them, and each with its form and what became of it."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from botcore.access.selectors import group_role, listed_count
from botcore.exceptions import ValidationError
from botcore.runtime.setting_base import Setting
from botcore.runtime.setting_rules import check_names, deletes, may_change
from botcore.runtime.settings import change, declared, described, history, reset, until_after
from dashboard.access import needs
from dashboard.pages import show
from dashboard.refusals import NoSuchName
from dashboard.words import as_label

GROUPS = {
    "texts": gettext_lazy("Long texts"),
    "buttons": gettext_lazy("Buttons with long data"),
    "throttle": gettext_lazy("Throttling"),
}  # else the word itself
LENGTHS = {
    "": gettext_lazy("until changed"),
    "30m": gettext_lazy("30 minutes"),
    "1h": gettext_lazy("1 hour"),
    "4h": gettext_lazy("4 hours"),
    "1d": gettext_lazy("1 day"),
}


@needs("botcore.view_runtimesetting")
def settings(request: HttpRequest) -> HttpResponse:
    """List all of them by group."""
    found = groupby(described(), key=lambda row: row.group)
    groups = [(group, GROUPS.get(group, as_label(group)), list(rows)) for group, rows in found]
    return show(request, "settings", groups=groups)


@needs("botcore.view_runtimesetting")
def setting(request: HttpRequest, name: str) -> HttpResponse:
    """Show one with its form and its changes."""
    return _page(request, name)


@needs("botcore.change_runtimesetting")
def setting_change(request: HttpRequest, name: str) -> HttpResponse:
    """Change it; what is wrong is said and stays in sight."""
    if "value" not in request.POST:  # someone came back here from the login page
        return redirect("dashboard:setting", name)
    typed, length = request.POST["value"], request.POST.get("for", "")
    setting = _changeable(request, name)
    try:
        check_names(setting, setting.parse(typed))
        done = change(setting.name, typed, by=request.user.get_username(), until=until_after(length))
    except ValidationError as exc:
        messages.warning(request, f"{_('Nothing is changed.')} {exc}")
        return _page(request, name, typed=typed, length=length, wrong=str(exc))
    follows = _("Changed %(words)s; every process follows within 5 s.")
    if done.setting.needs_restart:
        follows = _("Changed %(words)s; it counts from the next start on.")
    messages.success(request, follows % {"words": done.words} if done.is_new else _("It is so already."))
    if done.is_new:
        _tell_of_the_list(request, done.setting.name, done.after)
    return redirect("dashboard:setting", done.setting.name)


@needs("botcore.change_runtimesetting")
def setting_reset(request: HttpRequest, name: str) -> HttpResponse:
    """Let its default hold again."""
    if request.method == "POST":
        if reset(_changeable(request, name).name, by=request.user.get_username()):
            messages.success(request, _("%(name)s is at its default again.") % {"name": name})
        else:
            messages.warning(request, _("It was at its default already."))
    return redirect("dashboard:setting", name)


def _tell_of_the_list(request: HttpRequest, name: str, value: object) -> None:
    """Say how many are on the list when from now on only those are served."""
    if value != "listed":
        return
    persons, groups = listed_count()
    if name == "access.people":
        words = ngettext("%(n)s person", "%(n)s people", persons) % {"n": persons} if persons else _("no people")
    else:
        words = ngettext("%(n)s group", "%(n)s groups", groups) % {"n": groups} if groups else _("no groups")
    said = _("On the list: %(words)s. Nobody else is served, but people with a role.")
    messages.info(request, said % {"words": words})


def _known(name: str) -> Setting:
    try:
        return declared(name)
    except ValidationError as exc:
        raise NoSuchName(str(exc)) from exc


def _changeable(request: HttpRequest, name: str) -> Setting:
    found = _known(name)
    if not may_change(found, group_role(request.user)):
        raise PermissionDenied
    return found


def _page(
    request: HttpRequest, name: str, *, typed: str | None = None, length: str = "", wrong: str = ""
) -> HttpResponse:
    found = _known(name)
    row = next(row for row in described() if row.name == found.name)
    rules = {"is_open": may_change(found, group_role(request.user)), "deletes": deletes(found)}
    form = {"typed": row.typed if typed is None else typed, "length": length, "wrong": wrong, "lengths": LENGTHS}
    return show(request, "setting", setting=row, history=history(row.name), **rules, **form)

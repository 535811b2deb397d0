"""Alerts: conditions, the channels' lights, what is configured, holding them, a test, and what was told lately."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.alerts import maintenance as windows
from botcore.alerts import selectors
from botcore.alerts.conditions import selectors as states
from botcore.alerts.conditions import services as conditions
from botcore.alerts.services import raise_test
from botcore.exceptions import ValidationError
from botcore.runtime.settings import SETTINGS
from dashboard.access import needs
from dashboard.once import once
from dashboard.pages import show
from dashboard.words import in_words

LENGTHS = [(value, in_words(words)) for value, (words, _length) in windows.LENGTHS.items()]
SILENCES = [(value, in_words(words)) for value, (words, _length) in conditions.LENGTHS.items()]


@needs("botcore.view_alert")
def alerts(request: HttpRequest) -> HttpResponse:
    """Show conditions, channels, rules and the newest alerts."""
    cursor = request.GET.get("cursor", "")
    rows, sees = states.conditions(), request.user.has_perm("botcore.view_errorgroup")
    facts = {
        "conditions": rows,
        "nobody_looks": states.nobody_looks(rows),
        "silences": SILENCES,
        "channels": selectors.channels(sees_errors=sees),
        "rules": selectors.rules(),
        "cooldown": SETTINGS["alerts.cooldown"],
        "cap": SETTINGS["alerts.cap"],
        "lengths": LENGTHS,
    }
    page = selectors.alerts(cursor, sees_errors=sees)
    return show(request, "alerts", page=page, cursor=cursor, window=windows.maintenance(), **facts)


@needs("botcore.add_alert")
def maintenance(request: HttpRequest) -> HttpResponse:
    """Hold alerts for a while, or tell them again with an empty length."""
    if request.method == "POST":  # else someone came back here from the login page
        length, by = request.POST.get("length", ""), request.user.get_username()
        try:
            if length:
                windows.start_maintenance(length=length, by=by)
                messages.success(request, _("Alerts are held from now on, and told in one digest when it is over."))
            elif windows.stop_maintenance(by=by):
                messages.success(request, _("Alerts are told again: what was held goes out as soon as the cap allows."))
        except ValidationError as exc:
            messages.warning(request, str(exc))
    return redirect("dashboard:alerts")


@needs("botcore.add_alert")
@once()
def test(request: HttpRequest) -> HttpResponse:
    """Let every channel say that it works."""
    if request.method == "POST":
        raise_test(by=request.user.get_username())
        messages.success(request, _("A test goes to every channel that is set up; look below what becomes of it."))
    return redirect("dashboard:alerts")

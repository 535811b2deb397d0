"""Restarting all bot processes: the question with what it means, and the wish for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.monitoring.selectors import live_heartbeats
from botcore.runtime import restart as restarts
from dashboard.access import needs
from dashboard.pages import show


@needs("botcore.restart_bot")
def restart(request: HttpRequest) -> HttpResponse:
    """Ask whether all bot processes shall begin anew, or wish for it."""
    if request.method != "POST":
        bots = [process for process in live_heartbeats() if process.role == "bot"]
        return show(request, "restart", bots=bots, wish=restarts.current())
    try:
        restarts.want(by=request.user.get_username())
    except ValidationError as exc:
        messages.warning(request, str(exc))
    else:
        messages.success(request, _("The restart begins within two seconds; Events says when they are back."))
    return redirect("dashboard:monitoring")

"""Levels of loggers: which hold now, changing one for a while, and putting it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.logs.levels import LEVELS, known_loggers
from botcore.runtime import log_levels
from dashboard.access import needs
from dashboard.pages import show
from dashboard.words import worded


@needs("botcore.view_runtimesetting")
def logs(request: HttpRequest) -> HttpResponse:
    """List changed levels and loggers, with the form."""
    changed = log_levels.changed_levels()
    log_levels.apply()  # what the page shows is so in this process, too
    loggers = known_loggers()
    durations = [(value, worded(words)) for value, (words, _length) in log_levels.DURATIONS.items()]
    return show(request, "logs", changed=changed, loggers=loggers, levels=LEVELS, durations=durations)


@needs("botcore.change_runtimesetting")
def log_level(request: HttpRequest) -> HttpResponse:
    """Change a logger's level and go back to the list."""
    if request.method == "POST":  # else someone came back here from the login page
        logger, level = request.POST.get("logger", ""), request.POST.get("level", "")
        by = request.user.get_username()
        try:
            log_levels.set_level(logger=logger, level=level, duration=request.POST.get("duration", ""), by=by)
        except ValidationError as exc:
            messages.warning(request, str(exc))
        else:
            said = _("%(logger)s logs at %(level)s now; every process follows within 5 s.")
            messages.success(request, said % {"logger": logger.strip(), "level": level})
    return redirect("dashboard:logs")


@needs("botcore.change_runtimesetting")
def log_level_back(request: HttpRequest) -> HttpResponse:
    """Put a logger back to its configured level and go back to the list."""
    if request.method == "POST":
        logger = request.POST.get("logger", "")
        if log_levels.reset_level(logger=logger, by=request.user.get_username()):
            messages.success(request, _("%(logger)s is back at its configured level.") % {"logger": logger})
        else:
            messages.warning(request, _("It was at its configured level already."))
    return redirect("dashboard:logs")

"""Levels of loggers: which hold now, changing one for a while, and putting it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from botcore.exceptions import ValidationError
from botcore.logs.levels import LEVELS, known_loggers
from botcore.runtime import log_levels
from dashboard.access import needs
from dashboard.pages import show


@needs("botcore.view_runtimesetting")
def logs(request: HttpRequest) -> HttpResponse:
    """List changed levels and loggers, with the form."""
    changed = log_levels.changed_levels()
    log_levels.apply()  # what the page shows is so in this process, too
    loggers = known_loggers()
    durations = [(value, words) for value, (words, _) in log_levels.DURATIONS.items()]
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
            messages.success(request, f"{logger.strip()} logs at {level} now; every process follows within 5 s.")
    return redirect("dashboard:logs")


@needs("botcore.change_runtimesetting")
def log_level_back(request: HttpRequest) -> HttpResponse:
    """Put a logger back to its configured level and go back to the list."""
    if request.method == "POST":
        logger = request.POST.get("logger", "")
        if log_levels.reset_level(logger=logger, by=request.user.get_username()):
            messages.success(request, f"{logger} is back at its configured level.")
        else:
            messages.warning(request, "It was at its configured level already.")
    return redirect("dashboard:logs")

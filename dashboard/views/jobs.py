"""Scheduled jobs: how each stands, what its runs came to, running one now, pausing and resuming it."""

from collections.abc import Callable, Mapping
from functools import cache

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

import botcore.jobs
from botcore.exceptions import ValidationError, safe_execute
from botcore.monitoring.selectors import is_bot_alive
from botcore.runtime.jobs import selectors, services
from botcore.runtime.jobs.registry import discover
from dashboard.access import needs
from dashboard.once import once
from dashboard.pages import back_to, show

SEE_ERRORS = "botcore.view_errorgroup"


@cache
@safe_execute(fallback={})  # a module that cannot be imported takes only its words from the page
def purposes() -> Mapping[str, str]:
    """Return what each job of this release does, in a line, by name."""
    return {plan.name: plan.purpose for plan in discover(botcore.jobs)}


@needs("botcore.view_job")
def jobs(request: HttpRequest) -> HttpResponse:
    """List the jobs."""
    found = selectors.jobs(sees_errors=request.user.has_perm(SEE_ERRORS))
    rows = [(job, _(purposes().get(job.name, ""))) for job in found]
    return show(request, "jobs", rows=rows, nobody=not is_bot_alive())


@needs("botcore.view_job")
def job(request: HttpRequest, name: str) -> HttpResponse:
    """Show one job with its runs."""
    sees = request.user.has_perm(SEE_ERRORS)
    found = selectors.job(name, sees_errors=sees)
    if found is None:
        raise Http404
    cursor = request.GET.get("cursor", "")
    facts = {"job": found, "purpose": _(purposes().get(name, "")), "nobody": not is_bot_alive()}
    return show(request, "job", **facts, page=selectors.runs(name, cursor, sees_errors=sees), cursor=cursor)


@needs("botcore.change_job")
@once(of=("do", "run"))
def job_act(request: HttpRequest, name: str) -> HttpResponse:
    """Do what the button says, and go back to where it stands."""
    if request.method == "POST":  # else someone came back here from the login page
        try:
            if done := _act(name, request.POST.get("do", ""), request.user.get_username()):
                messages.success(request, done)
            else:
                messages.warning(request, _("Nothing changed: it was so already."))
        except ValidationError as exc:
            messages.warning(request, str(exc))
    return redirect(back_to(request, "dashboard:jobs"))


def _act(name: str, wanted: str, by: str) -> str:
    """Do it and return what to say of it; nothing when it was so already."""
    acts: dict[str, tuple[Callable[..., object], str]] = {
        "run": (services.run_now, _("%(name)s runs as soon as a bot looks, which takes about a second.")),
        "pause": (
            services.pause,
            _("%(name)s is paused: its times pass until it is resumed. A run that goes on is not stopped."),
        ),
        "resume": (services.resume, _("%(name)s runs by its schedule again.")),
    }
    if wanted not in acts:
        raise ValidationError(_("There is no such button."))
    act, words = acts[wanted]
    return "" if act(name, by=by) is False else words % {"name": name}

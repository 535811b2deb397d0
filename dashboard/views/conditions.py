"""What is done about a condition: taking it on, silence for a while, and its end."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.alerts.conditions import services
from botcore.exceptions import ValidationError
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.pages import back_to


@needs("botcore.add_alert")
def condition_act(request: HttpRequest, name: str) -> HttpResponse:
    """Do what the button says; come back to the condition, on the page with the button."""
    if request.method == "POST":  # else someone came back here from the login page
        try:
            messages.success(request, act(request, name))
        except ValidationError as exc:
            messages.warning(request, str(exc))
    return redirect(f"{back_to(request, 'dashboard:alerts')}#condition-{name}")


def act(request: HttpRequest, name: str) -> str:
    """Do it; return what to say."""
    given, by = request.POST, request.user.get_username()
    action = one_of(given.get("action", ""), ("acknowledge", "silence", "unsilence"))
    if action == "acknowledge":
        services.acknowledge(name=name, by=by)
        return _("Taken on: it is not told again until it has ended.")
    if action == "silence":
        services.silence(name=name, length=given.get("length", ""), reason=given.get("reason", ""), by=by)
        return _("Silenced: what still lasts afterwards is told.")
    services.unsilence(name=name, by=by)
    return _("Not silenced any more: what lasts is told at the next look.")

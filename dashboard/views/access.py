"""Who may do what, who is kept out, who is let in, and who was too fast: one page, and the list's two actions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botcore import validators
from botcore.access import gate_selectors as gate
from botcore.access import selectors, services
from botcore.runtime.settings import described
from dashboard.access import needs
from dashboard.attempts import attempt
from dashboard.pages import back_to, show
from dashboard.tables.columns import Words

ROWS = 25  # of each list
UNKNOWN_PERSON = gettext_lazy("Nobody with this id has written to the bot yet: look whether it is the right one.")
UNKNOWN_GROUP = gettext_lazy("The bot knows no group with this id yet: look whether it is the right one.")
REASONS = {  # of metrics.REFUSALS
    "banned": gettext_lazy("from people who are banned"),
    "muted": gettext_lazy("from people who are muted"),
    "maintenance": gettext_lazy("while the bot is being worked on"),
    "not_listed": gettext_lazy("from people who are not on the list"),
    "group": gettext_lazy("in groups where it does not answer"),
    "bot": gettext_lazy("from other bots"),
    "throttled": gettext_lazy("too fast"),
    "replayed": gettext_lazy("commands of operators that were sent through again"),
    "taken": gettext_lazy("buttons pressed while an operator talks there"),
}


@needs("botcore.view_restriction")
def access(request: HttpRequest) -> HttpResponse:
    """Show all of it."""
    refused, rules, at = gate.refusals(), described(), request.GET.get
    facts = {
        "modes": gate.modes(rules),
        "paces": gate.paces(rules),
        "refusals": refused,
        "refused": [(REASONS.get(reason, reason), count) for reason, count in refused.reasons.items()],
        "busiest": gate.busiest(),
        **vars(
            selectors.lists(holding=at("holders", ""), kept_out=at("cursor", ""), let_in=at("listed", ""), size=ROWS)
        ),
    }
    return show(request, "access", **facts)


@needs("botcore.view_restriction", "botcore.allow_chat")
def access_allow(request: HttpRequest) -> HttpResponse:
    """Put somebody on the list who is named by @name, link or id."""
    hints: list[Words] = []

    def do() -> bool:
        target = selectors.target(request.POST.get("who", ""))
        is_new = services.allow(chat_id=target.chat_id, by=request.user.get_username())
        if is_new and target.name == str(target.chat_id):
            hints.append(UNKNOWN_PERSON if target.chat_id > 0 else UNKNOWN_GROUP)
        return is_new

    if request.method == "POST":  # else someone came back here from the login page
        attempt(request, do, done=_("On the list now."), nothing=_("On the list already."))
    for hint in hints:
        messages.info(request, str(hint))
    return redirect("dashboard:access")


@needs("botcore.view_restriction", "botcore.allow_chat")
def access_disallow(request: HttpRequest) -> HttpResponse:
    """Take a row off the list."""

    def do() -> bool:
        chat_id = validators.chat_id(request.POST.get("chat_id", ""))
        return services.disallow(chat_id=chat_id, by=request.user.get_username())

    if request.method == "POST":
        attempt(request, do, done=_("Off the list now."), nothing=_("It was not on the list."))
    return redirect(back_to(request, "dashboard:access"))

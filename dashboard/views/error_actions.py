"""What a person decides about errors, on its page; of several: lists/errors.py. POST → one service → redirect."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botcore.errors import selectors, services
from botcore.exceptions import ValidationError
from botcore.validators import one_of, whole
from dashboard.access import needs
from dashboard.lists.errors import mute
from dashboard.once import once
from dashboard.pages import back_to
from dashboard.tables.columns import Words

Act = Callable[[int, str, QueryDict], bool]
SEE, TRIAGE = "botcore.view_errorgroup", "botcore.triage_errorgroup"


@needs(SEE, TRIAGE)
@once(of=("action", "note"))
def error_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the button says and go back to the group."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:error", pk)
    if not selectors.known([pk]):
        raise Http404
    form = request.POST
    try:
        words, act = ACTS[one_of(form.get("action", ""), ACTS)]
        if act(pk, request.user.get_username(), form):
            messages.success(request, str(words))
        else:
            messages.warning(request, _("Nothing changed: it was so already."))
    except ValidationError as exc:
        messages.warning(request, str(exc))
    return redirect(back_to(request, "dashboard:error", pk))


@needs(SEE, TRIAGE)
def error_split(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one fingerprint of the group a group of its own and show that."""
    mark = request.POST.get("fingerprint", "")
    if request.method != "POST" or mark not in selectors.fingerprints_of(pk):
        return redirect("dashboard:error", pk)
    try:
        pk = services.split(fingerprint=mark, by=request.user.get_username())
        messages.success(request, _("It is an error of its own now."))
    except ValidationError as exc:
        messages.warning(request, str(exc))
    return redirect("dashboard:error", pk)


def _mute_until(pk: int, by: str, form: QueryDict) -> bool:
    limit, window = whole(form.get("limit", "")), whole(form.get("window", ""))
    return services.mute(group_id=pk, by=by, limit=limit, window_seconds=window)


def _assign(pk: int, by: str, form: QueryDict) -> bool:
    return services.assign(group_id=pk, by=by, user_id=whole(form.get("user", "")) or None)


ACTS: Mapping[str, tuple[Words, Act]] = {
    "acknowledge": (gettext_lazy("It is known."), lambda pk, by, _form: services.acknowledge(group_id=pk, by=by)),
    "resolve": (
        gettext_lazy("Resolved. If it comes again, it is a regression."),
        lambda pk, by, _form: services.resolve(group_id=pk, by=by),
    ),
    "resolve_next": (
        gettext_lazy("Resolved in the next release. If it comes again in a later one, it is a regression."),
        lambda pk, by, _form: services.resolve(group_id=pk, by=by, in_next_release=True),
    ),
    "reopen": (gettext_lazy("Open again."), lambda pk, by, _form: services.reopen(group_id=pk, by=by)),
    "mute": (gettext_lazy("Muted: it is counted, and nobody is told."), mute),
    "mute_until": (gettext_lazy("Muted: it is counted, and nobody is told."), _mute_until),
    "assign": (gettext_lazy("Given."), _assign),
    "note": (gettext_lazy("Noted."), lambda pk, by, form: services.note(group_id=pk, by=by, text=form.get("text", ""))),
}

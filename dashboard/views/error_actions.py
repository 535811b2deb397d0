"""What a person decides about errors, one by one on its page or several in the list. POST → one service → redirect."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from botcore.errors import selectors, services
from botcore.exceptions import ValidationError
from botcore.validators import one_of, whole
from dashboard.access import needs
from dashboard.pages import back_to

Act = Callable[[int, str, QueryDict], bool]
MOST = 100  # groups of one bulk action
SEE, TRIAGE = "botcore.view_errorgroup", "botcore.triage_errorgroup"
MUTES: Mapping[str, timedelta | None] = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "ever": None}


@needs(SEE, TRIAGE)
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
            messages.success(request, words)
        else:
            messages.warning(request, "Nothing changed: it was so already.")
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
        messages.success(request, "It is an error of its own now.")
    except ValidationError as exc:
        messages.warning(request, str(exc))
    return redirect("dashboard:error", pk)


@needs(SEE, TRIAGE)
def errors_bulk(request: HttpRequest) -> HttpResponse:
    """Do the same with all chosen groups and go back to the list as it was."""
    if request.method == "POST":
        ids = selectors.known(whole(value) for value in request.POST.getlist("id")[:MOST])
        try:
            messages.success(request, _bulk(one_of(request.POST.get("action", ""), BULK), ids, request))
        except ValidationError as exc:
            messages.warning(request, str(exc))
    return redirect(back_to(request, "dashboard:errors"))


def _bulk(action: str, ids: list[int], request: HttpRequest) -> str:
    """Return what was done in words."""
    by = request.user.get_username()
    if len(ids) < BULK[action]:
        raise ValidationError("Choose errors first, by the boxes at their left: at least two to merge them.")
    if action == "merge":
        services.merge(into=ids[0], others=ids[1:], by=by)
        return f"{len(ids)} errors are one now: the oldest of them."
    done = sum(ACTS[action][1](pk, by, request.POST) for pk in ids)
    return f"{done} of {len(ids)} errors changed: {ACTS[action][0].lower()}"


def _mute(pk: int, by: str, form: QueryDict) -> bool:
    length = MUTES[one_of(form.get("for", "1h"), MUTES)]
    return services.mute(group_id=pk, by=by, until=timezone.now() + length if length else None)


def _mute_until(pk: int, by: str, form: QueryDict) -> bool:
    limit, window = whole(form.get("limit", "")), whole(form.get("window", ""))
    return services.mute(group_id=pk, by=by, limit=limit, window_seconds=window)


def _assign(pk: int, by: str, form: QueryDict) -> bool:
    return services.assign(group_id=pk, by=by, user_id=whole(form.get("user", "")) or None)


ACTS: Mapping[str, tuple[str, Act]] = {
    "acknowledge": ("It is known.", lambda pk, by, _: services.acknowledge(group_id=pk, by=by)),
    "resolve": (
        "Resolved. If it comes again, it is a regression.",
        lambda pk, by, _: services.resolve(group_id=pk, by=by),
    ),
    "resolve_next": (
        "Resolved in the next release. If it comes again in a later one, it is a regression.",
        lambda pk, by, _: services.resolve(group_id=pk, by=by, in_next_release=True),
    ),
    "reopen": ("Open again.", lambda pk, by, _: services.reopen(group_id=pk, by=by)),
    "mute": ("Muted: it is counted, and nobody is told.", _mute),
    "mute_until": ("Muted: it is counted, and nobody is told.", _mute_until),
    "assign": ("Given.", _assign),
    "note": ("Noted.", lambda pk, by, form: services.note(group_id=pk, by=by, text=form.get("text", ""))),
}
BULK: Mapping[str, int] = {"resolve": 1, "acknowledge": 1, "mute": 1, "merge": 2}  # with how many groups at least

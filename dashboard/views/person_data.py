"""What is kept of a person: how much of what, all of it as a file, and having them forgotten, by their id typed."""

from itertools import chain

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from botcore.accounts import limits
from botcore.erasure import archive, selectors, services, takeout
from botcore.exceptions import ValidationError
from botcore.people.privacy import by_account
from dashboard.access import needs
from dashboard.once import once
from dashboard.pages import show
from dashboard.views.exports import HOUR, MINUTE, MOST_A_MINUTE
from dashboard.views.people import known

MOST_AN_HOUR = 60
MOST_ARCHIVES = 2  # a minute: each holds a thread of the web process while its files come
NEEDED = ("botcore.view_user", "botcore.erase_person")


@needs(*NEEDED)
def person_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how much is kept of a person, with what can be done about it."""
    return _page(request, pk)


@needs(*NEEDED)
@once()
def person_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the person forgotten when their id was typed; else say so at the field."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:person_data", pk)
    known(pk)
    if request.POST.get("typed", "").strip() != str(pk):
        return _page(request, pk, wrong=_("Type the Telegram id of this person: %(id)s.") % {"id": pk})
    try:
        services.ask(user_id=pk, by=request.user.get_username())
    except ValidationError as exc:
        return _page(request, pk, wrong=str(exc))
    messages.success(request, _("This person is forgotten within a few minutes."))
    return redirect("dashboard:person_data", pk)


@needs(*NEEDED, "botcore.export_data", "botcore.read_messages")
@require_GET
def person_takeout(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Send all that is kept of the person, as it is read; of whom the visitor may not read, nothing."""
    known(pk)
    if not by_account(request.user).may_read(pk):
        raise PermissionDenied
    limits.take(f"export:{request.user.pk}", {MINUTE: MOST_A_MINUTE, HOUR: MOST_AN_HOUR})
    blocks = takeout.Takeout(pk).blocks()
    first = next(blocks)
    takeout.note(pk, by=request.user.get_username())
    response = StreamingHttpResponse(chain([first], blocks), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="person-{pk}-{timezone.now():%Y-%m-%d}.json"'
    return response


@needs(*NEEDED, "botcore.export_data", "botcore.read_messages")
@require_GET
def person_archive(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Send the same with the files that were sent, as a ZIP, while they come from Telegram."""
    known(pk)
    if not by_account(request.user).may_read(pk):
        raise PermissionDenied
    limits.take(f"archive:{request.user.pk}", {MINUTE: MOST_ARCHIVES, HOUR: MOST_AN_HOUR})
    takeout.note(pk, by=request.user.get_username())
    response = StreamingHttpResponse(archive.stream(pk), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="person-{pk}-{timezone.now():%Y-%m-%d}.zip"'
    return response


def _page(request: HttpRequest, pk: int, wrong: str = "") -> HttpResponse:
    person, refusal = known(pk), ""
    try:
        services.check_may_go(pk)
    except ValidationError as exc:
        refusal = str(exc)
    facts = {"kept": selectors.kept(pk), "under_way": selectors.under_way(pk), "refusal": refusal, "wrong": wrong}
    status = 400 if wrong else 200
    response = show(request, "person_data", person=person, proofs=selectors.proofs(pk), most=selectors.MOST, **facts)
    response.status_code = status
    return response

"""Notes on a person and attributes, from the person's page: for those who may read what was said there."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botcore.exceptions import ValidationError
from botcore.people import attributes, notes
from botcore.people.privacy import by_account
from botcore.validators import whole
from dashboard.access import needs
from dashboard.attempts import attempt
from dashboard.once import once
from dashboard.pages import back_to
from dashboard.views.people import known, page
from dashboard.views.person_actions import action

NEEDED = ("botcore.view_user", "botcore.change_user", "botcore.read_messages")
NOTE_GONE = gettext_lazy("The note is deleted.")
NO_SUCH_NOTE = gettext_lazy("This note is not there any more, or it is somebody else's.")
KEPT = 200  # characters of an attribute that was refused: what its field takes


@needs(*NEEDED)
@once()
def person_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a note; one that is refused stays in its field."""
    _check(request, pk)
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:person", pk)
    text, by = request.POST.get("text", "").replace("\r\n", "\n"), request.user.get_username()
    try:
        notes.write(user_id=pk, text=text, account_id=request.user.pk or 0, by=by)
    except ValidationError as exc:
        messages.warning(request, f"{_('The note is not kept.')} {exc}")
        return page(request, pk, note=text)
    messages.success(request, _("The note is kept."))
    return redirect("dashboard:person", pk)


@action(*NEEDED)
def person_unnote(request: HttpRequest, pk: int, by: str) -> None:
    """Delete one's own note, or as an admin any."""
    _check(request, pk)
    attempt(request, partial(delete_note, request, pk, by), done=str(NOTE_GONE), nothing=str(NO_SUCH_NOTE))


def delete_note(request: HttpRequest, pk: int, by: str) -> bool:
    """Delete the note that a form names, if the visitor may."""
    return notes.delete(
        user_id=pk,
        pk=whole(request.POST.get("note", "")) or 0,
        account_id=request.user.pk or 0,
        by=by,
        any_of_them=request.user.has_perm("botcore.delete_personnote"),
    )


@needs(*NEEDED)
def person_attribute(request: HttpRequest, pk: int) -> HttpResponse:
    """Set an attribute; one that is refused stays in its fields."""
    _check(request, pk)
    if request.method == "POST":  # else someone came back here from the login page
        name, value = (request.POST.get(field, "") for field in ("name", "value"))
        do = partial(attributes.put, user_id=pk, name=name, value=value, by=request.user.get_username())
        if not attempt(request, do, done=_("The attribute is set."), nothing=_("The attribute was so already.")):
            return page(request, pk, attribute=name[:KEPT], value=value[:KEPT])
    return redirect(back_to(request, "dashboard:person", pk))


@action(*NEEDED)
def person_unattribute(request: HttpRequest, pk: int, by: str) -> None:
    """Take an attribute away."""
    _check(request, pk)
    do = partial(attributes.drop, user_id=pk, name=request.POST.get("name", ""), by=by)
    attempt(request, do, done=_("The attribute is gone."), nothing=_("This person does not have that attribute."))


def _check(request: HttpRequest, pk: int) -> None:
    """Refuse who may not read what was said to somebody with this person's role."""
    known(pk)
    if not by_account(request.user).may_read(pk):
        raise PermissionDenied

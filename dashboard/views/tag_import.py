"""Tags of many people from a CSV file: sent, shown with what it comes to, and put on with a yes."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botcore.exceptions import ValidationError
from botcore.people import tag_import as files
from botcore.people.tag_file import LARGEST, MOST_LINES
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.once import once
from dashboard.pages import show

NEEDED = ("botcore.view_user", "botcore.change_user")


@needs(*NEEDED)
def tags_import(request: HttpRequest) -> HttpResponse:
    """Take a file and read it; one that is refused is said why."""
    if request.method != "POST":
        return _form(request)
    try:
        file = _file(request)
        pk = files.read(file=file, name=file.name or "", account_id=request.user.pk or 0)
    except ValidationError as exc:
        messages.warning(request, f"{_('Nothing is changed.')} {exc}")
        return _form(request)
    return redirect("dashboard:tags_file", pk)


@needs(*NEEDED)
@once()
def tags_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file comes to, and put its tags on, or forget it."""
    account = request.user.pk or 0
    if request.method != "POST":
        report = files.waiting(pk, account)
        return show(request, "tags_file", report=report, pk=pk) if report else _gone(request)
    if one_of(request.POST.get("do", ""), ("apply", "drop")) == "drop":
        is_dropped = files.drop(pk=pk, account_id=account)
        if not is_dropped:
            return _gone(request)
        messages.success(request, _("The file is forgotten. Nothing is changed."))
        return redirect("dashboard:tags_import")
    done = files.put_on(pk=pk, account_id=account, by=request.user.get_username())
    if done is None:
        return _gone(request)
    messages.success(request, _told(done))
    return redirect("dashboard:people")


def _form(request: HttpRequest) -> HttpResponse:
    return show(request, "tags_import", megabytes=LARGEST // 1024**2, lines=MOST_LINES)


def _file(request: HttpRequest) -> Any:
    """Return the file that was sent, of a size that is read."""
    found = request.FILES.get("file")
    if found is None:
        raise ValidationError(_("Choose a file."))
    if (found.size or 0) > LARGEST:
        raise ValidationError(_("The file has more than %(most)s MB: split it.") % {"most": LARGEST // 1024**2})
    return found


def _gone(request: HttpRequest) -> HttpResponse:
    messages.warning(
        request, _("This file does not wait any more: it was done or forgotten, or it is somebody else's.")
    )
    return redirect("dashboard:tags_import")


def _told(done: files.Imported) -> str:
    words = ngettext(
        "%(tags)s tag is put on, on people: %(people)s.", "%(tags)s tags are put on, on people: %(people)s.", done.tags
    ) % {"tags": done.tags, "people": done.people}
    left = _("Left out, for nobody has more than 50: %(left)s.") % {"left": done.left} if done.left else ""
    return f"{words} {left}".strip()

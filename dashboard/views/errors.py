"""Errors: a list of groups to look through and decide about, and each group with one of its occurrences."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from botcore.errors import detail, lookup, selectors
from botcore.errors.markdown import as_markdown
from botcore.errors.selection import SEARCHED
from botcore.exceptions import ValidationError
from botcore.inbox import selectors as inbox
from botcore.people.privacy import by_account
from botcore.sentences.numerals import dated
from botcore.validators import whole
from dashboard.access import needs
from dashboard.charts.bars import bar_chart, days
from dashboard.lists.errors import ERRORS, SEARCH_LENGTH
from dashboard.pages import show
from dashboard.tables.page import listing
from dashboard.viewer import is_poll

EXCERPT = 4000  # characters of an update's JSON


@needs("botcore.view_errorgroup")
def errors(request: HttpRequest) -> HttpResponse:
    """List groups; a reference code leads to its occurrence at once."""
    search = request.GET.get("search", "").strip()[:SEARCH_LENGTH]
    if search and not is_poll(request) and (found := lookup.by_words(search)):
        return redirect(address_of(found))
    counts = selectors.tab_counts()
    return listing(request, ERRORS, counts=counts, cap=selectors.COUNT_CAP, searched=SEARCHED)


@needs("botcore.view_errorgroup")
def error(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one group with its newest occurrence, or with the one that the address names."""
    group = detail.group(pk)
    if group is None:
        return _elsewhere(pk)
    event = _event(request, group)
    counts = [(dated(day.start, "d M"), day.count) for day in group.days]
    facts = {
        "chart": bar_chart(counts, days(_("Events per day"), _("Events"), len(counts)), "events"),
        "markdown": as_markdown(group, event, request.build_absolute_uri(_address(pk, event.id if event else None))),
        "raw": _raw(request, event),
        "staff": selectors.staff() if request.user.has_perm("botcore.triage_errorgroup") else [],
    }
    return show(request, "error", group=group, event=event, **facts)


def address_of(found: lookup.Found) -> str:
    """Return where a group and its occurrence are shown."""
    return _address(found.group_id, found.event_id)


def _address(group_id: int, event_id: int | None) -> str:
    return reverse("dashboard:error", args=[group_id]) + (f"?event={event_id}" if event_id else "")


def _elsewhere(pk: int) -> HttpResponse:
    """Lead to the group that this one was merged into."""
    target = lookup.merged_into(pk)
    if target is None:
        raise Http404
    return redirect("dashboard:error", target)


def _event(request: HttpRequest, group: detail.GroupDetail) -> detail.Occurrence | None:
    wanted = request.GET.get("event", "")
    event = detail.occurrence(group.id, whole(wanted) if wanted else None)
    if event is None and wanted:
        raise ValidationError(_("This occurrence is not kept any more, or it belongs to another error."))
    return event


def _raw(request: HttpRequest, event: detail.Occurrence | None) -> str:
    """Return the beginning of the update's JSON, for those who may see updates."""
    if event is None or event.update_pk is None or not request.user.has_perm("botcore.view_update"):
        return ""
    return inbox.raw_json(event.update_pk, EXCERPT, reader=by_account(request.user))

"""Segments of people: conditions under a name, made with the filters of the list of people."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from botcore.exceptions import UserError, ValidationError
from botcore.people import segments as rooms
from botcore.people.conditions import selection
from botcore.people.segments import HeadCount, Named
from botcore.validators import duration, one_of
from dashboard.access import needs
from dashboard.attempts import attempt
from dashboard.lists.people import PEOPLE
from dashboard.once import once
from dashboard.pages import refresh, show
from dashboard.tables.asked import Asked, understood
from dashboard.tables.columns import Look
from dashboard.tables.filters import Span
from dashboard.tables.page import Control
from dashboard.viewer import is_poll

FORM = 1000  # characters of an address that a form of conditions begins with
WRONG = Span()  # stands for a time that is there, whatever it is


@dataclass(frozen=True)
class Row:
    """A segment in the list, its conditions in words, and the address of its people."""

    segment: Named
    told: list[tuple[str, str]]
    people: str


@needs("botcore.view_user")
def segments(request: HttpRequest) -> HttpResponse:
    """List segments, and offer to make one of the conditions in the address."""
    return _page(request, request.GET)


@needs("botcore.view_user", "botcore.change_user")
@once()
def segment_new(request: HttpRequest) -> HttpResponse:
    """Make a segment; one that is refused stays in its form."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:segments")
    pk = _saved(request, None)
    if pk is None:
        return _page(request, request.POST, name=request.POST.get("name", ""))
    messages.success(request, _("The segment is kept."))
    return redirect("dashboard:segment", pk)


@needs("botcore.view_user")
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a segment; how many people fit now is asked for by the page itself and by the list, the number alone."""
    found = _known(pk)
    if is_poll(request):
        return refresh(request, "segment", count=_count(found))
    return _one(request, found, found.conditions, found.name)


@needs("botcore.view_user", "botcore.change_user")
def segment_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a segment and change its conditions, or delete it."""
    found = rooms.segment(pk)
    if found is None:
        messages.warning(request, _("This segment is not there any more."))
        return redirect("dashboard:segments")
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:segment", pk)
    if one_of(request.POST.get("do", ""), ("save", "delete")) == "delete":
        do = partial(rooms.delete, pk=pk, by=request.user.get_username())
        attempt(request, do, done=_("The segment is deleted."), nothing=_("This segment is not there any more."))
        return redirect("dashboard:segments")
    if _saved(request, pk) is None:
        return _one(request, found, request.POST, request.POST.get("name", ""))
    messages.success(request, _("The segment is kept."))
    return redirect("dashboard:segment", pk)


def _saved(request: HttpRequest, pk: int | None) -> int | None:
    """Keep what the form says; return its key, None when it was refused, which is said."""
    asked = _asked(request, request.POST)
    if asked.misread:
        messages.warning(request, _("Nothing is changed. Mend what is marked."))
        return None
    name, by = request.POST.get("name", ""), request.user.get_username()
    try:
        return rooms.save(name=name, conditions=_words(asked), by=by, pk=pk) or pk
    except UserError as exc:
        messages.warning(request, f"{_('Nothing is changed.')} {exc}")
        return None


def _page(request: HttpRequest, typed: Mapping[str, str], name: str = "") -> HttpResponse:
    rows = [Row(one, _told(one.conditions), _people(one.conditions)) for one in rooms.segments()]
    return show(request, "segments", rows=rows, form=_form(request, typed), called=name[: rooms.NAME_LENGTH])


def _one(request: HttpRequest, found: Named, typed: Mapping[str, str], name: str) -> HttpResponse:
    facts: dict[str, Any] = {"people": _people(found.conditions), "told": _told(found.conditions)}
    facts |= {"form": _form(request, typed), "called": name[: rooms.NAME_LENGTH], "counts": "count" in request.GET}
    if facts["counts"]:  # of a browser without scripts
        facts["count"] = _count(found)
    return show(request, "segment", segment=found, **facts)


def _known(pk: int) -> Named:
    found = rooms.segment(pk)
    if found is None:
        raise Http404
    return found


def _count(found: Named) -> HeadCount | None:
    """Count its people; None when its conditions mean nothing any more, such as a command that no bot has."""
    try:
        return rooms.head_count(selection(found.conditions))
    except ValidationError:
        return None


def _asked(request: HttpRequest, typed: Mapping[str, str]) -> Asked:
    """Read conditions as the list of people does; whatever else stands there is left alone."""
    names = {name for one in PEOPLE.filters for name in one.names}
    words = {name: typed[name][:FORM] for name in typed if name in names}
    return understood(PEOPLE, words, sees=Look(request).sees)


def _form(request: HttpRequest, typed: Mapping[str, str]) -> list[Control]:
    """Return the controls of all conditions, with what is typed there; the search has its label above like them."""
    asked = _asked(request, typed)
    filters = [replace(one, is_search=False) if getattr(one, "is_search", False) else one for one in PEOPLE.filters]  # type: ignore[call-arg]
    return [Control(one, asked.typed, asked.wrong) for one in filters]


def _words(asked: Asked) -> dict[str, str]:
    """Return the conditions as they are kept: a time that was typed as the visitor's clock has it, by UTC."""
    words, span = dict(asked.typed), asked.facts.get("time", WRONG)
    for name, moment in (("from", span.since), ("to", span.until)):
        if name in words and moment and not _is_length(words[name]):
            words[name] = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return words


def _is_length(word: str) -> bool:
    try:
        return bool(duration(word))
    except ValidationError:
        return False


def _told(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Say the conditions as the list's chips do."""
    return [
        (str(one.label), one.words(name, words[name], WRONG))
        for one in PEOPLE.filters
        for name in one.names
        if name in words
    ]


def _people(words: Mapping[str, str]) -> str:
    """Return the address of the list of those who fit."""
    return f"{resolve_url('dashboard:people')}?{urlencode(words)}"

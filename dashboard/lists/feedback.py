"""The list of what people wrote to the operators."""

from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from botcore.feedback import selectors, services
from botcore.feedback.selection import FeedbackSelection
from botcore.feedback.selectors import Message
from botcore.paging import Page, Place
from botcore.people.privacy import Reader
from dashboard.lists.named import PEOPLE, Named, person_words, sender
from dashboard.tables import cells
from dashboard.tables.columns import Column, Look
from dashboard.tables.filters import Pick, Span, When, choices
from dashboard.tables.table import Action, Facts, Table

SIZE = 25  # messages are long, and each has a field for its answer


def select(facts: Facts) -> FeedbackSelection:
    """Make a selection of the filters."""
    time: Span = facts.get("time", Span())
    return FeedbackSelection(facts.get("show") == "unread", facts.get("person"), time.since, time.until)


def read(chosen: Any, _sort: str, place: Place, look: Look) -> Page[Message]:
    """Read a page."""
    return selectors.messages(chosen, reader=look.reader, place=place, size=SIZE)


def _mark_read(pk: int, by: str, _form: QueryDict) -> bool:
    known = selectors.message(pk, reader=Reader())
    return known is not None and known.read_at is None and services.mark_read(pk, by=by)


def _message(row: Message, look: Look) -> str:
    facts = {"message": row, "is_inline": True, "back": look.here}
    return render_to_string("dashboard/parts/message.html", facts, look.request)


FEEDBACK = Table(
    name="feedback",
    row="message",
    caption=_("Feedback, newest first"),
    permission="view_feedback",
    order="sent",
    export="feedback",
    columns=(
        Column(key="message", label=_("Message"), cell=_message),
        Column(key="sent", label=_("Sent"), cell=cells.time(lambda row: row.sent_at), is_number=True, sort="sent"),
        Column(key="read", label=_("Read"), cell=cells.time(lambda row: row.read_at), is_number=True),
    ),
    filters=(
        Pick(name="show", label=_("Which"), is_tabs=True, default="all",
             options=choices([("all", _("All")), ("unread", _("Unread"))])),
        Named(name="person", label=_("Person"), is_main=True, takes=PEOPLE, check=sender, told=person_words,
              hint=_("Name, @username or id")),
        When(name="time", label=_("Sent")),
    ),
    select=select,
    read=read,
    empty="dashboard/empty/feedback.html",
    actions=(
        Action(name="read", label=_("Mark as read"), done=_("marked as read."), permission="change_feedback",
               act=_mark_read),
    ),
)  # fmt: skip

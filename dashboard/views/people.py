"""Who writes to the bot: a list to search, and each person's profile."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from botcore.access import selectors as access
from botcore.access.held import Held, held
from botcore.access.roles import Role
from botcore.errors import selectors as errors
from botcore.feedback import selectors as feedback
from botcore.feedback.selection import FeedbackSelection
from botcore.inbox import selectors as inbox
from botcore.inbox.selection import Selection
from botcore.paging import ONCE, Page
from botcore.people import selectors
from botcore.people.activity.selectors import person_days
from botcore.people.dossier import NOTES, dossier
from botcore.people.notes import MOST as MOST_NOTES
from botcore.people.privacy import Reader, by_account
from botcore.sentences.numerals import dated
from dashboard.access import needs
from dashboard.charts.bars import bar_chart, days
from dashboard.lists.people import AS_IT_IS, LENGTHS, PEOPLE, STATUS
from dashboard.pages import show
from dashboard.tables.page import listing
from dashboard.views.chats import talk
from dashboard.words import worded

NEWEST, MESSAGES = 10, 5  # the rest is a link away
FIELDS = dict.fromkeys(("typed", "wrong", "tag", "note", "attribute", "value"), "")  # of the page's forms
DAYS, MONTH = 90, 30  # of the chart of activity, and of its sum


@needs("botcore.view_user")
def people(request: HttpRequest) -> HttpResponse:
    """List people, last seen first."""
    return listing(request, PEOPLE)


@needs("botcore.view_user")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person with the newest talk, feedback and updates, as far as the visitor may see those."""
    return page(request, pk)


def page(request: HttpRequest, pk: int, **kept: str) -> HttpResponse:
    """Show the person's page; what was refused is `kept` in its field, of a letter with what is wrong."""
    found, roles = known(pk), held(request.user.pk or 0)
    reader, may = by_account(request.user, roles), request.user.has_perm
    mine = roles.role_of(request.user.pk or 0)
    said, most = talk(request, pk, reader=reader, limit=NEWEST), MOST_NOTES if "notes" in request.GET else NOTES
    beside = dossier(pk, may_read=reader.may_read(pk), most=most)
    facts = {
        "person": found,
        "status": str(STATUS.get(found.reach, worded(found.reach.label))),
        "activity": _activity(pk),
        "earlier": beside.names,
        "noted": beside.noted,
        "feedback": _written(pk, reader) if may("botcore.view_feedback") else None,
        "errors": errors.met_by(pk, NEWEST) if may("botcore.view_errorgroup") else None,
        **said,
        "updates": _updates(found, said.get("arrived")) if may("botcore.view_update") else None,
    }
    return show(request, "person", **facts, **_access(found, roles, mine), **(FIELDS | kept))


def _written(pk: int, reader: Reader) -> Page[feedback.Message]:
    """Return what the person wrote to the operators last."""
    return feedback.messages(FeedbackSelection(person=pk), reader=reader, place=ONCE, size=MESSAGES)


def _updates(person: selectors.Person, arrived: list[inbox.UpdateRow] | None) -> list[inbox.UpdateRow]:
    """Return the newest updates in private, which a conversation that is shown has read."""
    if arrived is None:
        return inbox.updates(Selection(chats=(person.id,)), size=NEWEST).rows
    return [replace(row, person=person.name, chat=person.name) for row in arrived]


def _activity(pk: int) -> dict[str, Any]:
    """Return the chart of a person's days, and what the last of them come to."""
    counted = person_days(pk, DAYS)
    words = days(gettext("Updates per day"), gettext("Updates"), DAYS)
    return {
        "chart": bar_chart([(dated(day, "d M"), count) for day, count in counted], words, "activity"),
        "month": sum(count for _, count in counted[-MONTH:]),
        "days": sum(count > 0 for _, count in counted),
        "of": DAYS,
    }


def known(pk: int) -> selectors.Person:
    """Return the person; raise Http404 when the bot has met nobody with this id."""
    found = selectors.person(pk)
    if found is None:
        raise Http404
    return found


def _access(person: selectors.Person, held: Held, mine: Role) -> dict[str, Any]:
    """Return what the card of access shows to somebody with a role."""
    restrictions, is_listed = access.standing(person.id, person.name)
    return {
        "holder": access.holder(person.id, person.name, held),
        "grantable": [(role.name.lower(), str(role.label)) for role in access.grantable(mine)],
        "restrictions": restrictions,
        "is_listed": is_listed,
        "tags": person.tags,
        "lengths": LENGTHS,
        "as_it_is": AS_IT_IS,
    }

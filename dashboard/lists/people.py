"""The list of people, and what can be done with several of them."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from botcore import validators
from botcore.access import services as access
from botcore.access.models import REASON_LENGTH, Keep
from botcore.access.roles import GRANTED
from botcore.access.selectors import term
from botcore.models import Reach
from botcore.paging import Page, Place
from botcore.people import selectors, tags
from botcore.people.conditions import REACHES, chosen, handler
from botcore.people.selection import PeopleSelection
from botcore.people.selectors import Person
from dashboard.addresses import of_row
from dashboard.tables import cells
from dashboard.tables.columns import Column, Look
from dashboard.tables.filters import Pick, Span, Typed, When, choices, plain
from dashboard.tables.table import Action, Facts, Table
from dashboard.words import worded

SEARCH_LENGTH = 64  # the longest first name
LENGTHS: Mapping[str, Any] = {
    "": _("until lifted"), "1h": _("1 hour"), "1d": _("1 day"), "7d": _("7 days"), "30d": _("30 days"),
}  # fmt: skip
AS_IT_IS = "as-it-is"  # a length, too: the term of the ban or mute that is changed
STATUS = {Reach.OPEN: _("can be written to"), Reach.BLOCKED: _("blocked the bot"), Reach.DEACTIVATED: _("deleted")}


def select(facts: Facts) -> PeopleSelection:
    """Make a selection of the filters."""
    time: Span = facts.get("time", Span())
    return chosen({**facts, "from": time.since, "to": time.until})


def read(found: Any, sort: str, place: Place, _look: Look) -> Page[Person]:
    """Read a page."""
    return selectors.people(found, sort=sort, place=place)


def restrict(pk: int, by: str, form: QueryDict) -> bool:
    """Ban or mute a person, as the form says."""
    kind = Keep(validators.one_of(form.get("kind", ""), Keep.values))
    length = validators.one_of(form.get("for", ""), (*LENGTHS, AS_IT_IS))
    reason = validators.text(form.get("reason", ""), least=0, most=REASON_LENGTH, lines=False)
    return access.restrict(user_id=pk, kind=kind, until=_until(pk, kind, length), reason=reason, by=by)


def _until(pk: int, kind: Keep, length: str) -> datetime | None:
    if length == AS_IT_IS:
        return term(pk, kind)
    return timezone.now() + validators.duration(length) if length else None


def _tag(pk: int, by: str, form: QueryDict) -> object:
    name = form.get("name", "")
    row = tags.put_on(user_id=pk, name=name, by=by)
    return [tags.tag_name(name), row] if row else False


def _take_off(pk: int, put_on: Any, by: str) -> bool:
    name, row = put_on
    return tags.untag(user_id=pk, name=name, row=row, by=by)


def _untag(pk: int, by: str, form: QueryDict) -> object:
    name = form.get("name", "")
    entry = tags.take_off(user_id=pk, name=name, by=by)
    return [tags.tag_name(name), entry] if entry else False


def _put_back(pk: int, taken: Any, by: str) -> bool:
    name, entry = taken
    return tags.put_back(user_id=pk, name=name, entry=entry, by=by)


def _lead(row: Person, _look: Look) -> SafeString:
    link = of_row("person", row.id)
    return format_html('<a class="name" href="{}"><bdi>{}</bdi></a>', link, row.name)


def _tags(row: Person, _look: Look) -> SafeString:
    listed = ((tag,) for tag in row.tags)
    return format_html_join(" ", '<bdi class="name soft">#{}</bdi>', listed) if row.tags else cells.DASH


def _messages(row: Person, _look: Look) -> SafeString:
    if row.messages_on:
        return format_html("{}", pgettext_lazy("messages", "on"))
    return format_html('<span class="state stopped">{}</span>', pgettext_lazy("messages", "off"))


def _status(row: Person, _look: Look) -> SafeString:
    if row.reach == Reach.OPEN:
        return format_html('<span class="soft">{}</span>', worded("open"))
    return format_html(
        '<span class="state {}">{}</span>', row.reach.value, STATUS.get(row.reach, worded(row.reach.label))
    )


TAG = Action(name="tag", label=_("Tag"), done=_("the tag is on."), permission="change_user", act=_tag, undo=_take_off,
             fields="dashboard/tables/tag.html")  # fmt: skip
UNTAG = Action(name="untag", label=_("Untag"), done=_("the tag is off."), permission="change_user", act=_untag,
               undo=_put_back)  # fmt: skip
time = partial(Column, is_number=True)
PEOPLE = Table(
    name="people",
    row="person",
    caption=_("People"),
    permission="view_user",
    order="last_seen",
    export="people",
    columns=(
        Column(key="name", label=_("Name"), cell=_lead),
        Column(key="username", label=_("Username"), cell=cells.name(lambda row: row.username, "@")),
        Column(key="id", label=_("Id"), cell=cells.digits(lambda row: row.id), is_number=True, is_optional=True),
        Column(key="language", label=_("Language"), cell=cells.word(lambda row: row.language)),
        Column(key="source", label=_("Source"), cell=cells.name(lambda row: row.source)),
        Column(key="tags", label=_("Tags"), cell=_tags),
        Column(key="status", label=_("Status"), cell=_status, is_optional=True),
        Column(key="messages", label=_("Messages"), cell=_messages),
        time(key="first_seen", label=_("First seen"), cell=cells.time(lambda row: row.first_seen), sort="first_seen"),
        time(key="last_seen", label=_("Last seen"), cell=cells.time(lambda row: row.last_seen), sort="last_seen"),
    ),
    filters=(
        Typed(name="search", label=_("Search"), is_main=True, is_search=True, check=plain(SEARCH_LENGTH), longest=1000,
              hint=_("Name, @username, id or #tag")),
        Pick(name="status", label=_("Status"), options=choices((reach, STATUS[reach]) for reach in REACHES)),
        Typed(name="language", label=_("Language"), check=plain(35), hint="de"),
        Typed(name="source", label=_("Source"), check=plain(64)),
        Typed(name="tag", label=_("Tag"), check=tags.tag_name, hint="vip"),
        Typed(name="without", label=_("Without tag"), check=tags.tag_name, hint="vip"),
        Typed(name="active", label=_("Active within"), check=validators.duration, hint="7d"),
        Typed(name="inactive", label=_("Not active for"), check=validators.duration, hint="30d"),
        Typed(name="used", label=_("Has used"), check=handler, hint="/start"),
        Typed(name="unused", label=_("Has not used"), check=handler, hint="/start"),
        Pick(name="role", label=_("Role"), options=choices((role.name.lower(), role.label) for role in GRANTED)),
        Pick(name="messages", label=_("Messages"),
             options=choices([("on", pgettext_lazy("messages", "on")), ("off", pgettext_lazy("messages", "off"))])),
        When(name="time", label=_("First seen")),
    ),
    select=select,
    read=read,
    many=_("For what has no index, such as a language or a status, the list looks through 5 000 people at a time."),
    empty="dashboard/empty/people.html",
    actions=(
        TAG,
        UNTAG,
        Action(name="restrict", label=_("Keep out…"), done=_("kept out."), permission="restrict_user", act=restrict,
               is_asked=True, fields="dashboard/tables/restrict.html"),
    ),
)  # fmt: skip

"""What the search finds: pages, people, chats, errors, updates, settings; each for those who may see it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote_plus

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from botcore.errors import lookup
from botcore.errors import selectors as errors
from botcore.errors.selection import GroupSelection
from botcore.inbox import selectors as inbox
from botcore.people import selectors as people
from botcore.people.chat_selection import ChatSelection
from botcore.people.chat_selectors import chats
from botcore.people.selection import PeopleSelection
from botcore.runtime.setting_table import SETTINGS
from botcore.validators import storable, whole
from dashboard.navigation import Visitor, entries_for, more_for
from dashboard.words import worded

LENGTH = 64  # characters of a search
SHORTEST = 2  # characters from which rows are searched; pages are found by the first letter
MOST = 6  # of each kind


@dataclass(frozen=True)
class Hit:
    """Something that was found, and where it is."""

    label: str
    address: str
    note: str = ""
    icon: str = ""  # other than its kind's
    keys: str = ""  # that lead there, where scripts run


@dataclass(frozen=True)
class Kind:
    """What was found of one kind; `icon` is that of its page, `more` leads to a list of all; empty when these are."""

    label: str | Promise
    icon: str
    hits: list[Hit]
    more: str = ""


@dataclass(frozen=True)
class Source:
    """Where hits of a kind come from, at most one more than are shown, for accounts that have the permission.

    `page` is the name of the list's page, `query` what asks it for the text, which stands for {}; empty for nothing.
    """

    label: str | Promise
    icon: str
    permission: str
    search: Callable[[str], Iterator[Hit]]
    page: str
    query: str = ""

    def found(self, text: str) -> Kind:
        """Return what is found of it."""
        hits = list(self.search(text))
        more = reverse(f"dashboard:{self.page}") + self.query.format(quote_plus(text))
        return Kind(self.label, self.icon, hits[:MOST], more if len(hits) > MOST else "")


def find(visitor: Visitor, typed: str) -> list[Kind]:
    """Return what was found, kinds without hits left out. Nothing typed finds the pages of the side."""
    text = cleaned(typed)
    kinds = [Kind(_("Pages"), "overview", _pages(visitor, text))]
    if len(text) >= SHORTEST or whole(text):
        kinds += [source.found(text) for source in SOURCES if visitor.has_perm(f"botcore.{source.permission}")]
    return [kind for kind in kinds if kind.hits]


def cleaned(typed: str) -> str:
    """Return what is searched for: short, and what a database takes."""
    return storable(typed[:LENGTH]).strip()


def _pages(visitor: Visitor, text: str) -> list[Hit]:
    """Find pages by their names, in English too: so they are called in addresses and documents."""
    wanted, entries = text.casefold(), [*entries_for(visitor), *(more_for(visitor) if text else ())]
    with override("en"):
        english = {entry.name: str(entry.label).casefold() for entry in entries}
    return [
        Hit(str(entry.label), entry.address, "", entry.icon, f"G {entry.key.upper()}" if entry.key else "")
        for entry in entries
        if any(wanted in name for name in (str(entry.label).casefold(), english[entry.name]))
        or entry.name.startswith(wanted)
    ]


def _people(text: str) -> Iterator[Hit]:
    for row in people.people(PeopleSelection(search=text), size=MOST + 1).rows:
        note = f"@{row.username}" if row.username else str(row.id)
        yield Hit(row.name, reverse("dashboard:person", args=[row.id]), note)


def _chats(text: str) -> Iterator[Hit]:
    for row in chats(ChatSelection(search=text), size=MOST + 1).rows:
        if row.type != "private":  # an id finds these, too: they stand with their people
            note = f"@{row.username}" if row.username else row.type
            yield Hit(row.name, reverse("dashboard:chat", args=[row.id]), note)


def _errors(text: str) -> Iterator[Hit]:
    """Find what a code or a fingerprint names; else the groups that have all these words."""
    if found := lookup.by_words(text):
        query = f"?event={found.event_id}" if found.event_id else ""
        address = reverse("dashboard:error", args=[found.group_id]) + query
        yield Hit(found.reference or text, address, errors.titles([found.group_id]).get(found.group_id, ""))
        return
    if pk := _number(text):
        for known, title in errors.titles([pk]).items():
            yield Hit(f"#{known}", reverse("dashboard:error", args=[known]), title)
        return
    for row in errors.groups(GroupSelection("all", text), size=MOST + 1).rows:
        yield Hit(row.title, reverse("dashboard:error", args=[row.id]), worded(row.state.label))


def _updates(text: str) -> Iterator[Hit]:
    if (pk := _number(text)) and (kind := inbox.kind_of(pk)):
        yield Hit(f"#{pk}", reverse("dashboard:update", args=[pk]), kind)


def _settings(text: str) -> Iterator[Hit]:
    wanted = text.casefold()
    rows = [row for row in SETTINGS.values() if wanted in row.name or wanted in str(row.help).casefold()]
    for row in rows[: MOST + 1]:
        yield Hit(row.name, reverse("dashboard:setting", args=[row.name]), str(row.help))


def _number(text: str) -> int:
    return whole(text.removeprefix("#"))


SOURCES = (
    Source(gettext_lazy("People"), "people", "view_user", _people, "people", "?search={}"),
    Source(gettext_lazy("Groups and channels"), "chats", "view_chat", _chats, "chats", "?search={}"),
    Source(gettext_lazy("Errors"), "errors", "view_errorgroup", _errors, "errors", "?tab=all&search={}"),
    Source(gettext_lazy("Updates"), "updates", "view_update", _updates, "updates"),
    Source(gettext_lazy("Settings"), "settings", "view_runtimesetting", _settings, "settings"),
)

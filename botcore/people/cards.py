"""All that operators want to know of a person at a glance, for the card in a chat; and what /whoami tells people."""

from dataclasses import dataclass

from botcore.access import selectors as access
from botcore.access.held import held
from botcore.access.models import Keep
from botcore.access.roles import Role
from botcore.errors.selectors import met_count
from botcore.exceptions import PermissionDenied
from botcore.outbox.selectors import conversation
from botcore.outbox.turns import Turn
from botcore.paging import Page
from botcore.people import privacy
from botcore.people import selectors as people
from botcore.people.selectors import Person, Unreachable

NEWEST = 4  # turns on a card
TURNS = 8  # on a page of the conversation


@dataclass(frozen=True)
class Card:
    """A person with access, tags, newest messages both ways, and how many errors they met.

    `is_closed` says that the messages are not for the reader.
    """

    person: Person
    holder: access.Holder | None
    restrictions: list[access.Restricted]
    tags: list[str]
    unreachable: Unreachable | None
    turns: list[Turn]
    errors: int
    is_closed: bool

    @property
    def is_banned(self) -> bool:
        """Tell a ban from a mute."""
        return any(row.kind == Keep.BANNED for row in self.restrictions)


@dataclass(frozen=True)
class Myself:
    """What a person may know of themselves; `account` is the linked staff account, "" for none."""

    id: int
    name: str
    username: str
    language: str
    role: Role
    account: str


def card(user_id: int, *, reader: int | None = None) -> Card | None:
    """Return the card of a person; None when nobody has this id. `reader` is who reads; for nobody without messages."""
    person = people.person(user_id)
    if person is None:
        return None
    is_open = reader is not None and privacy.by_person(reader).may_read(user_id)
    return Card(
        person,
        access.holder(user_id, person.name, held()),
        access.restriction_of(user_id, person.name),
        list(person.tags),
        people.unreachable(user_id),
        conversation(user_id, limit=NEWEST).turns if is_open else [],
        met_count(user_id),
        not is_open,
    )


def talk(user_id: int, before: str = "", *, reader: int) -> Page[Turn]:
    """Return a page of what was said in private, newest first; pages lead only to what is older.

    Raise PermissionDenied for a reader whom it is not for.
    """
    who = privacy.by_person(reader)
    if not who.may_read(user_id):
        raise PermissionDenied(who.hidden())
    found = conversation(user_id, before=before, limit=TURNS)
    return Page(found.turns, older=found.older, here=before)


def myself(user_id: int) -> Myself | None:
    """Return what the person may know of themselves."""
    person = people.person(user_id)
    if person is None:
        return None
    role, account = access.role_now(user_id), access.linked_account(user_id)
    return Myself(person.id, person.name, person.username, person.language, role, account)

"""All that operators want to know of a person at a glance, for the card in a chat; and what /whoami tells people."""

from dataclasses import dataclass

from botcore.access import selectors as access
from botcore.access.models import Keep
from botcore.access.roles import Role
from botcore.errors.selectors import met_count
from botcore.outbox.selectors import Turn, conversation
from botcore.paging import Page
from botcore.people import selectors as people
from botcore.people.selectors import Person, Unreachable
from botcore.people.tags import tags_of

NEWEST = 4  # turns on a card
TURNS = 8  # on a page of the conversation


@dataclass(frozen=True)
class Card:
    """A person with access, tags, newest messages both ways, and how many errors they met."""

    person: Person
    holder: access.Holder | None
    restrictions: list[access.Restricted]
    tags: list[str]
    unreachable: Unreachable | None
    turns: list[Turn]
    errors: int

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


def card(user_id: int) -> Card | None:
    """Return the card of a person; None when nobody has this id."""
    person = people.person(user_id)
    if person is None:
        return None
    return Card(
        person,
        access.holder(user_id),
        access.restriction_of(user_id),
        tags_of(user_id),
        people.unreachable(user_id),
        conversation(user_id, limit=NEWEST).turns,
        met_count(user_id),
    )


def talk(user_id: int, before: str = "") -> Page[Turn]:
    """Return a page of what was said in private, newest first; pages lead only to what is older."""
    found = conversation(user_id, before=before, limit=TURNS)
    return Page(found.turns, older=found.older, here=before)


def myself(user_id: int) -> Myself | None:
    """Return what the person may know of themselves."""
    person = people.person(user_id)
    if person is None:
        return None
    role, account = access.role_now(user_id), access.linked_account(user_id)
    return Myself(person.id, person.name, person.username, person.language, role, account)

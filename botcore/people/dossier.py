"""What is kept of a person beside what Telegram says now: earlier names, and what operators and handlers noted."""

from dataclasses import dataclass
from datetime import datetime

from botcore.people.attributes import attributes_of
from botcore.people.models import EarlierName, PersonNote, User

NAMES = 10  # earlier ones that are shown, and
NOTES = 20


@dataclass(frozen=True)
class Name:
    """A name that the person had until then; either part may be empty."""

    name: str
    username: str
    until: datetime


@dataclass(frozen=True)
class Note:
    """An operator's words; `account_id` is None when that account is gone."""

    id: int
    account_id: int | None
    by: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Noted:
    """What is known of a person here; of the notes the newest, `more` says that there are older ones."""

    attributes: dict[str, str]
    notes: list[Note]
    more: bool


def earlier_names(user_id: int) -> list[Name]:
    """Return what a person was called before, the newest first."""
    rows = EarlierName.objects.filter(user_id=user_id).order_by("-replaced_at", "-id")[:NAMES]
    return [Name(_full(row), row.username, row.replaced_at) for row in rows]


def noted(user_id: int) -> Noted:
    """Return notes and attributes."""
    rows = list(PersonNote.objects.filter(user_id=user_id).order_by("-id")[: NOTES + 1])
    notes = [Note(row.pk, row.account_id, row.by, row.text, row.at) for row in rows[:NOTES]]
    return Noted(attributes_of(user_id), notes, len(rows) > NOTES)


def _full(row: EarlierName) -> str:
    return User(first_name=row.first_name, last_name=row.last_name).name if row.first_name or row.last_name else ""

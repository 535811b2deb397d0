"""What is kept of a person beside what Telegram says now: earlier names, and what operators and handlers noted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, Value

from botcore.people.models import EarlierName, PersonAttribute, PersonNote, User

NAMES = 10  # earlier ones that are shown, and
NOTES = 5
NAME, NOTE, ATTRIBUTE = "name", "note", "attribute"


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


@dataclass(frozen=True)
class Dossier:
    """What a person was called before, the newest first, and what is noted; None for who may not read it."""

    names: list[Name]
    noted: Noted | None


def dossier(user_id: int, *, may_read: bool, most: int = NOTES) -> Dossier:
    """Return all of it, but of the notes at most so many, in one statement."""
    names, nobody = _names(user_id), Value(None, BigIntegerField())
    of_names = names.values_list(Value(NAME), "id", nobody, "replaced_at", "first_name", "last_name", "username")
    if not may_read:
        return Dossier(_called(row[1:] for row in of_names), None)
    notes = _notes(user_id, most).values_list(Value(NOTE), "id", "account_id", "at", "by", "text", Value(""))
    attributes = PersonAttribute.objects.filter(user_id=user_id).order_by()
    of_attributes = attributes.values_list(
        Value(ATTRIBUTE), "id", nobody, Value(None, DateTimeField()), "name", "value", Value("")
    )
    found: dict[str, list[Any]] = {NAME: [], NOTE: [], ATTRIBUTE: []}
    for kind, *row in notes.union(of_names, of_attributes, all=True):
        found[kind].append(row)
    return Dossier(_called(found[NAME]), _noted(found[NOTE], found[ATTRIBUTE], most))


# A part of a union has no LIMIT of its own on SQLite: the rows that are wanted are chosen by their keys.


def _names(user_id: int) -> Any:
    newest = EarlierName.objects.filter(user_id=user_id).order_by("-replaced_at", "-id")[:NAMES]
    return EarlierName.objects.filter(pk__in=newest.values("pk")).order_by()


def _notes(user_id: int, most: int) -> Any:
    newest = PersonNote.objects.filter(user_id=user_id).order_by("-at", "-id")[: most + 1]
    return PersonNote.objects.filter(pk__in=newest.values("pk")).order_by()


def _called(rows: Iterable[Any]) -> list[Name]:
    """Make names of rows, the newest first."""
    newest = sorted(rows, key=lambda row: (row[2], row[0]), reverse=True)
    return [Name(_full(first, last), username, until) for _, _, until, first, last, username in newest]


def _noted(notes: list[Any], attributes: list[Any], most: int) -> Noted:
    """Make notes of rows, the newest first, and attributes by the alphabet."""
    ordered = sorted(notes, key=lambda row: (row[2], row[0]), reverse=True)
    newest = [Note(pk, account, by, text, at) for pk, account, at, by, text, _ in ordered]
    known = {row[3]: row[4] for row in sorted(attributes, key=lambda row: row[3])}
    return Noted(known, newest[:most], len(newest) > most)


def _full(first: str, last: str) -> str:
    return User(first_name=first, last_name=last).name if first or last else ""

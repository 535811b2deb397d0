"""Whose turn it is in a broadcast: who has waited for their hours, then the next by their ids. For feeding.py."""

from dataclasses import dataclass
from datetime import datetime

from botcore.broadcasts import audience, waits
from botcore.broadcasts.hours import Clock
from botcore.broadcasts.models import Broadcast
from botcore.people.selection import PeopleSelection


@dataclass(frozen=True)
class Turns:
    """Who is to be queued now, and whether nobody comes after them."""

    people: list[int]
    is_end: bool


def take(row: Broadcast, *, most: int, among: PeopleSelection, clock: Clock | None, now: datetime) -> Turns:
    """Return at most so many people and move the cursor behind them; who is outside their hours waits instead."""
    people = waits.due(row, most=most, among=among, clock=clock, now=now)
    if len(people) == most:
        return Turns(people, is_end=False)
    rest, met_before = most - len(people), row.started_at or now
    looks = clock if clock and not clock.is_one else None
    found = audience.part(after=row.cursor, met_before=met_before, most=audience.LOOKED if looks else rest, among=among)
    fitting, row.cursor, is_end = found
    if looks:
        opens = looks.openings(fitting, now)
        fitting = [person for person in fitting if opens[person] is None]
        if len(fitting) > rest:  # who comes after the last of them is looked at next time
            fitting, row.cursor, is_end = fitting[:rest], fitting[rest] - 1, False
        waits.put_aside(row, {person: at for person, at in opens.items() if at and person <= row.cursor})
    return Turns(people + fitting, is_end=is_end and not row.deferred)


def peek(row: Broadcast, *, among: PeopleSelection, now: datetime) -> Turns:
    """Return who would be next, and leave them there; of many people that do not fit only the first are looked at."""
    found = audience.part(after=row.cursor, met_before=row.started_at or now, most=1, among=among)
    people = found.people or list(row.waits.values_list("person", flat=True)[:1])
    row.cursor = row.cursor if found.people else found.last
    return Turns(people, is_end=found.is_end and not people)

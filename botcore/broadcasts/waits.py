"""Who waits for their own hours: put aside when their turn comes too early, looked at again when these begin.

Rows are small and go when their time comes; a message is queued only then. Needs the caller's transaction, in which
the broadcast's row is locked.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import F

from botcore.broadcasts import audience, deliveries
from botcore.broadcasts.hours import Clock
from botcore.broadcasts.models import Broadcast, BroadcastWait
from botcore.people.selection import PeopleSelection


def put_aside(row: Broadcast, until: Mapping[int, datetime]) -> None:
    """Let these people wait until their times."""
    BroadcastWait.objects.bulk_create(
        [BroadcastWait(broadcast=row, person=person, due_at=at) for person, at in until.items()]
    )
    row.deferred += len(until)


def due(row: Broadcast, *, most: int, among: PeopleSelection, clock: Clock | None, now: datetime) -> list[int]:
    """Return the next whose hours have begun and who still get it; without hours nobody has to wait any more."""
    found = row.waits.order_by("due_at", "pk") if row.deferred else BroadcastWait.objects.none()
    if clock and not (clock.is_one and clock.opens_at(now) is None):
        found = found.filter(due_at__lte=now)
    rows = dict(found.values_list("pk", "person")[:most])
    if not rows:
        return []
    BroadcastWait.objects.filter(pk__in=list(rows)).delete()
    row.deferred -= len(rows)
    people = audience.reachable(rows.values(), among)
    opens = clock.openings(people, now) if clock else {}
    put_aside(row, {person: at for person, at in opens.items() if at})
    return [person for person in people if not opens.get(person)]


def go_on(row: Broadcast, clock: Clock | None, now: datetime) -> None:
    """Hold back what waits for people whose hours are over, and let go on what is held back for others."""
    if clock:
        _hold(row, clock.openings(deliveries.waiting(row), now))
    if not row.deliveries.filter(is_held=True).exists():
        return
    if clock is None or (clock.is_one and clock.opens_at(now) is None):
        deliveries.release(row)
        return
    opens = clock.openings(deliveries.held(row, now), now)
    _hold(row, opens)
    if people := [person for person, at in opens.items() if at is None]:
        deliveries.release(row, people)


def forget(person: int) -> None:
    """Let nobody wait for a person who is to be forgotten."""
    drop(BroadcastWait.objects.filter(person=person).values_list("pk", flat=True))


def drop(pks: Iterable[int]) -> None:
    """Let these rows go; each is counted by its broadcast, which would wait for it for ever."""
    rows = BroadcastWait.objects.filter(pk__in=list(pks)).order_by("broadcast")
    for pk, broadcast in rows.values_list("pk", "broadcast"):
        Broadcast.objects.select_for_update().get(pk=broadcast)  # all do so before what belongs to it
        gone, _by_table = BroadcastWait.objects.filter(pk=pk).delete()
        Broadcast.objects.filter(pk=broadcast).update(deferred=F("deferred") - gone)


def _hold(row: Broadcast, opens: Mapping[int, datetime | None]) -> None:
    for at in {at for at in opens.values() if at}:
        deliveries.hold_until(row, [person for person, opening in opens.items() if opening == at], at)

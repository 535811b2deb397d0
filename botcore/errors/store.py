"""store_errors(): records of errors become groups, counts and kept events; the recorder's writer, one transaction.

A record that comes twice counts once, by its key. One process writes at a time, so that groups are made once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from botcore import sql
from botcore.alerts.models import Reason
from botcore.alerts.services import raise_alert
from botcore.errors.keeping import keep_pictures
from botcore.errors.kinds import WRITERS, GroupState, Severity, Source
from botcore.errors.lifecycle import after
from botcore.errors.models import ErrorFingerprint, ErrorGroup, ErrorPerson, GroupChange
from botcore.errors.records import Told, read

WORSE = list(Severity)  # in this order
REASONS = {GroupState.REGRESSED: Reason.REGRESSED, GroupState.ONGOING: Reason.UNMUTED}


@transaction.atomic
def store_errors(batch: Sequence[Mapping[str, Any]]) -> None:
    """Write records that carry their keys; those that are there already change nothing."""
    told = [read(record) for record in batch]
    sql.one_at_a_time(WRITERS)
    new = _fresh(told)
    if not new:
        return
    by_fingerprint: dict[str, list[Told]] = defaultdict(list)
    for record in sorted(new, key=lambda record: record.last_at):
        by_fingerprint[record.fingerprint].append(record)
    known = _known(by_fingerprint)
    for value, records in by_fingerprint.items():
        row = known.get(value) or _begin(records[0])
        _add(row, records)


def _fresh(told: Sequence[Told]) -> list[Told]:
    """Keep the receipts; return the records that had none yet."""
    given, params = sql.table("uuid timestamptz", [(str(record.key), timezone.now()) for record in told])
    key = "column1::uuid" if sql.is_postgresql() else "replace(column1, '-', '')"
    rows = sql.execute(
        f"""
        INSERT INTO botcore_errorreceipt (key, at) SELECT DISTINCT {key}, column2 FROM {given} WHERE true
        ON CONFLICT (key) DO NOTHING RETURNING key
        """,
        params,
    )
    new = {str(key).replace("-", "") for (key,) in rows}
    return list({record.key: record for record in told if record.key.hex in new}.values())


def _known(values: Mapping[str, object]) -> dict[str, ErrorFingerprint]:
    """Return the fingerprints that have a group, which is locked, in the order of ids: operators lock so, too."""
    found = list(ErrorFingerprint.objects.filter(value__in=values))
    locked = ErrorGroup.objects.select_for_update().filter(pk__in={row.group_id for row in found}).order_by("pk")
    groups = {group.pk: group for group in locked}
    for row in found:
        row.group = groups[row.group_id]  # one object for all fingerprints of a merged group
    return {row.value: row for row in found}


def _begin(first: Told) -> ErrorFingerprint:
    """Make the group of a problem that was never seen."""
    group = ErrorGroup.objects.create(
        kind=first.kind,
        title=first.title,
        culprit=first.culprit,
        handler=first.handler,
        source=first.source,
        level=first.level,
        state=GroupState.NEW,
        state_at=first.first_at,
        first_seen=first.first_at,
        last_seen=first.last_at,
        first_release=first.release,
        last_release=first.release,
    )
    GroupChange.objects.create(group=group, at=timezone.now(), kind=GroupChange.Kind.STATE, state=GroupState.NEW)
    _tell_of_new(group, at=first.last_at)
    return ErrorFingerprint.objects.create(
        value=first.fingerprint,
        version=first.version,
        group=group,
        title=first.title,
        first_seen=first.first_at,
        last_seen=first.last_at,
    )


def _add(row: ErrorFingerprint, records: Sequence[Told]) -> None:
    """Count records of one fingerprint, oldest first, and change their group's state where they do."""
    group, newest = row.group, records[-1]
    count = sum(record.count for record in records)
    keep_pictures(row, records)
    _count_hours(row.pk, records)
    people = _count_people(row, {user for record in records for user in record.users})
    row.count += count
    row.title, row.last_seen = newest.title, max(row.last_seen, newest.last_at)
    row.save(update_fields=["count", "title", "last_seen"])
    if group.source == Source.ALERT:  # what began as an alert's own trouble is everybody's by now
        group.source = newest.source
    worst = max((record.level for record in records), key=WORSE.index)
    if WORSE.index(worst) > WORSE.index(Severity(group.level)):
        was_passing, group.level = group.level == Severity.WARNING, worst
        if was_passing:
            _tell_of_new(group, at=newest.last_at)
    change = after(group, count=count, last_at=newest.last_at, release=newest.release)
    group.count += count
    group.people += people
    _show_newest(group, records[0], newest)
    if change:
        _become(group, change.state, change.text, at=newest.last_at)
    group.save()


def _show_newest(group: ErrorGroup, oldest: Told, newest: Told) -> None:
    """Let the group show its first and its newest occurrence, in whatever order they come."""
    if newest.last_at >= group.last_seen:
        group.title, group.last_seen, group.last_release = newest.title, newest.last_at, newest.release
    if oldest.first_at < group.first_seen:
        group.first_seen, group.first_release = oldest.first_at, oldest.release


def _tell_of_new(group: ErrorGroup, *, at: datetime) -> None:
    """Tell of a problem that is more than passing trouble."""
    if group.source != Source.ALERT and group.level != Severity.WARNING and group.state == GroupState.NEW:
        raise_alert(group_id=group.pk, reason=Reason.NEW, title=group.title, at=at)


def _become(group: ErrorGroup, state: GroupState, text: str, *, at: datetime) -> None:
    """Change the state by itself: note it, and tell of a regression and of the end of a mute."""
    was_muted = group.state == GroupState.MUTED
    group.state, group.state_at = state, at
    group.muted_until = group.mute_limit = group.mute_window = group.mute_started_at = None
    group.mute_seen, group.resolved_release = 0, ""
    GroupChange.objects.create(group=group, at=timezone.now(), kind=GroupChange.Kind.STATE, state=state, text=text)
    if group.source != Source.ALERT and (was_muted or state == GroupState.REGRESSED):
        raise_alert(group_id=group.pk, reason=REASONS[state], title=group.title, at=at, text=text)


def _count_hours(fingerprint_id: int, records: Sequence[Told]) -> None:
    """Add to the hours; a record of several occurrences counts where its last one lies."""
    hours: dict[datetime, int] = defaultdict(int)
    for record in records:
        hours[record.last_at.replace(minute=0, second=0, microsecond=0)] += record.count
    rows = [(fingerprint_id, hour, count) for hour, count in sorted(hours.items()) if count]
    if not rows:
        return
    given, params = sql.table("bigint timestamptz int", rows)
    sql.execute(
        f"""
        INSERT INTO botcore_errorhour (fingerprint_id, hour, count) SELECT * FROM {given} WHERE true
        ON CONFLICT (fingerprint_id, hour) DO UPDATE SET count = botcore_errorhour.count + EXCLUDED.count
        """,
        params,
    )


def _count_people(row: ErrorFingerprint, users: set[int]) -> int:
    """Note whom it met; return how many of them its group had not met before."""
    if not users:
        return 0
    others = ErrorPerson.objects.filter(fingerprint__group_id=row.group_id, user_id__in=users)
    new = users - set(others.values_list("user_id", flat=True))
    ErrorPerson.objects.bulk_create(
        [ErrorPerson(fingerprint=row, user_id=user) for user in sorted(users)], ignore_conflicts=True
    )
    return len(new)

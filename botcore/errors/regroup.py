"""Merging and splitting groups: fingerprints move with all that is counted, the groups' figures are made anew."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from botcore import sql
from botcore.alerts.models import Alert
from botcore.audit.services import record
from botcore.errors.kinds import WRITERS, GroupState
from botcore.errors.models import ErrorEvent, ErrorFingerprint, ErrorGroup, ErrorPerson, GroupChange
from botcore.exceptions import ValidationError
from botcore.validators import storable

MOST_MERGED = 100  # groups at once
GONE = gettext_noop("There is no such error any more: it may have been merged into another one.")
# What a merged group is: the first of these that any of its parts was. A muted target stays muted.
FIRST_OF = (GroupState.REGRESSED, GroupState.ONGOING, GroupState.NEW)
COPIED = (
    *("kind", "culprit", "handler", "source", "level", "first_release", "last_release"),
    *("state", "muted_until", "mute_limit", "mute_window", "resolved_release", "assignee_id"),
)


def locked(ids: Iterable[int]) -> dict[int, ErrorGroup]:
    """Lock these groups, in order of their ids; raise ValidationError when one is unknown."""
    wanted = sorted(set(ids))
    if not wanted or wanted[0] < 1 or wanted[-1] > 2**63 - 1:
        raise ValidationError(_(GONE))
    found = {row.pk: row for row in ErrorGroup.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if len(found) < len(wanted):
        raise ValidationError(_(GONE))
    return found


def write_change(group: ErrorGroup, by: str, kind: GroupChange.Kind, text: str, state: str = "") -> None:
    """Add a line to the group's history."""
    GroupChange.objects.create(
        group=group, at=timezone.now(), by=storable(by)[:150], kind=kind, state=state, text=storable(text)
    )


@transaction.atomic
def merge(*, into: int, others: Iterable[int], by: str) -> bool:
    """Make the other groups a part of this one; return False when there are none."""
    wanted = sorted(set(others) - {into})
    if not wanted:
        return False
    if len(wanted) > MOST_MERGED:
        raise ValidationError(_("At most %(most)s errors can be merged at once.") % {"most": MOST_MERGED})
    sql.one_at_a_time(WRITERS)  # what is stored meanwhile must not meet a group that goes away
    parts = locked([into, *wanted])
    target = parts[into]
    for model in (ErrorFingerprint, GroupChange, Alert):
        model._default_manager.filter(group_id__in=wanted).update(group=target)
    _unite(target, list(parts.values()))
    for pk in wanted:
        write_change(target, by, GroupChange.Kind.MERGE, f"#{pk} {parts[pk].title}", target.state)
    ErrorGroup.objects.filter(pk__in=wanted).delete()
    record("errors.merge", f"error:{into}", after={"merged": wanted}, by=by)
    return True


@transaction.atomic
def split(*, fingerprint: str, by: str) -> int:
    """Make one fingerprint of a merged group a group of its own again, in the same state; return its id."""
    sql.one_at_a_time(WRITERS)
    place = ErrorFingerprint.objects.filter(value=fingerprint).values_list("group_id", flat=True).first()
    old = locked([place or 0])[place or 0]
    rows = {row.value: row for row in old.fingerprints.select_for_update().order_by("pk")}
    if fingerprint not in rows:
        raise ValidationError(_("Somebody has moved this fingerprint meanwhile. Look at it again."))
    if len(rows) == 1:
        raise ValidationError(_("This error has one fingerprint only: there is nothing to split."))
    part = rows.pop(fingerprint)
    new = ErrorGroup(title=part.title, state_at=old.state_at, first_seen=part.first_seen, last_seen=part.last_seen)
    for name, value in {**{name: getattr(old, name) for name in COPIED}, **_known_of(part)}.items():
        setattr(new, name, value)
    new.save()
    ErrorFingerprint.objects.filter(pk=part.pk).update(group=new)
    recount(new)
    old.title = max(rows.values(), key=lambda row: row.last_seen).title
    recount(old)
    write_change(old, by, GroupChange.Kind.SPLIT, f"{part.value} is #{new.pk} now: {part.title}", old.state)
    write_change(new, by, GroupChange.Kind.SPLIT, f"{part.value} was a part of #{old.pk}", new.state)
    record("errors.split", f"error:{old.pk}", after={"fingerprint": part.value, "error": new.pk}, by=by)
    return new.pk


def recount(group: ErrorGroup) -> None:
    """Make the group's figures anew from its fingerprints, and save it."""
    figures = group.fingerprints.aggregate(count=Sum("count"), first_seen=Min("first_seen"), last_seen=Max("last_seen"))
    for name, value in figures.items():
        setattr(group, name, value)
    met = ErrorPerson.objects.filter(fingerprint__group=group)
    group.people = met.order_by().values("user_id").distinct().count()
    group.save()


def _unite(target: ErrorGroup, parts: list[ErrorGroup]) -> None:
    state = _united_state(target, parts)
    if state != target.state:
        target.state, target.state_at, target.resolved_release = state, timezone.now(), ""
    target.assignee_id = target.assignee_id or next(filter(None, (part.assignee_id for part in parts)), None)
    target.first_release = min(parts, key=lambda part: part.first_seen).first_release
    target.last_release = max(parts, key=lambda part: part.last_seen).last_release
    target.alerted_at = max(filter(None, (part.alerted_at for part in parts)), default=None)
    target.spiked_at = max(filter(None, (part.spiked_at for part in parts)), default=None)
    recount(target)


def _united_state(target: ErrorGroup, parts: list[ErrorGroup]) -> str:
    states = {part.state for part in parts}
    if target.state == GroupState.MUTED or states == {GroupState.RESOLVED}:
        return target.state
    return next((state for state in FIRST_OF if state in states), GroupState.ONGOING)


def _known_of(part: ErrorFingerprint) -> dict[str, Any]:
    """Return what the fingerprint's own events say, where any are kept: the merged group may be of another kind."""
    events = ErrorEvent.objects.filter(fingerprint=part).defer("payload")
    first, newest = events.order_by("ordinal").first(), events.order_by("-ordinal").first()
    if first is None or newest is None:
        return {}
    facts = {"handler": newest.handler, "source": newest.source, "level": newest.level}
    return {**facts, "first_release": first.release, "last_release": newest.release}

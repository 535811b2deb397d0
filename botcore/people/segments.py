"""Segments: conditions on people under a name, for everybody; each change with its audit.

A broadcast takes `conditions(pk)`, keeps that dict, and asks `conditions.selection()` of it when it begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore import sql
from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.people.conditions import selection
from botcore.people.models import Segment
from botcore.people.selection import PeopleSelection
from botcore.validators import storable, text

MOST = 100  # segments
NAME_LENGTH = 40
COUNTED = 10_000  # people: more are not counted
PATIENCE = 0.05  # seconds for the count: half of what a page may take


@dataclass(frozen=True)
class Named:
    """A segment."""

    id: int
    name: str
    conditions: dict[str, str]
    by: str
    at: datetime


@dataclass(frozen=True)
class HeadCount:
    """How many people fit; None when that takes too long, and `is_more` when there are more."""

    people: int | None
    is_more: bool = False


def segments() -> list[Named]:
    """Return all of them by their names."""
    return [_named(row) for row in Segment.objects.order_by("name")]


def segment(pk: int) -> Named | None:
    """Return one."""
    row = Segment.objects.filter(pk=pk).first() if 0 < pk < 2**63 else None
    return _named(row) if row else None


def named(name: str) -> Named | None:
    """Return the one of this name."""
    row = Segment.objects.filter(name=name).first()
    return _named(row) if row else None


def conditions(pk: int) -> dict[str, str]:
    """Return a segment's conditions as plain words; raise ValidationError when it is not there."""
    found = segment(pk)
    if found is None:
        raise ValidationError(_("This segment is not there any more."))
    return found.conditions


def head_count(chosen: PeopleSelection) -> HeadCount:
    """Count who fits, as far as that is quick: PostgreSQL looks for so long and no longer."""
    rows = chosen.listed().order_by()[: COUNTED + 1]
    try:
        with sql.limited(PATIENCE):
            found = rows.count()
    except OperationalError:
        return HeadCount(None)
    return HeadCount(min(found, COUNTED), is_more=found > COUNTED)


@transaction.atomic
def save(*, name: str, conditions: Mapping[str, str], by: str, pk: int | None = None) -> int | None:
    """Make a segment, or change the one with this key; return its key, None when it is so already."""
    word, checked = text(name, least=1, most=NAME_LENGTH, lines=False), _checked(conditions)
    wanted = {"name": word, "conditions": checked}
    sql.one_at_a_time("segments")
    row = None if pk is None else Segment.objects.filter(pk=pk).first()
    if pk is not None and row is None:
        raise ValidationError(_("This segment is not there any more."))
    before = _facts(row) if row else None
    if before == wanted:
        return None
    _check_room(word, row)
    row = row or Segment()
    row.name, row.conditions, row.by, row.at = word, checked, by, timezone.now()
    row.save()
    record("segments.save", f"segment:{row.pk}", before=before, after=wanted, by=by)
    return row.pk


@transaction.atomic
def delete(*, pk: int, by: str) -> bool:
    """Delete a segment, not its people; return False when it is not there."""
    row = Segment.objects.filter(pk=pk).first()
    if row is None:
        return False
    before = _facts(row)
    row.delete()
    record("segments.delete", f"segment:{pk}", before=before, by=by)
    return True


def _checked(words: Mapping[str, str]) -> dict[str, str]:
    """Refuse words that mean nothing, and none at all: that would be everybody."""
    kept = {name: storable(word) for name, word in sorted(words.items())}
    selection(kept)
    if not kept:
        raise ValidationError(_("A segment has at least one condition."))
    return kept


def _check_room(name: str, row: Segment | None) -> None:
    others = Segment.objects.exclude(pk=row.pk) if row else Segment.objects.all()
    if others.filter(name=name).exists():
        raise ValidationError(_("There is a segment of this name already."))
    if row is None and others.count() >= MOST:
        raise ValidationError(_("At most %(most)s segments can be kept: delete one first.") % {"most": MOST})


def _facts(row: Segment) -> dict[str, object]:
    return {"name": row.name, "conditions": row.conditions}


def _named(row: Segment) -> Named:
    return Named(row.pk, row.name, row.conditions, row.by, row.at)

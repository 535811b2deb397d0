"""Reading conditions for pages: each with its light, what was seen, and what people decided about it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from botcore.alerts.channels import targets
from botcore.alerts.conditions.policy import GAP, Standing
from botcore.alerts.conditions.rules import RULES, Rule
from botcore.alerts.models import UNDER_WAY, AlertDelivery, ChannelName, Condition, DeliveryState
from botcore.sql import Listed
from botcore.texts.visible import visible

UNSEEN = timedelta(seconds=45)  # two looks


class Stand(StrEnum):
    """How a condition stands now."""

    FIRING = "firing"
    SEEN = "seen"  # not for long enough
    WELL = "well"
    UNKNOWN = "unknown"  # nobody has looked, or nothing could be known, for a while


@dataclass(frozen=True)
class ConditionRow:
    """A condition as it stands. Looks alone are no news to a page, so they are not in the repr.

    `gone_since` is when it was seen last, of one that fires but has not been seen for two looks; it is over after
    `calm` seconds. `waits_for` are the channels that are still to tell of it, while none has; `is_alone` says that no
    other channel is set up than the one it breaks.
    """

    name: str
    title: str
    severity: str
    breaks: str
    lasts: float
    stand: Stand
    words: str
    seen_since: datetime | None
    told_at: datetime | None
    ended_at: datetime | None
    acked_at: datetime | None
    acked_by: str
    silenced_until: datetime | None
    silenced_by: str
    silence_reason: str
    gone_since: datetime | None
    calm: float
    waits_for: tuple[str, ...]
    is_alone: bool
    looked_at: datetime | None = field(repr=False)


def conditions() -> list[ConditionRow]:
    """Return all conditions: those that fire first, each kind in the order of the rules."""
    now, rows = timezone.now(), {row.name: row for row in _with_deliveries()}
    found = [_row(rule, rows.get(rule.name) or Condition(name=rule.name), now) for rule in RULES]
    return sorted(found, key=lambda row: list(Stand).index(row.stand))


def firing() -> list[ConditionRow]:
    """Return those that fire."""
    return [row for row in conditions() if row.stand == Stand.FIRING]


def nobody_looks(rows: list[ConditionRow]) -> bool:
    """Tell that no process looks at conditions."""
    return all(row.looked_at is None or timezone.now() - row.looked_at > GAP for row in rows)


def _row(rule: Rule, row: Condition, now: datetime) -> ConditionRow:
    standing = Standing.of(row)
    silent, gone = standing.is_silent(now), _gone_since(row)
    return ConditionRow(
        name=rule.name,
        title=rule.title,
        severity=rule.severity,
        breaks=rule.breaks,
        lasts=rule.lasts.total_seconds(),
        stand=_stand(row, now),
        words="It is not so any more." if gone else visible(row.words),
        seen_since=row.seen_since,
        told_at=row.told_at,
        ended_at=row.ended_at,
        acked_at=row.acked_at,
        acked_by=visible(row.acked_by),
        silenced_until=row.silenced_until if silent else None,
        silenced_by=visible(row.silenced_by),
        silence_reason=visible(row.silence_reason),
        gone_since=gone,
        calm=standing.calm().total_seconds(),
        waits_for=_waits_for(row),
        is_alone=bool(rule.breaks) and not any(targets(name) for name in ChannelName if name != rule.breaks),
        looked_at=row.looked_at,
    )


def _gone_since(row: Condition) -> datetime | None:
    """Return since when it is not so, though it fires; None while it is seen, or nobody looks."""
    if row.fired_at and row.seen_at and row.looked_at and row.looked_at - row.seen_at > UNSEEN:
        return row.seen_at
    return None


def _with_deliveries() -> QuerySet[Condition]:
    """Read the rows with the channels on which something of them waits, and whether this firing reached anybody.

    No index finds what arrived, so that is looked for only of what is told and waits.
    """
    is_told = Q(fired_at__isnull=False, told_at__isnull=False)
    ways = AlertDelivery.objects.filter(alert__condition=OuterRef("name"))
    waiting = ways.filter(state__in=UNDER_WAY).order_by().distinct()
    arrived = ways.filter(alert__at__gte=OuterRef("fired_at"), state=DeliveryState.SENT)
    return Condition.objects.annotate(
        waits=Case(When(is_told, then=Listed(waiting, F("channel")))),
        reached=Case(When(waits__isnull=False, then=Exists(arrived)), default=Value(value=False)),
    )


def _waits_for(row: Condition) -> tuple[str, ...]:
    """Return the channels on which this firing waits, while it reached nobody."""
    if row.fired_at is None or row.reached:  # type: ignore[attr-defined]
        return ()
    names: str = row.waits or ""  # type: ignore[attr-defined]
    return tuple(str(ChannelName(name).label) for name in sorted(names.split()))


def _stand(row: Condition, now: datetime) -> Stand:
    if row.fired_at:
        return Stand.FIRING
    if row.looked_at is None or now - row.looked_at > GAP:
        return Stand.UNKNOWN
    return Stand.SEEN if row.seen_since else Stand.WELL

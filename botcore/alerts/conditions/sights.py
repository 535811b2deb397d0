"""How conditions are seen: by the checks of health where one fits, else by questions of their own, cheap ones.

What is firing ends only well below the mark at which it began, so that it does not flap.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, Sum
from django.utils import timezone

from botcore.alerts.conditions.rules import Rule
from botcore.alerts.models import Condition
from botcore.errors.kinds import GroupState, Source
from botcore.errors.models import ErrorGroup, ErrorHour
from botcore.inbox.models import State, Update
from botcore.monitoring.health import Check, Light, checks

HOUR = timedelta(hours=1)
ERRORS, TIMES = (50, 20), (5.0, 2.5)  # within an hour, and as many times as in the hour before: to begin, to go on
DEAD = (3, 1)  # within an hour
MOST_DEAD = 500  # that are looked at; the newest
SLOW = (0.5, 0.2)  # seconds for a read and a committed write of one row


@dataclass(frozen=True)
class Facts:
    """What conditions are seen by."""

    now: datetime = field(default_factory=timezone.now)
    checks: Mapping[str, Check] = field(default_factory=dict)
    firing: Collection[str] = ()

    @classmethod
    def gather(cls, now: datetime) -> "Facts":
        """Read them; the checks go by the database's clock."""
        firing = set(Condition.objects.exclude(fired_at=None).values_list("name", flat=True))
        return cls(now, {check.name: check for check in checks()}, firing)

    def is_firing(self, name: str) -> int:
        """Return 1 for what is firing: the place of the mark to go on; else 0, that of the mark to begin."""
        return int(name in self.firing)


def see(rule: Rule, facts: Facts) -> str | None:
    """Say in words what is wrong; "" says that nothing is, None that it cannot be known."""
    if rule.name in OWN:
        return OWN[rule.name](facts)
    bad = (Light.WARNING, Light.FAILED) if rule.warns else (Light.FAILED,)
    found = [facts.checks[name] for name in rule.checks if name in facts.checks]
    if words := [check.words for check in found if check.light in bad]:
        return " ".join(words)
    return "" if any(check.light != Light.UNKNOWN for check in found) else None


def error_spike(facts: Facts) -> str:
    """See many errors, all that nobody muted together, against the hour before; hours slide with the clock."""
    hour = facts.now.replace(minute=0, second=0, microsecond=0)
    groups = ErrorGroup.objects.filter(last_seen__gte=hour - 2 * HOUR).exclude(state=GroupState.MUTED)
    groups = groups.exclude(source=Source.ALERT)
    hours = [hour, hour - HOUR, hour - 2 * HOUR]
    rows = ErrorHour.objects.filter(fingerprint__group__in=groups.values("pk"), hour__in=hours).order_by()
    counts = dict(rows.values_list("hour").annotate(Sum("count")))
    newest, middle, oldest = (counts.get(hour - hours * HOUR, 0) for hours in range(3))
    part = (facts.now - hour) / HOUR  # the sliding hour holds so much of the one that runs
    now, before = newest + middle * (1 - part), middle * part + oldest * (1 - part)
    firing = facts.is_firing("error_spike")
    if now <= ERRORS[firing] or now < TIMES[firing] * max(1.0, before):
        return ""
    return f"About {now:.0f} errors within an hour, {before:.0f} in the hour before."


def dead_letters(facts: Facts) -> str:
    """See updates that were given up within an hour and that nobody has replayed."""
    since = facts.now - HOUR
    count = sum(_given_up(state, since) for state in (State.DEAD, State.QUARANTINED))
    if count < DEAD[facts.is_firing("dead_letters")]:
        return ""
    return f"{count} update{'s' if count > 1 else ''} within an hour; mend the cause, then replay them."


def _given_up(state: State, since: datetime) -> int:
    # Spelled like the partial index's condition: SQLite uses that index only for a query that repeats it.
    newest = Update.objects.filter(~Q(state=State.DONE), state=state).order_by("-id").values("pk")[:MOST_DEAD]
    return Update.objects.filter(pk__in=list(newest.values_list("pk", flat=True)), finished_at__gt=since).count()


def database_slow(facts: Facts) -> str:
    """See a database that takes long for next to nothing: the better of two reads with a committed write."""
    took = min(_round_trip() for _ in range(2))
    if took <= SLOW[facts.is_firing("database_slow")]:
        return ""
    return f"A read and a write of one row took {took:.1f} s."


def _round_trip() -> float:
    begin = time.perf_counter()
    row = Condition.objects.filter(name="database_slow").first()
    if row is not None:
        row.save(update_fields=["words"])
    return time.perf_counter() - begin


OWN: Mapping[str, Callable[[Facts], str]] = {
    "error_spike": error_spike,
    "dead_letters": dead_letters,
    "database_slow": database_slow,
}

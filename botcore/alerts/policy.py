"""Decides what becomes of alerts that wait: sent now, held, told in a digest, or suppressed. Pure; the keeper asks.

What is held (quiet hours, maintenance, more than the cap) is told in one digest as soon as it may be. Of a condition
only the newest is told, and its end only to those who were told that it is so.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from botcore.alerts.models import Reason

BURST = timedelta(minutes=10)  # within it at most the cap goes out
NEWS_IN_ANY_CASE = frozenset({Reason.REGRESSED, Reason.UNMUTED})  # a person waits for these: no cool-down


class Why(StrEnum):
    """Why an alert does not go out at once."""

    COOLDOWN = "cooldown"  # its group was told of a short while ago
    CLOSED = "closed"  # its group is resolved, muted, or about alerts themselves; its condition over or silenced
    QUIET_HOURS = "quiet_hours"
    MAINTENANCE = "maintenance"
    CAP = "cap"


@dataclass(frozen=True)
class Waiting:
    """An alert without a decision, or one that is held; one that `wakes` goes out in the quiet hours, too."""

    pk: int
    reason: Reason
    group_id: int | None
    is_held: bool = False
    condition: str = ""
    wakes: bool = False


@dataclass(frozen=True)
class Stand:
    """How a condition is now, and whether the last that went out about it says that it is so."""

    is_firing: bool
    is_silent: bool = False
    was_told: bool = False


@dataclass(frozen=True)
class Situation:
    """What the decisions depend on; `quiet` says why nothing may go out, `sent_at` when the newest alerts went."""

    now: datetime
    cooldown: timedelta
    cap: int
    quiet: Why | None = None
    sent_at: Sequence[datetime] = ()
    alerted_at: Mapping[int, datetime] = field(default_factory=dict)
    closed: Collection[int] = ()
    conditions: Mapping[str, Stand] = field(default_factory=dict)

    def holds(self, alert: Waiting) -> Why | None:
        """Return why this one may not go out now; the cap apart."""
        return None if alert.wakes and self.quiet == Why.QUIET_HOURS else self.quiet

    def room(self) -> int:
        """How many more may go out; times from before the clock was set back do not count."""
        return self.cap - sum(self.now - BURST < at <= self.now for at in self.sent_at)


@dataclass
class Decisions:
    """Rows of alerts by what becomes of them; `digest` is told in one, of two or more."""

    send: list[int] = field(default_factory=list)
    digest: list[int] = field(default_factory=list)
    held: dict[int, Why] = field(default_factory=dict)
    suppressed: dict[int, Why] = field(default_factory=dict)
    told_of: set[int] = field(default_factory=set)  # groups


def decide(waiting: Iterable[Waiting], situation: Situation) -> Decisions:
    """Decide about all of them, the oldest first."""
    alerts, done, room = list(waiting), Decisions(), situation.room()
    _drop_stale(alerts, situation, done)
    if situation.quiet is None and room > 0:
        room -= _release([alert for alert in alerts if alert.is_held], situation, done)
    for alert in alerts:
        if alert.is_held or alert.pk in done.suppressed:
            continue
        if alert.reason == Reason.TEST:  # somebody waits for it
            done.send.append(alert.pk)
        elif why := _suppresses(alert, situation, done):
            done.suppressed[alert.pk] = why
        elif (why := situation.holds(alert)) or room <= 0:
            done.held[alert.pk] = why or Why.CAP
        else:
            room -= 1
            done.send.append(alert.pk)
            _tell(alert, done)
    return done


def _drop_stale(alerts: list[Waiting], situation: Situation, done: Decisions) -> None:
    """Suppress what is not true of its condition any more, what nobody wants to know, and all but the newest."""
    newest = {alert.condition: alert.pk for alert in alerts}
    for alert in alerts:
        if alert.condition and (alert.pk != newest[alert.condition] or not _is_news(alert, situation)):
            done.suppressed[alert.pk] = Why.CLOSED


def _is_news(alert: Waiting, situation: Situation) -> bool:
    stand = situation.conditions.get(alert.condition, Stand(is_firing=False))
    if stand.is_silent:
        return False
    return not stand.is_firing and stand.was_told if alert.reason == Reason.RECOVERED else stand.is_firing


def _release(held: list[Waiting], situation: Situation, done: Decisions) -> int:
    """Tell of what was held and still matters; return how many alerts that makes."""
    for alert in held:
        if alert.group_id in situation.closed:
            done.suppressed[alert.pk] = Why.CLOSED
    left = [alert for alert in held if alert.pk not in done.suppressed]
    (done.digest if len(left) > 1 else done.send).extend(alert.pk for alert in left)
    for alert in left:
        _tell(alert, done)
    return 1 if left else 0


def _suppresses(alert: Waiting, situation: Situation, done: Decisions) -> Why | None:
    if alert.group_id in situation.closed:
        return Why.CLOSED
    if alert.reason in NEWS_IN_ANY_CASE or not situation.cooldown or alert.group_id is None:
        return None
    told_at = situation.now if alert.group_id in done.told_of else situation.alerted_at.get(alert.group_id)
    is_recent = told_at is not None and situation.now - situation.cooldown < told_at <= situation.now
    return Why.COOLDOWN if is_recent else None


def _tell(alert: Waiting, done: Decisions) -> None:
    if alert.group_id is not None:
        done.told_of.add(alert.group_id)

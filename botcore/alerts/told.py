"""What an alert says, the same over every channel: plain values, redacted once more and cut."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from botcore.alerts.conditions.policy import Standing
from botcore.alerts.conditions.rules import BY_NAME
from botcore.alerts.models import Alert, Condition, Reason
from botcore.errors.models import ErrorGroup
from botcore.logs import redact
from botcore.texts.visible import visible
from botcore.validators import storable

LISTED = 20  # titles in a digest
TITLE, LINE, TEXT = 300, 120, 1000  # characters
HEADINGS = {
    Reason.NEW: "New error",
    Reason.REGRESSED: "It came back",
    Reason.UNMUTED: "Its mute is over",
    Reason.SPIKE: "Many more than before",
    Reason.CONDITION: "Something is wrong",
    Reason.RECOVERED: "It is well again",
    Reason.DIGEST: "Several alerts",
    Reason.TEST: "Test",
}


@dataclass(frozen=True)
class Line:
    """An error or a condition in a digest; a condition has no count and no group."""

    reason: str
    title: str
    count: int
    group_id: int | None
    condition: str = ""


@dataclass(frozen=True)
class Told:
    """An alert as it is told now; without a group the numbers are 0. `link` is a path without DASHBOARD_URL.

    `state` is the group's, or a condition's: firing, acknowledged, silenced, over; `first_seen` its beginning.
    """

    pk: int
    reason: str
    title: str
    text: str
    at: datetime
    link: str
    group_id: int | None = None
    culprit: str = ""
    level: str = ""
    state: str = ""
    count: int = 0
    people: int = 0
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    lines: tuple[Line, ...] = ()
    more: int = 0
    condition: str = ""
    severity: str = ""

    @property
    def heading(self) -> str:
        """The reason in words."""
        return HEADINGS[Reason(self.reason)]


def told(alert: Alert) -> Told:
    """Return what there is to say about an alert now."""
    if alert.group is not None:
        return told_of(alert.group, alert)
    if alert.condition:
        return told_of_condition(alert.condition, alert)
    lines, more = _digest(alert)
    link = link_to("dashboard:alerts")
    return Told(alert.pk, alert.reason, safe(alert.title, TITLE), safe(alert.text, TEXT), alert.at, link, lines=lines,
                more=more)  # fmt: skip


def told_of(group: ErrorGroup, alert: Alert | None = None) -> Told:
    """Return what there is to say about a group; without an alert as somebody asks for it."""
    return Told(
        pk=alert.pk if alert else 0,
        reason=alert.reason if alert else "",
        title=safe(alert.title if alert else group.title, TITLE),
        text=safe(alert.text, TEXT) if alert else "",
        at=alert.at if alert else group.last_seen,
        link=link_to("dashboard:error", group.pk),
        group_id=group.pk,
        culprit=safe(group.culprit, LINE),
        level=group.level,
        state=group.state,
        count=group.count,
        people=group.people,
        first_seen=group.first_seen,
        last_seen=group.last_seen,
    )


def told_of_condition(name: str, alert: Alert | None = None) -> Told:
    """Return what there is to say about a condition; without an alert as somebody asks for it."""
    row = Condition.objects.filter(name=name).first() or Condition(name=name)
    rule, now = BY_NAME.get(name), timezone.now()
    return Told(
        pk=alert.pk if alert else 0,
        reason=alert.reason if alert else Reason.CONDITION if row.fired_at else Reason.RECOVERED,
        title=safe(rule.title if rule else alert.title if alert else name, TITLE),
        text=safe(alert.text if alert else row.words, TEXT),
        at=alert.at if alert else now,
        link=f"{link_to('dashboard:alerts')}#condition-{name}",
        state=_state(row, now),
        first_seen=row.seen_since,
        condition=name,
        severity=rule.severity if rule else "",
    )


def _state(row: Condition, now: datetime) -> str:
    """Return how a condition stands, in a word."""
    if Standing.of(row).is_silent(now):
        return "silenced"
    return "over" if row.fired_at is None else "acknowledged" if row.acked_at else "firing"


def link_to(name: str, *args: object) -> str:
    """Return a page's address, its path when nobody said under which address people reach the pages."""
    return f"{settings.DASHBOARD_URL}{reverse(name, args=args)}"


def safe(text: str, most: int) -> str:
    """Return a text for elsewhere: without secrets, on one line, hiding nothing, cut."""
    line = visible(" ".join(storable(redact(text[: 4 * most])).split()))
    return line if len(line) <= most else f"{line[: most - 1]}…"


def as_json(said: Told) -> dict[str, Any]:
    """Return what a webhook is told; docs/operations/alerts.md describes it."""
    group = {
        "id": said.group_id,
        "title": said.title,
        "culprit": said.culprit,
        "level": said.level,
        "state": said.state,
        "count": said.count,
        "people": said.people,
        "first_seen": said.first_seen and said.first_seen.isoformat(),
        "last_seen": said.last_seen and said.last_seen.isoformat(),
    }
    condition = {
        "name": said.condition,
        "severity": said.severity,
        "state": said.state,
        "since": said.first_seen and said.first_seen.isoformat(),
    }
    return {
        "version": 1,
        "alert": said.pk,
        "reason": said.reason,
        "title": said.title,
        "text": said.text,
        "at": said.at.isoformat(),
        "link": said.link,
        "group": group if said.group_id else None,
        "digest": [vars(line) for line in said.lines],
        "more": said.more,
        "condition": condition if said.condition else None,
    }


def _digest(alert: Alert) -> tuple[tuple[Line, ...], int]:
    """Return what a digest tells: conditions first, each error once with what was said of it first; how many more."""
    found: dict[int, Line] = {}
    conditions: list[Line] = []
    for row in alert.digested.select_related("group").order_by("pk"):
        if row.condition:
            conditions.append(Line(row.reason, safe(f"{row.title}: {row.text}", LINE), 0, None, row.condition))
        elif row.group is not None and row.group.pk not in found:
            found[row.group.pk] = Line(row.reason, safe(row.group.title, LINE), row.group.count, row.group.pk)
    lines = conditions + sorted(found.values(), key=lambda line: -line.count)
    return tuple(lines[:LISTED]), len(lines[LISTED:])

"""Reading alerts for pages: the channels' lights, the newest alerts with their deliveries.

Who does not see errors is told that there was one, and nothing of what an exception said.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.alerts.channels import HOW_TO, targets
from botcore.alerts.conditions.policy import LONGEST_SILENCE, SKEW
from botcore.alerts.conditions.rules import BY_NAME
from botcore.alerts.models import (
    UNDER_WAY,
    WITHDRAWN,
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertState,
    ChannelName,
    Condition,
    DeliveryState,
    Reason,
)
from botcore.paging import SIZE, Keyset, Page
from botcore.people.privacy import hidden_error
from botcore.runtime import settings as runtime
from botcore.texts.visible import visible

WAY = ("pk", "channel", "target", "state", "attempts", "error", "outgoing")


@dataclass(frozen=True)
class Channel:
    """A channel and its light: good, failing, off (not set up) or idle (nothing was sent yet)."""

    name: str
    label: str
    light: str
    targets: tuple[str, ...]
    how_to: str
    failing_since: datetime | None
    failures: int
    last_error: str
    last_sent_at: datetime | None


@dataclass(frozen=True)
class Delivery:
    """A way that an alert went or goes; `outgoing` is its message in the outbox."""

    channel: str
    target: str
    state: DeliveryState
    attempts: int
    error: str
    outgoing: int | None

    @property
    def is_withdrawn(self) -> bool:
        """Tell that nobody wanted it any more, which is no trouble."""
        return self.error.startswith(WITHDRAWN)


@dataclass(frozen=True)
class AlertRow:
    """An alert in the list; without a group `group_id` is None, without a condition `condition` is empty.

    `light` and `label` say what became of it: of one that was sent, whether it arrived.
    """

    id: int
    reason: Reason
    reason_label: str
    title: str
    text: str
    group_id: int | None
    condition: str
    state: AlertState
    light: str
    label: str
    at: datetime
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class Rules:
    """What is configured."""

    cooldown: int
    cap: int
    quiet_hours: str
    dashboard_url: str


def channels(*, sees_errors: bool) -> list[Channel]:
    """Return all channels with their lights."""
    rows = {row.name: row for row in AlertChannel.objects.all()}
    return [_channel(name, rows.get(name), sees_errors=sees_errors) for name in ChannelName]


def set_up() -> list[str]:
    """Return the names of the channels that alerts go out by."""
    return [name.value for name in ChannelName if targets(name)]


def attention() -> QuerySet[Any]:
    """Return what somebody should look at, to be counted: conditions nobody took on or silenced, failing channels."""
    now = timezone.now()
    silent = Q(silenced_until__gt=now, silenced_until__lte=now + LONGEST_SILENCE + SKEW)
    firing = Condition.objects.filter(name__in=BY_NAME, acked_at=None).exclude(fired_at=None).exclude(silent)
    failing = AlertChannel.objects.filter(name__in=set_up()).exclude(failing_since=None)
    return firing.values("name").union(failing.values("name"), all=True)


def alerts(cursor: str = "", size: int = SIZE, *, sees_errors: bool) -> Page[AlertRow]:
    """List alerts, newest first."""
    return Keyset(Alert.objects.all(), size=size).page(cursor).map(partial(_rows, sees_errors=sees_errors))


def newest(size: int, *, sees_errors: bool) -> list[AlertRow]:
    """Return the newest alerts with their deliveries, in one statement."""
    ids = Alert.objects.order_by("-pk").values("pk")[:size]
    ways = {f"way_{column}": F(f"deliveries__{column}") for column in WAY}
    rows: list[Any] = list(Alert.objects.filter(pk__in=ids).annotate(**ways).order_by("-pk", "deliveries__pk"))
    found = {row.pk: row for row in rows}  # a row is one of an alert's deliveries
    went: dict[int, list[Delivery]] = {pk: [] for pk in found}
    for row in rows:
        if row.way_pk is not None:
            went[row.pk].append(_delivery(AlertDelivery(**{column: getattr(row, f"way_{column}") for column in WAY})))
    return [_row(row, went[pk], sees_errors=sees_errors) for pk, row in found.items()]


def rules() -> Rules:
    """Return what is configured, in words."""
    hours = settings.ALERT_QUIET_HOURS
    return Rules(
        cooldown=runtime.value("alerts.cooldown"),
        cap=runtime.value("alerts.cap"),
        quiet_hours=str(hours) if hours else "",
        dashboard_url=settings.DASHBOARD_URL,
    )


def _channel(name: ChannelName, row: AlertChannel | None, *, sees_errors: bool) -> Channel:
    told = tuple(targets(name))
    light = "off" if not told else "idle" if row is None else "failing" if row.failing_since else "good"
    return Channel(
        name=name.value,
        label=str(name.label),
        light=light,
        targets=told,
        how_to=HOW_TO[name],
        failing_since=row.failing_since if row else None,
        failures=row.failures if row else 0,
        last_error=_error(row.last_error, sees_errors=sees_errors) if row else "",
        last_sent_at=row.last_sent_at if row else None,
    )


def _rows(found: list[Alert], *, sees_errors: bool) -> list[AlertRow]:
    """Add the deliveries, one query for all."""
    ways: dict[int, list[Delivery]] = defaultdict(list)
    for row in AlertDelivery.objects.filter(alert__in=[alert.pk for alert in found]).order_by("pk"):
        ways[row.alert_id].append(_delivery(row))
    return [_row(row, ways[row.pk], sees_errors=sees_errors) for row in found]


def _delivery(row: AlertDelivery) -> Delivery:
    state = DeliveryState(row.state)
    return Delivery(row.get_channel_display(), row.target, state, row.attempts, row.error, row.outgoing)


def _row(row: Alert, ways: list[Delivery], *, sees_errors: bool) -> AlertRow:
    light, label = _became(row, ways)
    if not sees_errors:
        ways = [one if one.is_withdrawn else replace(one, error=_error(one.error, sees_errors=False)) for one in ways]
    title, text = (row.title, row.text) if sees_errors or row.group_id is None else (_unnamed(row.group_id), "")
    return AlertRow(
        id=row.pk,
        reason=Reason(row.reason),
        reason_label=row.get_reason_display(),
        title=visible(title),
        text=visible(text),
        group_id=row.group_id,
        condition=row.condition,
        state=AlertState(row.state),
        light=light,
        label=label,
        at=row.at,
        deliveries=tuple(ways),
    )


def _unnamed(group_id: int) -> str:
    return _("Error %(id)s") % {"id": group_id}


def _error(text: str, *, sees_errors: bool) -> str:
    return text if sees_errors or not text else hidden_error()


def _became(row: Alert, ways: list[Delivery]) -> tuple[str, str]:
    """Return light and words for what became of it."""
    states = {way.state for way in ways}
    if row.state != AlertState.SENT or DeliveryState.SENT in states:
        return row.state, row.get_state_display()
    if states.intersection(UNDER_WAY):
        return "uncertain", "waiting"
    if ways and all(way.is_withdrawn for way in ways):
        return "suppressed", "withdrawn"
    return "failed", "failed"

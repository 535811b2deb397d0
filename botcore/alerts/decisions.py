"""From the policy's decisions to rows: what is sent gets its deliveries, a digest its alert; in one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from botcore import metrics
from botcore.alerts.channels import ways
from botcore.alerts.conditions.policy import Standing
from botcore.alerts.conditions.rules import BY_NAME, Severity
from botcore.alerts.maintenance import maintenance
from botcore.alerts.models import Alert, AlertDelivery, AlertState, ChannelName, Condition, DeliveryState, Reason
from botcore.alerts.policy import BURST, Decisions, Situation, Stand, Waiting, Why, decide
from botcore.alerts.quiet import is_quiet
from botcore.alerts.telegram_message import hand_over
from botcore.alerts.told import told
from botcore.errors.kinds import GroupState, Source
from botcore.errors.models import ErrorGroup
from botcore.runtime import settings as runtime

MOST = 2000  # alerts that are decided about at once
SUPPRESSED = {
    Why.COOLDOWN: "not sent: it was told of a short while before",
    Why.CLOSED: "not sent: over, muted or silenced by then",
}
CLOSED = (GroupState.RESOLVED, GroupState.MUTED)


def decide_waiting() -> int:
    """Decide about what waits; return how many alerts go out."""
    now = timezone.now()
    quiet = quiet_at(now)
    # What cannot go out yet is not even read: a night's alerts, and their groups, would be locked at each look.
    is_held_back = quiet or len(_sent_at(now)) >= runtime.value("alerts.cap")
    states = [AlertState.PENDING] if is_held_back else [AlertState.PENDING, AlertState.HELD]
    ids = list(Alert.objects.filter(state__in=states).order_by("pk").values_list("pk", flat=True)[:MOST])
    return _decide(ids, now, quiet) if ids else 0


def quiet_at(now: datetime) -> Why | None:
    """Return why nothing may go out at this moment, None when it may."""
    if maintenance():
        return Why.MAINTENANCE
    hours = settings.ALERT_QUIET_HOURS
    return Why.QUIET_HOURS if hours and is_quiet(now, *hours) else None


@transaction.atomic
def _decide(ids: list[int], now: datetime, quiet: Why | None) -> int:
    groups = _locked_groups(ids)
    rows = Alert.objects.select_for_update(skip_locked=True).filter(
        pk__in=ids, state__in=[AlertState.PENDING, AlertState.HELD]
    )
    # One whose group was merged away meanwhile waits for the next look.
    alerts = {row.pk: row for row in rows.order_by("pk") if row.group_id is None or row.group_id in groups}
    waiting = [
        Waiting(
            row.pk,
            Reason(row.reason),
            row.group_id,
            is_held=row.state == AlertState.HELD,
            condition=row.condition,
            wakes=row.condition in BY_NAME and BY_NAME[row.condition].severity == Severity.PAGE,
        )
        for row in alerts.values()
    ]
    conditions = _stands({row.condition for row in alerts.values() if row.condition}, now)
    done = decide(waiting, replace(_situation(groups, now, quiet), conditions=conditions))
    for row in [alerts[pk] for pk in done.send] + _digest(done, now):
        _send(row, now)
    _keep(done, alerts, now)
    ErrorGroup.objects.filter(pk__in=done.told_of).update(alerted_at=now)
    transaction.on_commit(partial(_count, done))
    return len(done.send) + bool(done.digest)


def _locked_groups(ids: list[int]) -> Mapping[int, ErrorGroup]:
    """Lock the groups before the alerts and by their ids, as everybody does who changes both."""
    wanted = Alert.objects.filter(pk__in=ids, group__isnull=False).order_by().values_list("group_id", flat=True)
    found = ErrorGroup.objects.select_for_update(no_key=True).filter(pk__in=set(wanted)).order_by("pk")
    return {group.pk: group for group in found}


def _situation(groups: Mapping[int, ErrorGroup], now: datetime, quiet: Why | None) -> Situation:
    return Situation(
        now=now,
        cooldown=timedelta(minutes=runtime.value("alerts.cooldown")),
        cap=runtime.value("alerts.cap"),
        quiet=quiet,
        sent_at=_sent_at(now),
        alerted_at={group.pk: group.alerted_at for group in groups.values() if group.alerted_at},
        closed={pk for pk, group in groups.items() if group.state in CLOSED or group.source == Source.ALERT},
    )


def _stands(names: Collection[str], now: datetime) -> dict[str, Stand]:
    """Return how these conditions are now."""
    rows = Condition.objects.filter(name__in=names) if names else []
    return {row.name: Stand(bool(row.fired_at), Standing.of(row).is_silent(now), _was_told(row.name)) for row in rows}


def _was_told(condition: str) -> bool:
    """Tell whether somebody knows that it is so, or may know: by what went out since its end was told last."""
    out = Alert.objects.filter(condition=condition, state__in=[AlertState.SENT, AlertState.DIGESTED])
    ends = out.filter(reason=Reason.RECOVERED).order_by("-pk").values_list("pk", flat=True)
    begins = out.filter(reason=Reason.CONDITION, pk__gt=ends.first() or 0)
    ways = AlertDelivery.objects.exclude(state=DeliveryState.FAILED)
    return ways.filter(Q(alert__in=begins) | Q(alert__in=begins.exclude(digest=None).values("digest"))).exists()


def _sent_at(now: datetime) -> list[datetime]:
    """Return when the newest alerts went out, those that count for the cap."""
    sent = Alert.objects.filter(state=AlertState.SENT, decided_at__gt=now - BURST, decided_at__lte=now)
    times = sent.exclude(reason=Reason.TEST).values_list("decided_at", flat=True)
    return [at for at in times if at]


def _digest(done: Decisions, now: datetime) -> list[Alert]:
    """Make the alert that tells of what was held."""
    if not done.digest:
        return []
    title = f"{len(done.digest)} alerts in one"
    digest = Alert.objects.create(reason=Reason.DIGEST, title=title, at=now)
    told_in_it = Alert.objects.filter(pk__in=done.digest)
    told_in_it.update(state=AlertState.DIGESTED, decided_at=now, digest=digest)
    return [digest]


def _send(alert: Alert, now: datetime) -> None:
    """Make a delivery for everybody who is told; Telegram's are handed to the outbox at once."""
    alert.state, alert.decided_at = AlertState.SENT, now
    alert.save(update_fields=["state", "decided_at"])
    for channel, target in ways(avoids=alert.avoids):
        delivery = AlertDelivery.objects.create(
            alert=alert, channel=channel, target=target, state=DeliveryState.QUEUED, next_at=now
        )
        if channel == ChannelName.TELEGRAM:
            hand_over(delivery, told(alert))


def _keep(done: Decisions, alerts: Mapping[int, Alert], now: datetime) -> None:
    """Note what is held, and what is suppressed with the reason, which its page shows."""
    Alert.objects.filter(pk__in=done.held).update(state=AlertState.HELD, decided_at=now)
    for pk, why in done.suppressed.items():
        row = alerts[pk]
        row.state, row.decided_at = AlertState.SUPPRESSED, now
        row.text = "; ".join(filter(None, (row.text, SUPPRESSED[why])))
        row.save(update_fields=["state", "decided_at", "text"])


def _count(done: Decisions) -> None:
    for why in (*done.held.values(), *done.suppressed.values()):
        metrics.ALERTS_SUPPRESSED.labels(why).inc()

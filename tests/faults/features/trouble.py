"""Features that make trouble for the loops: dead processes, lost leases, handlers that take long, gaps and outages."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from telegram import Update

from botcore.alerts.keeper import DUTY
from botcore.alerts.maintenance import start_maintenance, stop_maintenance
from botcore.alerts.models import Alert, AlertDelivery, AlertState, ChannelName, Condition, DeliveryState, Reason
from botcore.alerts.withdrawal import withdraw
from botcore.database import in_database
from botcore.inbox.models import Lane
from botcore.inbox.models import Update as Row
from botcore.monitoring.models import Heartbeat
from botcore.outbox import services as outbox
from botcore.outbox.models import OutboxLane, OutgoingMessage, OutgoingState
from botcore.pipeline.context import Context
from botcore.registry import command
from botcore.retention.clock import SETTING
from botcore.runtime import services as runtime
from botcore.runtime.models import BotFacts, Job, Lease, RuntimeSetting
from tests.database.errors import error, hour
from tests.faults.waits import wait_for

SLOW_SECONDS = 3.0  # longer than a stop waits, and than a lease
BLOCKED_SECONDS = 1.3  # more than half a lease
NOBODY = 4194304  # no process has this number


@command("slow")
async def slow(_update: Update, context: Context) -> None:
    """Take long, the first time."""
    if await context.once("slow"):
        await context.answer("sentence", sentence="begun")
        await asyncio.sleep(SLOW_SECONDS)
    await context.answer("sentence", sentence="done")


@command("block")
async def block(_update: Update, context: Context) -> None:
    """Block the event loop."""
    time.sleep(BLOCKED_SECONDS)  # noqa: ASYNC251 (this is what is tested)
    await context.answer("sentence", sentence="done")


@command("many")
async def many(_update: Update, context: Context) -> None:
    """Queue more for one chat than it may have at once."""
    for number in range(5):
        await in_database(outbox.send, chat_id=context.message.chat.id, text=f"{number}")
    await context.answer("sentence", sentence="queued")


@command("trouble")
async def trouble(_update: Update, context: Context) -> None:
    """Make the trouble that the arguments name; `/trouble crashed 5 1` is for chat 5."""
    kind, *numbers = context.args or [""]
    if await context.once(kind):
        await in_database(KINDS[kind], context.bot.id, *map(int, numbers))
    await context.answer("sentence", sentence="trouble")


def dead(bot_id: int) -> None:
    """Leave what a dead process of this machine leaves: a heartbeat and a duty."""
    mine = Heartbeat.objects.filter(bot_id=bot_id, state="running").latest("beat_at")
    name = f"{mine.process.partition(':')[0]}:{NOBODY}-{time.monotonic_ns():x}"
    facts = {"process": name, "role": "bot", "version": "1", "state": "running", "bot_id": bot_id}
    runtime.take_duty(f"of {name}", name, seconds=60)
    Heartbeat.objects.create(
        **facts, machine=mine.machine, started_at=mine.started_at, beat_at=timezone.now() - timedelta(days=3)
    )


def away(bot_id: int, hours: int) -> None:
    """Let all other processes have been silent for so long."""
    others = Heartbeat.objects.filter(bot_id=bot_id).exclude(state="running")
    silent = timezone.now() - timedelta(hours=hours)
    others.update(beat_at=silent)
    Heartbeat.objects.get_or_create(
        process="long ago",
        defaults={"role": "bot", "version": "1", "state": "stopped", "started_at": silent, "beat_at": silent},
    )
    Heartbeat.objects.filter(process="long ago").update(beat_at=silent, bot_id=bot_id)


def gap(bot_id: int) -> None:
    """Forget the newest updates."""
    newest = Row.objects.filter(bot_id=bot_id).order_by("-update_id").values_list("pk", flat=True)[:4]
    Row.objects.filter(pk__in=list(newest)).delete()


def forgotten(_bot_id: int) -> None:
    """Forget who the bot is."""
    BotFacts.objects.all().delete()


def future(bot_id: int, count: int) -> None:
    """Have the next updates already, so that Telegram's are repeats."""
    newest = Row.objects.filter(bot_id=bot_id).latest("update_id")
    now = timezone.now()
    for number in range(1, count + 1):
        facts: dict[str, Any] = {"kind": "message", "lane_key": 0, "raw": "{}", "state": "done", "received_at": now}
        Row.objects.create(bot_id=bot_id, update_id=newest.update_id + number, **facts)


def spike(_bot_id: int) -> None:
    """Let an error of yesterday have become many."""
    now = timezone.now()
    group = error(f"Spike: {time.monotonic_ns()}", first_seen=now - timedelta(days=1), last_seen=now)
    hour(group.fingerprints.get(), 0, 50)


def firing(_bot_id: int, seconds_ago: int = 0) -> None:
    """Let a condition fire that was seen so long ago."""
    seen = timezone.now() - timedelta(seconds=seconds_ago)
    times = dict.fromkeys(("seen_since", "seen_at", "fired_at", "told_at"), seen)
    again = {"acked_at": None, "silenced_until": None}
    Condition.objects.update_or_create(name="job_stale", defaults={**times, **again})


def over(bot_id: int) -> None:
    """Let a condition fire that is over at the next look."""
    mended(bot_id)
    firing(bot_id, 600)


def lasting(bot_id: int) -> None:
    """Let a condition last that was told long ago."""
    firing(bot_id)
    Job.objects.filter(name="roll_up").update(failures=5)
    Condition.objects.filter(name="job_stale").update(told_at=timezone.now() - timedelta(days=30))


def begins(bot_id: int) -> None:
    """Let a condition have been seen for so long that it fires at the next look."""
    lasting(bot_id)
    Condition.objects.filter(name="job_stale").update(fired_at=None, told_at=None, looked_at=timezone.now())
    Condition.objects.filter(name="job_stale").update(seen_since=timezone.now() - timedelta(hours=1))


def mended(_bot_id: int) -> None:
    """End what lasts."""
    Job.objects.update(failures=0)


def withdrawn(_bot_id: int) -> None:
    """Let alerts of a condition wait in every way, and withdraw them."""
    later = timezone.now() + timedelta(days=1)
    about = {"condition": "job_stale", "reason": Reason.CONDITION, "title": "Withdrawn", "at": later}
    with transaction.atomic():
        Alert.objects.create(**about, state=AlertState.HELD)
        digest = Alert.objects.create(reason=Reason.DIGEST, title="Digest", at=later, state=AlertState.SENT)
        Alert.objects.create(**about, state=AlertState.DIGESTED, digest=digest)
        told = Alert.objects.create(**about, state=AlertState.SENT)
        for alert in (digest, told):
            AlertDelivery.objects.create(
                alert=alert,
                channel=ChannelName.TELEGRAM,
                target="1",
                state=DeliveryState.HANDED,
                outgoing=outbox.send(chat_id=1, text="later", due_at=later),
                next_at=later,
            )
        withdraw("job_stale", "a test took it on")


def jumped(_bot_id: int) -> None:
    """Let retention have looked a month ago."""
    kept = json.dumps({"trusted": (timezone.now() - timedelta(days=30)).isoformat()})
    RuntimeSetting.objects.update_or_create(
        name=SETTING, defaults={"value": kept, "by": "a test", "at": timezone.now(), "until": None}
    )


def trusted(_bot_id: int) -> None:
    """Forget when it looked."""
    RuntimeSetting.objects.filter(name=SETTING).delete()


def unseen(_bot_id: int) -> None:
    """Let nobody have looked at conditions so far."""
    Condition.objects.all().delete()


def old(_bot_id: int) -> None:
    """Leave errors and alerts that are to be forgotten."""
    past = timezone.now() - timedelta(days=400)
    group = error("Old", state="resolved", first_seen=past, last_seen=past)
    Alert.objects.create(group=group, reason=Reason.NEW, title="Old", at=past, state=AlertState.SENT)
    first = Alert.objects.order_by("pk")[0]
    Alert.objects.filter(pk=first.pk).update(at=past)


def lost(_bot_id: int) -> None:
    """Let the outbox have no message of an alert's."""
    newest = AlertDelivery.objects.filter(channel=ChannelName.TELEGRAM).latest("pk")
    AlertDelivery.objects.filter(pk=newest.pk).update(
        state=DeliveryState.HANDED, outgoing=2**40, next_at=timezone.now()
    )


def hold(_bot_id: int) -> None:
    """Begin a maintenance window."""
    start_maintenance(length="1h", by="a test")


def tell(_bot_id: int) -> None:
    """End it: what was held is told in one."""
    stop_maintenance(by="a test")


def rival(bot_id: int) -> None:
    """Let another process take the duty of intake for a moment."""
    duties = Lease.objects.filter(name__endswith=f":{bot_id}", name__regex="^(poller|webhook):")
    duties.update(owner="a rival", until=timezone.now() + timedelta(seconds=0.4))


def displaced(_bot_id: int) -> None:
    """Let another process take the duty of alerts for a moment."""
    Lease.objects.filter(name=DUTY).update(owner="a rival", until=timezone.now() + timedelta(seconds=0.4))


def crashed(bot_id: int, chat_id: int, times: int) -> None:
    """Let workers and senders have ended so often while they held the chat's lanes."""
    Lane.objects.filter(bot_id=bot_id, key=chat_id).update(crashes=times)
    OutboxLane.objects.filter(bot_id=bot_id, chat_id=chat_id).update(crashes=times)


def stolen(bot_id: int, chat_id: int) -> None:
    """Let another process have taken the chat's lanes over, and have died, while a message of the outbox is sent."""
    wait_for(OutgoingMessage.objects.filter(chat_id=chat_id, state=OutgoingState.SENDING).exists, "a message is sent")
    past = timezone.now() - timedelta(seconds=1)
    Lane.objects.filter(bot_id=bot_id, key=chat_id).update(owner="a thief", lease_until=past)
    OutboxLane.objects.filter(bot_id=bot_id, chat_id=chat_id).update(owner="a thief", lease_until=past)


BEHIND = (dead, away, gap, future, forgotten, rival, crashed, stolen)
OF_ALERTS = (spike, firing, over, begins, lasting, mended, withdrawn, unseen, old, lost, hold, tell)
OF_CLOCKS = (jumped, trusted)
KINDS: dict[str, Callable[..., None]] = {name.__name__: name for name in (*BEHIND, *OF_ALERTS, *OF_CLOCKS, displaced)}

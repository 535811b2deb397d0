"""Fills a database with updates, people and counts, as a bot would have left them: `fill(100_000, people=5_000)`."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from botcore.inbox.models import State, Update
from botcore.monitoring.models import Heartbeat, UpdateCount
from botcore.people.models import Chat, User

BATCH = 2_000
SPAN = timedelta(days=3)
KINDS = ["message"] * 14 + ["callback_query"] * 5 + ["inline_query"]
HANDLERS = ["start.start", "help.help", "settings.show", "settings.language", "feedback.keep"]


def fill(count: int, *, people: int) -> None:
    """Write `count` updates of the last three days, the same ones each time but for their date."""
    chance = random.Random(7)
    now = timezone.now()
    seen = {"first_seen": now - SPAN, "last_seen": now}
    ids = range(1_000, 1_000 + people)
    User.objects.bulk_create([User(id=pk, first_name=f"Person {pk}", **seen) for pk in ids], BATCH)
    Chat.objects.bulk_create([Chat(id=pk, type="private", title=f"Person {pk}", **seen) for pk in ids], BATCH)
    counts: Counter[tuple[datetime, str, str, str]] = Counter()
    batch = []
    for update in _updates(count, ids, now, chance):
        batch.append(update)
        minute = update.received_at.replace(second=0, microsecond=0)
        counts[minute, update.kind, "", "received"] += 1
        counts[minute, update.kind, update.handler, update.state] += 1
        if len(batch) == BATCH:
            Update.objects.bulk_create(batch)
            batch = []
    Update.objects.bulk_create(batch)
    UpdateCount.objects.bulk_create(
        [
            UpdateCount(minute=minute, kind=kind, handler=handler, state=state, count=number, seconds=number / 20)
            for (minute, kind, handler, state), number in counts.items()
        ],
        BATCH,
    )
    Heartbeat.objects.create(
        process="bench:1", role="bot", version="0", state="running", started_at=now, beat_at=now, last_poll_at=now
    )


def _updates(count: int, ids: range, now: datetime, chance: random.Random) -> Iterator[Update]:
    for number in range(count):
        received_at = now - SPAN * (1 - number / count)
        person = chance.choice(ids)
        state = chance.choices([State.DONE, State.IGNORED, State.DEAD], [970, 25, 5])[0]
        text = {"message_id": number, "chat": {"id": person}, "from": {"id": person}, "text": "hello " * 20}
        yield Update(
            bot_id=1,
            update_id=number,
            lane_key=person,
            kind=chance.choice(KINDS),
            chat_id=person,
            user_id=person,
            raw=json.dumps({"update_id": number, "message": text}),
            state=state,
            attempts=1,
            handler="" if state == State.IGNORED else chance.choice(HANDLERS),
            error="KeyError: 'x'" if state == State.DEAD else "",
            received_at=received_at,
            started_at=received_at,
            finished_at=received_at + timedelta(seconds=0.05),
        )

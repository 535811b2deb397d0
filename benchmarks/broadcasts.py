"""A broadcast to 1 000 000 people: the count, the start, steps at the beginning and the end, the page's question.

`TEST_DATABASE=postgresql python -m benchmarks.broadcasts`; deliveries are ended at once, by one statement.
"""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.test.utils import get_runner
from django.utils import timezone

from botcore import sql
from botcore.broadcasts import audience, feeding, selectors, services
from botcore.models import Broadcast, BroadcastState, Chat, OutgoingMessage, User
from botcore.outbox.content import Text
from tests.environment import SERVER

PEOPLE, PART = 1_000_000, 10_000
FIRST = 5_000_000  # a person's id
STEPS = 50  # measured at each place


def main() -> None:
    """Measure everything on a test database."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    print(f"{SERVER.version if SERVER else 'SQLite'}, {PEOPLE:,} people")
    meet()
    pk = services.draft(by="bench", content=Text("News", "HTML"), bot_id=1)
    show("audience.count()", [timed(audience.count) for _ in range(3)])
    show("start()", [timed(lambda: services.start(pk, by="bench"))])
    show("the first step", [timed(lambda: feeding.step(pk))])
    for words, cursor in (("near the beginning", FIRST), ("near the end", FIRST + PEOPLE - 10_000)):
        Broadcast.objects.update(cursor=cursor)
        show(f"a step of {feeding.BATCH} deliveries, {words}", [one_step(pk) for _ in range(STEPS)])
    show("selectors.progress()", [timed(lambda: selectors.progress(pk)) for _ in range(STEPS)])
    begun = time.perf_counter()
    while Broadcast.objects.get(pk=pk).state == BroadcastState.RUNNING:
        one_step(pk)
    print(f"the rest of {OutgoingMessage.objects.count():,} deliveries: {time.perf_counter() - begun:.1f} s")
    runner.teardown_databases(databases)


def meet() -> None:
    """Make the people, and let the database learn how many they are."""
    seen = {"first_seen": timezone.now() - timedelta(days=1), "last_seen": timezone.now()}
    for start in range(FIRST, FIRST + PEOPLE, PART):
        ids = range(start, start + PART)
        User.objects.bulk_create(User(id=number, first_name="Alice", **seen) for number in ids)
        Chat.objects.bulk_create(Chat(id=number, type="private", **seen) for number in ids)
    sql.execute("ANALYZE")


def one_step(pk: int) -> float:
    """Let what waits end, and measure the step after it."""
    sql.execute("UPDATE botcore_outgoingmessage SET state = 'sent' WHERE state = 'queued'")
    return timed(lambda: feeding.step(pk))


def timed(call: Callable[[], object]) -> float:
    """Return how many milliseconds a call took."""
    begun = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - begun)


def show(words: str, times: list[float]) -> None:
    """Print the middle one and the longest."""
    print(f"{words}: {statistics.median(times):.1f} ms, at most {max(times):.1f}")


if __name__ == "__main__":
    main()

"""A broadcast to 1 000 000 people: the count, the start, steps at the beginning and the end, the page's question.

`TEST_DATABASE=postgresql python -m benchmarks.feeding`; deliveries are ended at once, by one statement.
"""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.test.utils import get_runner
from django.utils import timezone

from botcore import sql
from botcore.broadcasts import audience, drafts, feeding, selectors, services
from botcore.models import Broadcast, BroadcastState, OutgoingMessage
from botcore.outbox.content import Text
from tests.environment import SERVER

PEOPLE = 1_000_000
FIRST = 5_000_000  # a person's id
STEPS = 50  # measured at each place
NOTHING = dict.fromkeys(("last_name", "username", "telegram_language", "language", "source"), "''")
TABLES = {
    "botcore_user": {"first_name": "'Alice'", **NOTHING, "is_bot": "false", "messages_on": "true"},
    "botcore_chat": {"type": "'private'", "title": "'Alice'", "username": "''", "is_forum": "false"},
}


def main() -> None:
    """Measure everything on a test database."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    print(f"{SERVER.version if SERVER else 'SQLite'}, {PEOPLE:,} people")
    meet()
    pk = drafts.write(by="bench", content=Text("News", "HTML"), is_shown=True, bot_id=1)
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


def meet(people: int = PEOPLE) -> None:
    """Make the people, and let the database learn how many they are."""
    ids = "WITH RECURSIVE ids (id) AS (SELECT %s UNION ALL SELECT id + 1 FROM ids WHERE id < %s)"
    bounds = [FIRST, FIRST + people - 1]
    now = sql.adapt(timezone.now() - timedelta(days=1))
    for table, values in TABLES.items():
        columns = f"id, first_seen, last_seen, {', '.join(values)}"
        select = f"SELECT id, %s, %s, {', '.join(values.values())} FROM ids"
        sql.execute(f"INSERT INTO {table} ({columns}) {ids} {select}", [*bounds, now, now])
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

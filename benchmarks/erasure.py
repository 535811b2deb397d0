"""How long forgetting one person takes among the rows of all: the dry run, their own rows, the walk over every table.

`TEST_DATABASE=postgresql python -m benchmarks.erasure [updates]`. The person has written as much as others do, apart
from one whose chat is as long as there are people: they are measured one after the other.
"""

import statistics
import sys
import time
from collections import defaultdict
from datetime import timedelta
from unittest.mock import patch

from django.utils import timezone

import benchmarks  # noqa: F401 (sets Django up)
from benchmarks.pages import database
from benchmarks.panel_addresses import TALKER
from benchmarks.retention import memory_now
from botcore.erasure import quotes, selectors, services, theirs
from botcore.erasure.knowing import marks_of
from botcore.erasure.models import Erasure
from botcore.runtime.jobs.run import Run
from tests.environment import SERVER

UPDATES = 5_000_000
PERSON = 1_001


def main() -> None:
    """Measure on a test database."""
    if not SERVER:
        sys.exit("TEST_DATABASE=postgresql: the data are made by its SQL")
    updates = int(sys.argv[1]) if len(sys.argv) > 1 else UPDATES
    with database(updates):
        print(f"{SERVER.version}, {updates:,} updates, {updates // 5:,} people")
        foresee(PERSON)
        for person in (PERSON, TALKER):
            forget(person)
    SERVER.stop()


def foresee(person: int) -> None:
    """Count what would go."""
    memory, began = memory_now(), time.monotonic()
    counts = selectors.would_go(person)
    took = time.monotonic() - began
    print(f"  person {person}, dry run: {took:.1f} s, memory {memory_now() - memory:+.1f} MiB; {_told(counts)}")


def forget(person: int) -> None:
    """Let a person go as the job does, and print what it cost."""
    marks = marks_of(person)
    pk = services.ask(user_id=person)
    Erasure.objects.filter(pk=pk).update(asked_at=timezone.now() - timedelta(hours=2))
    spent: dict[str, list[float]] = defaultdict(list)
    batch, empty = quotes.batch, theirs.forget

    def timed_batch(table, marks, after):  # type: ignore[no-untyped-def]
        began = time.monotonic()
        found = batch(table, marks, after)
        spent[table.name].append(time.monotonic() - began)
        return found

    def timed_empty(*given, **named):  # type: ignore[no-untyped-def]
        began = time.monotonic()
        gone = empty(*given, **named)
        spent["own"].append(time.monotonic() - began)
        return gone

    memory, began = memory_now(), time.monotonic()
    with patch.object(quotes, "batch", timed_batch), patch.object(theirs, "forget", timed_empty):
        is_done = services.proceed(pk, Run("erasures"))
    took = time.monotonic() - began
    own = spent.pop("own")
    batches = [one for many in spent.values() for one in many]
    print(
        f"  person {person} ({len(marks.needles)} texts to look for), {'done' if is_done else 'not done'}: "
        f"{took:.0f} s with the pauses for others, own rows {sum(own):.1f} s, walk {sum(batches):.1f} s in "
        f"{len(batches):,} batches "
        f"(median {statistics.median(batches) * 1000:.0f} ms, longest {max(batches) * 1000:.0f} ms), "
        f"memory {memory_now() - memory:+.1f} MiB"
    )
    for name, many in sorted(spent.items(), key=lambda item: -sum(item[1]))[:6]:
        print(f"    {name:20} {sum(many):7.2f} s in {len(many):6,} batches")


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


if __name__ == "__main__":
    main()

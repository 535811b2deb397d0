"""CPU and time of a scrape: of a bot's own port, and of the web that shows three bots and 100 000 updates."""

import statistics
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from unittest import mock

from django.utils import timezone

from benchmarks.workload import BOT, message
from botcore import sql
from botcore.inbox import store
from botcore.inbox.envelope import read_envelope
from botcore.instruments import DECLARED, REGISTRY
from botcore.models import Update
from botcore.monitoring import exposition, text_format
from botcore.monitoring.services import Beat, beat
from botcore.monitoring.writer import text_of

BOTS, UPDATES, BATCH, ROUNDS = 3, 100_000, 1_000, 8  # so many rounds that each text comes once


def scrapes(texts: Sequence[str]) -> None:
    """Print medians. `texts` are a busy bot's own metrics at several moments: between two scrapes each bot beats."""
    fill()
    moments = cycle(texts)

    def beats() -> None:
        for number in range(BOTS):
            beat(Beat(f"bench:{number}", "bot", "1", "running", timezone.now(), metrics=next(moments)))

    print(f"  a scrape, {BOTS} bots with {texts[0].count(chr(10))} lines each, {Update.objects.count()} updates")
    show("a bot's own port", lambda: text_of(DECLARED[REGISTRY]))
    with mock.patch.multiple(exposition, QUICK_SECONDS=0, SLOW_SECONDS=0):
        show("the web, all of it read anew", exposition.exposition, beats)
    with mock.patch.multiple(exposition, QUICK_SECONDS=0):
        show("the web, after 10 s", exposition.exposition, beats)
    show("the web, within 10 s", exposition.exposition)


def fill() -> None:
    """Make the inbox large; a tenth of it waits. PostgreSQL tidies up after so many changes within a minute."""
    for first in range(0, UPDATES, BATCH):
        numbers = range(10_000_000 + first, 10_000_000 + first + BATCH)
        store.accept(BOT, [read_envelope(message(number)) for number in numbers])
    Update.objects.filter(update_id__gte=10_000_000 + UPDATES // 10).update(state="done")
    if sql.is_postgresql():
        sql.execute("VACUUM ANALYZE botcore_update")


def show(words: str, scrape: Callable[[], object], before: Callable[[], None] = lambda: None) -> None:
    """Print the median of the CPU and of the time."""
    text_format._family.cache_clear()  # noqa: SLF001 (the texts before are not remembered)
    text_format._labelled.cache_clear()  # noqa: SLF001
    cpu, wall = [], []
    for _ in range(ROUNDS):
        before()
        began = time.process_time(), time.perf_counter()
        scrape()
        cpu.append(time.process_time() - began[0])
        wall.append(time.perf_counter() - began[1])
    middle = statistics.median(cpu) * 1000, statistics.median(wall) * 1000
    print(f"    {words:30} {middle[0]:6.1f} ms CPU  {middle[1]:6.1f} ms (at most 20 allowed)", flush=True)

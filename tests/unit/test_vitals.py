"""Vitals: what a process says of itself survives its way through a row, and nonsense in the row harms nobody."""

import asyncio
import json
import time
import unittest
from dataclasses import asdict

from botcore import metrics
from botcore.clock import Clock
from botcore.monitoring import vitals
from botcore.monitoring.vitals import Vitals
from botcore.monitoring.watchdog import Watchdog

SOME = Vitals(
    loop_lag=0.25,
    memory=80_000_000,
    worker_age=0.5,
    poll_age=12.0,
    in_progress=3,
    queue=40,
    queue_capacity=10_000,
    disk_free=5,
    disk_total=10,
    clock_skew=-0.002,
)


class VitalsTests(unittest.TestCase):
    """The JSON of a heartbeat."""

    def test_what_is_written_is_read(self) -> None:
        self.assertEqual(Vitals.read(SOME.as_json()), SOME)
        self.assertEqual(Vitals.read(Vitals().as_json()), Vitals())

    def test_nonsense_is_taken_as_not_known(self) -> None:
        texts = ["", "{", "null", "[1]", '"x"', "7", "{}", "[" * 100_000]
        for value in ("NaN", "Infinity", "-Infinity", '"80"', "true", "null", "[1]", "{}", "1e999"):
            texts += [json.dumps({name: 0}).replace("0", value) for name in asdict(SOME)]
        for text in texts:
            with self.subTest(text[:40]):
                self.assertEqual(Vitals.read(text), Vitals())

    def test_a_newer_versions_words_are_left_and_numbers_become_what_the_field_keeps(self) -> None:
        read = Vitals.read('{"memory": 12.7, "loop_lag": 1, "worker_age": 2, "soul": 21, "queue": "?"}')
        self.assertEqual(read, Vitals(memory=12, loop_lag=1.0, worker_age=2.0))
        self.assertIsInstance(read.loop_lag, float)

    def test_memory_is_that_of_this_process(self) -> None:
        before = vitals.memory()
        held = bytearray(64 * 2**20)
        for place in range(0, len(held), 4096):
            held[place] = 1
        self.assertGreater(vitals.memory() - before, 48 * 2**20)


class LoopLagTests(unittest.TestCase):
    """The watchdog's tick measures how late the event loop is."""

    def test_a_loop_that_was_blocked_says_for_how_long_once(self) -> None:
        watchdog = Watchdog(Clock(), loop_seconds=60.0, end=lambda: None)
        seen = metrics.REGISTRY.get_sample_value("botdeck_event_loop_lag_seconds_count") or 0.0

        async def main() -> tuple[float, float]:
            watching = asyncio.create_task(watchdog.run())
            await asyncio.sleep(0)
            time.sleep(1.5)  # noqa: ASYNC251 (that is the point)
            while (metrics.REGISTRY.get_sample_value("botdeck_event_loop_lag_seconds_count") or 0.0) == seen:
                await asyncio.sleep(0.01)
            watching.cancel()
            return watchdog.worst_lag(), watchdog.worst_lag()

        worst, again = asyncio.run(main())
        self.assertGreaterEqual(worst, 0.4)
        self.assertEqual(again, 0.0)

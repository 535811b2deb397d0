"""The sampler: each increase is in one sample, whatever the clock does, and the recorder brings it to the database."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import SimpleTestCase, TransactionTestCase
from prometheus_client import Histogram

from botcore import metrics
from botcore.instruments import REGISTRY
from botcore.monitoring.history import sources
from botcore.monitoring.history.sampler import Sampler
from botcore.monitoring.history.samples import SAMPLE, read_values, store_samples
from botcore.monitoring.history.series import SERIES, Kind
from botcore.monitoring.models import ProcessSample
from botcore.recorder import Recorder
from tests.database.history.samples import NOON, record
from tests.database.recording import running, spool_files, until
from tests.unit.test_files import new_directory

MINUTE = timedelta(minutes=1)


class SamplerTests(SimpleTestCase):
    """One sampler whose clock the test sets."""

    def setUp(self) -> None:
        """Begin at noon."""
        self.now = NOON
        self.found: list[tuple[str, dict[str, Any]]] = []
        self.sampler = Sampler(self.put, "web-1:1", wall=self.wall)
        self.sampler.look()

    def wall(self) -> float:
        """Return what the clock shows."""
        return self.now.timestamp()

    def put(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Take a sample in the recorder's place."""
        self.assertEqual((kind, fields["process"]), (SAMPLE, "web-1:1"))
        self.found.append((fields["minute"], fields["values"]))

    def look(self, now: datetime, errors: int = 0) -> None:
        """Count some errors and look at a time."""
        metrics.ERRORS.labels("error", "handler").inc(errors)
        self.now = now
        self.sampler.look()

    def errors(self) -> list[tuple[str, float]]:
        """Return time and errors of each sample."""
        return [(minute[11:16], values.get("errors", 0)) for minute, values in self.found]

    def test_a_minute_is_put_when_it_is_over(self) -> None:
        self.look(NOON + timedelta(seconds=30), errors=2)
        self.assertEqual(self.found, [])
        self.look(NOON + MINUTE, errors=1)
        self.look(NOON + 2 * MINUTE)
        self.assertEqual(self.errors(), [("12:00", 3), ("12:01", 0)])

    def test_a_clock_that_is_set_back_or_forth_neither_loses_nor_repeats_anything(self) -> None:
        for minutes, errors in ((1, 1), (-60, 2), (-59, 4), (1, 8), (1, 16), (5000, 32), (2, 64)):
            self.look(NOON + minutes * MINUTE, errors=errors)
        self.sampler.finish()
        self.assertEqual(sum(count for _, count in self.errors()), 127)
        self.assertEqual(len(self.errors()), 7)

    def test_the_last_part_of_a_minute_is_put_at_the_end(self) -> None:
        self.look(NOON + timedelta(seconds=10), errors=2)
        self.sampler.finish()
        self.assertEqual(self.errors(), [("12:00", 2)])

    def test_gauges_are_looked_at_several_times_a_minute(self) -> None:
        for seconds, handled in ((5, 4), (10, 1), (15, 2), (60, 9)):
            metrics.UPDATES_IN_PROGRESS.set(handled)
            self.look(NOON + timedelta(seconds=seconds))
        metrics.UPDATES_IN_PROGRESS.set(0)
        self.look(NOON + 2 * MINUTE)
        self.assertEqual(self.found[0][1]["updates_in_progress"], [4, 7.0, 0.0, 4.0])  # 0 at noon
        self.assertEqual(self.found[1][1]["updates_in_progress"], [1, 9.0, 9.0, 9.0])  # nothing of the minute before
        self.assertGreater(self.found[0][1]["memory"][2], 10_000_000)

    def test_new_values_of_histograms_are_put_by_bucket_without_long_polls(self) -> None:
        self.look(NOON)
        metrics.API_DURATION.labels("sendMessage").observe(0.03)
        metrics.API_DURATION.labels("getUpdates").observe(50)
        metrics.API_DURATION.labels("getMe").observe(99)
        self.look(NOON + MINUTE)
        self.assertEqual(self.found[0][1]["api_duration"], [99.03, (0, 0, 1, *[0] * 8, 1)])
        self.assertNotIn("update_delay", self.found[0][1])


class SourceTests(SimpleTestCase):
    """What is sampled fits what is declared."""

    def test_every_series_has_one_source(self) -> None:
        kinds = {
            Kind.COUNTER: sources.COUNTERS.keys() | {"updates_received", "updates_processed", "updates_failed"},
            Kind.HISTOGRAM: sources.HISTOGRAMS.keys(),
        }
        for kind, names in kinds.items():
            self.assertEqual(names, {name for name, series in SERIES.items() if series.kind == kind})

    def test_buckets_are_those_of_the_metrics(self) -> None:
        declared = {
            tuple(metric._upper_bounds[:-1]) for metric in REGISTRY._collector_to_names if isinstance(metric, Histogram)
        }
        for name, read in sources.HISTOGRAMS.items():
            with self.subTest(name):
                bounds = SERIES[name].bounds
                self.assertIn(bounds, declared)
                self.assertIn(len(read()[1]), (0, len(bounds) + 1))  # none before a label's first value


class StoredSampleTests(TransactionTestCase):
    """The way to the database, on a real one."""

    async def test_a_sample_survives_a_spool_and_is_written_once(self) -> None:
        directory = new_directory(self)
        away = Recorder(directory=directory, process="web-1:1", writers={SAMPLE: store_samples})
        sampler = Sampler(away.put, "web-1:1")
        sampler.look()
        sampler.finish()
        await away._spill()
        copy = spool_files(directory)[0].read_bytes()
        away._spool.close()
        for number in range(2):
            again = Recorder(directory=directory, process=f"web-2:{number}", writers={SAMPLE: store_samples})
            async with running(again):
                await until(lambda: not list(directory.iterdir()), "the file is replayed")
            (directory / "dead.jsonl").write_bytes(copy)
        row = await ProcessSample.objects.aget()
        self.assertEqual(row.process, "web-1:1")

    async def test_a_record_that_is_no_sample_costs_only_itself(self) -> None:
        one = Recorder(directory=new_directory(self), process="web-1:1", writers={SAMPLE: store_samples})
        good = record("web-1:1", NOON, {"errors": 1, "of_a_newer_version": 7})
        bad: list[dict[str, Any]] = [
            {"minute": "yesterday"},
            {"values": {"errors": "many"}},
            {"values": {"errors": float("nan")}},
            {"values": {"memory": [1]}},
            {"values": {"api_duration": [1.0, "none"]}},
        ]
        with self.assertLogs("botcore.recorder", "ERROR") as logs:
            async with running(one):
                for fields in (*({**good, **wrong} for wrong in bad), good):
                    one.put(SAMPLE, fields)
        self.assertEqual(len(logs.output), len(bad))
        row = await ProcessSample.objects.aget()
        self.assertEqual(read_values(row.values)["errors"].total, 1)
        self.assertEqual(row.minute, datetime(2026, 3, 10, 12, tzinfo=UTC))

"""Samples that nobody should have written: none of them is taken, and those that are there hold nothing up."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.test import TestCase

from botcore.monitoring.history.rollup import roll_up
from botcore.monitoring.history.samples import SAMPLE, store_samples
from botcore.monitoring.history.selectors import history, latest
from botcore.monitoring.history.series import SERIES, Kind
from botcore.monitoring.models import MetricSample, ProcessSample, Step
from tests.database.history.samples import NOON, keep, record, totals

MINUTE = timedelta(minutes=1)
SOON = NOON + 10 * MINUTE
HUGE = "1" + "0" * 400
REFUSED: tuple[Any, ...] = (
    {"memory": [0, 0, 0, 0]},
    {"memory": [0.5, 1, 1, 1]},
    {"memory": [10**400, 1, 1, 1]},
    {"memory": [1, 10**400, 1, 1]},
    {"memory": [float("inf"), 1, 1, 1]},
    {"memory": [1, float("nan"), 1, 1]},
    {"memory": 5},
    {"polls": 1e308},
    {"polls": -1e16},
    {"polls": "x"},
    {"polls": None},
    {"loop_lag": [1, [-1, 2]]},
    {"loop_lag": [1, [10**400]]},
    {"loop_lag": [1, 5]},
    [],
    None,
    "polls",
)
UNREADABLE = (
    "", "{", "[]", "null", "5", '{"polls":"x"}', '{"polls":NaN}', '{"polls":1e308}', f'{{"polls":{HUGE}}}',
    '{"memory":5}', '{"memory":[0,0,0,0]}', f'{{"memory":[{HUGE},1,1,1]}}', '{"loop_lag":[1,[-1]]}', "[" * 100_000,
)  # fmt: skip
NO_HISTORY = (
    "", "{", "[]", "null", "5", '"errors"', '{"errors":"x"}', '{"errors":NaN}', '{"errors":[1,2]}', '{"errors":null}',
    '{"errors":[0,0,0,0]}', '{"errors":[1,"x",1,1]}', f'{{"errors":{HUGE}}}', '{"errors":[1,1e308,1,1]}',
    '{"errors":[1,1,1,1,[1]]}', '{"loop_lag":[1,1,1,1,5]}', '{"loop_lag":[1,1,1,1,[0,0]]}',
    '{"loop_lag":[1,1,1,1,[-1,2]]}', '{"loop_lag":[1,1,1,1,[NaN]]}', '{"loop_lag":[1,1,1,1,{"a":1}]}', "[" * 100_000,
)  # fmt: skip


def leave(values: str, minute: datetime = NOON) -> ProcessSample:
    """Leave a row as an older version, or a hand, may have written it."""
    return ProcessSample.objects.create(key=uuid.uuid4(), process="web-2:1", minute=minute, values=values)


class GarbageTests(TestCase):
    """One bad row among good ones."""

    def test_a_sample_with_numbers_that_none_can_be_is_refused(self) -> None:
        for values in REFUSED:
            bad = {**record("web-1:1", NOON), "kind": SAMPLE, "values": values}
            with self.subTest(str(values)[:40]), self.assertRaises((ValueError, TypeError, LookupError)):
                store_samples([bad])
        self.assertEqual(ProcessSample.objects.count(), 0)

    def test_what_is_taken_can_be_rolled_up(self) -> None:
        for number in range(50):
            kinds = {Kind.COUNTER: 9e14, Kind.GAUGE: [1, 9e14, -9e14, 9e14], Kind.HISTOGRAM: [9e14, [9 * 10**14] * 40]}
            values = {name: kinds[series.kind] for name, series in SERIES.items()}
            store_samples([{**record(f"web-{number}:1", NOON), "values": values}])
        roll_up(SOON)
        past = history(list(SERIES), since=NOON, until=NOON + MINUTE, now=SOON)
        self.assertEqual([name for name, line in past.lines.items() if not line.whole and name in values], [])

    def test_a_row_that_cannot_be_read_is_told_once_and_its_minute_is_made_without_it(self) -> None:
        for number, values in enumerate(UNREADABLE):
            minute = NOON + number * MINUTE
            keep("web-1:1", minute, errors=2)
            row = leave(values, minute)
            with self.subTest(values[:40]):
                with self.assertLogs("botcore.monitoring.history", "ERROR") as logs:
                    roll_up(minute + MINUTE)
                self.assertEqual((len(logs.output), f"row {row.pk}" in logs.output[0]), (1, True))
                self.assertEqual(totals("errors", Step.MINUTE)[minute], 2)
                keep("web-3:1", minute, errors=3)
                with self.assertNoLogs("botcore.monitoring.history", "ERROR"):
                    roll_up(minute + MINUTE)
                self.assertEqual(totals("errors", Step.MINUTE)[minute], 5)
        self.assertFalse(ProcessSample.objects.filter(in_history=False, minute__lt=minute).exists())

    def test_a_minute_of_the_history_that_cannot_be_read_counts_as_missing(self) -> None:
        MetricSample.objects.create(step=Step.MINUTE, at=NOON - MINUTE, values='{"errors":3,"loop_lag":[0,0,0,0]}')
        bad = MetricSample.objects.create(step=Step.MINUTE, at=NOON, values="{}")
        for values in NO_HISTORY:
            MetricSample.objects.filter(pk=bad.pk).update(values=values)
            with self.subTest(values[:40]), self.assertLogs("botcore.monitoring.history", "WARNING") as logs:
                past = history(["errors", "loop_lag"], since=NOON - MINUTE, until=NOON + MINUTE, now=NOON + MINUTE)
                points = past.lines["errors"].points
                self.assertEqual([point and point.rate for point in points], [0.05, None])
                newest = latest(["errors"], now=NOON + MINUTE)["errors"]
                self.assertEqual(newest and newest.at, NOON - MINUTE)
            self.assertIn("1 samples of metrics (minute) cannot be read", logs.output[0])

    def test_it_does_not_hold_up_its_hour(self) -> None:
        MetricSample.objects.create(step=Step.MINUTE, at=NOON, values="{")
        keep("web-1:1", NOON + MINUTE, errors=2)
        with self.assertLogs("botcore.monitoring.history", "WARNING"):
            roll_up(SOON)
        self.assertEqual(totals("errors", Step.HOUR), {NOON: 2})

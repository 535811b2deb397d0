"""A rollup that is cut off anywhere, among samples that come late, twice and meanwhile: the sums are always right."""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections
from django.test import TransactionTestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from botcore.monitoring.history.rollup import roll_up
from botcore.monitoring.history.samples import store_samples
from botcore.monitoring.models import MetricSample, ProcessSample, Step, UpdateCount, UpdateSum
from botcore.monitoring.rollups import Counted, count_updates
from tests.database.history.samples import NOON, record, totals

MINUTES = [NOON + timedelta(minutes=number) for number in (-721, -720, -1, 0, 1, 59, 60, 719, 720)]  # two days
LATER = NOON + timedelta(days=1)
minutes = st.sampled_from(MINUTES)
processes = st.sampled_from(["web-1:1", "web-2:1"])
amounts = st.integers(1, 5)
sampled = st.tuples(st.just("sample"), processes, minutes, amounts)
counted = st.tuples(st.just("count"), st.sampled_from(["received", "done"]), minutes, amounts)
replayed = st.tuples(st.just("replay"), st.integers(0, 9))
cut_off = st.tuples(st.just("roll up"), st.integers(0, 40))
steps = st.lists(st.one_of(sampled, counted, replayed, cut_off), max_size=14)


class CutOff(Exception):  # noqa: N818 (what a kill is to a transaction)
    """The end of a process."""


@contextmanager
def cut_off_before(number: int, end: Callable[[], None]) -> Iterator[None]:
    """Let the rollup end before its statement with this number."""
    left = [number]

    def count(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if not left[0]:
            end()
        left[0] -= 1
        return execute(sql, *args)

    with connection.execute_wrapper(count):
        yield


def raise_cut_off() -> None:
    """End as an exception."""
    raise CutOff


class InterruptedTests(TestCase):
    """Against a model that only adds."""

    @settings(max_examples=40)
    @given(steps)
    def test_whatever_happens_the_history_says_what_was_counted(self, steps: list[tuple[Any, ...]]) -> None:
        sent: list[dict[str, Any]] = []
        errors: Counter[datetime] = Counter()
        updates: Counter[tuple[str, datetime]] = Counter()
        for kind, *given_ in steps:
            if kind == "sample":
                process, minute, number = given_
                sent.append(record(process, minute, {"errors": number}))
                store_samples(sent[-1:])
                errors[minute] += number
            elif kind == "count":
                state, minute, number = given_
                count_updates([Counted(minute, "message", "", state, 1.0)] * number)
                updates[state, minute] += number
            elif kind == "replay" and sent:
                store_samples([sent[given_[0] % len(sent)]])
            elif kind == "roll up":
                self.roll_up_cut_off(given_[0])
        roll_up(LATER)
        self.compare("errors", errors)
        for series, state in (("updates_received", "received"), ("updates_processed", "done")):
            counts = Counter({minute: count for (name, minute), count in updates.items() if name == state})
            self.compare(series, counts)
            for step in (Step.HOUR, Step.DAY):
                sums = UpdateSum.objects.filter(step=step, state=state).values_list("at", "count")
                self.assertEqual(dict(sums), dict(by(step, counts)))

    def roll_up_cut_off(self, number: int) -> None:
        """Roll up, up to a statement."""
        try:
            with cut_off_before(number, raise_cut_off):
                roll_up(LATER)
        except CutOff:
            pass

    def compare(self, series: str, model: Counter[datetime]) -> None:
        """Compare each step of a series with the sums of the model; zeros are as good as nothing."""
        for step in Step:
            found = {at: total for at, total in totals(series, step).items() if total}
            self.assertEqual(found, dict(by(step, model)), (series, step))


def by(step: Step, counts: Counter[datetime]) -> Counter[datetime]:
    """Add counts of minutes up by hours or days."""
    found: Counter[datetime] = Counter()
    for minute, count in counts.items():
        first = minute.replace(minute=0) if step >= Step.HOUR else minute
        found[first.replace(hour=0) if step == Step.DAY else first] += count
    return found


class KilledTests(TransactionTestCase):
    """A real process and a real kill."""

    def test_a_rollup_that_is_killed_before_any_of_its_statements_leaves_nothing_half_done(self) -> None:
        killed, number = True, 0
        while killed:
            self.prepare()
            killed = self.killed_before(number)
            roll_up(LATER)
            with self.subTest(number):
                self.assertEqual(totals("errors", Step.DAY), {NOON.replace(hour=0): 5})
                self.assertEqual(totals("updates_received", Step.DAY), {NOON.replace(hour=0): 1})
            number += 3
        self.assertGreater(number, 15)

    def prepare(self) -> None:
        """Begin anew with two samples of one minute and an update, half of it in the history."""
        for model in (MetricSample, ProcessSample, UpdateCount, UpdateSum):
            model.objects.all().delete()
        store_samples([record("web-1:1", NOON, {"errors": 2})])
        roll_up(LATER)
        store_samples([record("web-2:1", NOON, {"errors": 3})])
        count_updates([Counted(NOON, "message", "", "received", 0.0)])

    @staticmethod
    def killed_before(number: int) -> bool:
        """Roll up in a child that kills itself before a statement; return False when it came to its end."""
        connections.close_all()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]  # parent and child must not share a socket
        child = os.fork()
        if not child:
            try:
                with cut_off_before(number, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                    roll_up(LATER)
                connections.close_all()
            finally:
                os._exit(int(sys.exc_info()[0] is not None))
        status = os.waitpid(child, 0)[1]
        assert os.WIFSIGNALED(status) or not status, "the child failed by itself"
        return os.WIFSIGNALED(status)

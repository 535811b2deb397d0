"""Heartbeats: one row a process, renewed, forgotten after a week."""

import time
from dataclasses import replace
from datetime import timedelta
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from botcore.monitoring.models import Heartbeat
from botcore.monitoring.selectors import processes
from botcore.monitoring.services import Beat, beat


class HeartbeatTests(TestCase):
    """What a process leaves behind."""

    def test_a_process_has_one_row_that_is_renewed(self) -> None:
        said = Beat("host:1", "bot", "1", "starting", timezone.now())
        beat(said)
        Heartbeat.objects.update(beat_at=timezone.now() - timedelta(hours=1))
        beat(replace(said, state="running", metrics_port=9101))
        row = Heartbeat.objects.get()
        self.assertEqual((row.state, row.metrics_port), ("running", 9101))
        self.assertLess(timezone.now() - row.beat_at, timedelta(minutes=1))

    def test_a_clock_that_jumps_is_measured_and_the_process_beats_by_the_databases(self) -> None:
        said = Beat("host:1", "bot", "1", "running", timezone.now())
        real = time.time
        for jump in (0, 3600, -86_400):
            with self.subTest(jump), mock.patch("time.time", lambda jump=jump: real() + jump):
                self.assertAlmostEqual(beat(said) or 0.0, jump, delta=5)
                (process,) = processes()
                self.assertEqual(process.condition, "running")
                self.assertLess(abs((timezone.now() - process.beat_at).total_seconds()), 60)

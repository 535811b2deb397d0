"""Heartbeats: one row a process, renewed, forgotten after a week."""

from dataclasses import replace
from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from botcore.monitoring.models import Heartbeat
from botcore.monitoring.services import Beat, beat, forget_processes


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

    def test_a_silent_process_is_forgotten_after_a_week(self) -> None:
        for number, days in ((1, 6), (2, 8)):
            beat(Beat(f"host:{number}", "bot", "1", "running", timezone.now()))
            Heartbeat.objects.filter(process=f"host:{number}").update(beat_at=timezone.now() - timedelta(days=days))
        forget_processes()
        self.assertEqual([row.process for row in Heartbeat.objects.all()], ["host:1"])

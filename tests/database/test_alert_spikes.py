"""Spikes: ten times the hour before, and more than twenty, once an hour."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from botcore.alerts.models import Alert, Reason
from botcore.alerts.spikes import note_spikes
from botcore.errors.kinds import GroupState, Severity, Source
from botcore.errors.models import ErrorFingerprint, ErrorGroup, ErrorHour
from tests.database.errors import error

HOUR = timedelta(hours=1)


class SpikeTests(TestCase):
    """An error that is a day old."""

    def setUp(self) -> None:
        self.now = timezone.now()
        self.hour = self.now.replace(minute=0, second=0, microsecond=0)
        self.group = error(first_seen=self.now - 24 * HOUR, last_seen=self.now)
        self.mark = ErrorFingerprint.objects.get(group=self.group)

    def occur(self, count: int, *, hours_ago: int = 0, mark: ErrorFingerprint | None = None) -> None:
        """Let it have occurred so often in an hour."""
        hour = self.hour - hours_ago * HOUR
        ErrorHour.objects.update_or_create(fingerprint=mark or self.mark, hour=hour, defaults={"count": count})

    def spikes(self, now: int, before: int = 0) -> bool:
        """Tell whether so many now, and so many in the hour before, are a spike."""
        ErrorHour.objects.all().delete()
        ErrorGroup.objects.update(spiked_at=None)
        self.occur(now)
        if before:
            self.occur(before, hours_ago=1)
        return bool(note_spikes(self.now))

    def test_a_spike_is_ten_times_the_hour_before_and_more_than_twenty(self) -> None:
        for now, before, spike in (
            (21, 0, True), (20, 0, False), (21, 2, True), (29, 3, False), (30, 3, True), (999, 100, False),
        ):  # fmt: skip
            with self.subTest(now=now, before=before):
                self.assertEqual(self.spikes(now, before), spike)

    def test_it_is_told_once_an_hour_with_both_numbers(self) -> None:
        self.occur(50)
        self.occur(4, hours_ago=1)
        self.assertEqual([note_spikes(self.now), note_spikes(self.now)], [1, 0])
        row = Alert.objects.get()
        self.assertEqual((row.reason, row.text), (Reason.SPIKE, "50 within this hour, 4 in the hour before"))
        ErrorGroup.objects.update(spiked_at=self.hour - HOUR)
        self.assertEqual(note_spikes(self.now), 1)

    def test_a_merged_error_counts_with_all_its_fingerprints(self) -> None:
        other = error("another", first_seen=self.group.first_seen, last_seen=self.now)
        mark = ErrorFingerprint.objects.get(group=other)
        ErrorFingerprint.objects.filter(pk=mark.pk).update(group=self.group)
        self.occur(15)
        self.occur(15, mark=mark)
        self.assertEqual(note_spikes(self.now), 1)

    def test_one_that_nobody_wants_to_hear_of_does_not_spike(self) -> None:
        for facts in (
            {"state": GroupState.MUTED},
            {"state": GroupState.RESOLVED},
            {"state": GroupState.ONGOING, "source": Source.ALERT},
        ):
            with self.subTest(facts):
                ErrorGroup.objects.update(**facts)
                self.assertFalse(self.spikes(100))

    def test_one_that_is_younger_than_an_hour_was_news_already(self) -> None:
        ErrorGroup.objects.update(first_seen=self.now - timedelta(minutes=59))
        self.assertFalse(self.spikes(100))

    def test_passing_trouble_that_becomes_much_is_told(self) -> None:
        ErrorGroup.objects.update(level=Severity.WARNING)
        self.assertTrue(self.spikes(100))

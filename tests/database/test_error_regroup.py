"""Merging groups of errors and splitting them: nothing that was counted is lost, nothing is counted twice."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from botcore.alerts.models import Alert, Reason
from botcore.errors import services
from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorEvent, ErrorGroup, ErrorHour
from botcore.exceptions import ValidationError
from tests.database.errors import error, hour, mark, met, occurrence

DAY = timedelta(days=1)


class MergeTests(TestCase):
    """Several become one."""

    def setUp(self) -> None:
        now = timezone.now()
        self.target = error("A", count=5, first_seen=now - DAY, last_seen=now - DAY, last_release="0.1.0")
        self.other = error("B", count=7, first_seen=now - 3 * DAY, last_seen=now, first_release="0.0.9",
                           last_release="0.2.0")  # fmt: skip
        self.marks = [group.fingerprints.get() for group in (self.target, self.other)]
        met(self.marks[0], [1, 2])
        met(self.marks[1], [2, 3])
        hour(self.marks[0], 1, 5)
        hour(self.marks[1], 1, 7)

    def merge(self) -> ErrorGroup:
        """Merge the other into the target and read that again."""
        self.assertTrue(services.merge(into=self.target.pk, others=[self.other.pk], by="alice"))
        return ErrorGroup.objects.get()

    def test_figures_are_those_of_both(self) -> None:
        row = self.merge()
        self.assertEqual((row.pk, row.count, row.people), (self.target.pk, 12, 3))
        self.assertEqual((row.first_seen, row.last_seen), (self.other.first_seen, self.other.last_seen))
        self.assertEqual((row.first_release, row.last_release), ("0.0.9", "0.2.0"))
        self.assertEqual(ErrorHour.objects.filter(fingerprint__group=row).count(), 2)

    def test_events_history_and_alerts_come_along(self) -> None:
        kept = occurrence(self.other)
        services.note(group_id=self.other.pk, by="bob", text="I know this")
        told = Alert.objects.create(reason=Reason.NEW, group=self.other, title="B", at=timezone.now())
        row = self.merge()
        self.assertEqual(ErrorEvent.objects.get(fingerprint__group=row), kept)
        told.refresh_from_db()
        self.assertEqual(told.group, row)
        words = list(row.changes.order_by("pk").values_list("by", "kind", "text"))
        self.assertEqual(words, [("bob", "note", "I know this"), ("alice", "merge", f"#{self.other.pk} B")])

    def test_the_state_is_the_one_that_asks_for_most(self) -> None:
        new, ongoing, regressed, muted, resolved = (
            *(GroupState.NEW, GroupState.ONGOING, GroupState.REGRESSED),
            *(GroupState.MUTED, GroupState.RESOLVED),
        )
        for into, other, wanted in (
            (new, new, new),
            (new, ongoing, ongoing),
            (ongoing, new, ongoing),
            (ongoing, regressed, regressed),
            (muted, new, muted),
            (muted, resolved, muted),
            (new, muted, new),
            (resolved, new, new),
            (resolved, resolved, resolved),
            (resolved, muted, ongoing),
        ):
            target, part = error(state=into), error(state=other)
            services.merge(into=target.pk, others=[part.pk], by="alice")
            target.refresh_from_db()
            with self.subTest(into=into, other=other):
                self.assertEqual(target.state, wanted)

    def test_an_error_alone_and_unknown_ones_are_not_merged(self) -> None:
        self.assertFalse(services.merge(into=self.target.pk, others=[self.target.pk], by="alice"))
        with self.assertRaises(ValidationError):
            services.merge(into=self.target.pk, others=[self.other.pk, 10**9], by="alice")
        with self.assertRaises(ValidationError):
            services.merge(into=self.target.pk, others=range(1, 200), by="alice")
        self.assertEqual(ErrorGroup.objects.count(), 2)


class SplitTests(TestCase):
    """One becomes two."""

    def setUp(self) -> None:
        now = timezone.now()
        self.group = error("A", GroupState.MUTED, count=12, people=3, mute_limit=5, mute_window=60,
                           first_seen=now - 3 * DAY, last_seen=now)  # fmt: skip
        self.first = self.group.fingerprints.get()
        self.first.count = 5
        self.first.save()
        self.second = mark(self.group, "feed5eed0000", title="B", count=7, first_seen=now - DAY)
        met(self.first, [1, 2])
        met(self.second, [2, 3])

    def test_figures_of_both_sides_are_their_own(self) -> None:
        occurrence(self.group, fingerprint=self.second, handler="stop.stop", release="0.2.0")
        pk = services.split(fingerprint="feed5eed0000", by="alice")
        new, old = ErrorGroup.objects.get(pk=pk), ErrorGroup.objects.get(pk=self.group.pk)
        self.assertEqual((new.title, new.count, new.people), ("B", 7, 2))
        self.assertEqual((old.title, old.count, old.people), ("A", 5, 2))
        self.assertEqual((new.first_seen, new.last_seen), (self.second.first_seen, self.second.last_seen))
        self.assertEqual((new.handler, new.first_release, new.last_release), ("stop.stop", "0.2.0", "0.2.0"))
        self.assertEqual((new.state, new.mute_limit), (GroupState.MUTED, 5))
        self.assertEqual(old.changes.get().text, f"feed5eed0000 is #{pk} now: B")
        self.assertEqual(new.changes.get().text, f"feed5eed0000 was a part of #{old.pk}")

    def test_what_was_merged_and_split_is_as_before(self) -> None:
        before = error("C", count=3)
        value = before.fingerprints.get().value
        services.merge(into=self.group.pk, others=[before.pk], by="alice")
        pk = services.split(fingerprint=value, by="alice")
        new = ErrorGroup.objects.get(pk=pk)
        self.assertEqual((new.title, new.count, new.first_seen), ("C", 3, before.first_seen))
        self.group.refresh_from_db()
        self.assertEqual((self.group.count, self.group.people), (12, 3))

    def test_the_last_fingerprint_and_unknown_ones_stay(self) -> None:
        alone = error().fingerprints.get().value
        for value in (alone, "nonsense", ""):
            with self.subTest(value), self.assertRaises(ValidationError):
                services.split(fingerprint=value, by="alice")

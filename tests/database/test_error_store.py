"""Records of errors become groups: counted once each, with pictures of the first, the newest and every 2^k-th."""

from datetime import UTC, datetime, timedelta

from django.test import TestCase

from botcore.errors.capture import capture
from botcore.errors.kinds import GroupState, Source
from botcore.errors.models import ErrorEvent, ErrorFingerprint, ErrorGroup, ErrorHour, ErrorPerson, GroupChange
from botcore.errors.store import store_errors
from botcore.models import Alert
from tests.database.captured import recorded, told

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def at(**later: float) -> str:
    """Return a time after noon."""
    return (NOON + timedelta(**later)).isoformat()


class CountTests(TestCase):
    """What is counted."""

    def test_a_problem_that_was_never_seen_becomes_a_new_group_and_an_alert(self) -> None:
        store_errors([told(users=[7])])
        group = ErrorGroup.objects.get()
        self.assertEqual((group.state, group.count, group.people), (GroupState.NEW, 1, 1))
        self.assertEqual((group.title, group.culprit, group.first_release), ("ValueError: no", "botcore.x.y", "1"))
        self.assertEqual(list(Alert.objects.values_list("reason", "group_id")), [("new", group.pk)])

    def test_a_record_that_comes_twice_counts_once(self) -> None:
        record = told(count=3)
        store_errors([record])
        store_errors([record, told()])
        store_errors([told(), told()])
        self.assertEqual(ErrorGroup.objects.get().count, 6)
        self.assertEqual(ErrorHour.objects.get().count, 6)
        self.assertEqual(ErrorEvent.objects.count(), 4)

    def test_the_same_record_twice_in_one_batch_counts_once(self) -> None:
        record = told()
        store_errors([record, record])
        self.assertEqual(ErrorGroup.objects.get().count, 1)

    def test_hours_are_counted_where_the_errors_lie(self) -> None:
        store_errors([told(count=2), told(at=at(hours=1, minutes=5), count=5)])
        hours = ErrorHour.objects.order_by("hour").values_list("hour", "count")
        self.assertEqual(list(hours), [(NOON, 2), (NOON + timedelta(hours=1), 5)])

    def test_people_count_once_however_often_they_are_met(self) -> None:
        store_errors([told(users=[1, 2])])
        store_errors([told(users=[2, 3]), told(users=[3])])
        self.assertEqual(ErrorGroup.objects.get().people, 3)
        self.assertEqual(ErrorPerson.objects.count(), 3)

    def test_people_of_a_merged_group_are_different_people(self) -> None:
        store_errors([told("aaaa11", users=[1, 2]), told("bbbb22", users=[2])])
        first, second = ErrorFingerprint.objects.order_by("value")
        ErrorFingerprint.objects.filter(pk=second.pk).update(group=first.group)
        store_errors([told("bbbb22", users=[1, 5]), told("aaaa11", users=[5])])
        first.group.refresh_from_db()
        self.assertEqual((first.group.people, first.group.count), (3, 3))

    def test_a_broken_record_is_refused(self) -> None:
        for wrong in ({"count": -1}, {"count": "many"}, {"source": "moon"}, {"last_at": "noon"}, {"key": "k"}):
            with self.subTest(wrong), self.assertRaises((ValueError, TypeError)):
                store_errors([{**told(), **wrong}])

    def test_a_record_that_comes_late_changes_the_beginning_and_not_the_newest(self) -> None:
        store_errors([told(at=at(days=1), release="9", title="ValueError: today")])
        store_errors([told(release="1", title="ValueError: yesterday")])
        group = ErrorGroup.objects.get()
        self.assertEqual((group.title, group.last_release, group.first_release), ("ValueError: today", "9", "1"))
        self.assertEqual(group.first_seen, NOON)

    def test_what_began_with_an_alert_is_told_of_when_it_is_everybodys(self) -> None:
        store_errors([told(source="alert", level="warning")])
        store_errors([told(at=at(minutes=1))])
        self.assertEqual(list(Alert.objects.values_list("reason", flat=True)), ["new"])


class PictureTests(TestCase):
    """What is kept."""

    def test_the_first_five_the_newest_twenty_and_each_power_of_two_stay(self) -> None:
        for _ in range(10):
            store_errors([told() for _ in range(30)])
        kept = set(ErrorEvent.objects.values_list("ordinal", flat=True))
        self.assertEqual(kept, {1, 2, 3, 4, 5, 8, 16, 32, 64, 128, 256, *range(281, 301)})

    def test_a_power_of_two_that_was_only_counted_is_made_up_for_by_the_next_picture(self) -> None:
        store_errors([told() for _ in range(6)])
        store_errors([told(picture=False, count=1000)])
        store_errors([told()])
        newest = ErrorEvent.objects.latest("ordinal")
        self.assertEqual((newest.ordinal, newest.is_milestone), (1007, True))

    def test_the_group_shows_its_newest_occurrence(self) -> None:
        store_errors([told(), told(at=at(minutes=1), title="ValueError: yes", release="2")])
        group = ErrorGroup.objects.get()
        self.assertEqual((group.title, group.first_release, group.last_release), ("ValueError: yes", "1", "2"))
        self.assertEqual(group.last_seen, NOON + timedelta(minutes=1))

    def test_one_that_comes_late_moves_nothing_back(self) -> None:
        store_errors([told(at=at(hours=2))])
        store_errors([told()])
        self.assertEqual(ErrorGroup.objects.get().last_seen, NOON + timedelta(hours=2))


class FloodTests(TestCase):
    """Ten thousand equal errors, captured and stored as a process does it."""

    def test_one_group_with_all_of_them_and_few_events(self) -> None:
        with recorded() as records:
            for number in range(10_000):
                capture(ValueError("no"), source=Source.HANDLER, handler="shop.buy", user_id=number % 500)
                if number % 1000 == 999:
                    records.store()
        group = ErrorGroup.objects.get()
        self.assertEqual((group.count, group.people), (10_000, 500))
        self.assertEqual(sum(ErrorHour.objects.values_list("count", flat=True)), 10_000)
        self.assertLessEqual(ErrorEvent.objects.count(), 100)
        self.assertLess(sum(len(payload) for payload in ErrorEvent.objects.values_list("payload", flat=True)), 10**6)


class LifecycleTests(TestCase):
    """States that change by themselves."""

    def group(self, **facts: object) -> ErrorGroup:
        """Make a group with one occurrence, and put it into a state."""
        store_errors([told()])
        Alert.objects.all().delete()
        ErrorGroup.objects.update(state_at=NOON, **facts)
        return ErrorGroup.objects.get()

    def comes_again(self, *records: dict[str, object]) -> tuple[str, list[str]]:
        """Store the records; return the state and the reasons of alerts."""
        store_errors(records)
        return ErrorGroup.objects.get().state, list(Alert.objects.values_list("reason", flat=True))

    def test_what_was_resolved_and_comes_again_is_a_regression(self) -> None:
        group = self.group(state="resolved")
        self.assertEqual(self.comes_again(told(at=at(minutes=1))), ("regressed", ["regressed"]))
        change = GroupChange.objects.filter(group=group).latest("id")
        self.assertEqual((change.state, change.by), ("regressed", ""))
        self.assertEqual(self.comes_again(told(at=at(minutes=2))), ("regressed", ["regressed"]))

    def test_an_occurrence_from_before_the_resolution_is_none(self) -> None:
        self.group(state="resolved")
        self.assertEqual(self.comes_again(told(at=at(minutes=-1))), ("resolved", []))

    def test_what_is_resolved_in_the_next_release_may_come_again_in_this_one(self) -> None:
        self.group(state="resolved", resolved_release="1")
        self.assertEqual(self.comes_again(told(at=at(minutes=1))), ("resolved", []))
        self.assertEqual(self.comes_again(told(at=at(minutes=2), release="2")), ("regressed", ["regressed"]))

    def test_a_mute_ends_at_its_time_with_the_next_occurrence(self) -> None:
        self.group(state="muted", muted_until=NOON + timedelta(hours=1))
        self.assertEqual(self.comes_again(told(at=at(minutes=59))), ("muted", []))
        self.assertEqual(self.comes_again(told(at=at(minutes=61))), ("ongoing", ["unmuted"]))
        self.assertIsNone(ErrorGroup.objects.get().muted_until)

    def test_a_mute_ends_with_so_many_occurrences_within_its_window(self) -> None:
        self.group(state="muted", mute_limit=10, mute_window=60)
        self.assertEqual(self.comes_again(told(count=9)), ("muted", []))
        self.assertEqual(self.comes_again(told(at=at(seconds=61), count=9)), ("muted", []))
        self.assertEqual(self.comes_again(told(at=at(seconds=90), count=1)), ("ongoing", ["unmuted"]))

    def test_an_occurrence_from_before_the_mute_does_not_end_it(self) -> None:
        self.group(state="muted", mute_limit=1)
        self.assertEqual(self.comes_again(told(at=at(minutes=-5), count=99)), ("muted", []))

    def test_a_mute_for_ever_does_not_end(self) -> None:
        self.group(state="muted")
        self.assertEqual(self.comes_again(told(at=at(days=900), count=10_000)), ("muted", []))

    def test_after_a_week_a_problem_is_no_longer_new_and_nobody_is_told(self) -> None:
        self.group()
        self.assertEqual(self.comes_again(told(at=at(days=6))), ("new", []))
        self.assertEqual(self.comes_again(told(at=at(days=8))), ("ongoing", []))

    def test_passing_trouble_that_becomes_an_error_is_told_of_once(self) -> None:
        store_errors([told(level="warning")])
        self.assertEqual(self.comes_again(told(level="error"), told(level="warning")), ("new", ["new"]))
        self.assertEqual(self.comes_again(told(level="fatal")), ("new", ["new"]))
        self.assertEqual(ErrorGroup.objects.get().level, "fatal")

    def test_nobody_is_told_of_passing_trouble_or_of_an_alert_that_failed(self) -> None:
        store_errors([told("aaaa11", level="warning"), told("bbbb22", source="alert")])
        ErrorGroup.objects.update(state="resolved", state_at=NOON)
        store_errors([told("bbbb22", source="alert", at=at(minutes=1))])
        self.assertFalse(Alert.objects.exists())

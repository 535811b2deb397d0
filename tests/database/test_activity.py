"""Activity of people: counted once for each update, through kills, retention and erasure; days, weeks, growth."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from botcore.inbox.models import State, Update
from botcore.people.activity import rollups, selectors, services, sweep
from botcore.people.activity.models import ActivityMark, CohortWeek, PeopleDay, PersonDay
from botcore.people.models import User
from botcore.retention.kinds import KINDS
from tests.database.dashboard.data import person, update

NOW = datetime(2026, 3, 11, 12, 2, tzinfo=UTC)  # a Wednesday
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def count(now: datetime = NOW) -> tuple[int, int, bool]:
    """Run the job's work."""
    with mock.patch.object(timezone, "now", return_value=now):
        return services.count_activity(check=lambda: None, now=now)


def known(user_id: int, first_seen: datetime) -> User:
    """Create a person who was seen first at a time and now."""
    return person(user_id, f"Person {user_id}", first_seen=first_seen, last_seen=max(first_seen, NOW - DAY))


def wrote(user_id: int, at: datetime, state: State = State.DONE) -> int:
    """Store an update that came then; return its key."""
    return update(state, user_id=user_id, received_at=at).pk


def pairs() -> dict[tuple[int, date], int]:
    """Return what is kept of people's days."""
    return {(row.user_id, row.day): row.updates for row in PersonDay.objects.all()}


class SweepTests(TestCase):
    """From updates to people's days."""

    def test_each_update_counts_once_for_its_person_and_day_however_often_the_job_runs(self) -> None:
        known(1, NOW - 9 * DAY), known(2, NOW - DAY)
        for at in (NOW - DAY, NOW - DAY, NOW - timedelta(hours=1)):
            wrote(1, at)
        wrote(2, NOW - timedelta(hours=1))
        expected = {(1, NOW.date() - DAY): 2, (1, NOW.date()): 1, (2, NOW.date()): 1}
        for _ in range(3):
            count()
            self.assertEqual(pairs(), expected)

    def test_a_day_ends_at_midnight_utc(self) -> None:
        known(1, NOW - 9 * DAY)
        midnight = NOW.replace(hour=0, minute=0)
        wrote(1, midnight - timedelta(microseconds=1))
        wrote(1, midnight)
        count()
        self.assertEqual(pairs(), {(1, NOW.date() - DAY): 1, (1, NOW.date()): 1})

    def test_small_steps_come_to_the_same_and_a_kill_between_them_counts_nothing_twice(self) -> None:
        known(1, NOW - 9 * DAY)
        for number in range(25):
            wrote(1, NOW - timedelta(hours=2) + timedelta(seconds=number))
        until = sweep.end(NOW)
        for _ in range(2):
            sweep.step(until, size=7)
        killed = mock.patch.object(ActivityMark.objects, "update_or_create", side_effect=KeyboardInterrupt)
        with killed, self.assertRaises(KeyboardInterrupt):
            sweep.step(until, size=7)
        self.assertEqual(pairs(), {(1, NOW.date()): 14})
        count()
        self.assertEqual(pairs(), {(1, NOW.date()): 25})

    def test_what_retention_deletes_later_stays_counted(self) -> None:
        known(1, NOW - 9 * DAY)
        rows = [wrote(1, NOW - timedelta(hours=2)) for _ in range(3)]
        count()
        Update.objects.filter(pk__in=rows).delete()
        wrote(1, NOW - timedelta(hours=1))
        count()
        self.assertEqual(pairs(), {(1, NOW.date()): 4})

    def test_what_came_just_now_waits_since_an_earlier_key_may_still_be_committed(self) -> None:
        known(1, NOW - 9 * DAY)
        wrote(1, NOW - timedelta(minutes=2))
        wrote(1, NOW - timedelta(seconds=5))
        count()
        self.assertEqual(pairs(), {(1, NOW.date()): 1})
        count(NOW + timedelta(minutes=1))
        self.assertEqual(pairs(), {(1, NOW.date()): 2})

    def test_it_waits_for_an_update_whose_person_is_not_met_yet_but_not_for_ever(self) -> None:
        known(1, NOW - 9 * DAY)
        stuck = wrote(7, NOW - timedelta(hours=2), state=State.PENDING)
        wrote(1, NOW - timedelta(hours=1))
        count()
        self.assertEqual(pairs(), {})
        known(7, NOW)
        Update.objects.filter(pk=stuck).update(state=State.DONE)
        count(NOW + timedelta(minutes=1))
        self.assertEqual(pairs(), {(7, NOW.date()): 1, (1, NOW.date()): 1})
        wrote(8, NOW + timedelta(minutes=2), state=State.PENDING)
        wrote(1, NOW + timedelta(minutes=3))
        count(NOW + 2 * DAY)
        self.assertEqual(pairs()[1, NOW.date()], 2)

    def test_people_nobody_knows_and_updates_without_people_are_left_out(self) -> None:
        wrote(404, NOW - timedelta(hours=1))
        update(user_id=None, received_at=NOW - timedelta(hours=1))
        count()
        self.assertEqual(pairs(), {})

    def test_who_is_erased_goes_with_all_days_and_from_those_that_are_counted_again(self) -> None:
        known(1, NOW - 9 * DAY), known(2, NOW - 9 * DAY)
        wrote(1, NOW - timedelta(hours=1)), wrote(2, NOW - timedelta(hours=1))
        count()
        User.objects.filter(pk=1).delete()
        self.assertEqual(pairs(), {(2, NOW.date()): 1})
        count()
        self.assertEqual(PeopleDay.objects.get(day=NOW.date()).active, 1)


class RollupTests(TestCase):
    """Days and weeks."""

    def test_the_first_run_knows_who_came_on_days_whose_updates_have_gone(self) -> None:
        known(1, NOW - 40 * DAY), known(2, NOW - 40 * DAY), known(3, NOW - DAY)
        wrote(3, NOW - DAY)
        count()
        rows = {row.day: (row.new, row.active) for row in PeopleDay.objects.all()}
        today = NOW.date()
        self.assertEqual(rows, {today - 40 * DAY: (2, None), today - DAY: (1, 1), today: (0, 0)})

    def test_growth_fills_days_on_which_nothing_happened_and_ends_with_all_people(self) -> None:
        known(1, NOW - 40 * DAY), known(2, NOW - 5 * DAY), known(3, NOW)
        wrote(2, NOW - 5 * DAY), wrote(2, NOW - 2 * DAY)
        count()
        with mock.patch.object(timezone, "now", return_value=NOW), self.assertNumQueries(1):
            found = selectors.growth(7)
        self.assertEqual([day.new for day in found], [0, 1, 0, 0, 0, 0, 1])
        self.assertEqual([day.active for day in found], [None, 1, 0, 0, 1, 0, 0])
        self.assertEqual([day.total for day in found], [1, 2, 2, 2, 2, 2, 3])

    def test_an_empty_house_has_growth_and_cohorts_of_nothing(self) -> None:
        self.assertEqual({(day.new, day.active, day.total) for day in selectors.growth(30)}, {(0, None, 0)})
        self.assertEqual({cohort.size for cohort in selectors.cohorts(8)}, {0})

    def test_cohorts_say_who_of_a_week_came_again(self) -> None:
        first = NOW - 2 * WEEK
        for number in (1, 2, 3):
            known(number, first)
            wrote(number, first)
        known(4, NOW)
        wrote(1, NOW - WEEK), wrote(2, NOW - WEEK), wrote(2, NOW - WEEK + DAY)
        wrote(2, NOW - timedelta(hours=1)), wrote(4, NOW - timedelta(hours=1))
        count()
        with mock.patch.object(timezone, "now", return_value=NOW):
            newest, _, oldest, unknown = selectors.cohorts(4)
        self.assertEqual((newest.size, newest.came), (1, [1]))
        self.assertEqual((oldest.week, oldest.size, oldest.came), (rollups.monday(first.date()), 3, [3, 2, 1]))
        self.assertEqual(unknown.came, [None, 0, 0, 0])

    def test_a_week_is_computed_anew_and_never_added_to(self) -> None:
        known(1, NOW)
        wrote(1, NOW - timedelta(hours=1))
        for minute in (0, 5, 60, 120):
            count(NOW.replace(minute=0) + timedelta(minutes=minute))
        self.assertEqual(list(CohortWeek.objects.values_list("people", flat=True)), [1])

    def test_a_year_of_days_is_one_query_for_the_chart(self) -> None:
        today = timezone.now().date()
        PeopleDay.objects.bulk_create(
            PeopleDay(day=today - number * DAY, new=number % 5, active=number, is_stale=False) for number in range(400)
        )
        with self.assertNumQueries(1):
            found = selectors.growth(365)
        self.assertEqual(len(found), 365)
        self.assertEqual(found[-1].total, sum(number % 5 for number in range(400)))

    def test_a_persons_days_run_up_to_today(self) -> None:
        known(1, NOW - 9 * DAY)
        wrote(1, NOW - 3 * DAY), wrote(1, NOW - 3 * DAY), wrote(1, NOW - timedelta(hours=1))
        count()
        with mock.patch.object(timezone, "now", return_value=NOW):
            self.assertEqual([number for _, number in selectors.person_days(1, 5)], [0, 2, 0, 0, 1])

    def test_old_days_of_people_go_and_what_they_came_to_stays(self) -> None:
        known(1, NOW - 9 * DAY)
        for days in (402, 399):
            PersonDay.objects.create(user_id=1, day=NOW.date() - days * DAY, updates=1)
            PeopleDay.objects.create(day=NOW.date() - days * DAY, active=1)
        (sweeping,) = KINDS["people_days"].sweeps
        self.assertEqual(list(sweeping.batches(NOW - 400 * DAY)), [1])
        self.assertEqual(list(PersonDay.objects.values_list("day", flat=True)), [NOW.date() - 399 * DAY])
        self.assertEqual(PeopleDay.objects.count(), 2)

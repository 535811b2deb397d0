"""What activity comes to beside days and cohorts: handlers, spans, links, funnels, answers; each counted by the job."""

from datetime import UTC, datetime, timedelta
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from botcore.conversations.waits import answered
from botcore.exceptions import ValidationError
from botcore.models import Feedback, State, Step, Update, UpdateSum, User
from botcore.outbox.content import Text
from botcore.people import letters
from botcore.people.activity import answers, funnels, services, sources, spans, sweep, usage
from botcore.people.activity.models import (
    ActivityMark,
    AnswerDay,
    Funnel,
    FunnelWeek,
    PeopleDay,
    PersonDay,
    PersonHandler,
    SourceCount,
)
from botcore.people.activity.rollups import monday
from tests.database.dashboard.data import message, person, private, update

NOW = datetime(2026, 3, 11, 12, 2, tzinfo=UTC)  # a Wednesday, in the minutes in which hours are counted
DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
NEVER = 1e18


def count(now: datetime = NOW) -> None:
    """Run the job's work."""
    with mock.patch.object(timezone, "now", return_value=now):
        services.count_activity(check=lambda: None, now=now)


def came(user_id: int, handler: str, at: datetime, state: State = State.DONE) -> int:
    """Store an update that a handler took; return its key."""
    return update(state, user_id=user_id, handler=handler, received_at=at).pk


def first(user_id: int, handler: str, at: datetime) -> None:
    """Let a person have come to a handler for the first time then."""
    PersonHandler.objects.create(user_id=user_id, handler=handler, first_at=at, last_at=at, count=1)


def people(count: int) -> None:
    """Create people 1, 2 …"""
    for number in range(1, count + 1):
        person(number, f"Person {number}", first_seen=NOW - 90 * DAY)


class HandlerTests(TestCase):
    """Who came to what."""

    def kept(self) -> dict[tuple[int, str], tuple[datetime, datetime, int]]:
        """Return what is counted."""
        rows = PersonHandler.objects.all()
        return {(row.user_id, row.handler): (row.first_at, row.last_at, row.count) for row in rows}

    def test_first_last_and_how_often_are_kept_however_often_the_job_runs(self) -> None:
        people(2)
        for at in (NOW - 3 * DAY, NOW - 2 * DAY, NOW - HOUR):
            came(1, "start.start", at)
        came(2, "start.start", NOW - DAY)
        came(2, "about.about", NOW - HOUR, State.DEAD)
        came(2, "", NOW - HOUR, State.IGNORED)
        expected = {
            (1, "start.start"): (NOW - 3 * DAY, NOW - HOUR, 3),
            (2, "start.start"): (NOW - DAY, NOW - DAY, 1),
            (2, "about.about"): (NOW - HOUR, NOW - HOUR, 1),
        }
        for _ in range(2):
            count()
            self.assertEqual(self.kept(), expected)
        came(1, "start.start", NOW - timedelta(minutes=30))
        count()
        self.assertEqual(self.kept()[1, "start.start"], (NOW - 3 * DAY, NOW - timedelta(minutes=30), 4))

    def test_small_steps_and_a_kill_between_them_count_nothing_twice(self) -> None:
        people(1)
        for number in range(25):
            came(1, "start.start", NOW - 2 * HOUR + timedelta(seconds=number))
        until = sweep.end(NOW)
        sweep.step_handlers(until, size=7)
        killed = mock.patch.object(ActivityMark.objects, "update_or_create", side_effect=KeyboardInterrupt)
        with killed, self.assertRaises(KeyboardInterrupt):
            sweep.step_handlers(until, size=7)
        self.assertEqual(PersonHandler.objects.get().count, 7)
        count()
        self.assertEqual(PersonHandler.objects.get().count, 25)

    def test_a_house_that_counted_days_before_counts_handlers_from_its_oldest_update_on(self) -> None:
        people(1)
        came(1, "start.start", NOW - DAY)
        ActivityMark.objects.create(pk=sweep.DAYS, last_update=Update.objects.get().pk)
        came(1, "start.start", NOW - HOUR)
        count()
        self.assertEqual(PersonHandler.objects.get().count, 2)
        self.assertEqual([row.updates for row in PersonDay.objects.all()], [1])

    def test_it_goes_with_the_person(self) -> None:
        people(1)
        first(1, "start.start", NOW)
        User.objects.get().delete()
        self.assertEqual(PersonHandler.objects.count(), 0)


class SpanTests(TestCase):
    """Who wrote within a week and a month."""

    def spans(self, day: datetime) -> tuple[int | None, int | None]:
        """Return those of a day."""
        row = PeopleDay.objects.get(pk=day.date())
        return row.week_active, row.month_active

    def test_each_person_counts_once(self) -> None:
        people(3)
        for user_id, days in ((1, 0), (1, 2), (1, 6), (2, 6), (3, 7), (3, 29)):
            came(user_id, "", NOW - days * DAY - HOUR)
        count()
        self.assertEqual(self.spans(NOW), (2, 3))
        self.assertEqual(self.spans(NOW - 7 * DAY), (1, 1))

    def test_a_late_day_changes_the_days_after_it(self) -> None:
        people(2)
        came(1, "", NOW - HOUR)
        came(1, "", NOW - 5 * DAY)
        count()
        self.assertEqual(self.spans(NOW), (1, 1))
        came(2, "", NOW - 3 * DAY)  # its worker was away
        count()
        self.assertEqual(self.spans(NOW), (2, 2))

    def test_today_waits_for_the_hour(self) -> None:
        people(2)
        came(1, "", NOW - HOUR)
        count()
        came(2, "", NOW + timedelta(minutes=20))
        count(NOW + timedelta(minutes=30))
        self.assertEqual(self.spans(NOW), (1, 1))
        count(NOW + timedelta(hours=1))
        self.assertEqual(self.spans(NOW), (2, 2))

    def test_days_whose_people_retention_has_taken_stay_as_they_are(self) -> None:
        people(1)
        PeopleDay.objects.create(day=NOW.date() - 40 * DAY, new=1, active=7, week_active=8, month_active=9)
        PersonDay.objects.create(user_id=1, day=NOW.date(), updates=1)
        spans.count_spans(lambda: None, today=NOW.date(), ends=NEVER, with_today=True)
        self.assertEqual(self.spans(NOW - 40 * DAY), (8, 9))


class SourceTests(TestCase):
    """Where people came from."""

    def test_people_and_those_who_still_write(self) -> None:
        seen = NOW - 50 * DAY
        person(1, "Alice", source="poster", last_seen=NOW - DAY, first_seen=seen)
        person(2, "Bob", source="poster", last_seen=NOW - 40 * DAY, first_seen=NOW - 45 * DAY)
        person(3, "Charlie", source="advert", last_seen=NOW, first_seen=seen)
        person(4, "Dora", last_seen=NOW, first_seen=seen)
        SourceCount.objects.create(source="gone", people=1, active=1, last_at=NOW)
        sources.count_sources(NOW)
        rows = [(row.source, row.people, row.active, row.last_at) for row in usage.sources()]
        self.assertEqual(rows, [("poster", 2, 1, NOW - 45 * DAY), ("advert", 1, 1, NOW - 50 * DAY)])


class UsageTests(TestCase):
    """Handlers by days."""

    def test_the_days_asked_for_and_as_many_before(self) -> None:
        today = NOW.replace(hour=0, minute=0)
        for days, kind, handler, number in (
            (0, "message", "start.start", 5), (29, "callback_query", "start.start", 2),
            (30, "message", "start.start", 9),
            (59, "message", "start.start", 1), (60, "message", "start.start", 100), (1, "message", "about.about", 8),
        ):  # fmt: skip
            facts = {"kind": kind, "handler": handler, "state": "done", "count": number, "seconds": 0}
            UpdateSum.objects.create(step=Step.DAY, at=today - days * DAY, **facts)
        UpdateSum.objects.create(step=Step.DAY, at=today, kind="message", state="received", count=999, seconds=0)
        with mock.patch.object(timezone, "now", return_value=NOW):
            found = [(row.handler, row.uses, row.before, row.presses) for row in usage.used(30)]
            self.assertEqual(found, [("about.about", 8, 0, 0), ("start.start", 7, 10, 2)])
            by_day = usage.uses_by_day(30)
        self.assertEqual((len(by_day), by_day[0][1], by_day[-2][1], by_day[-1][1]), (30, 2, 8, 5))


class FunnelTests(TestCase):
    """Who came how far."""

    def setUp(self) -> None:
        people(6)
        self.row = Funnel.objects.create(name="Order", steps=["start.start", "shop.order", "shop.pay"], days=7)
        self.begin = NOW - 10 * DAY

    def count(self, *, every: bool = True, now: datetime = NOW) -> dict[str, list[int]]:
        """Count it; return what each week came to."""
        funnels.count_funnels(lambda: None, now=now, ends=NEVER, every=every)
        return {str(row.week): row.reached for row in FunnelWeek.objects.order_by("week")}

    def test_steps_count_in_their_order_and_in_time(self) -> None:
        for user_id in range(1, 7):
            first(user_id, "start.start", self.begin)
        first(1, "shop.order", self.begin + DAY)
        first(1, "shop.pay", self.begin + 7 * DAY)  # just in time
        first(2, "shop.order", self.begin + DAY)
        first(2, "shop.pay", self.begin + 7 * DAY + timedelta(seconds=1))  # late
        first(3, "shop.order", self.begin - DAY)  # had ordered before
        first(4, "shop.pay", self.begin + DAY)  # without an order
        first(5, "shop.order", self.begin + 2 * DAY)
        first(5, "shop.pay", self.begin + DAY)  # paid before the order
        self.assertEqual(self.count(), {str(monday(self.begin.date())): [6, 3, 1]})

    def test_a_new_one_is_counted_at_once_and_from_the_first_week_on(self) -> None:
        first(1, "start.start", NOW - 5 * WEEK)
        first(2, "start.start", NOW - DAY)
        found = self.count(every=False)
        self.assertEqual(found, {str(monday((NOW - at).date())): [1, 0, 0] for at in (5 * WEEK, DAY)})
        self.row.refresh_from_db()
        self.assertEqual(self.row.counted_at, NOW)

    def test_later_only_weeks_whose_people_may_still_go_on_are_counted_again(self) -> None:
        first(1, "start.start", NOW - 5 * WEEK)
        first(2, "start.start", NOW - 6 * DAY)
        self.count()
        FunnelWeek.objects.filter(week__lt=NOW.date() - 4 * WEEK).update(reached=[7, 7, 7])
        first(2, "shop.order", NOW - DAY)
        found = self.count(now=NOW + HOUR)
        self.assertEqual(list(found.values()), [[7, 7, 7], [1, 1, 0]])

    def test_when_the_time_is_over_the_next_run_begins_again(self) -> None:
        first(1, "start.start", NOW - DAY)
        funnels.count_funnels(lambda: None, now=NOW, ends=0, every=True)
        self.row.refresh_from_db()
        self.assertIsNone(self.row.counted_at)

    def test_a_week_whose_people_were_erased_is_gone(self) -> None:
        first(1, "start.start", NOW - DAY)
        first(2, "start.start", NOW - WEEK - DAY)
        self.count()
        User.objects.filter(pk=1).delete()
        self.assertEqual(self.count(), {str(monday(NOW.date() - WEEK)): [1, 0, 0]})

    def test_weeks_of_the_days_asked_for_add_up(self) -> None:
        for weeks, reached in ((0, [5, 3, 1]), (1, [4, 2, 2]), (30, [100, 100, 100])):
            FunnelWeek.objects.create(funnel=self.row, week=monday(NOW.date()) - weeks * WEEK, reached=reached)
        with mock.patch.object(timezone, "now", return_value=NOW):
            (way,) = usage.funnels(30)
        self.assertEqual([(step.handler, step.people) for step in way.steps],
                         [("start.start", 9), ("shop.order", 5), ("shop.pay", 3)])  # fmt: skip

    def test_there_is_room_for_so_many(self) -> None:
        for name in ("a", "b"):
            UpdateSum.objects.create(
                step=Step.DAY, at=timezone.now(), kind="message", handler=name, state="done", count=1, seconds=0
            )
        for number in range(funnels.MOST_FUNNELS - 1):
            funnels.add_funnel(name=f"F{number}", steps=["a", "b"], days="7", by="alice")
        with self.assertRaisesMessage(ValidationError, "There are 20 funnels already."):
            funnels.add_funnel(name="one more", steps=["a", "b"], days="7", by="alice")


class AnswerTests(TestCase):
    """How long people wait."""

    def asked(self, hours_ago: float, waited: float | None) -> Feedback:
        """Create a message that waited for so many seconds."""
        sent = NOW - timedelta(hours=hours_ago)
        answered = None if waited is None else sent + timedelta(seconds=waited)
        return message(self.alice, "Hello", sent_at=sent, answered_at=answered)

    def setUp(self) -> None:
        self.alice = person(1, "Alice")

    def test_half_and_nine_of_ten_of_a_day(self) -> None:
        for waited in (None, 10, 20, 30, 40, 50, 60, 70, 80, 90, 1000):
            self.asked(30, waited)
        self.asked(1, 5)
        AnswerDay.objects.create(day=NOW.date() - 60 * DAY, asked=1, answered=1, half_seconds=7, most_seconds=7)
        for _ in range(2):
            answers.count_answers(NOW)
        rows = [
            (row.asked, row.answered, row.half_seconds, row.most_seconds) for row in AnswerDay.objects.order_by("day")
        ]
        self.assertEqual(rows, [(1, 1, 7, 7), (11, 10, 50, 90), (1, 1, 5, 5)])

    def test_an_answer_answers_all_that_waits_and_the_first_one_counts(self) -> None:
        now = timezone.now()
        old = message(self.alice, "a", sent_at=now - 31 * DAY)
        first, second = (message(self.alice, words, sent_at=now - wait) for words, wait in (("b", DAY), ("c", HOUR)))
        bob = message(person(2, "Bob"), "d", sent_at=now - HOUR)
        answered(1, operator="alice")
        known = {row.pk: row.answered_at for row in Feedback.objects.all()}
        self.assertEqual((known[old.pk], known[bob.pk]), (None, None))
        self.assertTrue(known[first.pk] == known[second.pk] != None)  # noqa: E711
        answered(1, operator="alice")
        self.assertEqual(known, {row.pk: row.answered_at for row in Feedback.objects.all()})

    def test_a_letter_is_an_answer_too(self) -> None:
        private(self.alice)
        note = message(self.alice, "a", sent_at=timezone.now() - HOUR)
        letters.write(user_id=1, content=Text("Hello"), by="bob")
        note.refresh_from_db()
        self.assertIsNotNone(note.answered_at)

"""Broadcasts at hours of each person's own day: whose hours these are, and that everybody gets it once, in them."""

from datetime import UTC, datetime, time, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

from botcore.broadcasts import audience, course, selectors, services, waits
from botcore.broadcasts.models import Broadcast, BroadcastWait
from botcore.exceptions import ValidationError
from botcore.people import attributes
from botcore.people.models import User
from botcore.people.privacy import Reader
from botcore.runtime import settings
from tests.database.broadcasts import BroadcastCase, add_person, feed, send, write

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)  # 21:00 in Tokyo, 04:00 in Los Angeles, 13:00 in Berlin
HOURS = "10:00-20:00"
TOKYO, ANGELES, BERLIN = "Asia/Tokyo", "America/Los_Angeles", "Europe/Berlin"


class HoursCase(BroadcastCase):
    """Alice is in Berlin, Bob in Tokyo, Charlie in Los Angeles; of Dave nothing is known: he counts as in UTC."""

    people = 4

    def setUp(self) -> None:
        self.at(NOON)  # first of all: who is met by the machine's own clock may be met after the broadcast
        super().setUp()
        for number, zone in enumerate((BERLIN, TOKYO, ANGELES), 1):
            attributes.put(user_id=number, name="time_zone", value=zone)

    def at(self, now: datetime) -> None:
        """Let it be this time, for the broadcasts and the outbox."""
        patched = mock.patch("django.utils.timezone.now", return_value=now)
        patched.start()
        self.addCleanup(patched.stop)
        self.now = now

    def later(self, **length: int) -> None:
        """Let time pass."""
        self.at(self.now + timedelta(**length))

    def begun(self, hours: str = HOURS) -> int:
        """Start a broadcast."""
        pk = write()
        course.choose(pk, by="dora", hours=hours)
        services.start(pk, by="dora")
        feed(pk)
        return pk


class HoursTests(HoursCase):
    """At noon in London."""

    def test_each_gets_it_in_their_own_hours_and_once(self) -> None:
        pk, got = self.begun(), []
        for hours, expected in ((0, {1, 4}), (5, set()), (1, {3}), (6, set()), (1, {2})):  # 12, 17, 18, 00, 01 UTC
            self.later(hours=hours)
            feed(pk)
            sent = send()
            self.assertEqual(set(sent), expected, self.now)
            got += sent
        feed(pk)
        self.assert_once_each(got, range(1, 5))
        self.assertEqual((self.state(pk), self.progress(pk).total), ("done", 4))
        self.assertFalse(BroadcastWait.objects.exists())

    def test_who_waits_is_counted(self) -> None:
        pk = self.begun()
        facts = selectors.broadcast(pk, reader=Reader())
        assert facts is not None
        self.assertEqual((facts.hours, facts.deferred, facts.quiet_until), (HOURS, 2, None))

    def test_quiet_hours_are_of_each_persons_day_too(self) -> None:
        settings.change("broadcasts.quiet_hours", "20:00-09:00", by="")
        pk = self.begun("")
        self.assertEqual(set(send()), {1, 4})
        self.later(hours=5)  # 09:00 in Los Angeles
        feed(pk)
        self.assertEqual(send(), [3])

    def test_what_waits_in_the_outbox_when_the_hours_end_is_held_back_until_they_begin_again(self) -> None:
        pk = self.begun()
        self.later(hours=7)  # 20:00 in Berlin, 19:00 in London
        feed(pk)
        self.assertEqual((self.progress(pk).held, self.progress(pk).waiting), (1, 2))  # Charlie has come
        self.assertEqual(set(send()), {3, 4})
        self.later(hours=14)  # 10:00 in Berlin again
        feed(pk)
        self.assertEqual(set(send()), {1, 2})
        feed(pk)
        self.assertEqual((self.state(pk), self.progress(pk).sent), ("done", 4))

    def test_a_pause_over_the_end_of_the_hours_sends_nothing_outside_them(self) -> None:
        pk = self.begun()
        services.pause(pk, by="dora")
        self.later(hours=7, minutes=30)  # 20:30 in Berlin, 19:30 in London
        services.resume(pk, by="dora")
        self.assertEqual(send(), [4])

    def test_a_guess_by_language_counts_only_where_nothing_is_known(self) -> None:
        User.objects.filter(pk__in=[1, 4]).update(telegram_language="ja-JP")
        settings.change("broadcasts.zones", '{"ja": "Asia/Tokyo"}', by="")
        self.begun()
        self.assertEqual(send(), [1])  # Alice is known to be in Berlin; Dave is taken to be in Tokyo

    def test_who_moved_meanwhile_is_asked_again_and_gets_it_once(self) -> None:
        pk = self.begun()
        send()
        attributes.put(user_id=3, name="time_zone", value=TOKYO)
        attributes.put(user_id=1, name="time_zone", value=ANGELES)
        self.later(hours=6)  # when Los Angeles opens
        feed(pk)
        self.assertEqual(send(), [])
        self.later(hours=7)  # 10:00 in Tokyo
        feed(pk)
        self.assertEqual(set(send()), {2, 3})

    def test_who_left_while_waiting_gets_nothing(self) -> None:
        pk = self.begun()
        send()
        User.objects.filter(pk=3).update(messages_on=False)
        waits.forget(2)
        self.assertEqual(Broadcast.objects.get().deferred, 1)
        self.later(hours=6)
        feed(pk)
        self.assertEqual((send(), self.state(pk), self.progress(pk).total), ([], "done", 2))

    def test_quiet_hours_that_leave_nothing_of_them_pause_it_and_say_so(self) -> None:
        pk = self.begun()
        settings.change("broadcasts.quiet_hours", "09:00-21:00", by="")
        feed(pk)
        row = Broadcast.objects.get()
        self.assertEqual(row.state, "paused")
        self.assertIn("The quiet hours, 09:00-21:00, leave nothing of its hours, 10:00-20:00", row.why)
        settings.change("broadcasts.quiet_hours", "09:00-12:00", by="")
        services.resume(pk, by="dora")
        feed(pk)
        self.assertEqual(set(send()), {1, 4})

    def test_a_cancel_forgets_who_waits(self) -> None:
        pk = self.begun()
        services.cancel(pk, by="dora")
        self.assertEqual((BroadcastWait.objects.count(), Broadcast.objects.get().deferred), (0, 0))

    def test_a_pass_over_many_is_in_bounded_steps_and_lets_others_have_their_turn(self) -> None:
        for number in range(5, 60):
            add_person(number, met=timedelta(days=365))
            attributes.put(user_id=number, name="time_zone", value=TOKYO)
        with mock.patch.object(audience, "LOOKED", 10):
            pk = write()
            course.choose(pk, by="dora", hours=HOURS)
            services.start(pk, by="dora")
            looks = 0
            while Broadcast.objects.get().cursor < 59:
                feed(pk)  # as often as it wants to go on at once
                looks += 1
                self.assertLessEqual(Broadcast.objects.get().cursor, 10 * looks + 10)
        self.assertEqual((set(send()), Broadcast.objects.get().deferred), ({1, 4}, 57))


class OneZoneTests(BroadcastCase):
    """Nobody's zone is known: everybody waits together, and nobody is written down."""

    def test_all_wait_for_the_hours_of_the_settings_zone(self) -> None:
        settings.change("broadcasts.zone", TOKYO, by="")
        local = datetime.now(ZoneInfo(TOKYO)).time()
        begin, end = ((datetime.combine(NOON.date(), local) + timedelta(hours=ahead)).time() for ahead in (2, 4))
        pk = write()
        course.choose(pk, by="dora", hours=f"{begin:%H:%M}-{end:%H:%M}")
        services.start(pk, by="dora")
        feed(pk)
        facts = selectors.broadcast(pk, reader=Reader())
        assert facts is not None
        assert facts.quiet_until is not None
        self.assertEqual(facts.quiet_until.astimezone(ZoneInfo(TOKYO)).time(), time(begin.hour, begin.minute))
        self.assertEqual((self.queued(), facts.deferred), ([], 0))


class ChoiceTests(BroadcastCase):
    """What operators and people may write."""

    def test_hours_are_read_refused_and_taken_away(self) -> None:
        pk = write()
        self.assertTrue(course.choose(pk, by="dora", hours=" 10:00 – 20:00 "))
        self.assertEqual(Broadcast.objects.get().hours, HOURS)
        for typed in ("10-20", "10:00-10:00", "nonsense"):
            with self.subTest(typed), self.assertRaisesMessage(ValidationError, "Write two times of the day"):
                course.choose(pk, by="dora", hours=typed)
        settings.change("broadcasts.quiet_hours", "09:00-21:00", by="")
        with self.assertRaisesMessage(ValidationError, "The quiet hours, 09:00-21:00, leave nothing of 10:00-20:00"):
            course.choose(pk, by="dora", hours=HOURS)
        self.assertTrue(course.choose(pk, by="dora", hours="off"))

    def test_a_time_zone_is_one_that_there_is_whoever_sets_it(self) -> None:
        for typed, kept in (("europe/berlin", BERLIN), ("tokyo", TOKYO), ("los angeles", ANGELES), ("utc", "UTC")):
            attributes.put(user_id=1, name="time_zone", value=typed)
            self.assertEqual(attributes.attributes_of(1), {"time_zone": kept})
        meant = {"Berlim": "Europe/Berlin", "Tokio": "Asia/Tokyo", "Madrit": "Europe/Madrid", "Viena": "Europe/Vienna"}
        guesses = [(typed, f"did you mean {zone}?") for typed, zone in meant.items()]
        for typed, words in (*guesses, ("%$", "Write the name of a time zone")):
            with self.subTest(typed), self.assertRaisesMessage(ValidationError, words):
                attributes.put(user_id=1, name="time_zone", value=typed, by="dora")

    def test_only_a_draft_is_changed(self) -> None:
        pk = write()
        services.start(pk, by="dora")
        with self.assertRaisesMessage(ValidationError, "is running and cannot be changed"):
            course.choose(pk, by="dora", hours=HOURS)

    def test_buttons_are_put_below_a_copy_too_and_are_tested_anew(self) -> None:
        pk = write()
        self.assertTrue(course.put_below(pk, by="dora", buttons="Shop | https://example.com", has_stop=True))
        self.assertFalse(course.put_below(pk, by="dora", buttons="Shop | https://example.com"))
        row = Broadcast.objects.get()
        self.assertIn('"url":"https://example.com"', row.payload)
        self.assertEqual((row.has_stop, row.is_shown), (True, False))
        self.assertTrue(course.put_below(pk, by="dora", buttons=""))
        self.assertNotIn("reply_markup", Broadcast.objects.get().payload)
        self.assertTrue(Broadcast.objects.get().has_stop)

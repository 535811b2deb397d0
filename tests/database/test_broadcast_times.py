"""Broadcasts that begin by themselves, wait for the end of quiet hours, and stop by themselves after the first few."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from botcore.broadcasts import feeding, selectors, services
from botcore.broadcasts.models import Broadcast
from botcore.exceptions import ValidationError
from botcore.models import AuditEntry, Chat, Event
from botcore.outbox.models import OutgoingMessage, OutgoingState
from botcore.outbox.progress import Sent
from botcore.people.privacy import Reader
from botcore.runtime import settings
from tests.database.broadcasts import BroadcastCase, add_person, feed, send, started, write

TOMORROW = timedelta(days=1)
FAILS = Sent(OutgoingState.FAILED, error="no")


def quiet(*, ahead: timedelta = timedelta()) -> None:
    """Let the quiet hours be two hours long around now, or around a later time."""
    middle = datetime.now(UTC) + ahead
    begin, end = middle - timedelta(hours=1), middle + timedelta(hours=1)
    settings.change("broadcasts.quiet_hours", f"{begin:%H:%M}-{end:%H:%M}", by="")


class ScheduleTests(BroadcastCase):
    """Three people."""

    def due(self, pk: int) -> None:
        """Let its time come."""
        Broadcast.objects.filter(pk=pk).update(scheduled_at=timezone.now() - timedelta(seconds=1))

    def test_it_begins_by_itself_at_its_time_and_not_before(self) -> None:
        pk, at = write(), timezone.now() + TOMORROW
        self.assertTrue(services.schedule(pk, by="dora", at=at, tell_chat=1))
        self.assertEqual(self.state(pk), "scheduled")
        self.assertEqual(Event.objects.latest("pk").text, f"dora scheduled broadcast {pk} for {at:%Y-%m-%d %H:%M} UTC.")
        self.assertEqual(feeding.wanting(), [])
        feed(pk)
        self.assertEqual((self.state(pk), self.queued()), ("scheduled", []))
        self.due(pk)
        self.assertEqual(feeding.wanting(), [pk])
        add_person(4, met=timedelta())
        feed(pk)
        self.assertEqual((self.state(pk), self.queued()), ("running", [1, 2, 3, 4]))
        text = f"Broadcast {pk} begins, as it was scheduled, to 3 people."
        self.assertTrue(Event.objects.filter(text=text).exists())
        self.assertEqual(AuditEntry.objects.filter(action="broadcasts.begin", target=f"broadcast:{pk}").count(), 1)
        send()
        feed(pk)
        self.assertEqual(self.state(pk), "done")

    def test_a_second_step_does_not_begin_it_again(self) -> None:
        pk = write()
        services.schedule(pk, by="dora", at=timezone.now() + TOMORROW)
        self.due(pk)
        feed(pk)
        feed(pk)
        self.assertEqual(self.queued(), [1, 2, 3])
        self.assertEqual(AuditEntry.objects.filter(action="broadcasts.begin").count(), 1)

    def test_conditions_that_mean_nothing_any_more_pause_it_and_say_so(self) -> None:
        pk = write()
        services.schedule(pk, by="dora", at=timezone.now() + TOMORROW)
        self.due(pk)
        long_ago = timezone.now() - TOMORROW  # so that people are counted anew
        Broadcast.objects.update(audience={"used": "/gone"}, counted_at=long_ago)
        feed(pk)
        row = Broadcast.objects.get()
        self.assertEqual((row.state, self.queued()), ("paused", []))
        self.assertEqual(row.why, "Its conditions cannot be read any more: No bot has the command /gone.")

    def test_a_time_that_is_over_or_too_far_is_refused(self) -> None:
        pk = write()
        for ahead, words in (
            (-1, "That time is over"),
            (0, "That time is over"),
            (367 * 24 * 60, "more than a year ahead"),
        ):
            at = timezone.now() + timedelta(minutes=ahead)
            with self.subTest(ahead), self.assertRaisesMessage(ValidationError, words):
                services.schedule(pk, by="dora", at=at)
        self.assertEqual(self.state(pk), "draft")

    def test_it_can_be_moved_started_now_made_a_draft_again_and_cancelled(self) -> None:
        pk, at = write(), timezone.now() + TOMORROW
        services.schedule(pk, by="dora", at=at)
        self.assertFalse(services.schedule(pk, by="dora", at=at))
        self.assertTrue(services.schedule(pk, by="dora", at=at + TOMORROW))
        self.assertTrue(services.unschedule(pk, by="dora"))
        self.assertFalse(services.unschedule(pk, by="dora"))
        self.assertEqual((self.state(pk), Broadcast.objects.get(pk=pk).scheduled_at), ("draft", None))
        services.schedule(pk, by="dora", at=at)
        self.assertTrue(services.start(pk, by="dora"))
        with self.assertRaisesMessage(ValidationError, "is running: it has no time any more"):
            services.unschedule(pk, by="dora")
        with self.assertRaisesMessage(ValidationError, "is running and cannot be scheduled"):
            services.schedule(pk, by="dora", at=at)
        other = write()
        services.schedule(other, by="dora", at=at)
        self.assertTrue(services.cancel(other, by="dora"))
        self.due(other)
        feed(other)
        self.assertEqual((self.state(other), self.queued()), ("cancelled", []))

    def test_an_audience_of_nobody_is_refused(self) -> None:
        Chat.objects.update(reach="blocked")
        with self.assertRaisesMessage(ValidationError, "There is nobody who could get it."):
            services.schedule(write(), by="dora", at=timezone.now() + TOMORROW)


class QuietHoursTests(BroadcastCase):
    """Three people who sleep."""

    def test_nobody_is_queued_in_quiet_hours(self) -> None:
        quiet()
        pk = started()
        feed(pk)
        self.assertEqual((self.queued(), self.state(pk)), ([], "running"))
        found = selectors.broadcast(pk, reader=Reader())
        assert found is not None
        self.assertIsNotNone(found.quiet_until)
        settings.reset("broadcasts.quiet_hours", by="")
        feed(pk)
        self.assertEqual(self.queued(), [1, 2, 3])

    def test_what_waits_is_held_back_and_sent_once_when_they_are_over(self) -> None:
        pk = started()
        feed(pk)
        sent = send(most=1)
        quiet()
        feed(pk)
        self.assertEqual((self.progress(pk).held, self.progress(pk).sent), (2, 1))
        self.assertEqual(send(), [])
        held = OutgoingMessage.objects.filter(state="cancelled").values_list("error", flat=True)
        self.assertEqual(set(held), {"The quiet hours have begun; it is queued again when they are over."})
        settings.reset("broadcasts.quiet_hours", by="")
        feed(pk)
        sent += send()
        feed(pk)
        self.assert_once_each(sent, [1, 2, 3])
        self.assertEqual((self.state(pk), self.progress(pk).sent), ("done", 3))

    def test_a_pause_and_a_resume_in_quiet_hours_send_nothing(self) -> None:
        pk = started()
        feed(pk)
        quiet()
        services.pause(pk, by="dora")
        services.resume(pk, by="dora")
        self.assertEqual(send(), [])
        feed(pk)
        self.assertEqual((send(), self.progress(pk).held), ([], 3))

    def test_other_hours_hold_up_nothing(self) -> None:
        quiet(ahead=timedelta(hours=6))
        pk = started()
        feed(pk)
        self.assertEqual(self.queued(), [1, 2, 3])


class CanaryTests(BroadcastCase):
    """Twenty people, of whom four come first."""

    people = 20

    def setUp(self) -> None:
        """Let a fifth come first."""
        super().setUp()
        for name, value in (("canary_percent", "20"), ("canary_least", "2"), ("canary_bound", "50")):
            settings.change(f"broadcasts.{name}", value, by="")

    def test_the_rest_wait_until_the_first_have_ended(self) -> None:
        pk = started()
        feed(pk)
        self.assertEqual(self.queued(), [1, 2, 3, 4])
        found = selectors.broadcast(pk, reader=Reader())
        assert found is not None
        self.assertTrue(found.is_canary)
        send(most=3)
        feed(pk)
        self.assertEqual(len(self.queued()), 4)
        send()
        feed(pk)
        self.assert_once_each(self.queued(), range(1, 21))

    def test_it_stops_by_itself_when_too_many_failed_or_blocked(self) -> None:
        pk = write()
        services.start(pk, by="dora", tell_chat=20)
        feed(pk)
        Chat.objects.filter(pk=1).update(reach="blocked")
        send(outcomes={1: FAILS, 2: FAILS, 3: FAILS})
        feed(pk)
        why = "Of the first 4 deliveries 3 failed or were blocked: more than 50 in a hundred."
        self.assertEqual((self.state(pk), Broadcast.objects.get(pk=pk).why), ("paused", why))
        self.assertEqual(Event.objects.latest("pk").text, f"Broadcast {pk} paused by itself. {why}")
        self.assertEqual(AuditEntry.objects.latest("pk").action, "broadcasts.stop")
        self.assertEqual(self.queued(), [1, 2, 3, 4, 20])  # the last one tells the operator
        feed(pk)
        self.assertEqual(self.state(pk), "paused")
        self.assertTrue(services.resume(pk, by="dora"))
        feed(pk)
        self.assertEqual((len(self.queued()), Broadcast.objects.get(pk=pk).why), (21, ""))

    def test_as_many_as_the_bound_are_borne(self) -> None:
        pk = started()
        feed(pk)
        send(outcomes={1: FAILS, 2: FAILS})
        feed(pk)
        self.assertEqual((self.state(pk), len(self.queued())), ("running", 20))

    def test_few_people_and_no_canary_go_at_once(self) -> None:
        settings.change("broadcasts.canary_least", "20", by="")
        pk = started()
        feed(pk)
        self.assertEqual(len(self.queued()), 20)
        settings.change("broadcasts.canary_least", "2", by="")
        settings.change("broadcasts.canary_percent", "0", by="")
        pk = started()
        feed(pk)
        self.assertEqual(len(self.queued()), 40)

    def test_a_pause_by_hand_does_not_decide_about_the_canary(self) -> None:
        pk = started()
        feed(pk)
        services.pause(pk, by="dora")
        services.resume(pk, by="dora")
        feed(pk)
        self.assertEqual(len(self.queued()), 4)

    def test_when_everybody_was_among_the_first_it_is_done(self) -> None:
        pk = started()
        Chat.objects.filter(pk__gt=3).update(reach="blocked")
        feed(pk)
        send(outcomes={1: FAILS, 2: FAILS, 3: FAILS})
        feed(pk)
        self.assertEqual(self.state(pk), "done")

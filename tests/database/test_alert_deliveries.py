"""Tries to tell somebody, when they are made again, and the light of the channel."""

from django.test import override_settings
from django.utils import timezone

from botcore.alerts.deliveries import Due, arrived, claim_due, failed, follow_outbox
from botcore.alerts.models import Alert, AlertChannel, AlertDelivery, AlertState, DeliveryState
from botcore.outbox.models import OutgoingMessage, OutgoingState
from tests.database.alerts import MINUTE, WEBHOOK, AlertCase, alert, states


@override_settings(**WEBHOOK)
class TryTests(AlertCase):
    """An alert to a webhook."""

    def setUp(self) -> None:
        super().setUp()
        alert()
        self.decide()

    def claim(self) -> list[Due]:
        """Claim what is due, as if its time had come."""
        AlertDelivery.objects.update(next_at=timezone.now())
        return claim_due()

    def row(self) -> AlertDelivery:
        """Read the delivery."""
        return AlertDelivery.objects.get()

    def test_what_is_due_is_claimed_once_with_what_to_say(self) -> None:
        (due,) = claim_due()
        self.assertEqual((due.channel, due.attempt, due.said.title), ("webhook", 1, "KeyError: 'Alice'"))
        self.assertEqual(claim_due(), [])

    def test_what_arrived_is_over_and_the_channel_is_good(self) -> None:
        (due,) = claim_due()
        arrived(due.pk)
        self.assertEqual((self.row().state, self.claim()), (DeliveryState.SENT, []))
        channel = AlertChannel.objects.get()
        self.assertIsNone(channel.failing_since)
        self.assertIsNotNone(channel.last_sent_at)

    def test_a_try_that_failed_is_made_five_times_with_growing_waits(self) -> None:
        waits = []
        for _ in range(5):
            (due,) = self.claim()
            failed(due.pk, "it answered 500", again=True)
            waits.append(round((self.row().next_at - timezone.now()).total_seconds(), -1))
        self.assertEqual(waits[:4], [10, 60, 300, 900])
        self.assertEqual((self.row().state, self.row().attempts), (DeliveryState.FAILED, 5))
        self.assertEqual(AlertChannel.objects.get().failures, 5)

    def test_a_receiver_is_not_asked_earlier_than_it_says(self) -> None:
        (due,) = claim_due()
        failed(due.pk, "it answered 429", again=True, wait=10 * MINUTE)
        self.assertGreater(self.row().next_at, timezone.now() + 9 * MINUTE)

    def test_what_will_not_pass_is_not_tried_again(self) -> None:
        (due,) = claim_due()
        failed(due.pk, "it answered 404", again=False)
        self.assertEqual((self.row().state, self.row().error), (DeliveryState.FAILED, "it answered 404"))

    def test_a_process_that_ends_in_the_middle_leaves_the_try_to_another(self) -> None:
        claim_due()
        self.assertEqual(self.row().state, DeliveryState.QUEUED)
        self.assertEqual([due.attempt for due in self.claim()], [2])

    def test_a_channel_is_red_since_the_first_failure_and_green_with_the_next_that_arrives(self) -> None:
        (due,) = claim_due()
        failed(due.pk, "password=hunter22 is wrong", again=True)
        since = AlertChannel.objects.get().failing_since
        self.assertEqual(AlertChannel.objects.get().last_error, "password=[hidden] is wrong")
        (due,) = self.claim()
        failed(due.pk, "no", again=True)
        self.assertEqual(AlertChannel.objects.get().failing_since, since)
        (due,) = self.claim()
        arrived(due.pk)
        channel = AlertChannel.objects.get()
        self.assertEqual((channel.failing_since, channel.failures, channel.last_error), (None, 0, ""))

    def test_a_channel_that_always_fails_makes_no_alert_about_itself(self) -> None:
        for _ in range(20):
            for due in self.claim():
                failed(due.pk, "no", again=True)
            self.decide(after=MINUTE)
        self.assertEqual((states(), self.deliveries()), ([AlertState.SENT], [("webhook", "hook.example", "failed")]))


class OutboxTests(AlertCase):
    """An alert in Alice's chat."""

    def follow(self, state: OutgoingState, error: str = "") -> AlertDelivery:
        """Let the message end so, and look what became of it."""
        alert()
        self.decide()
        OutgoingMessage.objects.update(state=state, error=error)
        follow_outbox()
        return AlertDelivery.objects.get()

    def test_what_telegram_took_has_arrived(self) -> None:
        self.assertEqual(self.follow(OutgoingState.SENT).state, DeliveryState.SENT)
        self.assertIsNotNone(AlertChannel.objects.get().last_sent_at)

    def test_what_it_refused_has_failed_with_its_words(self) -> None:
        for state in (OutgoingState.FAILED, OutgoingState.UNCERTAIN, OutgoingState.CANCELLED):
            with self.subTest(state):
                row = self.follow(state, "Bad Request: chat not found")
                self.assertEqual((row.state, row.error), (DeliveryState.FAILED, "Bad Request: chat not found"))
                self.assertIsNotNone(AlertChannel.objects.get().failing_since)
            for model in (Alert, AlertChannel, OutgoingMessage):
                model.objects.all().delete()

    def test_a_message_that_is_gone_has_failed(self) -> None:
        alert()
        self.decide()
        OutgoingMessage.objects.all().delete()
        follow_outbox()
        self.assertEqual(AlertDelivery.objects.get().error, "The message is gone.")

    def test_one_that_waits_long_for_telegram_makes_the_channel_red_and_goes_on(self) -> None:
        row = self.follow(OutgoingState.QUEUED)
        self.assertEqual(row.state, DeliveryState.HANDED)
        self.assertFalse(AlertChannel.objects.exists())
        Alert.objects.update(decided_at=timezone.now() - 6 * MINUTE)
        AlertDelivery.objects.update(next_at=timezone.now())
        follow_outbox()
        self.assertIn("has waited for Telegram", AlertChannel.objects.get().last_error)
        OutgoingMessage.objects.update(state=OutgoingState.SENT)
        AlertDelivery.objects.update(next_at=timezone.now())
        follow_outbox()
        self.assertIsNone(AlertChannel.objects.get().failing_since)

    @override_settings(TELEGRAM_ADMIN_IDS=[1, 77])
    def test_the_channel_stays_red_while_one_of_two_owners_is_not_reached(self) -> None:
        alert()
        self.decide()
        OutgoingMessage.objects.update(state=OutgoingState.SENT)
        follow_outbox()
        self.assertEqual([state for *_, state in self.deliveries()], ["sent", "failed"])
        self.assertIsNotNone(AlertChannel.objects.get().failing_since)

"""What waits of a condition is told nobody when somebody takes it on or silences it, or when it is over."""

import json
from datetime import timedelta

from django.test import override_settings
from django.utils import timezone

from botcore.alerts.conditions import services
from botcore.alerts.deliveries import arrived, claim_due, failed, follow_outbox
from botcore.alerts.models import Alert, AlertChannel, AlertDelivery, AlertState, Condition, DeliveryState, Reason
from botcore.models import Job, OutgoingMessage
from botcore.outbox.models import OutgoingState
from tests.database.alerts import WEBHOOK, alert, states
from tests.database.conditions import ConditionCase, failing_job
from tests.database.errors import error
from tests.database.test_health import bot

CANCELLED = [OutgoingState.CANCELLED]


class WithdrawalTests(ConditionCase):
    """A job that fails, while Telegram is away."""

    def setUp(self) -> None:
        super().setUp()
        bot()
        failing_job()
        self.let_it_fire("job_stale")

    def outgoing(self) -> list[str]:
        """Return the states of all messages."""
        return list(OutgoingMessage.objects.order_by("pk").values_list("state", flat=True))

    def errors(self) -> list[tuple[str, str]]:
        """Return state and error of all deliveries."""
        return list(AlertDelivery.objects.order_by("pk").values_list("state", "error"))

    def telegram_takes(self) -> None:
        """Let every message arrive that waits."""
        OutgoingMessage.objects.filter(state=OutgoingState.QUEUED).update(state=OutgoingState.SENT)
        AlertDelivery.objects.update(next_at=timezone.now())
        follow_outbox()

    def end(self) -> None:
        """Let it be over."""
        Job.objects.update(failures=0)
        self.let_it_end("job_stale")
        self.decide()

    def test_who_takes_it_on_withdraws_the_message_that_waits_and_no_channel_is_red(self) -> None:
        self.decide()
        services.acknowledge(name="job_stale", by="alice")
        self.assertEqual(self.outgoing(), CANCELLED)
        self.assertEqual(self.errors(), [(DeliveryState.FAILED, "withdrawn: alice took it on")])
        follow_outbox()
        self.assertFalse(AlertChannel.objects.exclude(failing_since=None).exists())

    def test_a_silence_withdraws_what_is_not_decided_or_held(self) -> None:
        for state in (AlertState.PENDING, AlertState.HELD):
            Alert.objects.update(state=state, text="Words.")
            services.silence(name="job_stale", length="1h", by="alice")
            self.assertEqual(states(), [AlertState.SUPPRESSED])
            self.assertEqual(Alert.objects.get().text, "Words.; withdrawn: alice silenced it")

    def test_another_condition_is_left_alone(self) -> None:
        self.decide()
        Condition.objects.filter(name="disk_low").update(fired_at=self.now)
        services.acknowledge(name="disk_low", by="alice")
        services.silence(name="disk_low", length="1h", by="alice")
        self.assertEqual(self.outgoing(), [OutgoingState.QUEUED])

    def test_what_is_being_sent_goes_its_way(self) -> None:
        self.decide()
        OutgoingMessage.objects.update(state=OutgoingState.SENDING)
        services.acknowledge(name="job_stale", by="alice")
        self.assertEqual(self.deliveries(), [("telegram", "1", DeliveryState.HANDED)])

    def test_what_nobody_was_told_of_ends_without_a_word(self) -> None:
        self.decide()
        self.end()
        self.assertEqual((self.outgoing(), states()), (CANCELLED, [AlertState.SENT, AlertState.SUPPRESSED]))
        self.assertEqual(self.errors(), [(DeliveryState.FAILED, "withdrawn: it is over")])

    def test_the_end_is_told_to_those_who_were_told(self) -> None:
        self.decide()
        self.telegram_takes()
        self.end()
        self.assertEqual(self.outgoing(), [OutgoingState.SENT, OutgoingState.QUEUED])

    def test_an_end_that_waits_is_no_news_when_it_begins_anew(self) -> None:
        self.decide()
        self.telegram_takes()
        self.end()
        Job.objects.filter(name="cleanup").update(failures=3)
        self.let_it_fire("job_stale")
        self.decide()
        self.assertEqual(self.outgoing(), [OutgoingState.SENT, OutgoingState.CANCELLED, OutgoingState.QUEUED])

    def test_of_a_day_without_telegram_one_message_is_left(self) -> None:
        self.decide()
        for _ in range(3):
            self.now += timedelta(hours=25)
            self.look()
            self.decide()
        self.assertEqual(self.outgoing(), [*CANCELLED * 3, OutgoingState.QUEUED])

    def digest(self) -> None:
        """Let a digest wait, of the condition and two errors."""
        alert(error("First"))
        alert(error("Second"))
        with override_settings(ALERT_CAP=0):
            self.decide()
        self.decide()
        self.assertEqual(states(), [*[AlertState.DIGESTED] * 3, AlertState.SENT])

    def test_a_digest_that_waits_is_told_anew_without_it(self) -> None:
        self.digest()
        services.acknowledge(name="job_stale", by="alice")
        self.decide()
        self.assertEqual(self.outgoing(), [OutgoingState.CANCELLED, OutgoingState.QUEUED])
        text = json.loads(OutgoingMessage.objects.latest("pk").payload)["text"]
        self.assertIn("First", text)
        self.assertIn("Second", text)
        self.assertNotIn("scheduled job", text)
        told = [AlertState.DIGESTED] * 2
        self.assertEqual(states(), [AlertState.SUPPRESSED, *told, AlertState.SUPPRESSED, AlertState.SENT])

    def test_a_digest_that_is_being_sent_goes_its_way(self) -> None:
        self.digest()
        OutgoingMessage.objects.update(state=OutgoingState.SENDING)
        services.acknowledge(name="job_stale", by="alice")
        self.assertEqual(states(), [*[AlertState.DIGESTED] * 3, AlertState.SENT])
        self.assertEqual(self.deliveries(), [("telegram", "1", DeliveryState.HANDED)])

    def test_a_digest_that_reached_somebody_is_not_told_anew(self) -> None:
        self.digest()
        way = {"channel": "email", "target": "bob@example.org", "next_at": timezone.now(), "state": DeliveryState.SENT}
        AlertDelivery.objects.create(alert=Alert.objects.latest("pk"), **way)
        services.acknowledge(name="job_stale", by="alice")
        self.assertEqual(states(), [*[AlertState.DIGESTED] * 3, AlertState.SENT])

    def test_a_channel_becomes_good_in_spite_of_what_was_withdrawn(self) -> None:
        self.decide()
        services.silence(name="job_stale", length="1h", by="alice")
        AlertChannel.objects.create(name="telegram", failing_since=timezone.now(), failures=1)
        row = AlertDelivery.objects.get()
        again = Alert.objects.create(reason=Reason.TEST, title="Test", at=timezone.now())
        other = AlertDelivery.objects.create(alert=again, channel="telegram", target="1", next_at=timezone.now())
        AlertDelivery.objects.filter(pk=row.pk).update(alert=again, target="2")
        arrived(other.pk)
        self.assertIsNone(AlertChannel.objects.get().failing_since)

    @override_settings(**WEBHOOK)
    def test_a_try_that_fails_after_it_was_withdrawn_is_none(self) -> None:
        self.decide()
        (due,) = claim_due()
        services.acknowledge(name="job_stale", by="alice")
        failed(due.pk, "it answered 500", again=True)
        self.assertEqual(self.errors(), [(DeliveryState.FAILED, "withdrawn: alice took it on")])
        self.assertFalse(AlertChannel.objects.exists())
        AlertDelivery.objects.update(next_at=timezone.now())
        self.assertEqual(claim_due(), [])

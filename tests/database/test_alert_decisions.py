"""Alerts that wait become deliveries, digests, or nothing."""

import json

from django.test import override_settings

from botcore import metrics
from botcore.alerts.models import Alert, AlertChannel, AlertDelivery, AlertState, Reason
from botcore.errors.kinds import GroupState, Source
from botcore.errors.models import ErrorGroup
from botcore.outbox.models import OutgoingMessage, Priority
from tests.database.alerts import MINUTE, WEBHOOK, AlertCase, alert, states
from tests.database.errors import error
from tests.database.outboxes import add_chat

EVERYWHERE = {
    **WEBHOOK,
    "TELEGRAM_ADMIN_IDS": [1],
    "ALERT_EMAILS": ["bob@example.org"],
    "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
}


class SendTests(AlertCase):
    """What goes out."""

    @override_settings(**EVERYWHERE)
    def test_an_alert_goes_over_every_channel_that_is_set_up(self) -> None:
        alert()
        self.assertEqual(self.decide(), 1)
        self.assertEqual(states(), [AlertState.SENT])
        self.assertEqual(
            self.deliveries(),
            [
                ("telegram", "1", "handed"),
                ("email", "bob@example.org", "queued"),
                ("webhook", "hook.example", "queued"),
            ],
        )
        self.assertEqual(self.decide(), 0)
        self.assertEqual(AlertDelivery.objects.count(), 3)

    def test_telegram_goes_through_the_outbox_once(self) -> None:
        alert(error("ValueError: <b>"))
        self.decide()
        Alert.objects.update(state=AlertState.PENDING)  # as if it had not been committed
        AlertDelivery.objects.all().delete()
        ErrorGroup.objects.update(alerted_at=None)
        self.decide()
        message = OutgoingMessage.objects.get()
        self.assertEqual((message.chat_id, message.priority, message.source), (1, Priority.ALERT, "alerts"))
        self.assertIn("ValueError: &lt;b&gt;", json.loads(message.payload)["text"])
        self.assertEqual(AlertDelivery.objects.get().outgoing, message.pk)

    @override_settings(TELEGRAM_ADMIN_IDS=[1, 77])
    def test_an_owner_whom_the_bot_has_not_met_is_a_failure_that_shows(self) -> None:
        alert()
        self.decide()
        self.assertEqual(self.deliveries(), [("telegram", "1", "handed"), ("telegram", "77", "failed")])
        self.assertIn("The chat 77 is unknown", AlertDelivery.objects.get(target="77").error)
        self.assertIsNotNone(AlertChannel.objects.get().failing_since)

    @override_settings(TELEGRAM_ADMIN_IDS=[])
    def test_without_a_channel_it_is_listed_and_nobody_is_told(self) -> None:
        alert()
        self.decide()
        self.assertEqual((states(), self.deliveries()), ([AlertState.SENT], []))

    def test_the_same_group_is_told_of_once_in_its_cool_down(self) -> None:
        group = error()
        alert(group)
        self.decide()
        alert(group, Reason.SPIKE, text="50 within this hour")
        before = metrics.ALERTS_SUPPRESSED.labels("cooldown")._value.get()
        self.decide(after=59 * MINUTE)
        self.assertEqual(states(), [AlertState.SENT, AlertState.SUPPRESSED])
        why = "50 within this hour; not sent: it was told of a short while before"
        self.assertEqual(Alert.objects.latest("pk").text, why)
        self.assertEqual(metrics.ALERTS_SUPPRESSED.labels("cooldown")._value.get(), before + 1)
        alert(group, Reason.SPIKE)
        self.decide(after=MINUTE)
        self.assertEqual(states()[-1], AlertState.SENT)

    def test_a_problem_of_the_alerts_themselves_is_never_told(self) -> None:
        alert(error(source=Source.ALERT))
        self.decide()
        self.assertEqual((states(), self.deliveries()), ([AlertState.SUPPRESSED], []))

    def test_an_alert_whose_group_is_gone_goes_with_it(self) -> None:
        group = error()
        alert(group)
        group.delete()
        self.assertEqual(self.decide(), 0)


class RaceTests(AlertCase):
    """What changes while it is decided."""

    def test_a_muted_group_is_not_told_of_although_its_alert_waits(self) -> None:
        alert(error(state=GroupState.MUTED))
        self.decide()
        self.assertEqual(states(), [AlertState.SUPPRESSED])

    @override_settings(TELEGRAM_ADMIN_IDS=[1, -100])
    def test_a_group_chat_can_be_told_as_well(self) -> None:
        add_chat(-100, type="supergroup", title="Operators")
        alert()
        self.decide()
        self.assertEqual([state for *_, state in self.deliveries()], ["handed", "handed"])

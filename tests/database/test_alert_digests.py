"""Alerts that wait for a digest: more than the cap, quiet hours, maintenance."""

import json
from datetime import UTC, time

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from botcore.alerts.maintenance import start_maintenance, stop_maintenance
from botcore.alerts.models import Alert, AlertState, Reason
from botcore.alerts.services import raise_test
from botcore.alerts.told import told
from botcore.errors import services
from botcore.exceptions import ValidationError
from botcore.outbox.models import OutgoingMessage
from tests.database.alerts import MINUTE, AlertCase, alert, states
from tests.database.errors import error

QUIET = (time.min, time.max, UTC)


class DigestTests(AlertCase):
    """What waits, and is told in one."""

    @override_settings(ALERT_CAP=2)
    def test_what_is_more_than_the_cap_becomes_one_digest_after_ten_minutes(self) -> None:
        for number in range(5):
            alert(error(f"Error {number}", count=number))
        self.assertEqual(self.decide(), 2)
        self.assertEqual(states(), [AlertState.SENT] * 2 + [AlertState.HELD] * 3)
        self.assertEqual(self.decide(after=9 * MINUTE), 0)
        self.assertEqual(self.decide(after=MINUTE), 1)
        digest = Alert.objects.get(reason=Reason.DIGEST)
        self.assertEqual(states(), [AlertState.SENT] * 2 + [AlertState.DIGESTED] * 3 + [AlertState.SENT])
        self.assertEqual({row.digest_id for row in digest.digested.all()}, {digest.pk})
        self.assertEqual([line.title for line in told(digest).lines], ["Error 4", "Error 3", "Error 2"])
        self.assertIn("• <code>Error 4</code> (4)\n", json.loads(OutgoingMessage.objects.latest("pk").payload)["text"])
        self.assertEqual(self.decide(after=10 * MINUTE), 0)

    @override_settings(ALERT_CAP=1)
    def test_a_digest_lists_each_error_once_and_twenty_at_most(self) -> None:
        alert()
        self.decide()
        groups = [error(f"Error {number:02}") for number in range(23)]
        for group in groups:
            alert(group)
        alert(groups[0], Reason.REGRESSED)
        self.decide()
        self.decide(after=10 * MINUTE)
        said = told(Alert.objects.get(reason=Reason.DIGEST))
        self.assertEqual((len(said.lines), said.more), (20, 3))
        self.assertIn("and 3 more", json.loads(OutgoingMessage.objects.latest("pk").payload)["text"])

    def test_quiet_hours_hold_alerts_and_give_one_digest_of_what_still_matters(self) -> None:
        groups = [error(f"Error {number}") for number in range(4)]
        with override_settings(ALERT_QUIET_HOURS=QUIET):
            for group in groups:
                alert(group)
            self.assertEqual(self.decide(), 0)
            self.assertEqual(states(), [AlertState.HELD] * 4)
            services.resolve(group_id=groups[0].pk, by="alice")
            services.mute(group_id=groups[1].pk, by="alice")
        self.assertEqual(self.decide(), 1)
        self.assertEqual(states(), [AlertState.SUPPRESSED] * 2 + [AlertState.DIGESTED] * 2 + [AlertState.SENT])
        self.assertEqual({line.title for line in told(Alert.objects.latest("pk")).lines}, {"Error 2", "Error 3"})

    def test_after_the_digest_its_errors_are_in_their_cool_down(self) -> None:
        group = error()
        start_maintenance(length="1h", by="alice")
        alert(group)
        alert()
        self.decide()
        stop_maintenance(by="alice")
        self.decide()
        alert(group, Reason.SPIKE)
        self.decide()
        self.assertEqual(Alert.objects.get(reason=Reason.SPIKE).state, AlertState.SUPPRESSED)

    def test_maintenance_holds_alerts_until_it_is_stopped(self) -> None:
        start_maintenance(length="30m", by="alice")
        alert()
        self.assertEqual((self.decide(), states()), (0, [AlertState.HELD]))
        self.assertTrue(stop_maintenance(by="bob"))
        self.assertEqual((self.decide(), states()), (1, [AlertState.SENT]))
        self.assertFalse(stop_maintenance(by="bob"))

    def test_a_length_that_is_not_offered_is_refused(self) -> None:
        with self.assertRaisesMessage(ValidationError, "Choose for how long: 30 minutes, 1 hour, 4 hours."):
            start_maintenance(length="9w", by="alice")

    def test_a_test_goes_out_in_maintenance_too(self) -> None:
        start_maintenance(length="30m", by="alice")
        raise_test(by="alice")
        self.assertEqual((self.decide(), states()), (1, [AlertState.SENT]))
        self.assertIn("A test: alerts reach you", json.loads(OutgoingMessage.objects.get().payload)["text"])

    @override_settings(ALERT_CAP=1)
    def test_tests_take_no_place_of_the_cap(self) -> None:
        for _ in range(3):
            raise_test(by="alice")
        self.decide()
        alert()
        self.assertEqual((self.decide(), states()), (1, [AlertState.SENT] * 4))

    @override_settings(ALERT_CAP=1)
    def test_what_is_held_is_not_touched_until_it_may_go_out(self) -> None:
        alert()
        alert()
        self.decide()
        with CaptureQueriesContext(connection) as queries:
            self.decide()
        statements = " ".join(query["sql"] for query in queries)
        self.assertNotIn("botcore_errorgroup", statements)
        self.assertEqual(states(), [AlertState.SENT, AlertState.HELD])

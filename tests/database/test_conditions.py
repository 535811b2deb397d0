"""Conditions from the look to the delivery: who is told of what over which channel, when, and when not."""

import json
from datetime import timedelta
from unittest import mock

from django.test import override_settings
from django.utils import timezone

from botcore import sql
from botcore.alerts.conditions import services, sights
from botcore.alerts.conditions.rules import BY_NAME, RULES
from botcore.alerts.conditions.trail import note_begin
from botcore.alerts.mail import compose
from botcore.alerts.maintenance import start_maintenance, stop_maintenance
from botcore.alerts.models import Alert, AlertChannel, AlertState, Condition, Reason
from botcore.alerts.told import as_json, told
from botcore.errors.kinds import Source
from botcore.errors.log_handler import source_of
from botcore.exceptions import ValidationError
from botcore.models import Event, Job, OutgoingMessage
from tests.database.alerts import MINUTE, WEBHOOK, states
from tests.database.conditions import HOUR, LOOK, ConditionCase, failing_job, firing
from tests.database.test_health import bot

MAIL = {"ALERT_EMAILS": ["bob@example.org"], "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
EVERYWHERE = {**WEBHOOK, **MAIL, "TELEGRAM_ADMIN_IDS": [1]}
TOLD, OVER = ("job_stale", "condition"), ("job_stale", "recovered")


def night() -> tuple[object, object, object]:
    """Return quiet hours that are now."""
    now = timezone.now()
    start, end = now - HOUR, now + HOUR
    return start.time(), end.time(), now.tzinfo


class WatchTests(ConditionCase):
    """Looks, and the rows they leave."""

    def setUp(self) -> None:
        super().setUp()
        bot()

    def test_a_condition_is_told_repeated_and_its_end_told(self) -> None:
        failing_job()
        self.let_it_fire("job_stale")
        self.assertEqual(self.raised(), [TOLD])
        self.now += timedelta(hours=25)
        self.look()
        self.assertEqual(self.raised(), [TOLD, TOLD])
        self.assertIn("It has been so for 1 day.", Alert.objects.latest("pk").text.replace("\xa0", " "))
        Job.objects.update(failures=0)
        self.let_it_end("job_stale")
        self.assertEqual(self.raised(), [TOLD, TOLD, OVER])
        self.assertIn("It lasted 1 day", Alert.objects.latest("pk").text.replace("\xa0", " "))
        row = self.row("job_stale")
        self.assertEqual((row.words, row.seen_since, row.told_at), ("", None, None))

    def test_how_long_it_lasted_is_without_the_time_in_which_it_might_have_come_back(self) -> None:
        failing_job()
        self.look(2 * MINUTE)
        Job.objects.update(failures=0)
        self.let_it_end("job_stale")
        text = Alert.objects.latest("pk").text.replace("\xa0", " ")
        self.assertRegex(text, r"^It lasted 1 minute, until \d\d:\d\d UTC\.$")

    def test_what_passes_is_not_told(self) -> None:
        job = failing_job()
        self.look(2 * LOOK)
        self.assertEqual(self.row("job_stale").seen_since, self.now - LOOK)
        job.delete()
        self.look(10 * MINUTE)
        self.assertEqual(self.raised(), [])

    def test_what_flaps_is_told_once(self) -> None:
        job = failing_job()
        self.let_it_fire("job_stale")
        for failures in (0, 3, 0, 3):
            Job.objects.filter(pk=job.pk).update(failures=failures)
            self.look(2 * MINUTE)
        self.assertEqual(self.raised(), [TOLD])

    def test_the_trail_of_a_condition_is_in_the_events(self) -> None:
        failing_job()
        with self.assertNoLogs("botcore", "ERROR"):
            self.let_it_fire("job_stale")
            services.acknowledge(name="job_stale", by="alice")
            services.acknowledge(name="job_stale", by="bob")
            services.silence(name="job_stale", length="1h", by="bob", reason="the move")
            services.silence(name="job_stale", length="7d", by="bob")
            services.unsilence(name="job_stale", by="bob")
            services.unsilence(name="job_stale", by="bob")
            Job.objects.update(failures=0)
            self.let_it_end("job_stale")
        rows = Event.objects.filter(kind="condition").order_by("id").values_list("level", "text")
        said = [(level, text.removeprefix("A scheduled job does not run (job_stale): ")) for level, text in rows]
        self.assertRegex(said.pop()[1].replace("\xa0", " "), r"^It is over\. It lasted 1 minute, until .* UTC\.$")
        self.assertEqual(said.pop(0), ("warning", "cleanup failed: 3 runs in a row; its runs say why."))
        self.assertEqual(
            said,
            [
                ("info", "alice took it on."),
                ("info", "bob silenced it for 1 hour: the move"),
                ("info", "bob silenced it for 7 days."),
                ("info", "bob ended its silence."),
            ],
        )

    def test_a_page_is_an_error_among_the_events(self) -> None:
        note_begin("disk_low", "0.5 of 100 GiB are free.")
        row = Event.objects.get()
        self.assertEqual(row.level, "error")
        self.assertEqual(row.text, "The disk is almost full (disk_low): 0.5 of 100 GiB are free.")

    def test_maintenance_is_among_the_events(self) -> None:
        start_maintenance(length="1h", by="alice")
        stop_maintenance(by="bob")
        stop_maintenance(by="bob")
        said = list(Event.objects.order_by("id").values_list("kind", "text"))
        began = ("maintenance", "alice holds alerts for 1 hour.")
        self.assertEqual(said, [began, ("maintenance", "bob lets alerts be told again.")])

    def test_who_took_it_on_hears_no_repeat_but_of_the_end(self) -> None:
        failing_job()
        self.let_it_fire("job_stale")
        self.assertTrue(services.acknowledge(name="job_stale", by="alice"))
        self.assertFalse(services.acknowledge(name="job_stale", by="bob"))
        self.now += timedelta(hours=25)
        self.look()
        self.assertEqual((self.raised(), self.row("job_stale").acked_by), ([TOLD], "alice"))
        Job.objects.update(failures=0)
        self.let_it_end("job_stale")
        row = self.row("job_stale")
        self.assertEqual((self.raised(), row.acked_by, row.acked_at), ([TOLD, OVER], "", None))

    def test_in_a_silence_nothing_is_told_and_what_lasts_is_told_afterwards(self) -> None:
        services.silence(name="job_stale", length="1h", by="alice", reason=" the  cleanup is being moved ")
        self.assertEqual(self.row("job_stale").silence_reason, "the cleanup is being moved")
        failing_job()
        self.look(4 * MINUTE)
        self.assertEqual(self.raised(), [])
        self.now += HOUR
        self.look()
        self.assertEqual(self.raised(), [TOLD])

    def test_what_was_told_before_a_silence_is_told_again_after_it(self) -> None:
        failing_job()
        self.let_it_fire("job_stale")
        services.silence(name="job_stale", length="4h", by="alice")
        self.look(4 * MINUTE)
        self.assertEqual(self.raised(), [TOLD])
        with mock.patch("botcore.alerts.conditions.services.timezone.now", return_value=self.now):
            self.assertTrue(services.unsilence(name="job_stale", by="bob"))
            self.assertFalse(services.unsilence(name="job_stale", by="bob"))
        self.look(4 * MINUTE)
        self.assertEqual(self.raised(), [TOLD, TOLD])

    def test_what_nobody_offers_is_refused(self) -> None:
        self.look()
        with self.assertRaisesMessage(ValidationError, "There is no such condition."):
            services.silence(name="nonsense", length="1h", by="alice")
        with self.assertRaisesMessage(ValidationError, "Choose for how long: 30 minutes, 1 hour, 4 hours"):
            services.silence(name="job_stale", length="9w", by="alice")
        with self.assertRaisesMessage(ValidationError, "It is over already."):
            services.acknowledge(name="job_stale", by="alice")

    def test_a_clock_that_jumps_makes_no_burst_and_loses_no_end(self) -> None:
        failing_job()
        for jump in (timedelta(days=-30), timedelta(days=60), timedelta(hours=-5)):
            self.now += jump
            self.look()
        self.assertEqual(self.raised(), [])
        self.look(2 * MINUTE)
        self.now -= timedelta(days=400)
        self.look(8 * MINUTE)
        self.assertEqual(self.raised(), [TOLD])
        Job.objects.update(failures=0)
        self.let_it_end("job_stale")
        self.assertEqual(self.raised(), [TOLD, OVER])

    def test_a_bug_in_one_hides_no_other_and_makes_no_alert(self) -> None:
        failing_job()
        broken = mock.patch.dict(sights.OWN, {"error_spike": lambda _: 1 / 0})
        with broken, self.assertLogs("botcore.alerts", "WARNING") as logs:
            self.let_it_fire("job_stale")
        self.assertEqual(self.raised(), [TOLD])
        self.assertIsNone(self.row("error_spike").looked_at)
        self.assertEqual(source_of(logs.records[0]), Source.ALERT)

    def test_a_look_costs_few_queries(self) -> None:
        self.look()
        with self.assertNumQueries(21 if sql.is_postgresql() else 17):  # there statements are limited, too
            self.look()

    def test_a_condition_that_only_another_version_knows_is_left_alone(self) -> None:
        Condition.objects.create(name="too_hot", fired_at=self.now)
        self.look()
        self.assertIsNone(self.row("too_hot").looked_at)


class ToldTests(ConditionCase):
    """Alerts that wait become deliveries."""

    def raise_alert(self, name: str = "job_stale", reason: Reason = Reason.CONDITION, **facts: object) -> Alert:
        """Raise one as a look does."""
        rule = BY_NAME[name]
        given = {"title": rule.title, "text": "Words.", "avoids": rule.breaks, "at": timezone.now(), **facts}
        return Alert.objects.create(condition=name, reason=reason, **given)

    @override_settings(**EVERYWHERE)
    def test_the_channel_that_is_broken_itself_is_avoided(self) -> None:
        firing("poller_stalled")
        self.raise_alert("poller_stalled")
        self.decide()
        self.assertEqual([channel for channel, *_ in self.deliveries()], ["email", "webhook"])

    @override_settings(**EVERYWHERE)
    def test_others_go_over_every_channel(self) -> None:
        firing()
        self.raise_alert()
        self.decide()
        self.assertEqual([channel for channel, *_ in self.deliveries()], ["telegram", "email", "webhook"])

    def test_without_another_channel_the_broken_one_is_used(self) -> None:
        firing("breaker_open")
        self.raise_alert("breaker_open")
        self.decide()
        self.assertEqual(self.deliveries(), [("telegram", "1", "handed")])

    @override_settings(**MAIL)
    def test_another_channel_that_is_red_is_none(self) -> None:
        AlertChannel.objects.create(name="email", failing_since=timezone.now())
        firing("webhook_failing")
        self.raise_alert("webhook_failing")
        self.decide()
        self.assertEqual([channel for channel, *_ in self.deliveries()], ["telegram", "email"])

    def test_a_page_goes_out_in_the_quiet_hours_a_ticket_waits(self) -> None:
        firing()
        firing("disk_low")
        self.raise_alert()
        self.raise_alert("disk_low")
        with override_settings(ALERT_QUIET_HOURS=night()):
            self.decide()
            self.assertEqual(states(), [AlertState.HELD, AlertState.SENT])
        self.decide()
        self.assertEqual(states(), [AlertState.SENT, AlertState.SENT])

    def test_in_maintenance_a_page_waits_too(self) -> None:
        firing("disk_low")
        self.raise_alert("disk_low")
        start_maintenance(length="1h", by="alice")
        self.decide()
        self.assertEqual(states(), [AlertState.HELD])
        stop_maintenance(by="alice")
        self.decide()
        self.assertEqual(states(), [AlertState.SENT])

    def test_what_came_and_went_while_it_was_held_is_never_told(self) -> None:
        row = firing()
        self.raise_alert()
        with override_settings(ALERT_QUIET_HOURS=night()):
            self.decide()
            Condition.objects.filter(pk=row.pk).update(fired_at=None)
            self.raise_alert(reason=Reason.RECOVERED)
            self.decide()
        self.decide()
        self.assertEqual((states(), self.deliveries()), ([AlertState.SUPPRESSED, AlertState.SUPPRESSED], []))
        self.assertIn("not sent: over, muted or silenced by then", Alert.objects.earliest("pk").text)

    def test_an_end_is_told_to_those_who_know(self) -> None:
        row = firing()
        self.raise_alert()
        self.decide()
        Condition.objects.filter(pk=row.pk).update(fired_at=None)
        self.raise_alert(reason=Reason.RECOVERED)
        self.decide()
        self.raise_alert(reason=Reason.RECOVERED)  # of a firing that was never sent
        self.decide()
        self.assertEqual(states(), [AlertState.SENT, AlertState.SENT, AlertState.SUPPRESSED])

    def test_what_is_silenced_while_it_waits_is_not_told(self) -> None:
        firing()
        self.raise_alert()
        services.silence(name="job_stale", length="1h", by="alice")
        self.decide()
        self.assertEqual(states(), [AlertState.SUPPRESSED])

    def test_of_repeats_that_were_held_the_newest_is_told(self) -> None:
        firing()
        for _ in range(3):
            self.raise_alert()
        self.decide()
        self.assertEqual(states(), [AlertState.SUPPRESSED, AlertState.SUPPRESSED, AlertState.SENT])

    def test_many_conditions_become_one_digest(self) -> None:
        for rule in RULES:
            firing(rule.name)
        with override_settings(ALERT_CAP=2):
            for rule in RULES:
                self.raise_alert(rule.name)
            self.decide()
            self.decide(after=11 * MINUTE)
        self.assertEqual(states().count(AlertState.DIGESTED), 8)
        digest = told(Alert.objects.get(reason=Reason.DIGEST))
        self.assertEqual((digest.heading, len(digest.lines)), ("Several alerts", 8))
        self.assertIn("- The disk is almost full: Words.\n", compose(digest, "bob@example.org").body)
        self.assertEqual(as_json(digest)["digest"][0]["condition"], "breaker_open")

    def test_the_webhook_reads_which_condition_it_is_and_how_it_stands(self) -> None:
        row = firing("poller_stalled")
        alert = self.raise_alert("poller_stalled")
        read = json.loads(json.dumps(as_json(told(alert))))
        assert row.seen_since
        condition = {"name": "poller_stalled", "severity": "page", "state": "firing"}
        self.assertEqual(read["condition"], {**condition, "since": row.seen_since.isoformat()})
        self.assertEqual((read["version"], read["group"], read["reason"]), (1, None, "condition"))
        self.assertEqual(read["link"], "/alerts/#condition-poller_stalled")
        Condition.objects.update(fired_at=None, seen_since=None)
        over = as_json(told(self.raise_alert("poller_stalled", Reason.RECOVERED)))
        self.assertEqual((over["reason"], over["condition"]["state"]), ("recovered", "over"))

    def test_an_email_says_what_it_is_since_when_and_where(self) -> None:
        firing("disk_low")
        mail = compose(told(self.raise_alert("disk_low")), "bob@example.org")
        self.assertEqual(mail.subject, "[Botdeck] Something is wrong: The disk is almost full")
        self.assertRegex(
            str(mail.body), r"(?s)^The disk is almost full\nWords\.\nSo it is since 20.* UTC\.\n/alerts/#cond"
        )
        over = compose(told(self.raise_alert("disk_low", Reason.RECOVERED)), "bob@example.org")
        self.assertEqual(over.subject, "[Botdeck] It is well again: The disk is almost full")

    def test_one_that_only_another_version_knows_is_told_all_the_same(self) -> None:
        firing("too_hot")
        Alert.objects.create(condition="too_hot", reason=Reason.CONDITION, title="Too hot", at=timezone.now())
        self.decide()
        self.assertIn("Too hot", json.loads(OutgoingMessage.objects.get().payload)["text"])

    def test_from_the_look_to_the_message(self) -> None:
        bot()
        failing_job()
        self.let_it_fire("job_stale")
        self.decide()
        text = json.loads(OutgoingMessage.objects.get().payload)["text"]
        self.assertIn("<b>Something is wrong</b>\n<b>A scheduled job does not run</b>\ncleanup failed", text)

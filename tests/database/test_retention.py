"""What is old goes, kind by kind and batch by batch; what is not finished, not settled or not rolled up stays."""

from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from botcore import metrics
from botcore.errors.models import ErrorEvent, ErrorGroup, ErrorHour
from botcore.exceptions import BotdeckError, ValidationError
from botcore.inbox import replay
from botcore.inbox.selection import Selection
from botcore.models import (
    Alert,
    AlertDelivery,
    CallbackData,
    EarlierRun,
    Event,
    FailedAttempt,
    Feedback,
    JobRun,
    MetricSample,
    OnceKey,
    OutgoingMessage,
    OutgoingState,
    RuntimeSetting,
    State,
    Step,
    Update,
)
from botcore.retention import selectors, services, sweeps
from botcore.retention.kinds import KINDS, Kind
from botcore.runtime.jobs.run import Outcome, Run, RunOver
from botcore.runtime.models import Job, RunState
from tests.database.dashboard.data import (
    PageTestCase,
    event,
    failed_attempt,
    message,
    person,
)
from tests.database.errors import error, mark, occurrence
from tests.database.retention import SmallBatches, ago, keys, old_message, old_update, sweep


class UpdateTests(SmallBatches):
    """Updates and their texts."""

    def test_what_was_handled_goes_after_its_days_with_all_that_hangs_on_it(self) -> None:
        gone = [old_update(state, 91) for state in (State.DONE, State.IGNORED, State.EXPIRED, State.DONE, State.DONE)]
        failed_attempt(gone[0], 1)
        OnceKey.objects.create(bot_id=1, key="pay:1", update=gone[1], at=timezone.now())
        EarlierRun.objects.create(update=gone[2], state=State.DEAD, attempts=5, replayed_at=ago(95))
        young = old_update(State.DONE, 89)
        self.assertEqual(sweep("updates"), "updates 5")
        self.assertEqual([*map(keys, (Update, FailedAttempt, OnceKey, EarlierRun))], [[young.pk], [], [], []])

    def test_what_is_pending_never_goes_however_old_it_is(self) -> None:
        waits = old_update(State.PENDING, 4000)
        again = old_update(State.DONE, 400)
        Update.objects.filter(pk=again.pk).update(finished_at=ago(1))  # it was replayed yesterday
        sweep()
        self.assertEqual(keys(Update), [waits.pk, again.pk])

    def test_dead_letters_wait_a_year_and_those_of_open_errors_until_these_are_settled(self) -> None:
        open_error, settled = error(), error(state="resolved")
        kept = old_update(State.DEAD, 400, error_group=mark(open_error).value)
        old_update(State.DEAD, 400, error_group=mark(settled).value)
        old_update(State.QUARANTINED, 400)
        young = old_update(State.DEAD, 300)
        self.assertEqual(sweep("updates_failed"), "updates_failed 2")
        self.assertEqual(keys(Update), [kept.pk, young.pk])

    def test_texts_of_handled_updates_go_first_and_those_of_failed_ones_stay(self) -> None:
        for _ in range(5):
            old_update(State.DONE, 31)
        dead, young = old_update(State.DEAD, 31), old_update(State.DONE, 29)
        self.assertEqual(sweep("updates_raw"), "updates_raw 5")
        self.assertEqual(list(Update.objects.exclude(raw="").values_list("pk", flat=True)), [dead.pk, young.pk])
        self.assertEqual(sweep("updates_raw"), "nothing was old enough")

    def test_a_second_run_does_not_look_through_what_is_emptied_already(self) -> None:
        for _ in range(40):
            old_update(State.DONE, 31, raw="")
        rest = old_update(State.DONE, 31)
        (emptied,) = KINDS["updates_raw"].sweeps
        assert isinstance(emptied, sweeps.EmptiedFirst)
        self.assertEqual(emptied._range(ago(30)), (rest.pk - 1, rest.pk))

    def test_an_update_without_its_text_is_not_replayed_but_told_of(self) -> None:
        row = old_update(State.DONE, 1, raw="")
        whole = old_update(State.DONE, 1)
        chosen = Selection(ids=(row.pk, whole.pk))
        plan = replay.plan(chosen)
        self.assertEqual((plan.emptied, plan.refused, plan.total), (1, 1, 1))
        done = replay.replay(chosen, by="Alice")
        self.assertEqual((done.emptied, done.again), (1, {"done": 1}))
        self.assertIn("no longer kept", done.reasons[0])
        row.refresh_from_db()
        self.assertEqual(row.state, State.DONE)


class OtherKindsTests(SmallBatches):
    """The other tables."""

    def test_messages_that_ended_go_and_those_that_wait_stay(self) -> None:
        for state in (OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.UNCERTAIN, OutgoingState.CANCELLED):
            old_message(state, 91)
        waiting = [old_message(state, 91) for state in (OutgoingState.QUEUED, OutgoingState.SENDING)]
        young = old_message(OutgoingState.SENT, 89)
        self.assertEqual(sweep("messages"), "messages 4")
        self.assertEqual(keys(OutgoingMessage), [*(row.pk for row in waiting), young.pk])

    def test_events_go(self) -> None:
        for days in (370, 366, 364):
            event(f"{days}", at=ago(days))
        sweep("events")
        self.assertEqual(sorted(Event.objects.filter(kind="outage").values_list("text", flat=True)), ["364"])

    def test_hours_and_passing_occurrences_go_and_milestones_and_counts_stay(self) -> None:
        group = error(count=7)
        for days in (91, 89):
            ErrorHour.objects.create(fingerprint=group.fingerprints.get(), hour=ago(days), count=1)
            occurrence(group, days, at=ago(days))
            occurrence(group, 100 + days, at=ago(days), is_milestone=True)
        sweep("errors")
        self.assertEqual(sorted(ErrorEvent.objects.values_list("ordinal", flat=True)), [89, 189, 191])
        self.assertEqual((ErrorHour.objects.count(), ErrorGroup.objects.get().count), (1, 7))

    def test_groups_that_are_settled_for_half_a_year_go_and_open_ones_stay(self) -> None:
        for state in ("resolved", "muted", "ongoing"):
            occurrence(error(state, state, last_seen=ago(181), first_seen=ago(181)))
        error("lately", "resolved")
        sweep("error_groups")
        self.assertEqual(sorted(ErrorGroup.objects.values_list("title", flat=True)), ["lately", "ongoing"])

    def test_alerts_go_with_their_deliveries_and_those_that_wait_stay(self) -> None:
        facts = {"reason": "test", "title": "x", "at": ago(91)}
        digest = Alert.objects.create(**facts, state="sent")
        Alert.objects.create(**facts, state="digested", digest=digest)
        sent, under_way = Alert.objects.create(**facts, state="sent"), Alert.objects.create(**facts, state="sent")
        way = {"channel": "email", "target": "a@example.org", "next_at": ago(91)}
        AlertDelivery.objects.create(alert=sent, state="sent", **way)
        AlertDelivery.objects.create(alert=under_way, state="queued", **way)
        held = Alert.objects.create(**facts, state="held")
        young = Alert.objects.create(**{**facts, "at": ago(89)}, state="sent")
        sweep("alerts")
        self.assertEqual(keys(Alert), [under_way.pk, held.pk, young.pk])

    def test_samples_go_when_they_are_rolled_up_into_longer_ones_and_not_before(self) -> None:
        for days in (10, 9, 8, 6):
            MetricSample.objects.create(step=Step.MINUTE, at=ago(days), values="{}")
        MetricSample.objects.create(step=Step.HOUR, at=ago(8.5), values="{}")  # the rollup stands still since then
        sweep("samples_minutes")
        left = MetricSample.objects.filter(step=60).order_by("-at").values_list("at", flat=True)
        self.assertEqual([(timezone.now() - at).days for at in left], [6, 8])

    def test_samples_of_days_go_after_five_years(self) -> None:
        for days in (1900, 1826, 1824):
            MetricSample.objects.create(step=Step.DAY, at=ago(days), values="{}")
        sweep("samples_days")
        self.assertEqual(MetricSample.objects.count(), 1)

    def test_runs_of_jobs_go_but_not_one_that_goes_on(self) -> None:
        job = Job.objects.create(name="work", schedule="every hour")
        facts = {"job": job, "owner": "a:1", "due_at": ago(31), "started_at": ago(31)}
        JobRun.objects.create(state=RunState.DONE, **facts)
        running = JobRun.objects.create(state=RunState.RUNNING, **facts)
        sweep("job_runs")
        self.assertEqual(keys(JobRun), [running.pk])

    def test_what_people_wrote_stays_unless_somebody_decides_otherwise_and_then_goes_only_when_read(self) -> None:
        alice = person(1, "Alice")
        for text in ("read", "unread"):
            message(alice, text, sent_at=ago(4000), read_at=timezone.now() if text == "read" else None)
        sweep()
        self.assertEqual(Feedback.objects.count(), 2)
        services.set_days({"feedback": 365}, by="Alice")
        sweep()
        self.assertEqual([row.text for row in Feedback.objects.all()], ["unread"])


class RunTests(SmallBatches):
    """A run over all kinds."""

    def test_what_went_is_counted_and_one_event_tells_of_it(self) -> None:
        series = metrics.RETENTION_DELETED.labels("updates")
        before = series._value.get()
        for _ in range(3):
            old_update(State.DONE, 91)
        old_message(OutgoingState.SENT, 91)
        self.assertEqual(sweep("messages", "updates"), "messages 1, updates 3")
        self.assertEqual(series._value.get() - before, 3)
        self.assertEqual(Event.objects.get().text, "Old rows went: messages 1, updates 3.")

    def test_a_run_that_finds_nothing_says_so_and_makes_no_event(self) -> None:
        self.assertEqual((sweep(), Event.objects.count()), ("nothing was old enough", 0))

    def test_a_run_that_is_to_end_ends_after_the_batch_and_keeps_what_it_did(self) -> None:
        for _ in range(5):
            old_update(State.DONE, 91)
        run = Run("retention")
        run.end(Outcome(RunState.LOST, "the process stopped"))
        with self.assertRaises(RunOver):
            services.let_go([KINDS["updates"]], run)
        self.assertEqual(Update.objects.count(), 3)

    def test_a_kind_that_fails_holds_up_no_other_and_the_run_has_failed(self) -> None:
        old_update(State.DONE, 91)
        broken = Kind("broken", "", 90, (sweeps.ByKey(Event, "no_such_column"),))
        with (
            self.assertLogs("botcore.retention.services", "ERROR"),
            self.assertRaisesRegex(BotdeckError, "broken.*updates 1"),
        ):
            event("old", at=ago(400))
            services.let_go([broken, KINDS["updates"]], Run("retention"))

    def test_a_batch_is_never_larger_than_it_may_be(self) -> None:
        for _ in range(5):
            old_update(State.DONE, 91)
        self.assertEqual(list(KINDS["updates"].sweeps[0].batches(ago(90))), [2, 2, 1])
        for number in range(5):
            CallbackData.objects.create(key=f"{number}", data="x", chat_id=1, expires_at=ago(1))
        by_age = sweeps.ByAge(CallbackData.objects.all, "expires_at", most=2)
        self.assertEqual(list(by_age.batches(ago(0))), [2, 2, 1])


class SettingTests(PageTestCase):
    """For how long."""

    def test_days_hold_from_the_next_run_on_and_an_event_tells_who_changed_them(self) -> None:
        old_update(State.DONE, 20)
        self.assertEqual(
            services.set_days({"updates": 10, "events": 0}, by="Alice"),
            ["updates from 90 days to 10 days", "events from 365 days to for ever"],
        )
        self.assertEqual(
            list(Event.objects.order_by("pk").values_list("text", flat=True)),
            [
                "Alice changed retention.updates from 90 days to 10 days.",
                "Alice changed retention.events from 365 days to for ever.",
            ],
        )
        self.assertEqual(sweep("updates"), "updates 1")
        facts = {kind.name: kind for kind in selectors.kinds()}
        self.assertEqual(
            (facts["updates"].days, facts["updates"].changed_by, facts["alerts"].changed_by), (10, "Alice", "")
        )

    def test_the_default_is_no_setting(self) -> None:
        services.set_days({"updates": 10}, by="Alice")
        services.set_days({"updates": 90}, by="Alice")
        self.assertEqual((services.set_days({"updates": 90}, by="Alice"), RuntimeSetting.objects.count()), ([], 0))

    def test_zero_keeps_for_ever(self) -> None:
        services.set_days({"updates": 0}, by="Alice")
        old_update(State.DONE, 4000)
        self.assertEqual(sweep("updates"), "nothing was old enough")

    def test_what_people_type_is_checked_and_every_mistake_named(self) -> None:
        self.assertEqual(services.checked_days({"updates": " 30 ", "events": "0"}), {"updates": 30, "events": 0})
        for typed in ("-1", "1", "1.5", "", "x", "99999", "٣٠", "1e3"):
            with self.subTest(typed), self.assertRaisesRegex(ValidationError, "updates: Write a whole number from 2"):
                services.checked_days({"updates": typed})
        with self.assertRaisesRegex(ValidationError, "updates: .*events: "):
            services.checked_days({"updates": "x", "events": "y"})
        with self.assertRaisesRegex(ValidationError, "no kind 'audit'"):
            services.checked_days({"audit": "5"})

    def test_a_setting_that_cannot_be_read_deletes_nothing_and_breaks_no_page(self) -> None:
        old_update(State.DONE, 4000)
        words = ('"soon"', "-5", "1", "2.5", "true", "null", "[1]", "NaN", "Infinity", str(10**9), "9" * 5000)
        for value in (*words, "abc", "", "[" * 100_000):
            RuntimeSetting.objects.all().delete()
            RuntimeSetting.objects.create(name="retention.updates", value=value, at=timezone.now())
            with self.subTest(value[:20]):
                self.assertEqual(selectors.days_of(KINDS["updates"]), 0)
                for address in ("/retention/", "/retention/?count=1"):
                    self.assertIn('name="updates" value="0"', self.text(address))
                self.assertEqual(sweep("updates"), "nothing was old enough")
        self.assertEqual(services.set_days({"updates": 90}, by="Alice"), ["updates from for ever to 90 days"])
        self.assertEqual(sweep("updates"), "updates 1")


class DryRunTests(TestCase):
    """What would go."""

    def test_it_counts_what_a_run_would_delete_and_deletes_nothing(self) -> None:
        for days in (91, 95, 10):
            old_update(State.DONE, days)
        old_update(State.DEAD, 91)
        event("kept for ever", at=ago(4000))
        found = selectors.would_go({"updates": 90, "updates_raw": 30, "events": 0})
        self.assertEqual(
            {name: gone.count for name, gone in found.items()}, {"updates": 2, "updates_raw": 2, "events": 0}
        )
        self.assertEqual(Update.objects.count(), 4)

    def test_it_counts_no_further_than_its_cap(self) -> None:
        for _ in range(4):
            old_update(State.DONE, 91)
        capped = selectors.would_go({"updates": 90}, most=3)["updates"]
        self.assertEqual((capped.count, capped.more), (3, True))

    def test_every_kind_can_be_counted_and_swept_on_an_empty_database(self) -> None:
        found = selectors.would_go(dict.fromkeys(KINDS, 365))
        self.assertEqual({gone.count for gone in found.values()}, {0})
        self.assertEqual(sweep(), "nothing was old enough")

    def test_the_command_says_what_would_go_or_does_it(self) -> None:
        old_update(State.DONE, 91)
        call_command("retention", "--kind", "updates", stdout=(said := Lines()))
        told = "updates kept 90 days 1 would go This was a dry run. Add --apply to do it."
        self.assertEqual((" ".join(said.text.split()), Update.objects.count()), (told, 1))
        call_command("retention", "--apply", "--kind", "updates", stdout=(said := Lines()))
        self.assertEqual((said.text.strip(), Update.objects.count()), ("updates 1", 0))

    def test_the_command_refuses_a_kind_that_there_is_not(self) -> None:
        with self.assertRaisesRegex(CommandError, "invalid choice: 'audit'"):
            call_command("retention", "--kind", "audit")


class Lines:
    """Where a command writes to."""

    text = ""

    def write(self, text: str) -> None:
        """Keep it."""
        self.text += text

    def isatty(self) -> bool:
        """Be no terminal."""
        return False


class LockTests(TransactionTestCase):
    """Rows that somebody else works on."""

    def test_a_locked_row_is_left_alone_and_nobody_waits(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("SQLite locks the whole file")
        for _ in range(3):
            old_update(State.DONE, 91)
        first = Update.objects.order_by("pk").values_list("pk", flat=True)[0]
        other = connection.copy()
        try:
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute("SELECT 1 FROM botcore_update WHERE id = %s FOR UPDATE", [first])
                self.assertEqual(sweep("updates"), "updates 2")
        finally:
            other.rollback()
            other.close()
        self.assertEqual(keys(Update), [first])

"""Health: what each check says in good times and in bad, from the rows of the database."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import TestCase
from django.utils import timezone

from botcore.models import Heartbeat, Job, State, Webhook
from botcore.monitoring.health import NAMES, Check, Light, checks, overall
from botcore.monitoring.selectors import POLL_GRACE
from botcore.monitoring.vitals import Vitals
from botcore.outbox.models import OutgoingState, Priority
from tests.database.dashboard.data import heartbeat, outgoing, update, webhook

WELL: dict[str, Any] = {
    "loop_lag": 0.0,
    "memory": 80 * 2**20,
    "worker_age": 0.2,
    "poll_age": 3.0,
    "queue_capacity": 10_000,
    "disk_free": 50 * 2**30,
    "disk_total": 100 * 2**30,
    "clock_skew": 0.001,
}


def bot(process: str = "web-1:42", *, seconds_ago: float = 1, **facts: Any) -> Heartbeat:
    """Create a bot process that is well, or as well as the facts say; names of vitals are its vitals."""
    said = {name: facts.pop(name) for name in list(facts) if name in Vitals.__slots__}
    vitals = Vitals(**{**WELL, **said}).as_json()
    known = {"intake": "polling", "connection": "up", "circuit": "closed", "vitals": vitals, **facts}
    return heartbeat(process, seconds_ago=seconds_ago, **known)


def check(name: str) -> Check:
    """Return one check."""
    return next(one for one in checks() if one.name == name)


def job(name: str, *, late: float = -30, **facts: Any) -> None:
    """Create a job that is due so many seconds ago."""
    now = timezone.now()
    known = {"schedule": "every 60 s", "next_at": now - timedelta(seconds=late), "last_started_at": now, **facts}
    Job.objects.create(name=name, **known)


class HealthTestCase(TestCase):
    """Lights compared one by one."""

    def assert_light(self, name: str, light: Light, words: str = "") -> Check:
        """Compare a check's light, and a part of its words."""
        found = check(name)
        self.assertEqual((found.light, words in found.words), (light, True), found)
        return found


class WholeTests(HealthTestCase):
    """All checks together."""

    def test_a_bot_that_is_well_has_green_lights_only(self) -> None:
        bot()
        job("rollup")
        found = checks()
        self.assertEqual(tuple(one.name for one in found), NAMES)
        self.assertEqual([one for one in found if one.light is not Light.OK], [])
        self.assertEqual([one.name for one in found if not one.words], [])
        self.assertEqual(overall(found), Light.OK)

    def test_without_the_database_it_is_red_and_nothing_else_is_known(self) -> None:
        def away(_execute: Any, *_args: Any) -> Any:
            raise OperationalError("connection refused")

        with connection.execute_wrapper(away):
            found = checks()
        self.assertEqual(tuple(one.name for one in found), NAMES)
        self.assertEqual([one.light for one in found], [Light.FAILED] + [Light.UNKNOWN] * (len(NAMES) - 1))
        self.assertEqual(overall(found), Light.FAILED)

    def test_a_database_that_goes_away_between_two_questions_is_away(self) -> None:
        def going(execute: Any, sql: str, *args: Any) -> Any:
            if "botcore_heartbeat" in sql:
                raise OperationalError("server closed the connection unexpectedly")
            return execute(sql, *args)

        with connection.execute_wrapper(going):
            found = checks()
        self.assertEqual([one.light for one in found], [Light.FAILED] + [Light.UNKNOWN] * (len(NAMES) - 1))

    def test_a_migration_that_is_missing_is_named(self) -> None:
        bot()
        MigrationRecorder(connection).record_unapplied("botcore", "0001_initial")
        self.assert_light("migrations", Light.FAILED, "1 to apply: run `manage.py migrate`.")

    def test_it_costs_a_handful_of_questions_however_many_processes_there_are(self) -> None:
        for number in range(20):
            bot(f"web-1:{number}")
        checks()
        limits = 4 if connection.vendor == "postgresql" else 0  # a savepoint, limits set, limits ended
        with self.assertNumQueries(5 + limits):
            checks()


class NobodyTests(HealthTestCase):
    """No bot process."""

    def test_a_bot_that_never_ran_is_missed(self) -> None:
        found = {one.name: one.light for one in checks()}
        self.assertEqual((found["poller"], found["worker"]), (Light.FAILED, Light.FAILED))
        for name in ("bot_api", "breaker", "writer_queue", "spool", "disk", "duplicate_poller", "webhook"):
            self.assertEqual(found[name], Light.UNKNOWN, name)

    def test_a_bot_that_fell_silent_or_stopped_is_missed_and_it_is_said_since_when(self) -> None:
        for state, seconds, advice in (
            ("running", 60, "start or restart"),
            ("stopped", 30, "alive: start"),
            ("died", 90, "alive: start"),
        ):
            with self.subTest(state):
                Heartbeat.objects.all().delete()
                bot(state=state, seconds_ago=seconds)
                age = self.assert_light("worker", Light.FAILED, f"{advice} `manage.py runbot`").age or 0.0
                self.assertAlmostEqual(age, seconds, delta=10)


class IntakeTests(HealthTestCase):
    """poller, duplicate_poller, webhook."""

    def test_polls_that_telegram_does_not_answer_are_late_and_then_failed(self) -> None:
        longest = settings.BOT_POLL_SECONDS + POLL_GRACE.total_seconds()
        bot(poll_age=longest - 10)
        self.assert_light("poller", Light.WARNING, "late")
        bot("web-1:43", poll_age=longest + 10)
        self.assert_light("poller", Light.WARNING, "late")  # the one that polled last counts
        Heartbeat.objects.filter(process="web-1:42").delete()
        self.assert_light("poller", Light.FAILED, "Telegram has not answered getUpdates for 6")

    def test_a_clock_that_was_set_back_makes_nobody_deaf(self) -> None:
        hour_behind = timezone.now() - timedelta(hours=1)
        bot(poll_age=3.0, last_poll_at=hour_behind, clock_skew=-3600.0)
        self.assert_light("poller", Light.OK)
        self.assert_light("worker", Light.OK)
        self.assert_light("clock", Light.FAILED, "3600 s behind the database's")

    def test_a_version_that_tells_no_poll_age_is_judged_by_its_last_poll(self) -> None:
        heartbeat(intake="polling", last_poll_at=timezone.now() - timedelta(seconds=90))
        self.assert_light("poller", Light.FAILED, "90 s")

    def test_when_all_stand_by_somebody_takes_over_soon_or_something_is_wrong(self) -> None:
        bot(intake="standby", poll_age=None, last_poll_at=timezone.now() - timedelta(seconds=5))
        self.assert_light("poller", Light.WARNING, "takes over")
        Heartbeat.objects.update(last_poll_at=timezone.now() - timedelta(minutes=5))
        self.assert_light("poller", Light.FAILED, "Nobody has polled for 5 min")

    def test_a_bot_that_waits_for_telegram_says_so(self) -> None:
        bot(intake="", connection="connecting", poll_age=None, worker_age=None, last_poll_at=None)
        self.assert_light("poller", Light.FAILED, "waits for Telegram")
        self.assert_light("bot_api", Light.FAILED, "TELEGRAM_API_URL")

    def test_somebody_else_who_polls_is_named(self) -> None:
        bot(trouble="Someone else polls this token: another deployment.")
        self.assert_light("duplicate_poller", Light.FAILED, "Someone else polls this token")

    def test_by_webhook_nothing_is_polled_and_telegrams_word_counts(self) -> None:
        bot(intake="webhook", poll_age=None, last_poll_at=None)
        webhook()
        self.assert_light("poller", Light.OK, "webhook")
        self.assert_light("webhook", Light.OK)
        just_now = timezone.now() - timedelta(minutes=2)
        for facts, light, words in (
            ({"waiting": 4, "last_error": "Connection refused", "last_error_at": just_now}, Light.FAILED, "refused"),
            ({"waiting": 0, "last_error": "Connection refused", "last_error_at": just_now}, Light.WARNING, "made good"),
            ({"waiting": 200, "last_error": "", "last_error_at": None}, Light.WARNING, "200 updates"),
            ({"waiting": 2000, "last_error": "", "last_error_at": None}, Light.FAILED, "2000 updates"),
            ({"checked_at": timezone.now() - timedelta(hours=1)}, Light.FAILED, "has said nothing"),
        ):
            with self.subTest(words):
                Webhook.objects.update(**facts)
                self.assert_light("webhook", light, words)


class WorkTests(HealthTestCase):
    """worker, backlog, outbox."""

    def test_a_worker_that_does_not_turn_is_late_and_then_stuck(self) -> None:
        for age, light in ((10.0, Light.OK), (20.0, Light.WARNING), (60.0, Light.FAILED)):
            with self.subTest(age):
                Heartbeat.objects.all().delete()
                bot(worker_age=age)
                self.assert_light("worker", light)

    def test_one_stuck_worker_among_others_is_a_warning_that_names_it(self) -> None:
        bot("web-1:1")
        bot("web-1:2", worker_age=100.0)
        self.assert_light("worker", Light.WARNING, "web-1:2: ")

    def test_a_process_that_starts_has_no_worker_yet(self) -> None:
        bot(worker_age=None, started_at=timezone.now())
        self.assert_light("worker", Light.WARNING, "starts")
        Heartbeat.objects.update(started_at=timezone.now() - timedelta(minutes=5))
        self.assert_light("worker", Light.FAILED, "who the bot is")

    def test_an_update_that_waits_is_old_and_then_too_old(self) -> None:
        for seconds, light in ((5, Light.OK), (60, Light.WARNING), (600, Light.FAILED)):
            with self.subTest(seconds):
                update(State.PENDING, received_at=timezone.now() - timedelta(seconds=seconds))
                found = self.assert_light("backlog", light)
                self.assertAlmostEqual(found.age or 0, seconds, delta=10)

    def test_an_update_from_the_future_of_a_clock_that_was_set_back_is_not_old(self) -> None:
        update(State.PENDING, received_at=timezone.now() + timedelta(hours=1))
        self.assertEqual(self.assert_light("backlog", Light.OK).age, 0.0)

    def test_a_message_that_could_be_sent_is_old_and_then_too_old_unless_it_is_a_broadcast(self) -> None:
        for seconds, priority, light in (
            (1200, Priority.BROADCAST, Light.OK),
            (7200, Priority.BROADCAST, Light.WARNING),
            (5, Priority.ALERT, Light.OK),
            (90, Priority.ALERT, Light.WARNING),
            (600, Priority.REPLY, Light.FAILED),
        ):
            with self.subTest(seconds=seconds, priority=priority):
                due = timezone.now() - timedelta(seconds=seconds)
                outgoing(OutgoingState.QUEUED, due_at=due, priority=priority)
                self.assert_light("outbox", light)

    def test_a_message_of_tomorrow_does_not_wait(self) -> None:
        outgoing(OutgoingState.QUEUED, due_at=timezone.now() + timedelta(days=1))
        self.assert_light("outbox", Light.OK, "No message waits")


class TelegramTests(HealthTestCase):
    """bot_api, breaker."""

    def test_the_light_is_that_of_the_links_and_one_good_link_of_several_is_a_warning(self) -> None:
        bot("web-1:1", connection="degraded", connection_words="Some calls fail.")
        self.assert_light("bot_api", Light.WARNING, "Some calls fail.")
        Heartbeat.objects.update(connection="down", connection_words="No call has succeeded.")
        self.assert_light("bot_api", Light.FAILED, "No call has succeeded.")
        bot("web-1:2")
        self.assert_light("bot_api", Light.WARNING, "web-1:1: No call has succeeded.")

    def test_an_open_circuit_is_failed_and_a_half_open_one_a_warning(self) -> None:
        bot(circuit="open")
        self.assert_light("breaker", Light.FAILED, "fail at once")
        Heartbeat.objects.update(circuit="half-open")
        self.assert_light("breaker", Light.WARNING, "tries")


class MachineTests(HealthTestCase):
    """writer_queue, spool, disk, clock."""

    def assert_lights(self, name: str, *lights: tuple[dict[str, Any], Light]) -> None:
        """Compare the light for each set of facts, beside a process that is well."""
        bot("web-1:1")
        for facts, light in lights:
            with self.subTest(facts):
                Heartbeat.objects.filter(process="web-1:2").delete()
                bot("web-1:2", **facts)
                self.assert_light(name, light)

    def test_a_queue_that_fills(self) -> None:
        levels = ((0, Light.OK), (4_999, Light.OK), (5_000, Light.WARNING), (9_000, Light.FAILED))
        self.assert_lights("writer_queue", *(({"queue": length}, light) for length, light in levels))

    def test_records_in_files(self) -> None:
        levels = ((0, Light.OK), (1, Light.WARNING), (60_000, Light.FAILED))
        self.assert_lights("spool", *(({"spooled": count}, light) for count, light in levels))

    def test_a_disk_that_fills_be_it_small_or_large(self) -> None:
        gib = 2**30
        self.assert_lights(
            "disk",
            ({"disk_free": 0, "disk_total": 0}, Light.UNKNOWN),
            ({"disk_free": 2 * gib, "disk_total": 10 * gib}, Light.OK),
            ({"disk_free": gib // 2, "disk_total": 10 * gib}, Light.WARNING),
            ({"disk_free": gib // 10, "disk_total": 10 * gib}, Light.FAILED),
            ({"disk_free": 60 * gib, "disk_total": 2000 * gib}, Light.OK),
            ({"disk_free": 4 * gib, "disk_total": 2000 * gib}, Light.WARNING),
            ({"disk_free": gib // 2, "disk_total": 2000 * gib}, Light.FAILED),
        )

    def test_a_clock_that_is_off(self) -> None:
        levels = ((0.5, Light.OK), (-3.0, Light.WARNING), (90.0, Light.FAILED), (None, Light.OK))
        self.assert_lights("clock", *(({"clock_skew": skew}, light) for skew, light in levels))


class JobTests(HealthTestCase):
    """jobs."""

    def test_jobs_that_run_when_they_are_due_are_well(self) -> None:
        job("rollup")
        job("no longer declared", next_at=None, failures=9)
        self.assert_light("jobs", Light.OK, "All 1 ran")

    def test_jobs_that_have_not_run_yet_are_counted_and_not_praised(self) -> None:
        job("nightly", last_started_at=None)
        self.assert_light("jobs", Light.OK, "None of 1 has run yet")
        job("rollup")
        self.assert_light("jobs", Light.OK, "1 of 2 ran when they were due; 1 not yet")

    def test_a_job_that_is_overdue_or_fails_is_named(self) -> None:
        for name, facts, light in (
            ("late", {"late": 180}, Light.WARNING),
            ("overdue", {"late": 1200}, Light.FAILED),
            ("failed", {"failures": 1}, Light.WARNING),
            ("failing", {"failures": 2}, Light.FAILED),
        ):
            with self.subTest(name):
                Job.objects.all().delete()
                job("rollup")
                job(name, **facts)
                self.assert_light("jobs", light, name)

    def test_a_bot_that_runs_and_has_scheduled_none_does_not_run_them(self) -> None:
        self.assert_light("jobs", Light.UNKNOWN, "start `manage.py runbot`")
        bot(started_at=timezone.now())
        self.assert_light("jobs", Light.UNKNOWN)
        Heartbeat.objects.update(started_at=timezone.now() - timedelta(minutes=5))
        self.assert_light("jobs", Light.FAILED, "has not begun")

    def test_one_that_runs_is_not_late_and_one_that_is_paused_is_only_said(self) -> None:
        job("long", late=1200, lease_until=timezone.now() + timedelta(seconds=20))
        job("backup", late=9000, is_paused=True, paused_by="alice")
        self.assert_light("jobs", Light.OK, "backup is paused by alice.")

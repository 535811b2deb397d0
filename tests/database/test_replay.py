"""Replay: what goes through again and what is refused, once for two operators, in batches; and `manage.py replay`."""

import threading
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import SimpleTestCase, TestCase, TransactionTestCase, skipUnlessDBFeature
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.inbox import freshness, replay, selectors, store
from botcore.inbox.replay import Plan
from botcore.inbox.selection import Selection
from botcore.models import EarlierRun, Event, FailedAttempt, Lane, State, Update
from tests.database.dashboard.data import failed_attempt, update

ENDED = (State.DONE, State.IGNORED, State.DEAD, State.QUARANTINED, State.EXPIRED)


def dead(**facts: Any) -> Update:
    """Create a dead letter with all that a handling leaves."""
    now = timezone.now()
    facts = {"attempts": 5, "handler": "start.start", "error": "KeyError: 'x'", "started_at": now, **facts}
    return update(State.DEAD, **facts)


def query(seconds_ago: float, kind: str = "callback_query", state: State = State.DEAD) -> Update:
    """Create an update of a kind that somebody waits for."""
    return update(state, kind=kind, received_at=timezone.now() - timedelta(seconds=seconds_ago))


def pending() -> list[int]:
    """Return the keys of what waits."""
    return list(Update.objects.filter(state=State.PENDING).order_by("pk").values_list("pk", flat=True))


class FreshnessTests(SimpleTestCase):
    """How long an answer is waited for."""

    def test_the_kinds_and_their_times(self) -> None:
        times = {kind: freshness.lifetime(kind) for kind in sorted(freshness.INTERACTIVE)}
        queries = {"callback_query": 150, "pre_checkout_query": 10, "shipping_query": 150}
        self.assertEqual(times, {**queries, "chosen_inline_result": 600, "inline_query": 30})
        self.assertEqual((freshness.lifetime("message"), freshness.lifetime("nonsense")), (86_400, 86_400))

    def test_it_ends_just_after_its_time(self) -> None:
        self.assertEqual([freshness.is_expired("inline_query", age) for age in (-5, 30, 30.1)], [False, False, True])
        self.assertEqual([freshness.is_expired("message", age) for age in (86_400, 86_401)], [False, True])


class ReplayTests(TestCase):
    """The service."""

    def test_a_dead_letter_is_as_if_it_had_just_arrived_and_keeps_its_history(self) -> None:
        row = dead(error_group="ab12")
        failed_attempt(row, 1)
        done = replay.replay(Selection(ids=(row.pk,)), by="alice")
        self.assertEqual(done, Plan({"dead": 1}))
        row.refresh_from_db()
        self.assertEqual((row.state, row.attempts, row.started_at, row.finished_at), (State.PENDING, 0, None, None))
        self.assertEqual((row.error, row.error_group), ("KeyError: 'x'", "ab12"))
        assert row.replayed_at
        self.assertLess(timezone.now() - row.replayed_at, timedelta(seconds=10))
        self.assertEqual(FailedAttempt.objects.count(), 1)

    def test_how_it_had_ended_is_kept_each_time(self) -> None:
        row = dead()
        replay.replay(Selection(ids=(row.pk,)), by="alice")
        ends = {"state": State.IGNORED, "attempts": 1, "handler": "", "error": "refused: replayed"}
        Update.objects.update(**ends, started_at=None, finished_at=timezone.now())
        replay.replay(Selection(ids=(row.pk,)), by="x" * 200)
        first, second = EarlierRun.objects.order_by("pk")
        self.assertEqual(
            (first.state, first.handler, first.attempts, first.error, first.started_at, first.replayed_by),
            ("dead", "start.start", 5, "", row.started_at, "alice"),
        )
        self.assertEqual((second.state, second.error, second.replayed_by), ("ignored", "refused: replayed", "x" * 150))
        self.assertEqual(Update.objects.get().replayed_at, second.replayed_at)

    def test_its_lane_is_woken_and_a_worker_gets_it_before_what_came_later(self) -> None:
        first, other_bot = dead(user_id=7), dead(user_id=8, bot_id=2)
        later = update(State.PENDING, user_id=7)
        Lane.objects.create(bot_id=1, key=7, seq=4)
        replay.replay(Selection(states=("dead",)), by="alice")
        (lane,) = store.claim(1, owner="one", lanes=9, updates_per_lane=9, lease_seconds=60)
        self.assertEqual(([one.pk for one in lane.updates], lane.seq), ([first.pk, later.pk], 5))
        (lane,) = store.claim(2, owner="one", lanes=9, updates_per_lane=9, lease_seconds=60)
        self.assertEqual([one.pk for one in lane.updates], [other_bot.pk])

    def test_every_state_that_is_an_end_goes_and_pending_ones_stay(self) -> None:
        rows = [update(state) for state in ENDED]
        waits = update(State.PENDING, attempts=2)
        chosen = Selection(ids=(*(row.pk for row in rows), waits.pk))
        expected = Plan({state.value: 1 for state in ENDED}, pending=1)
        self.assertEqual(replay.plan(chosen), expected)
        self.assertEqual(replay.replay(chosen, by="alice"), expected)
        waits.refresh_from_db()
        self.assertEqual((waits.attempts, waits.replayed_at), (2, None))

    def test_queries_past_their_time_are_refused_also_by_id_and_messages_never(self) -> None:
        old = [query(200), query(40, "inline_query"), query(700, "chosen_inline_result", State.EXPIRED)]
        fresh = [query(100), query(20, "inline_query"), query(500, "chosen_inline_result", State.DONE)]
        message = query(9 * 86_400, "message")
        chosen = Selection(ids=tuple(row.pk for row in (*old, *fresh, message)))
        self.assertEqual((replay.plan(chosen).total, replay.plan(chosen).late), (4, 3))
        done = replay.replay(chosen, by="alice")
        self.assertEqual((done.total, done.late, done.pending), (4, 3, 0))
        self.assertEqual(pending(), [row.pk for row in (*fresh, message)])
        self.assertIn("3 are refused: nobody waits any more", done.reasons[0])

    def test_conditions_narrow_each_other(self) -> None:
        now = timezone.now()
        rows = {
            "this": dead(error_group="ab12", received_at=now - timedelta(hours=2)),
            "other group": dead(error_group="cd34", received_at=now - timedelta(hours=2)),
            "other handler": dead(error_group="ab12", handler="help.help", received_at=now - timedelta(hours=2)),
            "other kind": dead(error_group="ab12", kind="poll", received_at=now - timedelta(hours=2)),
            "too old": dead(error_group="ab12", received_at=now - timedelta(hours=4)),
            "too new": dead(error_group="ab12", received_at=now),
            "other state": update(State.IGNORED, handler="start.start", received_at=now - timedelta(hours=2)),
        }
        since, until = now - timedelta(hours=3), now - timedelta(hours=1)
        chosen = Selection((), ("dead",), "message", "start.start", "ab12", since, until)
        self.assertEqual(replay.plan(chosen).again, {"dead": 1})
        replay.replay(chosen, by="alice")
        self.assertEqual(pending(), [rows["this"].pk])

    def test_since_is_part_of_the_time_and_until_is_not(self) -> None:
        row = dead()
        self.assertEqual(replay.plan(Selection(since=row.received_at)).total, 1)
        self.assertEqual(replay.plan(Selection(until=row.received_at)).total, 0)

    def test_the_dry_run_changes_nothing(self) -> None:
        row = dead()
        self.assertEqual(replay.plan(Selection(states=("dead",))), Plan({"dead": 1}))
        row.refresh_from_db()
        self.assertEqual((row.state, Lane.objects.count(), Event.objects.count()), (State.DEAD, 0, 0))

    def test_an_event_says_who_sent_how_many(self) -> None:
        rows = [dead().pk for _ in range(12)]
        ids = (*rows, query(900).pk, update(State.PENDING).pk)
        replay.replay(Selection(ids=ids), by="alice")
        event = Event.objects.get()
        self.assertEqual((event.kind, event.level), ("replay", "info"))
        self.assertEqual(event.text, "alice sent 12 updates through again; 2 were refused")
        replay.replay(Selection(ids=(query(1).pk,)), by="bob")
        self.assertEqual(Event.objects.order_by("-id")[0].text, "bob sent 1 update through again")

    def test_a_replay_of_nothing_leaves_no_event(self) -> None:
        self.assertEqual(replay.replay(Selection(states=("dead",)), by="alice"), Plan())
        self.assertEqual(Event.objects.count(), 0)

    def test_ids_that_do_not_exist_are_named_and_nothing_is_sent(self) -> None:
        row = dead()
        ids = (row.pk, row.pk + 1, 0, -3, 2**63, 10**30)
        self.assertEqual(replay.plan(Selection(ids=ids)).unknown, (-3, 0, row.pk + 1, 2**63, 10**30))
        with self.assertRaisesMessage(ValidationError, f"There are no updates -3, 0, {row.pk + 1}, "):
            replay.replay(Selection(ids=ids), by="alice")
        with self.assertRaisesMessage(ValidationError, f"There is no update {row.pk + 1}."):
            replay.replay(Selection(ids=(row.pk + 1,)), by="alice")
        self.assertEqual(pending(), [])

    def test_what_can_mean_nothing_or_everything_is_refused(self) -> None:
        now = timezone.now()
        for selection, words in {
            Selection(): "Nothing is selected",
            Selection(states=("dead", "broken")): "There is no state 'broken'",
            Selection(since=now, until=now): "no update can lie between",
            Selection(ids=tuple(range(1, 10_002))): "At most 10,000 updates",
        }.items():
            for act in (replay.plan, lambda chosen: replay.replay(chosen, by="alice")):
                with self.subTest(words), self.assertRaisesMessage(ValidationError, words):
                    act(selection)

    def test_it_goes_in_batches_of_one_transaction_each(self) -> None:
        for number in range(1, 13):
            dead(user_id=number)
        with patch.object(replay, "BATCH", 5), CaptureQueriesContext(connection) as queries:
            self.assertEqual(replay.replay(Selection(states=("dead",)), by="alice").total, 12)
        statements = [one["sql"] for one in queries.captured_queries]
        updates = [sql for sql in statements if sql.startswith('UPDATE "botcore_update"')]
        self.assertEqual(len(updates), 3)
        savepoints = [sql for sql in statements if sql.startswith("SAVEPOINT")]
        self.assertGreaterEqual(len(savepoints), 3)
        self.assertEqual(len(pending()), 12)

    def test_a_batch_of_five_hundred_chats_wakes_all_of_them(self) -> None:
        for number in range(1, 603):
            dead(user_id=number)
        self.assertEqual(replay.replay(Selection(states=("dead",)), by="alice").total, 602)
        self.assertEqual(Lane.objects.filter(ready_at__isnull=False, seq=1).count(), 602)

    def test_only_the_oldest_are_looked_at_within_a_bound(self) -> None:
        rows = [dead().pk for _ in range(5)]
        chosen = Selection(states=("dead",))
        self.assertEqual(replay.plan(chosen, most=3), Plan({"dead": 3}, more=True))
        self.assertEqual(replay.plan(chosen, most=5), Plan({"dead": 5}))
        with patch.object(replay, "BATCH", 2):
            self.assertEqual(replay.replay(chosen, by="alice", most=3), Plan({"dead": 3}, more=True))
        self.assertEqual(pending(), rows[:3])

    def test_waiting_is_counted_from_the_replay_on(self) -> None:
        dead(received_at=timezone.now() - timedelta(days=3))
        replay.replay(Selection(states=("dead",)), by="alice")
        self.assertLess(selectors.oldest_pending_age(), 10)
        update(State.PENDING, received_at=timezone.now() - timedelta(minutes=5))
        self.assertTrue(299 <= selectors.oldest_pending_age() < 310)


class TwoOperatorsTests(TransactionTestCase):
    """At the same time."""

    def test_each_update_goes_once(self) -> None:
        for number in range(300):
            dead(user_id=number % 40 + 1)
        done: list[Plan] = []
        start = threading.Barrier(3)

        def operate() -> None:
            """Replay everything, in small steps."""
            start.wait()
            try:
                done.append(replay.replay(Selection(states=("dead",), group=""), by="alice"))
            finally:
                connection.close()

        with patch.object(replay, "BATCH", 10):
            operators = [threading.Thread(target=operate) for _ in range(3)]
            for operator in operators:
                operator.start()
            for operator in operators:
                operator.join(timeout=60)
        self.assertEqual(len(done), 3)
        self.assertEqual(sum(plan.total for plan in done), 300)
        self.assertEqual(len(pending()), 300)

    @skipUnlessDBFeature("has_select_for_update")
    def test_an_update_that_a_worker_completes_is_not_waited_for(self) -> None:
        waits, ended = update(State.PENDING), dead()
        locked, over = threading.Event(), threading.Event()

        def complete() -> None:
            """Hold the row as completion does, until the replay is over."""
            with transaction.atomic():
                list(Update.objects.select_for_update().filter(pk=waits.pk))
                locked.set()
                over.wait(timeout=30)
            connection.close()

        worker = threading.Thread(target=complete)
        worker.start()
        self.assertTrue(locked.wait(timeout=30))
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            done = replay.replay(Selection(ids=(waits.pk, ended.pk)), by="alice")
        finally:
            over.set()
            worker.join(timeout=30)
            connection.close()  # with its lock_timeout
        self.assertEqual(done, Plan({"dead": 1}, pending=1))


class CommandTests(TestCase):
    """`manage.py replay`."""

    def run_it(self, *arguments: str) -> str:
        """Return what it prints."""
        out = StringIO()
        call_command("replay", *arguments, stdout=out)
        return out.getvalue()

    def refuse(self, *arguments: str) -> str:
        """Return the sentence it ends with."""
        with self.assertRaises(CommandError) as caught:
            call_command("replay", *arguments, stdout=StringIO())
        self.assertEqual(caught.exception.returncode, 1)
        self.assertNotIn("\n", str(caught.exception))
        return str(caught.exception)

    def test_from_the_dry_run_to_the_handled_update(self) -> None:
        row = dead(error_group="ab12")
        update(error_group="")
        query(900)
        told = self.run_it("--state", "dead")
        self.assertIn("dead letter    1", told)
        self.assertIn("1 is refused: nobody waits any more", told)
        self.assertIn("This was a dry run. Add --apply to do it.", told)
        self.assertEqual(pending(), [])
        told = self.run_it("--state", "dead", "--group", "ab12", "--apply")
        self.assertIn("1 update went through again", told)
        (lane,) = store.claim(1, owner="one", lanes=9, updates_per_lane=9, lease_seconds=60)
        self.assertEqual([one.pk for one in lane.updates], [row.pk])
        self.assertEqual(Event.objects.get().text, "manage.py replay sent 1 update through again")
        self.assertIn("still pending", self.refuse("--id", str(row.pk), "--apply"))

    def test_every_condition_reaches_the_selection(self) -> None:
        day = timezone.now().replace(year=2026, month=11, day=1, hour=10, minute=30)
        row = dead(kind="poll", handler="start.start", error_group="ab12", received_at=day)
        words = ["--id", str(row.pk), "--state", "dead", "--state", "done", "--kind", "poll", "--group", "ab12"]
        for since, until, count in (
            ("2026-11-01T10:00", "2026-11-01T11:00", 1),
            ("2026-11-01", "2026-11-02", 1),
            ("2026-11-01T11:00", "2026-11-02", 0),
            ("2026-11-01T13:00+03:00", "2026-11-01T14:00+03:00", 1),
            ("2026-11-01T10:00+03:00", "2026-11-01T11:00+03:00", 0),
        ):
            with self.subTest(since):
                told = self.run_it(*words, "--handler", "start.start", "--since", since, "--until", until)
                self.assertIn(f"through again  {count}", told)
        self.assertIn("There is nothing to replay.", self.run_it(*words, "--handler", "help.help"))

    def test_mistakes_are_told_in_one_sentence_and_change_nothing(self) -> None:
        row = dead()
        for arguments, words in {
            (): "Nothing is selected",
            ("--apply",): "Nothing is selected",
            ("--state", "broken"): "There is no state 'broken'; the states are pending, done",
            ("--id", "999999"): "There is no update 999999.",
            ("--id", str(row.pk), "--id", "999999", "--apply"): "There is no update 999999.",
            ("--since", "yesterday"): "--since 'yesterday' is no time: write it like 2026-11-01T10:00",
            ("--until", "2026-13-01"): "--until '2026-13-01' is no time",
            ("--since", "0001-01-01T00:00+23:00"): "is no time",
            ("--since", "2026-11-02", "--until", "2026-11-01"): "no update can lie between",
            ("--state", "quarantined", "--apply"): "Nothing was replayed. No update fits.",
        }.items():
            with self.subTest(words):
                self.assertIn(words, self.refuse(*arguments))
        with self.assertRaisesMessage(CommandError, "invalid int value: 'five'"):
            call_command("replay", "--id", "five")
        self.assertEqual(pending(), [])

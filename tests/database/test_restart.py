"""The wish for a restart: who obeys it, one at a time, never twice; who tells of its end, and when it is given up."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from botcore.audit.models import AuditEntry
from botcore.exceptions import ValidationError
from botcore.models import Event, Heartbeat, Lease, OutgoingMessage, Reach, RuntimeSetting, Update
from botcore.runtime import restart
from botcore.runtime.restart import Life, Wish
from tests.database.dashboard.data import heartbeat, person, private, update

FIRST, SECOND = "host:1-a", "host:2-a"


class RestartCase(TestCase):
    """Processes that beat, and what they see."""

    def live(self, process: str) -> Life:
        """Let a process begin."""
        heartbeat(process)
        return restart.begin(process)

    def again(self, life: Life, wish: Wish) -> Life:
        """Let a process end and begin anew."""
        Heartbeat.objects.filter(process=life.process).update(state="stopped")
        name = life.process.removesuffix("-a") + "-b"
        heartbeat(name)
        return restart.begin(name, life.note(wish))


class OnceTests(RestartCase):
    """A wish by an update that is attempted more than once."""

    def want(self, row: Update) -> bool:
        """Wish for it by this update."""
        return restart.want_once(bot_id=1, update_pk=row.pk, by="alice", chat_id=1)

    def test_a_second_attempt_at_the_update_wishes_for_nothing_also_after_the_restart(self) -> None:
        row = update()
        life = self.live(FIRST)
        self.assertTrue(self.want(row))
        self.assertFalse(self.want(row))
        wish = restart.current()
        assert wish
        after = self.again(life, wish)
        restart.look(after)
        restart.look(after)
        self.assertIsNone(restart.current())
        self.assertFalse(self.want(row))
        self.assertIsNone(restart.current())

    def test_a_wish_that_came_to_nothing_is_made_again(self) -> None:
        row = update()
        with self.assertRaises(ValidationError):
            self.want(row)
        self.live(FIRST)
        self.assertTrue(self.want(row))
        self.assertTrue(restart.current())


class ObeyTests(RestartCase):
    """Who begins anew."""

    def test_a_process_that_began_before_obeys_and_one_that_began_later_does_not(self) -> None:
        before = self.live(FIRST)
        self.assertIsNone(restart.look(before))
        wish = restart.want(by="alice")
        after = self.live("host:3-a")
        self.assertIsNone(restart.look(after))
        self.assertEqual(restart.look(before), wish)
        self.assertEqual(restart.look(before), wish)  # while it drains

    def test_nobody_obeys_the_same_wish_twice_whatever_the_clocks_say(self) -> None:
        self.live(FIRST)
        wish = restart.want(by="alice")
        reborn = Life("host:1-b", wish.at - timedelta(hours=1), wish.key, FIRST)
        self.assertIsNone(restart.look(reborn))

    def test_one_after_the_other_and_the_last_one_tells(self) -> None:
        private(person(2, "Bob"))
        first, second = self.live(FIRST), self.live(SECOND)
        wish = restart.want(by="bob", chat_id=2)
        self.assertEqual(restart.look(first), wish)
        self.assertIsNone(restart.look(second))
        first = self.again(first, wish)
        self.assertIsNone(restart.look(first))
        self.assertEqual(restart.look(second), wish)
        Heartbeat.objects.filter(process=SECOND).update(state="stopped")
        self.assertIsNone(restart.look(first))
        self.assertFalse(OutgoingMessage.objects.exists())  # the second is between two lives
        second = self.again(second, wish)
        for life in (second, first, second):
            self.assertIsNone(restart.look(life))
        row = OutgoingMessage.objects.get()
        self.assertEqual((row.chat_id, row.key), (2, f"restart:{wish.key}"))
        self.assertIn("2 of 2 processes", row.payload)
        self.assertFalse(RuntimeSetting.objects.exists())
        told = list(Event.objects.order_by("pk").values_list("text", flat=True))
        self.assertEqual(told[0], "bob asked for a restart of 2 bot processes.")
        self.assertRegex(told[1], r"^2 of 2 bot processes came back in \d+ s: version ")

    def test_a_process_that_does_not_come_back_ends_it_for_the_others(self) -> None:
        first, second = self.live(FIRST), self.live(SECOND)
        wish = restart.want(by="alice")
        self.assertEqual(restart.look(first), wish)
        Heartbeat.objects.filter(process=FIRST).update(state="stopped")
        Lease.objects.filter(name="restart").update(until=timezone.now() - timedelta(seconds=1))
        self.assertIsNone(restart.look(second))
        self.assertIsNone(restart.current())
        self.assertIn("did not come back", Event.objects.latest("pk").text)

    def test_who_cannot_be_told_is_no_error(self) -> None:
        private(person(2, "Bob"), reach=Reach.BLOCKED)
        life = self.live(FIRST)
        wish = restart.want(by="bob", chat_id=2)
        restart.look(life)
        self.assertIsNone(restart.look(self.again(life, wish)))
        self.assertIsNone(restart.current())
        self.assertFalse(OutgoingMessage.objects.exists())
        self.assertIn("cannot be told", Event.objects.latest("pk").text)


class WantTests(RestartCase):
    """Asking for it."""

    def test_it_is_audited_and_kept_for_an_hour(self) -> None:
        self.live(FIRST)
        restart.want(by="alice")
        entry = AuditEntry.objects.get()
        self.assertEqual(
            (entry.action, entry.target, entry.after), ("bot.restart", "bot", '{"processes": ["host:1-a"]}')
        )
        RuntimeSetting.objects.update(until=timezone.now() - timedelta(seconds=1))
        self.assertIsNone(restart.current())

    def test_a_second_one_and_one_for_nobody_are_refused(self) -> None:
        with self.assertRaisesRegex(ValidationError, "No bot process is alive"):
            restart.want(by="alice")
        self.live(FIRST)
        restart.want(by="alice")
        with self.assertRaisesRegex(ValidationError, "alice has asked for a restart already"):
            restart.want(by="bob")
        self.assertEqual(AuditEntry.objects.count(), 1)

    def test_a_row_that_somebody_wrote_by_hand_is_no_wish(self) -> None:
        life = self.live(FIRST)
        for value in ("7", "{}", '{"key": 1, "at": "never", "processes": []}', '{"key": 1, "at": 5, "processes": 5}'):
            RuntimeSetting.objects.update_or_create(name="restart", defaults={"value": value, "at": timezone.now()})
            self.assertIsNone(restart.look(life))

    def test_an_old_turn_does_not_stop_a_new_wish(self) -> None:
        life = self.live(FIRST)
        Lease.objects.create(name="restart", owner="host:9-z", until=timezone.now() - timedelta(hours=1))
        wish = restart.want(by="alice")
        self.assertEqual(restart.look(life), wish)

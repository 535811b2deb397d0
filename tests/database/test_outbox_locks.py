"""A caller's long transaction, or somebody's lock, holds up nobody but its own messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import skipUnless

from django.db import connection, transaction
from django.test import TransactionTestCase

from botcore.outbox import services
from botcore.outbox.models import OutgoingMessage
from botcore.outbox.progress import Begin, advance
from tests.database.outboxes import BOT, begin, claim, end, queue, send_all, states
from tests.environment import SERVER


@skipUnless(SERVER, "SQLite locks no rows")
class LockTests(TransactionTestCase):
    """A caller's long transaction holds up nobody but its own messages."""

    def test_a_message_that_somebody_has_locked_is_not_begun_and_nothing_waits_for_it(self) -> None:
        queue("a")
        queue("b", chat=2)
        lanes = sorted(claim(), key=lambda lane: lane.chat_id)
        with self.locked("chat_id = 1"):
            begun = advance([Begin(lane, lane.messages[0]) for lane in lanes], [], []).begun
        self.assertEqual(begun, {lanes[1].messages[0].pk})

    def test_a_message_of_a_long_transaction_is_unseen_and_locks_no_lane(self) -> None:
        queue("before")
        (lane,) = claim()
        other = connection.copy()
        try:
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO botcore_outgoingmessage (bot_id, chat_id, method, payload, priority, due_at,"
                    " created_at) VALUES (99, 1, 'sendMessage', '{}', 2, now(), now());"
                    "INSERT INTO botcore_outboxwake (bot_id, chat_id, priority, due_at) VALUES (99, 1, 2, now())"
                )
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '5s'")
                send_all(lane)
                self.assertEqual(claim("two"), [])
            other.commit()
        finally:
            other.close()
        self.assertEqual(len(claim("three")), 1)

    def test_a_late_answer_does_not_wait_for_somebody_who_sends_the_message_again(self) -> None:
        queue("a")
        (late,) = claim("one", lease_seconds=-1)
        begin(late)
        claim("two")  # the message is in doubt now
        with self.locked("chat_id = 1"):
            advance([], [end(late, late.messages[0])], [])
        self.assertEqual(states(), ["uncertain"])
        advance([], [end(late, late.messages[0])], [])
        self.assertEqual(states(), ["sent"])

    def test_a_chat_that_is_lost_does_not_wait_for_somebody_who_cancels_in_a_long_transaction(self) -> None:
        queue("a", "b")
        first, _ = OutgoingMessage.objects.order_by("pk").values_list("pk", flat=True)
        with self.locked(f"id = {first}"):
            self.assertEqual(services.cancel_chat(1, bot_id=BOT), 1)
        self.assertEqual(states(), ["queued", "cancelled"])

    @contextmanager
    def locked(self, rows: str) -> Iterator[None]:
        """Let another connection hold these rows; nothing of ours may wait for them."""
        other = connection.copy()
        try:
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM botcore_outgoingmessage WHERE {rows} FOR UPDATE")
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '5s'")
                yield
        finally:
            other.rollback()
            other.close()

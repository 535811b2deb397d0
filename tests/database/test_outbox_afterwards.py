"""What becomes of messages that are queued: they are cancelled, or sent again."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.outbox import services
from botcore.outbox.content import (
    Button,
)
from botcore.outbox.models import CallbackData, OutboxWake, OutgoingMessage, Priority
from botcore.people.models import Chat, Reach
from tests.database.outboxes import SendCase, add_chat


class AfterwardsTests(SendCase):
    """Cancelling, and sending again."""

    def state(self, pk: int) -> str:
        """Return a message's state."""
        return OutgoingMessage.objects.get(pk=pk).state

    def test_only_what_waits_can_be_cancelled(self) -> None:
        pk = services.send(chat_id=1, text="Hello")
        self.assertEqual((services.cancel(pk, reason="a mistake"), self.state(pk)), (True, "cancelled"))
        self.assertEqual(OutgoingMessage.objects.get().error, "a mistake")
        self.assertEqual((services.cancel(pk), services.cancel(pk + 1)), (False, False))
        OutgoingMessage.objects.update(state="sending")
        self.assertEqual((services.cancel(pk), self.state(pk)), (False, "sending"))

    def test_a_chats_messages_are_cancelled_and_no_others(self) -> None:
        add_chat(2)
        mine = [services.send(chat_id=1, text="Hello", priority=priority) for priority in Priority]
        sent, other = mine.pop(), services.send(chat_id=2, text="Hello")
        OutgoingMessage.objects.filter(pk=sent).update(state="sent")
        self.assertEqual(services.cancel_chat(1, reason="blocked"), 3)
        self.assertEqual([self.state(pk) for pk in [*mine, sent, other]], ["cancelled"] * 3 + ["sent", "queued"])

    def test_a_person_sends_again_what_failed_or_is_in_doubt(self) -> None:
        pk = services.send(chat_id=1, text="Hello", due_at=timezone.now() + timedelta(days=5))
        for state in ("failed", "uncertain", "cancelled"):
            OutgoingMessage.objects.update(state=state, finished_at=timezone.now())
            OutboxWake.objects.all().delete()
            services.retry(pk)
            row = OutgoingMessage.objects.get()
            self.assertEqual(
                (row.state, row.finished_at, OutboxWake.objects.get().due_at), ("queued", None, row.due_at)
            )
            self.assertLess(abs(row.due_at - timezone.now()), timedelta(minutes=1))

    def test_a_text_that_looks_like_something_left_out_is_sent_again(self) -> None:
        for text in ("[file 3 of 5] is late", "[hidden]", '{"left_out":true,', '{"cut": '):
            pk = services.send(chat_id=1, text=text)
            OutgoingMessage.objects.update(state="failed")
            services.retry(pk)
            self.assertEqual(self.state(pk), "queued")

    def test_long_data_of_buttons_live_on_when_they_are_sent_again(self) -> None:
        pk = services.send(chat_id=1, text="x", buttons=[[Button("a", data=f"vote:{'x' * 100}")]])
        other = CallbackData.objects.create(key="other", data="x", chat_id=1, expires_at=timezone.now())
        OutgoingMessage.objects.update(state="failed")
        soon = timezone.now() + timedelta(minutes=5)
        CallbackData.objects.update(expires_at=soon)
        services.retry(pk)
        self.assertEqual(CallbackData.objects.get(pk=other.pk).expires_at, soon)
        mine = CallbackData.objects.exclude(pk=other.pk).get()
        self.assertGreater(mine.expires_at, soon + timedelta(days=29))

    def test_what_is_sent_or_waits_is_not_sent_again(self) -> None:
        pk = services.send(chat_id=1, text="Hello")
        for state in ("queued", "sending", "sent"):
            OutgoingMessage.objects.update(state=state)
            self.refused(lambda: services.retry(pk), f"A message that is {state} cannot be sent again.")
        self.refused(lambda: services.retry(pk + 1), "There is no such message.")
        for call in (services.retry, services.cancel):
            for wrong in ("x", None, True, 2**70, -1):
                self.refused(lambda call=call, wrong=wrong: call(wrong), "There is no such message.")  # type: ignore[misc]
        self.refused(lambda: services.cancel(pk, reason="a\x00b"), "The reason has a null character.")

    def test_nothing_is_sent_again_to_a_chat_that_blocked_the_bot(self) -> None:
        add_chat(2)
        pk = services.send(chat_id=2, text="Hello")
        OutgoingMessage.objects.update(state="failed")
        Chat.objects.filter(pk=2).update(reach=Reach.BLOCKED)
        self.refused(lambda: services.retry(pk), "Alice has blocked the bot.")

    def refused(self, call: Callable[[], object], sentence: str) -> None:
        """Check that a call is refused."""
        with self.assertRaises(ValidationError) as caught:
            call()
        self.assertEqual(str(caught.exception), sentence)

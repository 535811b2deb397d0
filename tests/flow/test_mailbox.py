"""/feedback: reading, marking, answering."""

from functools import partial

from django.utils import timezone

from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.feedback import services
from botcore.feedback.models import Feedback
from botcore.outbox.content import Text
from botcore.outbox.models import OutgoingMessage
from botcore.people.models import Chat, Reach
from tests.database.dashboard.data import message, person
from tests.flow.operators import OperatorCase


class MailboxTests(OperatorCase):
    """Charlie wrote."""

    async def wrote(self, text: str = "The map is <b>wrong</b>") -> Feedback:
        """Let Charlie write something."""
        await self.charlie.says(text)
        return await Feedback.objects.alatest("pk")

    async def test_lists_what_is_unread(self) -> None:
        await self.wrote("one")
        await self.wrote()
        await self.alice.says("/feedback")
        day = r"\d{4}-\d\d-\d\d"  # the sandbox's clock
        self.assertRegex(
            self.alice.sees,
            rf"^Feedback · unread\n\n1\. Charlie Clark: The map is <b>wrong</b> {day}\n2\. Charlie Clark: one {day}$",
        )
        self.assertEqual(self.alice.buttons, ["1", "2", "↻", "All"])

    async def test_what_somebody_with_a_higher_role_wrote_is_not_shown(self) -> None:
        await self.alice.says("The key is hunter")
        charlie = await self.promote(Role.ADMIN)
        await charlie.says("/feedback all")
        self.assertIn("Not shown: it was said to somebody with your role or a higher one.", charlie.sees)
        await charlie.presses("1")
        self.assertNotIn("hunter", charlie.sees)
        await charlie.says("/talk 1 note odd")
        self.assertIn("Not shown", charlie.sees)

    async def test_is_marked_as_read(self) -> None:
        row = await self.wrote()
        await self.alice.says("/feedback")
        await self.alice.presses("1")
        self.assertIn("\nThe map is <b>wrong</b>", self.alice.sees)
        self.assertEqual(await self.alice.presses("Mark as read"), ["Marked as read"])
        self.assertIn("Read just now", self.alice.sees)
        self.assertEqual(self.alice.buttons, ["Answer", "List"])
        await self.alice.presses("List")
        self.assertEqual(self.alice.sees, "All is read.")
        await self.alice.presses("All")
        self.assertTrue(self.alice.sees.startswith("Feedback\n\n1. Charlie"))
        entry = await AuditEntry.objects.aget()
        self.assertEqual((entry.action, entry.target), ("feedback.read", f"feedback:{row.pk}"))

    async def test_is_answered_by_the_next_message(self) -> None:
        row = await self.wrote()
        await self.alice.says("/feedback")
        await self.alice.presses("1")
        await self.alice.presses("Answer")
        self.assertTrue(self.alice.sees.startswith("Your next message goes to Charlie Clark, whatever it is"))
        await self.alice.says("Thank you, it is <mended>")
        self.assertEqual(self.alice.sees, "On its way to Charlie Clark.")
        sent = await OutgoingMessage.objects.aget(source="feedback")
        self.assertEqual(sent.chat_id, 3)
        self.assertIn("Thank you, it is &lt;mended&gt;", sent.payload)
        self.assertIn(f'"message_id":{row.message_id}', sent.payload.replace(" ", ""))
        self.assertIsNotNone((await Feedback.objects.aget(pk=row.pk)).read_at)
        actions = [entry.action async for entry in AuditEntry.objects.order_by("pk")]
        self.assertEqual(actions, ["feedback.answer"])
        await self.alice.says("Hello")  # is no second answer
        self.assertEqual(await OutgoingMessage.objects.filter(source="feedback").acount(), 1)

    async def test_another_attempt_at_the_same_answer_queues_nothing(self) -> None:
        row = await self.wrote()
        answer = partial(services.answer, feedback_id=row.pk, content=Text("one"), by="x", update_pk=row.update_pk)
        first = await in_database(answer)
        self.assertEqual(await in_database(answer), first)
        self.assertEqual(await OutgoingMessage.objects.filter(source="feedback").acount(), 1)
        self.assertEqual(await AuditEntry.objects.filter(action="feedback.answer").acount(), 1)

    async def test_an_answer_can_be_left(self) -> None:
        await self.wrote()
        await self.alice.says("/feedback")
        await self.alice.presses("1")
        await self.alice.presses("Answer")
        await self.alice.presses("Cancel")
        self.assertEqual(self.alice.sees, "Cancelled. Nothing was done.")
        await self.alice.says("hello")
        self.assertFalse(await OutgoingMessage.objects.filter(source="feedback").aexists())

    async def test_who_has_blocked_the_bot_gets_none(self) -> None:
        row = await self.wrote()
        await Chat.objects.filter(pk=3).aupdate(reach=Reach.BLOCKED)
        await self.alice.says("/start")
        await self.alice.forges(f"mail_answer:{row.pk}")
        await self.alice.says("Hello")
        self.assertIn("blocked", self.alice.sees)
        self.assertIsNone((await Feedback.objects.aget(pk=row.pk)).read_at)

    async def test_what_is_gone_or_was_never_there(self) -> None:
        await self.alice.says("/feedback")
        self.assertEqual(self.alice.sees, "All is read.")
        await self.alice.says("/feedback all")
        self.assertEqual(self.alice.sees, "Nobody wrote anything yet.")
        for value in ("", "x", "999", "9" * 40):
            for name in ("mail", "mail_read", "mail_answer"):
                self.assertEqual(await self.alice.forges(f"{name}:{value}"), "This message is no longer kept.")

    async def test_wrong_words(self) -> None:
        for words, said in (("unred", "did you mean unread?"), ("all now", "more than this command takes")):
            await self.alice.says(f"/feedback {words}")
            self.assertIn(said, self.alice.sees)

    async def test_many_fill_pages(self) -> None:
        dora = await in_database(person, 77, "Dora")
        for number in range(9):
            await in_database(message, dora, f"note {number}", sent_at=timezone.now())
        await self.alice.says("/feedback")
        await self.alice.presses("»")
        self.assertIn("1. Dora: note 0", self.alice.sees)

    async def test_support_only(self) -> None:
        row = await self.wrote()
        buttons = ("mailbox:unread|", *(f"{name}:{row.pk}" for name in ("mail", "mail_read", "mail_answer")))
        await self.assert_needs(Role.SUPPORT, "/feedback", buttons=buttons)
        self.assertIsNone((await Feedback.objects.aget(pk=row.pk)).read_at)

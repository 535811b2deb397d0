"""Write to one person: the operator's next message goes there through the outbox, whatever it is."""

import json

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.feedback.models import Feedback
from botcore.outbox.models import OutgoingMessage
from botcore.people.models import Reach
from botcore.people.services import mark_unreachable
from tests.database.access import BOSS
from tests.flow.people import CHARLIE, DENIED, PeopleCase


class LetterTests(PeopleCase):
    """Alice writes to Charlie."""

    async def begin(self) -> None:
        """Press the button on Charlie's card."""
        await self.meet()
        await self.alice.says("/user 3")
        await self.alice.presses("Write to")

    async def letters(self) -> list[tuple[str, dict[str, object]]]:
        """Return what is queued for Charlie: method and parameters."""
        rows = OutgoingMessage.objects.filter(chat_id=CHARLIE, source="operator").order_by("pk")
        return [(row.method, json.loads(row.payload)) async for row in rows]

    def deliver(self, **fields: object) -> None:
        """Let Telegram deliver a message of Alice's."""
        sender = self.world.people[1].to_json()
        where = {"message_id": 4711, "date": 1_700_000_000, "chat": {"id": 1, "type": "private", "first_name": "Alice"}}
        self.world.deliver({"message": {**where, "from": sender, **fields}})

    async def test_the_next_text_goes_to_the_person_with_its_formatting(self) -> None:
        await self.begin()
        self.assertEqual(
            self.alice.sees, "Your next message goes to Charlie Clark (3), whatever it is. /cancel leaves it."
        )
        bold = [{"type": "bold", "offset": 0, "length": 5}]
        self.deliver(text="Hello <you> & me", entities=bold)
        await self.settle()
        self.assertEqual(self.alice.sees, "On its way to Charlie Clark (3).")
        ((method, said),) = await self.letters()
        self.assertEqual((method, said["text"]), ("sendMessage", "<b>Hello</b> &lt;you&gt; &amp; me"))
        self.assertEqual(said["parse_mode"], "HTML")
        self.assertEqual(await self.actions(), ["people.write person:3"])
        self.assertNotIn("Hello", (await AuditEntry.objects.alatest("pk")).after)
        await self.alice.says("Something else")
        self.assertEqual(len(await self.letters()), 1)
        self.assertEqual((await Feedback.objects.aget()).text, "Something else")

    async def test_anything_else_is_copied(self) -> None:
        await self.begin()
        photo = [{"file_id": "A", "file_unique_id": "B", "width": 1, "height": 1}]
        self.deliver(photo=photo, caption="Look")
        await self.settle()
        self.assertEqual(await self.letters(), [("copyMessage", {"from_chat_id": 1, "message_id": 4711})])

    async def test_an_album_is_refused_once_and_nothing_is_sent(self) -> None:
        await self.begin()
        photo = [{"file_id": "A", "file_unique_id": "B", "width": 1, "height": 1}]
        count = len(self.alice.answers)
        for _ in range(3):
            self.deliver(photo=photo, media_group_id="77")
        await self.settle()
        self.assertEqual(self.alice.answers[count:], ["An album cannot be passed on. Send its pictures one by one."])
        self.assertEqual(await self.letters(), [])
        await self.alice.says("Then a text")
        self.assertEqual(len(await self.letters()), 1)

    async def test_cancel_and_commands_send_nothing(self) -> None:
        await self.begin()
        await self.alice.says("/about")
        await self.alice.says("/cancel")
        await self.alice.says("Not for Charlie")
        self.assertEqual(await self.letters(), [])

    async def test_the_button_under_the_question_leaves_it(self) -> None:
        await self.begin()
        self.assertEqual(self.alice.buttons, ["Cancel"])
        await self.alice.presses("Cancel")
        self.assertEqual(self.alice.sees, "Cancelled. Nothing was done.")
        await self.alice.says("Not for Charlie")
        self.assertEqual(await self.letters(), [])

    async def test_in_a_group_nothing_is_passed_on(self) -> None:
        await self.begin()
        await self.alice_in_group.says("Between us")
        self.assertEqual(await self.letters(), [])

    async def test_who_cannot_be_written_to_is_told_at_once_and_at_the_end(self) -> None:
        await self.begin()
        await in_database(mark_unreachable, CHARLIE, Reach.BLOCKED)
        await self.alice.says("Hello")
        self.assertIn("has blocked the bot", self.alice.sees)
        self.assertEqual(await self.letters(), [])
        await self.alice.says("/user 3")
        self.assertEqual(await self.alice.presses("Write to"), ["The bot cannot write to this person."])

    async def test_who_lost_the_role_meanwhile_sends_nothing(self) -> None:
        await self.bob.says("/start")
        await self.make(CHARLIE, Role.SUPPORT)
        await self.charlie.says("/user 2")
        await self.charlie.presses("Write to")
        await in_database(access.revoke, user_id=CHARLIE, by="the tests", giver=BOSS)
        await self.charlie.says("Hello Bob")
        self.assertEqual(self.charlie.sees, DENIED)
        self.assertFalse(await OutgoingMessage.objects.filter(source="operator").aexists())

    async def test_the_button_is_for_support(self) -> None:
        await self.meet()
        await self.charlie.forges("person_write:2")
        self.assertEqual(self.charlie.sees, DENIED)
        await self.alice.says("/user 3")
        self.assertEqual(await self.alice.forges("person_write:999"), "The bot does not know this person any more.")

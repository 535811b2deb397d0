"""The operators' group when processes end, without topics, and when it is lost: nothing is lost or said twice."""

import itertools

from django.utils import timezone

from botcore.conversations.models import Conversation
from botcore.database import in_database
from botcore.feedback.models import Feedback
from botcore.models import Event, GroupPlace, OutgoingMessage, RuntimeSetting
from botcore.operators import answering
from botcore.operators.answering import Spoken
from botcore.outbox.content import Text
from botcore.outbox.models import OutgoingState
from botcore.runtime import settings
from tests.flow.groups import GroupCase
from tests.flow.people import CHARLIE

BY = "Bob (Telegram 2)"
HINT = "What you write here goes to this person. Commands, and what answers a colleague, stay among you."
NOBODY_HERE = "Only operators answer people here. Nothing was sent."


class CrashTests(GroupCase):
    """A process ends at the worst moment."""

    async def test_between_a_topic_and_its_number_one_topic_is_lost_and_no_message(self) -> None:
        await self.begin()
        await self.charlie.says("One")
        await self.keeper.look()
        await self.crash(sent=True)
        await self.bring()
        lost, topic = self.topics
        self.assertEqual((self.texts(lost), self.texts(topic)[1:]), ([], ["One"]))

    async def test_while_a_message_is_sent_it_is_not_sent_again_and_a_word_says_so(self) -> None:
        await self.begin()
        await self.writes("One")
        await self.charlie.says("Two")
        await self.charlie.says("Three")
        await self.keeper.look()
        await self.crash(sent=True)
        await self.bring()
        doubt = "One more message may be missing here: Telegram did not answer. The inbox has it."
        self.assertEqual(self.texts(self.topics[0])[1:], ["One", "Two", doubt, "Three"])

    async def test_before_the_outbox_took_it_all_is_brought_once(self) -> None:
        await self.begin()
        await self.charlie.says("One")
        await self.keeper.look()
        self.keeper = type(self.keeper)("another process")
        await self.keeper.look()
        await self.bring()
        self.assertEqual((len(self.topics), self.texts(self.topics[0])[1:]), (1, ["One"]))

    async def test_an_answer_that_is_handled_twice_is_sent_once(self) -> None:
        await self.begin()
        await self.writes("One")
        said = await self.says("Which one?", topic=self.topics[0].id)
        spoken = Spoken(self.group_id, said.message_id, self.topics[0].id, None, timezone.now(), is_forum=True)
        whom = await in_database(answering.meant, spoken)
        assert whom
        pk, content = (await self.newest_update()).pk, Text("Which one?")
        await in_database(answering.answer, spoken=spoken, whom=whom, content=content, by=BY, update_pk=pk)
        await self.bring()
        self.assertEqual((self.heard(), await self.open_posts()), (["Which one?"], 0))

    async def crash(self, *, sent: bool) -> None:
        """Send what waits, and lose how it went: the next claim finds it in doubt."""
        before = {row.pk async for row in OutgoingMessage.objects.filter(state=OutgoingState.QUEUED)}
        assert await self.send() == len(before) * sent
        await OutgoingMessage.objects.filter(pk__in=before).aupdate(
            state=OutgoingState.UNCERTAIN, message_id=None, error="the process that was sending it ended"
        )


class ChainTests(GroupCase):
    """A group without topics."""

    is_forum = False
    kind = "group"

    async def test_each_message_is_a_reply_to_the_person_s_last_one_and_says_who_it_is_from(self) -> None:
        await self.begin()
        await self.writes("One")
        await self.shows(CHARLIE, CHARLIE, self.file("sticker"))
        await self.writes("Two")
        _hello, first, heading, sticker, last = self.seen
        self.assertEqual([first.text, heading.text, last.text],
                         ["Charlie Clark (3)\nOne", "Charlie Clark (3)", "Charlie Clark (3)\nTwo"])  # fmt: skip
        self.assertEqual([heading.reply_to, sticker.reply_to, last.reply_to], [first, first, sticker])

    async def test_a_reply_to_any_of_them_goes_back(self) -> None:
        await self.begin()
        await self.shows(CHARLIE, CHARLIE, self.file())
        heading, photo = self.seen[1:3]
        for number, post in enumerate((heading, photo)):
            said = await self.says(f"Answer {number}", reply_to=post)
            self.assertEqual(list(said.reactions.values()), ["👍"])
        self.assertEqual(self.heard(), ["Answer 0", "Answer 1"])

    async def test_what_is_no_reply_stays_there(self) -> None:
        await self.begin()
        await self.writes("One")
        await self.says("What a day")
        self.assertEqual(self.heard(), [])

    async def test_the_chains_of_two_people_are_apart(self) -> None:
        await self.begin()
        await self.writes("One")
        await self.nameless.says("Mine")
        await self.writes("Two")
        one, mine, two = self.seen[1:]
        self.assertEqual((mine.reply_to, two.reply_to), (None, one))
        await self.says("To you", reply_to=mine)
        self.assertEqual((self.nameless.sees, self.heard()), ("To you", []))

    async def test_a_group_that_becomes_a_supergroup_is_followed(self) -> None:
        await self.begin()
        await self.writes("One")
        new = self.world.migrate(self.group_id)
        await self.charlie.says("Two")
        await self.bring()
        self.group_id = new.id
        self.assertEqual([post.text for post in self.seen][1:], ["Charlie Clark (3)\nTwo"])
        self.assertEqual(await in_database(settings.value, "conversations.group"), new.id)
        await self.says("Which one?", reply_to=self.seen[-1])
        self.assertEqual(self.heard(), ["Which one?"])

    async def test_an_upgrade_that_is_met_while_sending_is_followed(self) -> None:
        await self.begin()
        await self.writes("One")
        await self.charlie.says("Two")
        await self.keeper.look()
        new = self.world.migrate(self.group_id)
        await self.bring()
        self.assertEqual([post.text for post in self.world.messages(new.id)][1:], ["Charlie Clark (3)\nTwo"])

    async def test_topics_that_are_turned_on_are_used_from_the_next_word_on(self) -> None:
        await self.begin()
        await self.writes("One")
        self.group_id = self.world.migrate(self.group_id).id
        self.world.set_forum(self.group_id, on=True)
        await self.writes("Two")
        await self.says("Which one?", reply_to=self.seen[-1])
        await self.writes("Three")
        self.assertEqual(self.texts(self.topics[0])[1:], ["Three"])


class TroubleTests(GroupCase):
    """What cannot be brought, and a group that is lost."""

    async def assert_off(self, why: str) -> None:
        """Hold that there is no group any more, that it was told, and that the inbox has everything."""
        self.assertFalse(await RuntimeSetting.objects.filter(name="conversations.group").aexists())
        event = await Event.objects.filter(kind="operators").alatest("at")
        self.assertEqual(event.level, "error")
        self.assertRegex(event.text, f"is turned off: {why}")
        self.assertIsNotNone((await Conversation.objects.aget(pk=CHARLIE)).waiting_since)
        self.assertEqual(await self.open_posts(), 0)

    async def test_a_group_that_threw_the_bot_out_is_turned_off_and_an_error_tells_of_it(self) -> None:
        await self.begin()
        await self.writes("One")
        self.world.kick(1, self.group_id)
        await self.charlie.says("Two")
        with self.assertLogs("botcore.operators", "ERROR"):
            await self.bring()
        await self.assert_off("the bot cannot reach it")
        await self.writes("Three")
        self.assertEqual(await Feedback.objects.filter(read_at=None).acount(), 3)

    async def test_a_group_that_was_deleted_is_turned_off(self) -> None:
        await self.begin()
        await self.writes("One")
        self.world.delete_group(self.group_id)
        await self.charlie.says("Two")
        with self.assertLogs("botcore.operators", "ERROR"):
            await self.bring()
        await self.assert_off("the bot cannot reach it")

    async def test_without_the_right_to_manage_topics_it_is_turned_off(self) -> None:
        await self.begin()
        self.world.let_bots_manage_topics(self.group_id, on=False)
        await self.charlie.says("One")
        with self.assertLogs("botcore.operators", "ERROR"):
            await self.bring()
        await self.assert_off("BadRequest: Not enough rights to create a topic")

    async def test_what_cannot_be_copied_is_told_in_words(self) -> None:
        await self.begin()
        await self.writes("One")
        self.world.faults.add(kind="error", method="copyMessage", status=400, count=1,
                                    description="Bad Request: the message can't be copied")  # fmt: skip
        await self.writes("Two", "Three")
        told = "text: it cannot be shown here. The inbox has it.\nTwo"
        self.assertEqual(self.texts(self.topics[0])[1:], ["One", told, "Three"])

    async def test_a_kind_of_file_that_the_group_does_not_allow_is_told_in_words(self) -> None:
        await self.begin()
        self.world.faults.add(kind="error", method="copyMessage", status=400, count=1,
                              description="Bad Request: not enough rights to send photos to the chat")  # fmt: skip
        await self.shows(CHARLIE, CHARLIE, self.file(), "My map")
        self.assertIn("photo: it cannot be shown here. The inbox has it.\nMy map", self.texts(self.topics[0])[-1])

    async def test_a_sandbox_that_began_anew_and_repeats_its_numbers_mixes_nobody_up(self) -> None:
        await self.begin()
        await self.writes("One")
        topic = self.topics[0]
        await GroupPlace.objects.acreate(person_id=1, chat_id=self.group_id, topic=topic.id + 50)
        await GroupPlace.objects.filter(pk=CHARLIE).aupdate(topic=None)
        self.world.groups[self.group_id].numbers = itertools.count(topic.id + 50)
        await self.writes("Two")
        self.assertEqual(self.texts(self.topics[1])[1:], ["Two"])
        self.assertIsNone((await GroupPlace.objects.aget(pk=1)).topic)

    async def test_a_group_without_reactions_gets_no_more_of_them(self) -> None:
        await self.begin()
        await self.writes("One")
        self.world.faults.add(kind="error", method="setMessageReaction", status=400,
                                    description="Bad Request: REACTION_INVALID")  # fmt: skip
        for _ in range(3):
            await self.says("Answer", topic=self.topics[0].id)
        self.assertEqual(await OutgoingMessage.objects.filter(method="setMessageReaction").acount(), 1)
        self.assertEqual(self.heard(), ["Answer"] * 3)

    async def test_a_forum_that_is_none_any_more_becomes_a_chain(self) -> None:
        await self.begin()
        self.world.set_forum(self.group_id, on=False)
        await self.writes("One")
        self.assertEqual(self.texts(), ["Charlie Clark (3)\nOne"])

    async def test_what_is_never_brought_is_left_to_the_inbox(self) -> None:
        await self.begin()
        self.world.faults.add(kind="error", method="createForumTopic", status=400, description="Bad Request: odd")
        await self.writes("One")
        self.assertEqual(await self.open_posts(), 0)
        self.assertEqual((await Event.objects.filter(kind="operators").aget()).level, "warning")
        self.assertEqual(await OutgoingMessage.objects.filter(method="createForumTopic").acount(), 5)

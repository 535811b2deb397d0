"""The operators' group: what people write is brought to their topic or chain, what is answered there arrives."""

from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.conversations import services as talks
from botcore.conversations.models import Conversation
from botcore.database import in_database
from botcore.feedback.models import Feedback
from botcore.models import OutgoingMessage
from botcore.outbox.content import Text
from botcore.outbox.models import OutgoingState
from botcore.people import letters
from botcore.runtime import settings
from tests.flow.groups import BOB, GroupCase
from tests.flow.people import CHARLIE

BY = "Bob (Telegram 2)"
HINT = "What you write here goes to this person. Commands, and what answers a colleague, stay among you."
NOBODY_HERE = "Only operators answer people here. Nothing was sent."


class TopicTests(GroupCase):
    """A group with topics."""

    async def test_each_person_has_a_topic_with_their_messages_in_order(self) -> None:
        await self.begin()
        await self.writes("The map is wrong", "It has no north")
        await self.bob.says("Not for us: Bob has a role")
        (topic,) = self.topics
        self.assertEqual(topic.name, "Charlie Clark")
        self.assertEqual(self.texts(topic), [f"Charlie Clark (3)\n{HINT}", "The map is wrong", "It has no north"])
        await self.writes("And no south")
        self.assertEqual(len(self.topics), 1)
        self.assertEqual(self.texts(topic)[3:], ["And no south"])
        rows = OutgoingMessage.objects.filter(chat_id=self.group_id)
        self.assertEqual({row.source async for row in rows}, {"operators person:3"})  # by which an erasure finds them
        self.assertEqual(await self.open_posts(), 0)

    async def test_files_are_brought_too(self) -> None:
        await self.begin()
        media = self.file("sticker")
        await self.shows(CHARLIE, CHARLIE, media)
        self.assertEqual([post.media for post in self.seen if post.topic][-1], media)

    async def test_nothing_is_brought_while_no_group_is_set(self) -> None:
        await self.meet()
        await self.writes("The map is wrong")
        self.assertEqual((self.topics, await self.open_posts()), ([], 0))

    async def test_an_answer_goes_back_and_the_inbox_knows(self) -> None:
        await self.begin()
        await self.writes("The map is wrong")
        said = await self.says("Which one?", topic=self.topics[0].id)
        self.assertEqual(self.heard(), ["Which one?"])
        self.assertEqual(list(said.reactions.values()), ["👍"])
        row = await Conversation.objects.aget(pk=CHARLIE)
        self.assertEqual((row.waiting_since, row.answers, row.answered_by), (None, 1, BY))
        self.assertEqual(await Feedback.objects.filter(read_at=None).acount(), 0)
        self.assertEqual((await AuditEntry.objects.alatest("pk")).action, "people.write")
        self.assertEqual(self.texts(self.topics[0])[2:], [])  # it is not shown a second time

    async def test_a_file_goes_back_and_keeps_its_words(self) -> None:
        await self.begin()
        await self.writes("The map is wrong")
        media = self.file()
        await self.shows(BOB, self.group_id, media, "This one?", topic=self.topics[0])
        post = self.world.messages(CHARLIE)[-1]
        self.assertEqual((post.media, post.text), (media, "This one?"))

    async def test_only_what_was_there_before_the_answer_counts_as_read(self) -> None:
        await self.begin()
        await self.writes("One")
        await self.charlie.says("Two")  # not in the group yet
        await self.says("Which one?", topic=self.topics[0].id)
        self.assertEqual([row.text async for row in Feedback.objects.filter(read_at=None)], ["Two"])

    async def test_a_reply_to_an_older_message_quotes_it(self) -> None:
        await self.begin()
        await self.writes("One", "Two")
        first, second = [post for post in self.seen if post.text in {"One", "Two"}]
        await self.says("Of one", reply_to=first)
        await self.says("Of two", reply_to=second)
        quoted = [post.reply_to.text if post.reply_to else "" for post in self.world.messages(CHARLIE)[-2:]]
        self.assertEqual(quoted, ["One", ""])

    async def test_commands_and_talk_among_colleagues_stay_there(self) -> None:
        await self.begin()
        await self.writes("The map is wrong")
        said = await self.says("I see to it", topic=self.topics[0].id)
        await self.says("Thanks, Bob", person=1, reply_to=said)
        await self.says("/whoami", topic=self.topics[0].id)
        await self.says("Nobody is meant by this")
        self.assertEqual(self.heard(), ["I see to it"])

    async def test_a_topic_of_nobody_is_left_alone(self) -> None:
        await self.begin()
        topic = self.world.open_topic(self.world.groups[self.group_id], self.world.person(1), "Lunch")
        before = len(self.seen)
        await self.says("Pizza?", topic=topic.id)
        await self.says("Yes", person=CHARLIE, topic=topic.id)
        self.assertEqual(len(self.seen) - before, 2)

    async def test_who_has_no_role_is_told_so_in_the_topic_and_nothing_is_sent(self) -> None:
        await self.begin()
        await self.writes("The map is wrong")
        said = await self.says("Buy my map", person=4, topic=self.topics[0].id)
        told = self.seen[-1]
        self.assertEqual((told.text, told.reply_to, told.topic), (NOBODY_HERE, said, self.topics[0]))
        self.assertEqual((self.heard(), await self.letters()), ([], []))

    async def test_an_answer_that_does_not_arrive_says_so(self) -> None:
        await self.begin()
        await self.writes("The map is wrong")
        self.world.block(CHARLIE)
        said = await self.says("Which one?", topic=self.topics[0].id)
        self.assertEqual((self.seen[-1].reply_to, said.reactions), (said, {}))
        self.assertIn("has blocked the bot", self.seen[-1].text)

    async def test_an_answer_of_which_nobody_knows_says_so(self) -> None:
        await self.begin()
        await self.writes("The map is wrong")
        self.world.say(BOB, self.group_id, "Which one?", topic=self.topics[0].id)
        await self.settle()
        rows = OutgoingMessage.objects.filter(source="operator")
        for state, words in (
            (OutgoingState.UNCERTAIN, "It may not have arrived: Telegram did not answer."),
            (OutgoingState.FAILED, "It did not arrive: Bad luck"),
        ):
            await rows.aupdate(state=state, error="Bad luck")
            await self.bring()
            self.assertIn(words, self.seen[-1].text)
            self.world.say(BOB, self.group_id, "Again", topic=self.topics[0].id)
            await self.settle()

    async def test_what_the_pages_answer_is_seen_in_the_topic(self) -> None:
        await self.begin()
        await self.writes("The map is wrong")
        said = Text("<b>Which</b>?", "HTML")
        await in_database(talks.reply, user_id=CHARLIE, content=said, by="erin", answers=0, upto=0)
        await self.bring()
        self.assertEqual(self.texts(self.topics[0])[-1], "erin has answered:\nWhich?")
        self.assertEqual(self.heard(), ["Which?"])

    async def test_a_letter_to_somebody_of_whom_the_group_has_not_heard_opens_no_topic(self) -> None:
        await self.begin()
        await in_database(letters.write, user_id=CHARLIE, content=Text("Hello"), by="erin")
        await self.bring()
        self.assertEqual((self.topics, self.charlie.sees), ([], "Hello"))

    async def test_a_topic_that_was_deleted_is_made_anew_and_nothing_is_lost(self) -> None:
        await self.begin()
        await self.writes("One")
        self.world.delete_topic(self.world.groups[self.group_id], self.topics[0])
        await self.writes("Two", "Three")
        (topic,) = self.topics
        self.assertEqual(self.texts(topic), [f"Charlie Clark (3)\n{HINT}", "Two", "Three"])
        await self.says("Which one?", topic=topic.id)
        self.assertEqual(self.heard(), ["Which one?"])

    async def test_a_closed_topic_is_opened_again(self) -> None:
        await self.begin()
        await self.writes("One")
        topic = self.topics[0]
        self.world.close_topic(self.world.groups[self.group_id], topic, self.world.person(1))
        await self.settle()
        await self.writes("Two")
        self.assertEqual((topic.closed, self.topics, self.texts(topic)[-1]), (False, [topic], "Two"))

    async def test_a_closed_topic_of_which_the_bot_has_not_heard_is_opened_again(self) -> None:
        await self.begin()
        await self.writes("One")
        chat, topic = self.world.groups[self.group_id], self.topics[0]
        chat.bots_manage_topics, topic.closed = False, True
        await self.writes("Two")
        self.assertEqual((topic.closed, self.texts(topic)[-1]), (False, "Two"))

    async def test_who_answered_takes_the_chat_over_if_the_setting_says_so(self) -> None:
        await self.begin()
        await self.writes("The map is wrong")
        await self.says("Which one?", topic=self.topics[0].id)
        self.assertFalse((await Conversation.objects.aget(pk=CHARLIE)).is_taken)
        await in_database(settings.change, "conversations.takeover_on_reply", "on", by="the tests")
        await self.says("The green one?", topic=self.topics[0].id)
        row = await Conversation.objects.aget(pk=CHARLIE)
        self.assertEqual((row.is_taken, row.taken_by), (True, BY))
        await self.writes("/help")
        self.assertEqual(self.texts(self.topics[0])[-1], "/help")
        await in_database(talks.reply, user_id=CHARLIE, content=Text("I join"), by="erin", answers=2, upto=0)
        self.assertEqual((await Conversation.objects.aget(pk=CHARLIE)).taken_by, BY)


class CommandTests(GroupCase):
    """/operators."""

    async def begin(self) -> None:
        """Let nobody choose the group yet."""
        await self.meet()
        await self.make(BOB, Role.SUPPORT)

    async def test_the_group_is_chosen_from_inside_and_let_go(self) -> None:
        await self.begin()
        await self.alice_in_group.says("/operators")
        self.assertIn("There is no operators' group.", self.alice_in_group.sees)
        await self.alice_in_group.says("/operators here")
        self.assertEqual(self.alice_in_group.buttons, ["Bring it here", "Cancel"])
        await self.alice_in_group.presses("Bring it here")
        self.assertEqual(self.alice_in_group.sees, "From now on what people write is brought here.")
        await self.writes("One")
        self.assertEqual(len(self.topics), 1)
        await self.alice.says("/operators")
        self.assertIn(f"Operators' group: Botdeck team ({self.group_id})", self.alice.sees)
        await self.alice.says("/operators end")
        await self.writes("Two")
        self.assertEqual(len(self.texts(self.topics[0])), 2)
        await self.alice.says("/operators end")
        self.assertEqual(self.alice.sees, "There is no operators' group.")
        self.assertEqual(
            [action for action in await self.actions() if "conversations.group" in action],
            ["settings.change setting:conversations.group", "settings.reset setting:conversations.group"],
        )

    async def test_not_in_private_and_not_without_the_right_to_manage_topics(self) -> None:
        await self.begin()
        await self.alice.says("/operators here")
        self.assertEqual(self.alice.sees, "Write this in the group that shall be the operators'.")
        self.world.let_bots_manage_topics(self.group_id, on=False)
        await self.alice_in_group.says("/operators here")
        self.assertIn("Make me an administrator who may manage topics", self.alice_in_group.sees)

    async def test_admins_only(self) -> None:
        await self.begin()
        await self.refuses("/operators", "/operators here", "/operators end")

    async def test_a_command_in_a_topic_is_answered_in_the_topic(self) -> None:
        await self.begin()
        topic = self.world.open_topic(self.world.groups[self.group_id], self.world.person(1), "Lunch")
        self.world.say(1, self.group_id, "/whoami", topic=topic.id)
        await self.settle()
        self.assertEqual(self.seen[-1].topic, topic)

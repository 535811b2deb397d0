"""/start: update in, greeting and rows out."""

from botcore.inbox.models import State
from botcore.people.models import Chat, User
from tests.telegram import BotTestCase


class StartTests(BotTestCase):
    """What a person sees first."""

    async def test_greets_by_name_and_points_to_help(self) -> None:
        await self.alice.says("/start")
        self.assertEqual(
            self.alice.sees,
            "Hello, Alice!\n\nWrite me anything: your message goes to the people behind this bot.\n"
            "/help shows what else I can do.",
        )

    async def test_greets_in_the_persons_language(self) -> None:
        await self.bob.says("/start")
        self.assertIn("Здравствуйте, Bob!", self.bob.sees)

    async def test_a_person_without_a_name_is_greeted_without_one(self) -> None:
        await self.nameless.says("/start")
        self.assertEqual(self.nameless.sees.splitlines()[0], "Hello!")
        person = await User.objects.aget(pk=4)
        self.assertEqual((person.first_name, person.name), ("", "No name"))

    async def test_a_name_with_markup_is_shown_as_it_is(self) -> None:
        mallory = self.world.add_person("<b>Mallory</b> & co", language="en")
        self.charlie.id = self.charlie.chat_id = mallory.id
        await self.charlie.says("/start")
        self.assertIn("Hello, <b>Mallory</b> & co!", self.charlie.sees)

    async def test_keeps_the_first_deep_link_as_the_source(self) -> None:
        await self.alice.says("/start from_poster")
        await self.alice.says("/start from_friend")
        self.assertEqual((await User.objects.aget(pk=1)).source, "from_poster")

    async def test_a_hostile_payload_is_cut_and_cleaned(self) -> None:
        await self.alice.says("/about")
        text = "/start " + "a\x07" * 100  # Telegram itself writes blanks in their place
        entities = [{"type": "bot_command", "offset": 0, "length": 6}]
        message = self.world.messages(1)[0].to_json() | {"message_id": 900, "text": text, "entities": entities}
        self.world.deliver({"message": message})
        await self.settle()
        self.assertEqual((await User.objects.aget(pk=1)).source, "a" * 64)

    async def test_person_chat_and_update_are_rows(self) -> None:
        await self.alice.says("/start")
        person = await User.objects.aget(pk=1)
        self.assertEqual((person.username, person.telegram_language), ("alice", "en"))
        chat = await Chat.objects.aget(pk=1)
        self.assertEqual((chat.type, chat.title), ("private", "Alice"))
        update = await self.newest_update()
        self.assertEqual(
            (update.kind, update.chat_id, update.user_id, update.state, update.handler, update.attempts),
            ("message", 1, 1, State.DONE, "start.start", 1),
        )

    async def test_stays_silent_in_a_group(self) -> None:
        await self.bob_in_group.says("/start")
        self.assertEqual(self.bob_in_group.answers, [])
        self.assertEqual((await self.newest_update()).state, State.IGNORED)

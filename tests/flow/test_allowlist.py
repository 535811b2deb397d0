"""/allow, /disallow and /allowed: people and groups on the list, by name, id, and the group at hand."""

from botcore.access.models import AllowedChat
from botcore.access.roles import Role
from botcore.database import in_database
from botcore.runtime import settings as runtime
from sandbox.world import GROUP_ID
from tests.flow.people import CHARLIE, PeopleCase


class AllowTests(PeopleCase):
    """The list."""

    async def listed(self) -> set[int]:
        """Return who is on it."""
        return {row async for row in AllowedChat.objects.values_list("chat_id", flat=True)}

    async def test_puts_people_on_it_by_name_and_id_also_unknown_ones(self) -> None:
        await self.meet()
        for typed, words in {
            "@charlie": "On the list now: Charlie Clark (3).",
            "3": "On the list already: Charlie Clark (3).",
            "987654": "On the list now: 987654.",
            "-1001234567890": "On the list now: -1001234567890.",
        }.items():
            with self.subTest(typed):
                await self.alice.says(f"/allow {typed}")
                self.assertEqual(self.alice.sees, words)
        self.assertEqual(await self.listed(), {3, 987654, -1001234567890})
        self.assertEqual(
            await self.actions(),
            ["access.allow person:3", "access.allow person:987654", "access.allow chat:-1001234567890"],
        )

    async def test_lets_in_whom_it_names_and_no_more_once_taken_off(self) -> None:
        await self.meet()
        await in_database(runtime.change, "access.people", "listed", by="the tests")
        await self.charlie.says("/about")
        self.assertIn("only people on its list", self.charlie.sees)
        await self.alice.says("/allow 3")
        await self.charlie.says("/about")
        self.assertIn("Botdeck", self.charlie.sees)
        await self.alice.says("/disallow @charlie")
        self.assertEqual(self.alice.sees, "Off the list now: Charlie Clark (3).")
        count = len(self.charlie.answers)
        await self.charlie.says("/about")
        self.assertEqual(len(self.charlie.answers), count)
        await self.alice.says("/disallow 3")
        self.assertEqual(self.alice.sees, "Not on the list: Charlie Clark (3).")

    async def test_in_a_group_it_means_the_group(self) -> None:
        await in_database(runtime.change, "access.groups", "listed", by="the tests")
        await self.bob_in_group.says("/about")
        self.assertEqual(self.bob_in_group.answers, [])
        await self.alice_in_group.says("/allow")
        self.assertEqual(self.alice_in_group.sees, f"On the list now: Botdeck team ({GROUP_ID}).")
        await self.bob_in_group.says("/about")
        self.assertEqual(len(self.bob_in_group.answers), 2)
        await self.alice_in_group.says("/disallow")
        self.assertEqual(await self.listed(), set())

    async def test_wrong_words_are_told_with_the_usage(self) -> None:
        for typed, words in {
            "": "Name a person or group",
            "bob": "Write @name",
            "3 4": "That is more than this command takes.",
            "99999999999999999999": "Write @name",
        }.items():
            with self.subTest(typed):
                await self.alice.says(f"/allow {typed}")
                self.assertIn(words, self.alice.sees)
                self.assertIn("Usage: /allow [chat]", self.alice.sees)
        await self.alice.says("/allow @nobody_here")
        self.assertEqual(self.alice.sees, "The bot has met nobody and no group named @nobody_here.")
        await self.alice.says("/allow 0")
        self.assertIn("Write @name", self.alice.sees)
        self.assertEqual(await self.listed(), set())

    async def test_the_list_is_shown_with_the_modes_and_pages(self) -> None:
        await self.alice.says("/allowed")
        self.assertIn("access.people: everyone\naccess.groups: everywhere", self.alice.sees)
        self.assertIn("Nobody is on it.", self.alice.sees)
        for number in range(9):
            await self.alice.says(f"/allow {1000 + number}")
        await self.alice.says("/allowed")
        self.assertIn("1008 (1008) · just now", self.alice.sees)
        self.assertNotIn("1000 (1000)", self.alice.sees)
        await self.alice.presses("»")
        self.assertIn("1000 (1000) · just now", self.alice.sees)
        self.assertIn("cannot be read", str(await self.alice.forges("allowed:|x")))

    async def test_is_for_moderators(self) -> None:
        await self.make(CHARLIE, Role.SUPPORT)
        await self.refuses("/allow 2", "/disallow 2", "/allowed")
        await self.make(CHARLIE, Role.MODERATOR)
        await self.charlie.says("/allow 2")
        self.assertEqual(await self.listed(), {2})

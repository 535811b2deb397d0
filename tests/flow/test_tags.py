"""/tag and /untag: words on people."""

from botcore.access.roles import Role
from botcore.people.models import PersonTag
from tests.flow.people import CHARLIE, PeopleCase


class TagTests(PeopleCase):
    """Tags."""

    async def names(self) -> list[str]:
        """Return Charlie's tags."""
        return [name async for name in PersonTag.objects.filter(user_id=CHARLIE).values_list("name", flat=True)]

    async def test_puts_one_on_and_takes_it_off(self) -> None:
        await self.meet()
        await self.alice.says("/tag @charlie #ВИП")
        self.assertEqual(self.alice.sees, "Charlie Clark (3) has the tag #вип now.")
        self.assertEqual(await self.names(), ["вип"])
        await self.alice.presses("Card")
        self.assertIn("#вип", self.alice.sees)
        await self.alice.says("/tag 3 вип")
        self.assertEqual(self.alice.sees, "This person has that tag.")
        await self.alice.says("/untag 3 Вип")
        self.assertEqual(self.alice.sees, "Charlie Clark (3) does not have the tag #вип any more.")
        await self.alice.says("/untag 3 вип")
        self.assertEqual(self.alice.sees, "This person does not have that tag.")
        self.assertEqual(await self.actions(), ["people.tag person:3", "people.untag person:3"])

    async def test_finds_people_by_it(self) -> None:
        await self.meet()
        await self.alice.says("/tag 3 вип")
        await self.alice.says("/users #ВИП")
        self.assertEqual(self.alice.sees.splitlines()[:1], ["People «#ВИП»"])
        self.assertIn("1. Charlie Clark", self.alice.sees)
        self.assertNotIn("2. ", self.alice.sees)
        for typed in ("#ви", "#vip", "#", "#a b", "#' OR 1=1"):
            await self.alice.says(f"/users {typed}")
            self.assertIn("a whole id, or a #tag.", self.alice.sees, typed)

    async def test_wrong_words_are_told_with_the_usage(self) -> None:
        await self.meet()
        for typed, words in {
            "": "Name a person",
            "3": "Something is missing: name.",
            "3 two words": "That is more than this command takes.",
            "3 a-b": "A tag is one word",
            "3 " + "x" * 33: "A tag is one word",
            "3 #": "A tag is one word",
            "@nobody vip": "Nobody here is @nobody",
        }.items():
            with self.subTest(typed):
                await self.alice.says(f"/tag {typed}")
                self.assertIn(words, self.alice.sees)
                self.assertIn("Usage: /tag who name", self.alice.sees)
        self.assertEqual(await self.names(), [])

    async def test_is_for_moderators(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.SUPPORT)
        await self.refuses("/tag 3 vip", "/untag 3 vip")
        self.assertEqual(await self.names(), [])

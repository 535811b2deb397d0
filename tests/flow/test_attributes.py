"""/attribute and /unattribute: set, shown and taken away in a chat."""

from botcore.access.roles import Role
from botcore.people.models import PersonAttribute
from tests.flow.people import CHARLIE, PeopleCase


class AttributeTests(PeopleCase):
    """Attributes of Charlie."""

    async def kept(self) -> dict[str, str]:
        """Return them."""
        rows = PersonAttribute.objects.filter(user_id=CHARLIE).order_by("name")
        return {name: value async for name, value in rows.values_list("name", "value")}

    async def test_one_is_set_changed_shown_and_taken_away(self) -> None:
        await self.meet()
        await self.alice.says("/attribute 3")
        self.assertIn("There is none.", self.alice.sees)
        await self.alice.says("/attribute 3 Plan pro <1>")
        self.assertEqual(self.alice.sees, "Charlie Clark (3): the attribute plan is set.")
        await self.alice.says("/attribute 3 plan pro <1>")
        self.assertEqual(self.alice.sees, "The attribute was so already.")
        await self.alice.says("/attribute @charlie city Riga")
        await self.alice.says("/attribute 3")
        self.assertEqual(self.alice.sees, "Attributes · Charlie Clark (3)\ncity: Riga\nplan: pro <1>")
        self.assertEqual(await self.kept(), {"city": "Riga", "plan": "pro <1>"})
        await self.alice.says("/unattribute 3 PLAN")
        self.assertEqual(self.alice.sees, "Charlie Clark (3): the attribute plan is gone.")
        await self.alice.says("/unattribute 3 plan")
        self.assertEqual(self.alice.sees, "This person does not have that attribute.")
        self.assertEqual(await self.kept(), {"city": "Riga"})
        wanted = ["people.attribute person:3"] * 2 + ["people.unattribute person:3"]
        self.assertEqual(await self.actions(), wanted)

    async def test_what_is_no_attribute_is_told_with_the_usage(self) -> None:
        await self.meet()
        for typed, words in {
            "/attribute 3 a-b pro": "An attribute's name is one word",
            "/attribute 3 plan": "Write behind the name what it is set to.",
            f"/attribute 3 plan {'x' * 201}": "200",
            "/unattribute 3": "Something is missing: name.",
        }.items():
            with self.subTest(typed):
                await self.alice.says(typed)
                self.assertIn(words, self.alice.sees)
        self.assertEqual(await self.kept(), {})

    async def test_is_for_moderators(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.SUPPORT)
        await self.refuses("/attribute 2", "/attribute 2 plan pro", "/unattribute 2 plan")

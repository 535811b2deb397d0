"""/cancel: out of what was begun."""

from tests.flow.people import PeopleCase


class CancelTests(PeopleCase):
    """For everybody."""

    async def test_with_nothing_begun_it_says_so(self) -> None:
        await self.charlie.says("/cancel")
        self.assertEqual(self.charlie.sees, "There is nothing to cancel.")

    async def test_leaves_what_was_begun(self) -> None:
        await self.meet()
        await self.alice.says("/user 3")
        await self.alice.presses("Write to")
        await self.alice.says("/cancel")
        self.assertEqual(self.alice.sees, "Cancelled.")
        await self.alice.says("/cancel")
        self.assertEqual(self.alice.sees, "There is nothing to cancel.")

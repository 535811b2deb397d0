"""What the tests of operators' commands share: Charlie with a role, and what somebody without it hears."""

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.database import in_database
from tests.database.access import BOSS
from tests.flow.people import is_refusal
from tests.telegram import BotTestCase, Writer

CHARLIE = 3


class OperatorCase(BotTestCase):
    """Alice is an owner, Charlie what a test makes him."""

    async def promote(self, role: Role) -> Writer:
        """Give Charlie a role."""
        await in_database(access.grant, user_id=CHARLIE, role=role, by="x", giver=BOSS)
        return self.charlie

    async def assert_needs(self, role: Role, *commands: str, buttons: tuple[str, ...] = ()) -> None:
        """Check that the role below it is refused, at the command and at each button, and the role is not."""
        below = Role(max(one for one in Role if one < role))
        charlie = await self.promote(below) if below else self.charlie
        await charlie.says("/start")
        for number, command in enumerate(commands, 1):
            await charlie.says(command)
            self.assertEqual(sum(map(is_refusal, charlie.answers)), number, command)
        for number, data in enumerate(buttons, len(commands) + 1):
            await charlie.forges(data)
            self.assertEqual(sum(map(is_refusal, charlie.answers)), number, data)
        await self.promote(role)
        for command in commands:
            await charlie.says(command)
            self.assertFalse(is_refusal(charlie.sees), command)

"""What the flow tests about people share: who has which role, and the words of a refusal."""

import re

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from tests.database.access import BOSS
from tests.telegram import BotTestCase

ALICE, BOB, CHARLIE, NAMELESS = 1, 2, 3, 4
DENIED = "This is for the people behind this bot only."
NEEDS = re.compile(r"This needs the role \w+; yours is \w+\.")


def is_refusal(said: str) -> bool:
    """Tell whether somebody reads that it is not for them: without a role, or with one that is too low."""
    return said == DENIED or bool(NEEDS.fullmatch(said))


class PeopleCase(BotTestCase):
    """Alice is an owner; the bot has met Bob and Charlie."""

    async def meet(self) -> None:
        """Let them write."""
        await self.bob.says("/start")
        await self.charlie.says("/start")

    async def make(self, user_id: int, role: Role) -> None:
        """Give somebody a role."""
        await in_database(access.grant, user_id=user_id, role=role, by="the tests", giver=BOSS)

    async def actions(self) -> list[str]:
        """Return what the audit says was done, but for what the tests do themselves."""
        rows = AuditEntry.objects.exclude(actor="the tests").order_by("pk")
        return [f"{row.action} {row.target}" async for row in rows]

    async def refuses(self, *commands: str) -> None:
        """Hold that Charlie may not use these."""
        for text in commands:
            with self.subTest(text):
                await self.charlie.says(text)
                self.assertTrue(is_refusal(self.charlie.sees), self.charlie.sees)

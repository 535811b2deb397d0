"""What one process changes about access the bot knows within seconds, and menus follow. SHOW_TIMES says how soon."""

import os
import time
import unittest

from tests.processes import Stack, eventually

BOB = 2
CHANGE = """
from botcore.access import services as access
from botcore.access.models import Keep
from botcore.access.roles import Role
from botcore.access.rules import Giver
"""
BAN = CHANGE + 'access.restrict(user_id=2, kind=Keep.BANNED, by="dora", reason="spam")'
LIFT = CHANGE + 'access.lift(user_id=2, by="dora")'
GRANT = CHANGE + 'access.grant(user_id=2, role=Role.SUPPORT, by="dora", giver=Giver(person_id=1))'
REVOKE = CHANGE + 'access.revoke(user_id=2, by="dora", giver=Giver(person_id=1))'
MENU = """
from botcore.models import PublishedMenu
print(*PublishedMenu.objects.values_list("user_id", flat=True))
"""


class AccessTests(unittest.TestCase):
    """A bot, and somebody who changes rows from another process."""

    def setUp(self) -> None:
        """Start sandbox and bot."""
        self.stack = self.enterContext(Stack())
        self.stack.migrate()
        self.stack.start_sandbox()
        self.bot = self.stack.start_bot(BOT_THROTTLE="off")  # Bob asks without a pause

    def shell(self, code: str) -> str:
        """Run Python over the stack's database; return what it prints."""
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def becomes(self, text: str, words: str) -> None:
        """Let Bob ask again and again until he is answered so."""
        began, before = time.monotonic(), len(self.stack.bot_texts(BOB))

        def asks() -> bool:
            self.stack.say(BOB, text)
            return any(words in answer for answer in self.stack.bot_texts(BOB)[before:])

        eventually(asks, what=words)
        if os.environ.get("SHOW_TIMES"):
            print(f"{words!r} after {time.monotonic() - began:.1f} s")

    def test_roles_and_bans_arrive_and_the_menu_follows(self) -> None:
        self.becomes("/version", "только для тех")
        self.shell(GRANT)
        self.becomes("/version", "Python")
        eventually(lambda: str(BOB) in self.shell(MENU).split(), what="his menu is published")
        self.shell(REVOKE)
        self.becomes("/version", "только для тех")
        eventually(lambda: str(BOB) not in self.shell(MENU).split(), what="his menu is taken away")
        self.shell(BAN)
        self.becomes("/about", "spam")
        self.shell(LIFT)
        self.becomes("/about", "Botdeck")

"""/crash in a real process: what ends it, what does not, and that planted secrets are never written."""

import unittest

from botcore.crashes import CRASHES, PLANTED_PASSWORD, PLANTED_TOKEN
from tests.processes import Stack, eventually

ALICE, CHARLIE = 1, 3


class CrashCommandTests(unittest.TestCase):
    """One bot that meets every error."""

    def test_every_error_is_survived_but_a_wrong_set_up_which_ends_it_with_78(self) -> None:
        with Stack(BOT_SANDBOX="1", BOT_ATTEMPTS="1") as stack:
            stack.migrate()
            stack.start_sandbox()
            bot = stack.start_bot()
            for name in CRASHES:
                stack.say(CHARLIE, f"/crash {name}")
            stack.say(CHARLIE, "/about")
            eventually(lambda: "Botdeck" in "".join(stack.bot_texts(CHARLIE)[-1:]), what="the bot is still there")
            stack.say(ALICE, "/crash configuration")
            self.assertEqual(bot.wait(), 78, bot.output)
            stack.start_bot()
            eventually(lambda: "Done" in "".join(stack.bot_texts(ALICE)), what="the update that waited is handled")
            said = bot.output + "".join(stack.bot_texts(CHARLIE))
        for secret in (PLANTED_TOKEN, PLANTED_TOKEN.partition(":")[2], PLANTED_PASSWORD):
            self.assertNotIn(secret, said)
        self.assertIn("ValueError: a thread died", said)
        self.assertIn("ValueError: a task died", said)

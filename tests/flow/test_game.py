"""The tutorial's game: a command, buttons, a conversation, and what is remembered."""

import re

from tests import tutorial
from tests.telegram import BotTestCase

GAME = tutorial.load("game")
PAGE = tutorial.DOCS / "tutorial" / "README.md"


class GameTests(BotTestCase):
    """What /throw, /guess and /bet do."""

    features = tutorial.features_of(GAME)

    async def test_a_throw_is_a_number_from_one_to_six(self) -> None:
        await self.charlie.says("/throw")
        self.assertRegex(self.charlie.sees, "^🎲 [1-6]$")

    async def test_a_guess_is_answered_in_the_place_of_the_question(self) -> None:
        await self.charlie.says("/guess")
        self.assertEqual(self.charlie.buttons, ["1", "2", "3", "4", "5", "6"])
        (notice,) = await self.charlie.presses("3")
        thrown = re.fullmatch("🎲 ([1-6]), and you said 3.", self.charlie.sees)
        assert thrown
        self.assertEqual(notice, "Right!" if thrown[1] == "3" else "Wrong.")
        self.assertEqual(len(self.charlie.answers), 1)

    async def test_a_bet_is_won_five_times_or_lost_and_remembered(self) -> None:
        for words in ("/bet", "4", "6"):
            await self.charlie.says(words)
        thrown = re.fullmatch(r"🎲 ([1-6])\. You have (\d+) points\.", self.charlie.sees)
        assert thrown
        left = 30 if thrown[1] == "6" else 6
        self.assertEqual(int(thrown[2]), left)
        await self.charlie.says("/bet")
        self.charlie.sees(f"You have {left} points.")

    async def test_a_wrong_bet_leaves_the_person_at_this_step(self) -> None:
        for words in ("/bet", "many", "0", "4"):
            await self.charlie.says(words)
        self.charlie.sees("On which side?")

    def test_what_the_page_shows_stands_in_the_file(self) -> None:
        code = (tutorial.DOCS / "tutorial" / "game.py").read_text()
        blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
        shown = [block for block in blocks if "class " not in block]
        self.assertEqual([block for block in shown if block not in code], [])
        self.assertGreaterEqual(len(shown), 3)

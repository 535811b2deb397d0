"""The sandbox's names and limits are Telegram's, as python-telegram-bot has them."""

from enum import Enum
from unittest import TestCase

from telegram import constants

from sandbox import terms


class Terms(TestCase):
    def test_all_kinds_are_there_with_their_values(self) -> None:
        kinds = [found for found in vars(terms).values() if isinstance(found, type) and issubclass(found, Enum)]
        self.assertGreater(len(kinds), 5)
        for kind in kinds[1:]:  # the first is StrEnum
            with self.subTest(kind.__name__):
                theirs = {name: str(one) for name, one in getattr(constants, kind.__name__).__members__.items()}
                theirs.pop("SENDER", "")  # a type of chat that is in inline queries only
                self.assertEqual({one.name: str(one) for one in kind}, theirs)

    def test_all_limits_have_their_values(self) -> None:
        limits = [found for name, found in vars(terms).items() if name.endswith("Limit")]
        self.assertGreater(len(limits), 5)
        for limit in limits:
            for name, value in vars(limit).items():
                if not name.startswith("_"):
                    with self.subTest(f"{limit.__name__}.{name}"):
                        self.assertEqual(value, int(getattr(getattr(constants, limit.__name__), name)))

    def test_reactions_and_colours_are_all_there(self) -> None:
        self.assertEqual({str(emoji) for emoji in constants.ReactionEmoji}, terms.REACTION_EMOJI)
        self.assertEqual([int(color) for color in constants.ForumIconColor], list(terms.FORUM_ICON_COLORS))

"""The stickers and custom emoji that are built in."""

from typing import Any

import telegram

from sandbox.stickers import CUSTOM_EMOJI, EMOJI_SET_NAME, SET_NAME
from tests.unit.sandbox.kit import ServerCase


class Stickers(ServerCase):
    async def test_a_set_is_read_whatever_the_case_of_its_name(self) -> None:
        found = await self.bot.get_sticker_set(SET_NAME.upper())
        self.assertEqual((found.name, found.sticker_type, len(found.stickers)), (SET_NAME, "regular", 4))
        found = await self.bot.get_sticker_set(EMOJI_SET_NAME)
        self.assertEqual([sticker.custom_emoji_id for sticker in found.stickers], list(CUSTOM_EMOJI))

    async def test_no_other_set_is_known(self) -> None:
        error = await self.error("getStickerSet", name="Cats")
        self.assertEqual(error, (400, "Bad Request: STICKERSET_INVALID"))

    async def test_custom_emoji_are_found_by_their_ids(self) -> None:
        wanted = list(CUSTOM_EMOJI)[:2]
        found = await self.bot.get_custom_emoji_stickers([*wanted, "77"])
        self.assertEqual([sticker.custom_emoji_id for sticker in found], wanted)
        self.assertIsInstance(found[0], telegram.Sticker)

    async def test_ids_that_are_none_are_refused(self) -> None:
        cases: tuple[tuple[Any, str], ...] = (
            ("{", "can't parse custom emoji identifiers JSON object"),
            ({}, "expected an Array of custom emoji identifiers"),
            ([1], "custom emoji identifier must be of type String"),
            (["x"], "invalid custom emoji identifier specified"),
            (["1"] * 201, "too many custom emoji identifiers specified"),
        )
        for given, words in cases:
            with self.subTest(words):
                error = await self.error("getCustomEmojiStickers", custom_emoji_ids=given)
                self.assertEqual(error, (400, f"Bad Request: {words}"))

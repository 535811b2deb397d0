"""Strange characters in texts, and entities that are nowhere in them, as tdlib treats them."""

from typing import Any

from tests.unit.sandbox.kit import WorldCase


class Cleaning(WorldCase):
    async def sent(self, text: str, **more: Any) -> tuple[str, list[tuple[int, int]]]:
        message = await self.result("sendMessage", chat_id=1, text=text, **more)
        return message["text"], [(one["offset"], one["length"]) for one in message.get("entities", [])]

    async def refused(self, text: str, offset: int, length: int) -> str:
        entities = [{"type": "bold", "offset": offset, "length": length}]
        _, words = await self.error("sendMessage", chat_id=1, text=text, entities=entities)
        return words.removeprefix("Bad Request: ")

    async def test_control_characters_become_blanks_and_some_vanish(self) -> None:
        for text, kept in (
            ("a\tb\0c\x1fd", "a b c d"), ("a\r\nb", "a\nb"), ("a\u202eb\u2028c", "abc"), ("a\u0333b\u033f", "ab"),
            ("a\u200e\u200f\u200eb", "a\u200c\u200c\u200eb"), ("👨\u200d👩", "👨\u200d👩"), ("a\u0301", "a\u0301"),
        ):  # fmt: skip
            with self.subTest(repr(text)):
                self.assertEqual(await self.sent(text), (kept, []))

    async def test_entities_move_with_what_vanishes_before_and_in_them(self) -> None:
        text = "😀\r\n<b>a\r\nb</b> <i>\r</i><u>c</u>"
        self.assertEqual(await self.sent(text, parse_mode="HTML"), ("😀\na\nb c", [(3, 3), (7, 1)]))

    async def test_a_text_that_shows_nothing_is_empty(self) -> None:
        for text in ("\u200b", "\u2800 \u3000", "\ufeff\u00a0x".replace("x", "\u200d"), "\U000e0020"):
            with self.subTest(repr(text)):
                self.assertEqual(
                    await self.error("sendMessage", chat_id=1, text=text), (400, "Bad Request: text must be non-empty")
                )

    async def test_an_entity_must_be_in_the_text(self) -> None:
        self.assertEqual(await self.refused("abc", 4, 1), "entity begins after the end of the text at UTF-16 offset 4")
        beyond = "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 4"
        self.assertEqual(await self.refused("abc", 3, 1), beyond)
        beyond = "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 9"
        self.assertEqual(await self.refused("abc", 1, 8), beyond)

    async def test_an_entity_begins_and_ends_between_characters(self) -> None:
        middle = "in a middle of a UTF-16 symbol at byte offset"
        self.assertEqual(await self.refused("é😀a", 2, 2), f"entity begins {middle} 6")
        words = f"entity beginning at UTF-16 offset 0 ends {middle} 6"
        self.assertEqual(await self.refused("é😀a", 0, 2), words)
        entities = [{"type": "bold", "offset": 1, "length": 2}]
        self.assertEqual(await self.sent("é😀a", entities=entities), ("é😀a", [(1, 2)]))

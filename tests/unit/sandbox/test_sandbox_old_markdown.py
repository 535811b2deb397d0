"""The old parse_mode Markdown, and the entities that a bot names itself."""

from typing import Any

from django.test import SimpleTestCase

from sandbox.entities.formatted import from_old_markdown
from sandbox.errors import ApiError
from tests.unit.sandbox.kit import WorldCase

Entities = list[tuple[Any, ...]]


def read(source: str) -> tuple[str, Entities]:
    """Return the text and its entities: kind, offset, length, and an argument if there is one."""
    formatted = from_old_markdown(source)
    found: Entities = []
    for entity in formatted.entities:
        argument = entity.url or entity.language
        found.append((str(entity.type), entity.offset, entity.length, *([argument] if argument else [])))
    return formatted.text, found


class Read(SimpleTestCase):
    def check(self, cases: dict[str, tuple[str, Entities]]) -> None:
        for source, expected in cases.items():
            with self.subTest(source):
                self.assertEqual(read(source), expected)

    def test_there_are_four_marks(self) -> None:
        self.check({
            "a*b*c": ("abc", [("bold", 1, 1)]),
            "a _b_": ("a b", [("italic", 2, 1)]),
            "`x = 1`": ("x = 1", [("code", 0, 5)]),
            "[here](https://example.com/a)": ("here", [("text_link", 0, 4, "https://example.com/a")]),
        })  # fmt: skip

    def test_nothing_stands_in_another_and_nothing_is_reserved(self) -> None:
        self.check({
            "*a_b`c*": ("a_b`c", [("bold", 0, 5)]),
            "_a*b_*c*": ("a*bc", [("italic", 0, 3), ("bold", 3, 1)]),
            "1+1=2 (yes!) ~a~ ||b|| >q #1": ("1+1=2 (yes!) ~a~ ||b|| >q #1", []),
            "__a__": ("a", []),
            "a ** b": ("a  b", []),
        })  # fmt: skip

    def test_a_backslash_escapes_the_four_marks_and_only_outside(self) -> None:
        self.check({
            r"\*a\_b\`c\[": ("*a_b`c[", []),
            r"\a \\": (r"\a \\", []),
            r"*a\*": ("a\\", [("bold", 0, 2)]),
            "\\": ("\\", []),
        })  # fmt: skip

    def test_blocks_have_a_language_and_lose_one_line_end(self) -> None:
        self.check({
            "```\nx\n```": ("x", [("pre", 0, 1)]),
            "```python\nx```": ("x", [("pre", 0, 1, "python")]),
            "```python x```": ("x", [("pre", 0, 1, "python")]),
            "```x```": ("x", [("pre", 0, 1)]),
            "```a`b```": ("a`b", [("pre", 0, 3)]),
            "``````": ("", []),
        })  # fmt: skip

    def test_links_without_brackets_lead_to_their_text_and_bad_ones_are_none(self) -> None:
        self.check({
            "[example.com]": ("example.com", [("text_link", 0, 11, "http://example.com/")]),
            "[a](not a link)": ("a", []),
            "[a]()": ("a", []),
            "[a](https://example.com/b": ("a", [("text_link", 0, 1, "https://example.com/b")]),
            "[](no)x": ("(no)x", []),
        })  # fmt: skip

    def test_offsets_count_utf16_units(self) -> None:
        self.check({"😀é*👋🏽x* _y_": ("😀é👋🏽x y", [("bold", 3, 5), ("italic", 9, 1)])})

    def test_what_does_not_end_is_refused_with_the_byte_where_it_begins(self) -> None:
        for source, offset in (("*a", 0), ("é _a", 3), ("😀`", 4), ("a [b", 2), ("```x``", 0), ("snake_case", 5),
                               ("```python", 0), (r"_a\_", -1)):  # fmt: skip
            with self.subTest(source):
                if offset < 0:
                    self.assertEqual(read(source), ("a\\", [("italic", 0, 2)]))
                    continue
                with self.assertRaises(ApiError) as refused:
                    read(source)
                words = f"Can't find end of the entity starting at byte offset {offset}"
                self.assertEqual(refused.exception.description, f"Bad Request: can't parse entities: {words}")


class Sent(WorldCase):
    async def test_the_mode_is_read_in_texts_captions_and_edits(self) -> None:
        more: dict[str, Any] = {"chat_id": 1, "parse_mode": "markdown"}
        bold = [{"type": "bold", "offset": 0, "length": 1}]
        sent = await self.result("sendMessage", text="*a*.", **more)
        self.assertEqual((sent["text"], sent["entities"]), ("a.", bold))
        edited = await self.result("editMessageText", message_id=sent["message_id"], text="_b_", **more)
        self.assertEqual(edited["entities"][0]["type"], "italic")
        photo = await self.result("sendPhoto", photo="https://example.com/a.png", caption="*c*", **more)
        self.assertEqual((photo["caption"], photo["caption_entities"]), ("c", bold))
        broken = await self.error("sendMessage", text="é*a", **more)
        words = "Can't find end of the entity starting at byte offset 2"
        self.assertEqual(broken, (400, f"Bad Request: can't parse entities: {words}"))

    async def test_a_link_to_a_person_is_a_mention(self) -> None:
        sent = await self.result("sendMessage", chat_id=1, text="[you](tg://user?id=2)", parse_mode="Markdown")
        self.assertEqual([entity["type"] for entity in sent["entities"]], ["text_mention"])


class Named(WorldCase):
    """Entities that a bot names itself."""

    async def named(self, text: str, *entities: dict[str, Any]) -> list[dict[str, Any]]:
        sent = await self.result("sendMessage", chat_id=1, text=text, entities=list(entities))
        found: list[dict[str, Any]] = sent.get("entities", [])
        return found

    async def test_they_are_kept_beside_those_that_telegram_finds(self) -> None:
        bold = {"type": "bold", "offset": 0, "length": 4}
        found = await self.named("bold /start", bold)
        self.assertEqual([entity["type"] for entity in found], ["bold", "bot_command"])
        self.assertEqual(await self.named("a", {"type": "url", "offset": 0, "length": 1}), [])
        user = {"id": 2, "is_bot": False, "first_name": "?"}
        (mention,) = await self.named("he", {"type": "text_mention", "offset": 0, "length": 2, "user": user})
        self.assertEqual(mention["user"]["first_name"], "Bob")
        moment = {"type": "date_time", "offset": 0, "length": 1, "unix_time": 10**12}
        self.assertEqual(await self.named("a", moment), [])

    async def test_what_is_no_list_is_none_and_what_is_no_entity_is_refused(self) -> None:
        for given in ("{", "", {"a": 1}, "7"):
            sent = await self.result("sendMessage", chat_id=1, text="x", entities=given)
            self.assertNotIn("entities", sent)
        place = {"offset": 0, "length": 1}
        wrong: list[tuple[Any, str]] = [
            (1, "expected an Object"),
            ({"type": "bold", "length": 1}, 'Can\'t find field "offset"'),
            ({**place, "offset": []}, 'Field "offset" must be of type Number'),
            (place, 'Can\'t find field "type"'),
            ({**place, "type": "loud"}, "Unsupported type specified"),
            ({**place, "type": "text_link"}, 'Can\'t find field "url"'),
            ({**place, "type": "text_mention", "user": 1}, 'Field "user" must be of type Object'),
        ]
        for entity, words in wrong:
            with self.subTest(words):
                error = await self.error("sendMessage", chat_id=1, text="x", entities=[entity])
                self.assertEqual(error, (400, f"Bad Request: can't parse MessageEntity: {words}"))

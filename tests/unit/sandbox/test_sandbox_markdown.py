"""parse_mode MarkdownV2: what it becomes, and what the real server says of what is broken."""

from typing import Any

from django.test import SimpleTestCase

from sandbox.entities.formatted import from_markdown
from sandbox.errors import ApiError
from tests.unit.sandbox.kit import WorldCase

Entities = list[tuple[Any, ...]]


def read(source: str) -> tuple[str, Entities]:
    """Return the text and its entities: kind, offset, length, and an argument if there is one."""
    formatted = from_markdown(source)
    found: Entities = []
    for entity in formatted.entities:
        argument = entity.url or entity.language or entity.custom_emoji_id
        found.append((str(entity.type), entity.offset, entity.length, *([argument] if argument else [])))
    return formatted.text, found


class Good(SimpleTestCase):
    def check(self, cases: dict[str, tuple[str, Entities]]) -> None:
        for source, expected in cases.items():
            with self.subTest(source):
                self.assertEqual(read(source), expected)

    def test_every_style_has_its_mark(self) -> None:
        marks = {
            "*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler", "`": "code",
            "```": "pre",
        }  # fmt: skip
        for mark, kind in marks.items():
            with self.subTest(mark):
                self.assertEqual(read(f"a{mark}bcd{mark}e"), ("abcde", [(kind, 1, 3)]))

    def test_offsets_count_utf16_units(self) -> None:
        self.check({"😀é*👋🏽x* _y_": ("😀é👋🏽x y", [("bold", 3, 5), ("italic", 9, 1)])})

    def test_styles_nest_and_the_outer_one_comes_first(self) -> None:
        self.check(
            {
                "*one _two_*": ("one two", [("bold", 0, 7), ("italic", 4, 3)]),
                "~||_*x*_||~": ("x", [("bold", 0, 1), ("italic", 0, 1), ("strikethrough", 0, 1), ("spoiler", 0, 1)]),
                "_a __b___": ("a b", [("italic", 0, 3), ("underline", 2, 1)]),
                "___a_ b__": ("a b", [("underline", 0, 3), ("italic", 0, 1)]),
                "*a\nb*": ("a\nb", [("bold", 0, 3)]),
                "x**__ __y": ("x y", [("underline", 1, 1)]),
            }
        )

    def test_backslashes_escape_ascii_and_stay_before_all_else(self) -> None:
        self.check(
            {
                r"\*a\_ 1\.5 \q\\": ("*a_ 1.5 q\\", []),
                "\\é \\": ("\\é \\", []),
                r"`a\`b\\ \n`": ("a`b\\ n", [("code", 0, 6)]),
                r"[a\]](https://x.org/\)\\)": ("a]", [("text_link", 0, 2, "https://x.org/)\\")]),
            }
        )

    def test_code_holds_everything_but_its_own_mark(self) -> None:
        self.check(
            {
                "`*a* [.!` b": ("*a* [.! b", [("code", 0, 7)]),
                "```py\nx = 1\n```": ("x = 1", [("pre", 0, 5, "py")]),
                "```py x```": ("x", [("pre", 0, 1, "py")]),
                "a```\r\n\nx```": ("a\nx", [("pre", 1, 2)]),
                "a```py\n\rx```": ("ax", [("pre", 1, 1, "py")]),
                "```x```": ("x", [("pre", 0, 1)]),
                "*a`b`c*": ("abc", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
                "```a`b`c```": ("abc", [("pre", 0, 3)]),
                "a`b```c": ("abc", [("code", 1, 1)]),
                "x`` ``````y": ("x y", []),
            }
        )

    def test_links_go_to_their_address_or_to_their_text(self) -> None:
        self.check(
            {
                "[a *b*](https://x.org?q=1)": ("a b", [("text_link", 0, 3, "https://x.org?q=1"), ("bold", 2, 1)]),
                "[x\\.org] a": ("x.org a", [("text_link", 0, 5, "http://x.org/")]),
                "[a](no address)[b]()": ("ab", []),
                "[](https://x.org)a": ("a", []),
                "[a [b](c.org)](d.org)": ("a b", [("text_link", 0, 3, "http://d.org/")]),
                "[![👍](tg://emoji?id=5)](d.org)": ("👍", [("text_link", 0, 2, "http://d.org/")]),
            }
        )

    def test_pictures_are_emoji_or_times(self) -> None:
        self.check(
            {
                "a![👍](tg://emoji?id=5368)": ("a👍", [("custom_emoji", 1, 2, "5368")]),
                "![👍](TG:Emoji/?x=1&id=5&id=6#id=7)": ("👍", [("custom_emoji", 0, 2, "5")]),
            }
        )
        (entity,) = from_markdown("![now](tg://time?unix=1700000000&format=wDT)").entities
        expected = {
            "type": "date_time", "offset": 0, "length": 3, "unix_time": 1_700_000_000, "date_time_format": "wDT",
        }  # fmt: skip
        self.assertEqual(entity.to_json(), expected)

    def test_quotations_go_on_line_by_line_with_their_last_line_end(self) -> None:
        self.check(
            {
                ">a": ("a", [("blockquote", 0, 1)]),
                "a\n>b\n>*c*\nd": ("a\nb\nc\nd", [("blockquote", 2, 4), ("bold", 4, 1)]),
                "*a\n>b\nc*": ("a\nb\nc", [("bold", 0, 5), ("blockquote", 2, 2)]),
                ">a\n**>b": ("a\nb", [("blockquote", 0, 2), ("blockquote", 2, 1)]),
                ">>a\n>>b": ("a\nb", [("blockquote", 0, 3)]),
                ">a\r\n>b\r\nc": ("a\nb\nc", [("blockquote", 0, 4)]),
                "\r>a": ("a", [("blockquote", 0, 1)]),
                "a\\\n>b": ("a\nb", [("blockquote", 2, 1)]),
                ">`a\nb`\nc": ("a\nb\nc", [("code", 0, 3), ("blockquote", 0, 4)][::-1]),
                "a\\> b\n>": ("a> b", []),
            }
        )

    def test_two_bars_at_the_end_of_a_quotation_make_it_expandable(self) -> None:
        self.check(
            {
                ">a\n>b||": ("a\nb", [("expandable_blockquote", 0, 3)]),
                "**>a||\nb": ("a\nb", [("expandable_blockquote", 0, 2)]),
                ">a||\r\nb": ("a\nb", [("expandable_blockquote", 0, 2)]),
                ">||a||||\nb": ("a\nb", [("expandable_blockquote", 0, 2), ("spoiler", 0, 1)]),
                ">||a||\nb": ("a\nb", [("blockquote", 0, 2), ("spoiler", 0, 1)]),
                ">a||\n>b||\nc": ("a\nb\nc", [("blockquote", 0, 4), ("spoiler", 1, 2)]),
            }
        )

    def test_white_space_around_is_cut_and_the_entities_move_with_the_text(self) -> None:
        self.check({" \n*hi * x\n ": ("hi  x", [("bold", 0, 3)])})


class Bad(SimpleTestCase):
    def check(self, cases: dict[str, str]) -> None:
        for source, words in cases.items():
            with self.subTest(source), self.assertRaises(ApiError) as caught:
                from_markdown(source)
            error = caught.exception
            self.assertEqual((error.status, error.description), (400, f"Bad Request: can't parse entities: {words}"))

    def test_reserved_characters_must_be_escaped(self) -> None:
        for sign in "()>#+-=|{}.!]":
            self.check({f"a{sign} b": f"Character '{sign}' is reserved and must be escaped with the preceding '\\'"})
        reserved = "Character '{}' is reserved and must be escaped with the preceding '\\'"
        self.check({"`a\n`>b": reserved.format(">"), "*a[b*](c.org)": reserved.format("]")})

    def test_every_entity_must_end_and_its_beginning_is_counted_in_bytes(self) -> None:
        names = {
            "*": "Bold", "_": "Italic", "__": "Underline", "~": "Strikethrough", "||": "Spoiler", "`": "Code",
            "```": "Pre", "```py ": "PreCode", "[": "TextUrl", "![": "CustomEmoji",
        }  # fmt: skip
        for mark, name in names.items():
            self.check({f"é😀 {mark}a": f"Can't find end of {name} entity at byte offset 7"})
        self.check(
            {
                "*a _b*": "Can't find end of Bold entity at byte offset 5",
                "_a__": "Can't find end of Underline entity at byte offset 2",
                "*a\n>b": "Can't find end of Bold entity at byte offset 0",
            }
        )

    def test_what_begins_in_a_quotation_must_end_in_it(self) -> None:
        self.check(
            {
                ">a *b\nc*": "Can't find end of Bold entity at byte offset 3",
                ">a||b\nc||": "Can't find end of Spoiler entity at byte offset 2",
                ">*a||\nb*": "Can't find end of Bold entity at byte offset 1",
                ">a||\n>b": "Can't find end of Spoiler entity at byte offset 2",
                ">a||\r": "Can't find end of Spoiler entity at byte offset 2",
            }
        )

    def test_addresses_must_end_and_pictures_need_one_of_their_own(self) -> None:
        neither = "Invalid tg://emoji or tg://time URL specified"
        self.check(
            {
                "é[a](b\\)": "Can't find end of a URL at byte offset 6",
                "![a](tg://emoji?id=5": "Can't find end of a URL at byte offset 5",
                "![a] (tg://emoji?id=5)": "The entity must contain a tg://emoji or tg://time URL",
                "![a](https://x.org)": neither,
                "![a](tg://emojis?id=5)": neither,
                "![a](tg://emoji?id=05)": neither,
                f"![a](tg://emoji?id={2**63})": neither,
                "![a](tg://time?unix=0)": neither,
                "![a](tg://time?unix=9&format=x)": neither,
            }
        )


class Everywhere(WorldCase):
    """The mode is taken where HTML is."""

    async def test_texts_captions_and_edits_are_read(self) -> None:
        more: dict[str, Any] = {"chat_id": 1, "parse_mode": "markdownv2"}
        bold = [{"type": "bold", "offset": 0, "length": 1}]
        sent = await self.result("sendMessage", text="*a*", **more)
        self.assertEqual((sent["text"], sent["entities"]), ("a", bold))
        edited = await self.result("editMessageText", message_id=sent["message_id"], text="_*b*_", **more)
        self.assertEqual([entity["type"] for entity in edited["entities"]], ["bold", "italic"])
        photo = await self.result("sendPhoto", photo="https://example.com/a.png", caption="*c*", **more)
        self.assertEqual((photo["caption"], photo["caption_entities"]), ("c", bold))
        edited = await self.result("editMessageCaption", message_id=photo["message_id"], caption="*d*", **more)
        self.assertEqual((edited["caption"], edited["caption_entities"]), ("d", bold))

    async def test_albums_are_read_and_refused_part_by_part(self) -> None:
        part = {"type": "photo", "media": "https://example.com/a.png", "parse_mode": "MarkdownV2"}
        sent = await self.result("sendMediaGroup", chat_id=1, media=[{**part, "caption": "*a*"}, part])
        self.assertEqual(sent[0]["caption_entities"], [{"type": "bold", "offset": 0, "length": 1}])
        error = await self.error("sendMediaGroup", chat_id=1, media=[part, {**part, "caption": "a."}])
        words = "Character '.' is reserved and must be escaped with the preceding '\\'"
        self.assertEqual(error, (400, f"Bad Request: can't parse entities: {words}"))

    async def test_a_link_to_a_user_is_a_mention_of_that_person(self) -> None:
        text = "[you](tg://user?id=2) [he](tg:user?id=3) [no](tg://user?id=99)"
        sent = await self.result("sendMessage", chat_id=1, text=text, parse_mode="MarkdownV2")
        people = [(entity["type"], entity["offset"], entity["user"]["first_name"]) for entity in sent["entities"]]
        self.assertEqual(people, [("text_mention", 0, "Bob"), ("text_mention", 4, "Charlie")])

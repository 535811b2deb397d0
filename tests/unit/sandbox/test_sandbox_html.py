"""parse_mode HTML and the entities Telegram finds by itself."""

from typing import Any

import telegram

from tests.unit.sandbox.kit import WorldCase


class Html(WorldCase):
    async def sent(self, text: str, **more: Any) -> tuple[str, list[dict[str, Any]]]:
        message = await self.result("sendMessage", chat_id=1, text=text, parse_mode="HTML", **more)
        return message["text"], message.get("entities", [])

    async def complaint(self, text: str) -> str:
        status, description = await self.error("sendMessage", chat_id=1, text=text, parse_mode="HTML")
        self.assertEqual(status, 400)
        prefix = "Bad Request: can't parse entities: "
        self.assertTrue(description.startswith(prefix), description)
        return description.removeprefix(prefix)

    async def test_every_simple_tag_becomes_its_entity(self) -> None:
        kinds = {
            "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
            "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
            "code": "code", "pre": "pre", "blockquote": "blockquote",
        }  # fmt: skip
        for tag, kind in kinds.items():
            with self.subTest(tag):
                expected = ("ab", [{"type": kind, "offset": 1, "length": 1}])
                self.assertEqual(await self.sent(f"a<{tag}>b</{tag}>"), expected)

    async def test_offsets_count_utf16_units_so_an_emoji_counts_two(self) -> None:
        text, entities = await self.sent("😀é<b>👋🏽x</b> <i>y</i>")
        self.assertEqual(text, "😀é👋🏽x y")
        self.assertEqual(
            entities,
            [{"type": "bold", "offset": 3, "length": 5}, {"type": "italic", "offset": 9, "length": 1}],
        )

    async def test_nested_tags_give_the_outer_entity_first(self) -> None:
        _, entities = await self.sent("<b>one <i>two</i></b>")
        self.assertEqual(
            entities, [{"type": "bold", "offset": 0, "length": 7}, {"type": "italic", "offset": 4, "length": 3}]
        )

    async def test_code_with_a_language_inside_pre_is_one_entity(self) -> None:
        _, entities = await self.sent('<pre><code class="language-python">x = 1</code></pre>')
        self.assertEqual(entities, [{"type": "pre", "offset": 0, "length": 5, "language": "python"}])

    async def test_bold_around_code_is_cut_because_code_holds_no_other_entity(self) -> None:
        _, entities = await self.sent("<b>a<code>b</code>c</b>")
        self.assertEqual(
            entities,
            [
                {"type": "bold", "offset": 0, "length": 1},
                {"type": "code", "offset": 1, "length": 1},
                {"type": "bold", "offset": 2, "length": 1},
            ],
        )

    async def test_links_are_kept_with_a_checked_address_and_dropped_when_it_is_none(self) -> None:
        _, entities = await self.sent('<a href="https://example.com/?a=1&amp;b=2">x</a>')
        self.assertEqual(entities[0]["url"], "https://example.com/?a=1&b=2")
        self.assertEqual((await self.sent('<a href="javascript:alert(1)">x</a>')), ("x", []))

    async def test_a_link_to_a_user_is_a_mention_of_that_person(self) -> None:
        _, entities = await self.sent('<a href="tg://user?id=2">you</a>')
        self.assertEqual((entities[0]["type"], entities[0]["user"]["first_name"]), ("text_mention", "Bob"))
        self.assertEqual(await self.sent('<a href="tg://user?id=99">you</a>'), ("you", []))

    async def test_character_references_are_read_once_and_unknown_ones_stay(self) -> None:
        text, _ = await self.sent("&lt;b&gt; &amp;amp; &quot; &#128512; &#x41; &nbsp; &copy & &#0;")
        self.assertEqual(text, '<b> &amp; " 😀 A &nbsp; &copy & &#0;')

    async def test_white_space_around_is_cut_and_the_entities_move_with_the_text(self) -> None:
        self.assertEqual(await self.sent(" \n<b>hi</b> x\n "), ("hi x", [{"type": "bold", "offset": 0, "length": 2}]))

    async def test_expandable_quotes_and_span_spoilers_are_known(self) -> None:
        _, entities = await self.sent('<blockquote expandable>a</blockquote><span class="tg-spoiler">b</span>')
        self.assertEqual([entity["type"] for entity in entities], ["expandable_blockquote", "spoiler"])

    async def test_wrong_html_is_refused_with_the_real_servers_words(self) -> None:
        cases = {
            "<b>x": 'Can\'t find end tag corresponding to start tag "b"',
            "x <table>": 'Unsupported start tag "table" at byte offset 2',
            "1 < 2 and 3 > 2": 'Unsupported start tag "" at byte offset 2',
            "é<b>x</i>": 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"',
            "x</b>": "Unexpected end tag at byte offset 1",
            "x <b": "Unclosed start tag at byte offset 2",
            "<b>x</b": "Unclosed end tag at byte offset 4",
            "<a href=x/y>z</a>": "Unexpected end of name token at byte offset 8",
            "<a href>z</a>": 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
            '<a ="x">z</a>': 'Empty attribute name in the tag "a" at byte offset 0',
            '<a href="x': "Unclosed start tag at byte offset 0",
            "<span>x</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
        }
        for text, words in cases.items():
            with self.subTest(text):
                self.assertEqual(await self.complaint(text), words)

    async def test_the_length_limit_counts_code_points_after_parsing(self) -> None:
        text, _ = await self.sent(f"<b>{'😀' * 4096}</b>")
        self.assertEqual(len(text), 4096)
        error = await self.error("sendMessage", chat_id=1, text=f"<b>{'x' * 4097}</b>", parse_mode="HTML")
        self.assertEqual(error, (400, "Bad Request: message is too long"))


class FoundByItself(WorldCase):
    def entities(self, text: str) -> list[tuple[str, str]]:
        message = telegram.Message.de_json(self.world.say(1, 1, text).to_json(), None)
        return [(str(entity.type), message.parse_entity(entity)) for entity in message.entities]

    def test_a_command_is_marked_at_the_start_and_later(self) -> None:
        self.assertEqual(self.entities("/start foo"), [("bot_command", "/start")])
        self.assertEqual(self.entities("😀 /help@sandbox_bot, please"), [("bot_command", "/help@sandbox_bot")])

    def test_paths_dates_and_addresses_hold_no_commands(self) -> None:
        self.assertEqual(self.entities("1/2 and a/b and /usr/bin"), [])
        self.assertEqual(self.entities("https://example.com/start"), [("url", "https://example.com/start")])

    def test_mentions_and_addresses_are_marked_without_their_punctuation(self) -> None:
        self.assertEqual(
            self.entities("@alice see (https://example.org/x?y=1). Or example.com!"),
            [("mention", "@alice"), ("url", "https://example.org/x?y=1"), ("url", "example.com")],
        )

    def test_a_mail_address_is_no_mention(self) -> None:
        self.assertEqual(
            self.entities("To alice.b+c@example.com. Not x@y, a@b.org@c.org"), [("email", "alice.b+c@example.com")]
        )
        self.assertEqual(self.entities("https://a@example.org/x"), [("url", "https://a@example.org/x")])

    def test_tags_are_marked(self) -> None:
        self.assertEqual(
            self.entities("#tea #чай1, $USD; not #1 a#b #a#b $usd $TOOLONGONE"),
            [("hashtag", "#tea"), ("hashtag", "#чай1"), ("cashtag", "$USD")],
        )

    async def test_a_bots_plain_text_is_searched_too_but_not_inside_code(self) -> None:
        message = await self.result("sendMessage", chat_id=1, text="<code>/no</code> /yes", parse_mode="HTML")
        self.assertEqual([entity["type"] for entity in message["entities"]], ["code", "bot_command"])

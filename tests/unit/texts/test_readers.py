"""HTML and MarkdownV2 → text and entities, against python-telegram-bot, which writes both."""

import re

from django.test import SimpleTestCase
from hypothesis import example, given, settings
from hypothesis import strategies as st
from telegram import Message, MessageEntity
from telegram.helpers import escape_markdown as library_escape

from botcore.exceptions import ValidationError
from botcore.texts.entities import Entity, MarkupError, RichText, Style
from botcore.texts.escaping import escape_html, escape_markdown
from botcore.texts.html_reader import parse_html
from botcore.texts.html_writer import to_html
from botcore.texts.length import telegram_length
from botcore.texts.markdown_reader import parse_markdown
from tests.unit.texts.strategies import Sample, samples

EXAMPLES = settings(max_examples=100, deadline=None)
QUOTES = {"blockquote", "expandable_blockquote"}


def written(rich: RichText) -> Message:
    """Return python-telegram-bot's message with this text."""
    entities = [MessageEntity.de_json(entity.to_dict(), None) for entity in rich.entities]
    return Message.de_json(
        {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": rich.text,
         "entities": [entity.to_dict() for entity in entities]}, None,
    )  # fmt: skip


def without(rich: RichText, *types: str) -> RichText:
    """Leave out some types, and what stands at the same place as another, for which the library has an order."""
    kept: list[Entity] = []
    for entity in rich.entities:
        same = any((entity.offset, entity.end) == (other.offset, other.end) for other in kept)
        if entity.style.type not in types and not same:
            kept.append(entity)
    return RichText(rich.text, tuple(kept))


def in_order(rich: RichText) -> list[Entity]:
    """Return the entities in an order of their own."""
    return sorted(rich.entities, key=lambda entity: (entity.offset, -entity.length, entity.style.type))


class LengthTests(SimpleTestCase):
    """How long a text is."""

    @EXAMPLES
    @given(st.text())
    def test_counts_utf16_units(self, text: str) -> None:
        self.assertEqual(telegram_length(text), sum(2 if ord(character) > 0xFFFF else 1 for character in text))


class HtmlTests(SimpleTestCase):
    """Telegram's HTML."""

    @EXAMPLES
    @given(samples())
    def test_reads_what_python_telegram_bot_writes(self, sample: Sample) -> None:
        rich = self.flat(without(sample.rich))
        rich = RichText(rich.text, tuple(e for e in rich.entities if not e.style.language))  # it writes class="py"
        read = parse_html(written(rich).text_html)
        self.assertEqual((read.text, in_order(read)), (rich.text, in_order(rich)))

    @staticmethod
    def flat(rich: RichText) -> RichText:
        """Leave out links in links, which nobody writes."""
        links = [entity for entity in rich.entities if entity.style.type in {"text_link", "text_mention"}]
        nested = {
            id(inner)
            for outer in links
            for inner in links
            if inner is not outer and outer.offset <= inner.offset and inner.end <= outer.end
        }
        return RichText(rich.text, tuple(entity for entity in rich.entities if id(entity) not in nested))

    @EXAMPLES
    @given(samples())
    def test_reads_what_it_writes_itself(self, sample: Sample) -> None:
        rich = self.flat(sample.rich)
        read = parse_html(to_html(rich))
        self.assertEqual((read.text, in_order(read)), (rich.text, in_order(rich)))

    @EXAMPLES
    @given(st.text())
    @example("&lt;b&gt; &amp;amp; &#38; & <b>")
    def test_escaped_text_reads_as_it_was(self, text: str) -> None:
        self.assertEqual(parse_html(escape_html(text)), RichText(text))
        (link,) = parse_html(f'<a href="tg://x/{escape_html(text.replace(" ", ""))}">x</a>').entities or (None,)
        if link is not None:
            self.assertEqual(link.style.url, f"tg://x/{text.replace(' ', '')}".strip())

    def test_unknown_references_stay_as_they_are_written(self) -> None:
        self.assertEqual(parse_html("&copy; & &amp &#x1F600; &#0; &lt;").text, "&copy; & & 😀 &#0; <")

    def test_code_with_a_language_in_pre_is_one_entity_in_either_order(self) -> None:
        expected = (Entity(Style("pre", language="py"), 0, 1),)
        self.assertEqual(parse_html('<pre><code class="language-py">x</code></pre>').entities, expected)
        self.assertEqual(parse_html('<code class="language-py"><pre>x</pre></code>').entities, expected)
        self.assertEqual(parse_html('<code class="language-py">x</code>').entities, (Entity(Style("code"), 0, 1),))

    def test_links_are_made_as_telegram_makes_them(self) -> None:
        read = parse_html('<a href="TG://user?id=77">a</a><a>https://b.org</a><a href="no link">c</a><a href="">d</a>')
        self.assertEqual(
            read,
            RichText(
                "ahttps://b.orgcd",
                (
                    Entity(Style("text_mention", user_id=77), 0, 1),
                    Entity(Style("text_link", url="https://b.org"), 1, 13),
                ),
            ),
        )

    def test_says_where_it_is_broken_and_why(self) -> None:
        for source, position, what in (
            ("a <b>c", 2, "<b> is never closed"),
            ("a</i>", 1, "</i> closes nothing"),
            ("<b>x<i>y</b></i>", 8, "</b> stands where </i> should"),
            ("😀 <h1>", 2, "Telegram knows no tag <h1>"),
            ("1 < 2", 2, "begins no tag; write &lt;"),
            ('<span class="x">', 0, "<span> lacks the attribute"),
            ("<tg-emoji>x</tg-emoji>", 0, "<tg-emoji> lacks the attribute"),
            ('<a href="x.org">a <a href="y.org">', 18, "a link cannot stand in a link"),
        ):
            with self.subTest(source):
                with self.assertRaisesRegex(ValidationError, re.escape(what)) as caught:
                    parse_html(source)
                error = caught.exception
                assert isinstance(error, MarkupError)
                self.assertEqual(error.position, position)

    @EXAMPLES
    @given(st.text(alphabet="<>/ab&;= \"'#x1-\n"))
    def test_any_text_is_read_or_refused(self, source: str) -> None:
        try:
            parse_html(source)
        except MarkupError as exc:
            self.assertLess(exc.position, len(source))


class MarkdownTests(SimpleTestCase):
    """Telegram's MarkdownV2."""

    @EXAMPLES
    @given(samples())
    def test_reads_what_python_telegram_bot_writes(self, sample: Sample) -> None:
        rich = HtmlTests.flat(without(sample.rich, *QUOTES))  # its quotations are none inside other entities
        kept = [entity for entity in rich.entities if not self.is_ambiguous(entity, rich)]
        rich = RichText(rich.text, tuple(kept))
        read = parse_markdown(written(rich).text_markdown_v2)
        self.assertEqual((read.text, in_order(read)), (rich.text, in_order(rich)))

    @staticmethod
    def is_ambiguous(entity: Entity, rich: RichText) -> bool:
        """Tell what the library writes so that Telegram reads something else."""
        neighbours = [other for other in rich.entities if {other.offset, other.end} & {entity.offset, entity.end}]
        if entity.style.type in {"italic", "underline"}:  # ___ is read from the left
            return any(other.style.type in {"italic", "underline"} and other is not entity for other in neighbours)
        if entity.style.type == "pre":  # it writes a line end behind the language only
            start = rich.text.encode("utf-16-le")[2 * entity.offset :].decode("utf-16-le")
            return not entity.style.language or start[:1] in "\r\n"
        if any(
            other.style.type == entity.style.type and other is not entity and MarkdownTests.holds(other, entity)
            for other in rich.entities
        ):
            return True
        inside = any(other is not entity and MarkdownTests.holds(other, entity) for other in rich.entities)
        pictures = {"custom_emoji", "date_time"}
        return entity.style.type in {*pictures, "text_link", "text_mention"} and inside

    @staticmethod
    def holds(outer: Entity, inner: Entity) -> bool:
        """Tell whether one stands in the other."""
        return outer.offset <= inner.offset and inner.end <= outer.end

    @EXAMPLES
    @given(st.text())
    def test_escaped_text_reads_as_it_was(self, text: str) -> None:
        self.assertEqual(parse_markdown(escape_markdown(text)), RichText(text))
        if text:
            code = parse_markdown(f"`{escape_markdown(text, 'code')}`")
            self.assertEqual(code, RichText(text, (Entity(Style("code"), 0, telegram_length(text)),)))

    @EXAMPLES
    @given(st.text())
    def test_escapes_as_python_telegram_bot_does(self, text: str) -> None:
        self.assertEqual(escape_markdown(text), library_escape(text, version=2))
        self.assertEqual(escape_markdown(text, "code"), library_escape(text, version=2, entity_type="pre"))
        self.assertEqual(escape_markdown(text, "address"), library_escape(text, version=2, entity_type="text_link"))

    def test_a_block_of_code_loses_its_first_line_end_and_keeps_its_language(self) -> None:
        self.assertEqual(parse_markdown("```py\nx\n```"), RichText("x\n", (Entity(Style("pre", language="py"), 0, 2),)))
        self.assertEqual(parse_markdown("```\nx```"), RichText("x", (Entity(Style("pre"), 0, 1),)))
        self.assertEqual(parse_markdown("```x```"), RichText("x", (Entity(Style("pre"), 0, 1),)))

    def test_quotations_go_on_line_by_line_and_can_be_folded(self) -> None:
        read = parse_markdown(">a\n>*b*\n**>c\n>d||\ne")
        self.assertEqual(
            read,
            RichText(
                "a\nb\nc\nd\ne",
                (
                    Entity(Style("blockquote"), 0, 3),
                    Entity(Style("bold"), 2, 1),
                    Entity(Style("expandable_blockquote"), 4, 3),
                ),
            ),
        )

    def test_two_underscores_are_read_from_the_left(self) -> None:
        read = parse_markdown("___a_**__")
        self.assertEqual(read, RichText("a", (Entity(Style("underline"), 0, 1), Entity(Style("italic"), 0, 1))))

    def test_links_and_pictures(self) -> None:
        read = parse_markdown("[a](https://x.org/\\)) ![👍](tg://emoji?id=5) ![t](tg://time?unix=9&format=wDT)")
        self.assertEqual(
            [entity.style for entity in read.entities],
            [
                Style("text_link", url="https://x.org/)"),
                Style("custom_emoji", custom_emoji_id="5"),
                Style("date_time", unix_time="9", date_time_format="wDT"),
            ],
        )

    def test_says_where_it_is_broken_and_why(self) -> None:
        for source, position, what in (
            ("Hi.", 2, "“.” must be written as \\."),
            ("a *b", 2, "bold begins here and never ends"),
            ("[a](b", 3, "an address begins here and never ends"),
            ("[a", 0, "a link begins here and never ends"),
            ("[a *b](c.d)", 5, "a link ends here, and bold in it has not ended"),
            ("`a", 0, "code begins here and never ends"),
            ("```a`b```", 0, "holds a ` that is not written"),
            (">a *b\nc*", 5, "the quotation ends here, and bold in it has not ended"),
            ("![a](https://x.org)", 0, "only tg://emoji"),
            ("a > b", 2, "“>” must be written"),
            ("[a[b](c.d)](e.f)", 2, "a link cannot stand in a link"),
        ):
            with self.subTest(source):
                with self.assertRaisesRegex(MarkupError, re.escape(what)) as caught:
                    parse_markdown(source)
                self.assertEqual(caught.exception.position, position)

    @EXAMPLES
    @given(st.text(alphabet="*_~|`[]()!>\\\nab.tg:/?id=1"))
    def test_any_text_is_read_or_refused(self, source: str) -> None:
        try:
            parse_markdown(source)
        except MarkupError as exc:
            self.assertLessEqual(exc.position, len(source))

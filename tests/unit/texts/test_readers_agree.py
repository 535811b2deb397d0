"""Two independent readers of MarkdownV2, the product's and the sandbox's, hold each other to Telegram's rules."""

from django.test import SimpleTestCase
from hypothesis import example, given, settings
from hypothesis import strategies as st

from botcore.exceptions import ValidationError
from botcore.texts.entities import Entity, Style
from botcore.texts.markdown_reader import parse_markdown
from botcore.texts.markup import MARKDOWN, read, stripped
from sandbox.entities.cleaning import cleaned
from sandbox.entities.formatted import from_markdown
from sandbox.errors import ApiError

WORDS = ["a", "b c", "é", "😀", "1", " ", "\t", "\r", "\n", "\r\n", "\\", "\\é", "\\*", "\\.", "\\`", "\\\n", "\\\\"]
MARKS = ["*", "_", "__", "~", "|", "||", "||\n", "`", "``", "```", "```py\n", "```py ", "[", "]", "![", "(", ")"]
RESERVED = [".", "!", "#", "-", "{", ">", ">", ">>", "\n>", "\n>", "\n**>"]
ADDRESSES = [
    "](https://x.org)", "](x)", "]()", "](a\\)b)", "](a\n", "](tg://user?id=1)", "](tg://emoji?id=5)",
    "](TG:emoji/?a=1&id=5#x)", "](tg://emoji?id=05)", "](tg://time?unix=9&format=wDT)", "](tg://time?unix=0)",
]  # fmt: skip
WHOLE = [
    "*b*",
    "_i_",
    "__u__",
    "~s~",
    "||s||",
    "`c`",
    "```\nx```",
    "*b _i_*",
    ">q||\n",
    ">q\n>r\n",
    "[a](https://x.org)",
]
WHOLE += ["![👍](tg://emoji?id=5)", "![t](tg://time?unix=9)"]
FRAGMENTS = st.one_of(*(st.sampled_from(kind) for kind in (WORDS, MARKS, RESERVED, ADDRESSES, WHOLE, WHOLE)))
SOURCES = st.lists(FRAGMENTS, min_size=1, max_size=7).map("".join)


def product(source: str) -> str | ValidationError:
    """Return the text as the product reads it, or its refusal."""
    try:
        return read(source, MARKDOWN).text.strip()
    except ValidationError as refusal:
        return refusal


def telegram(source: str) -> str | ApiError:
    """Return the text as the sandbox reads it, or its refusal."""
    try:
        return from_markdown(source).text
    except ApiError as refusal:
        return refusal


def is_stricter(refusal: str | ValidationError, source: str) -> bool:
    """Tell what the Bot API's rules forbid, but its server takes and spoils: here the product refuses on purpose."""
    nested = ("a link cannot stand in a link", "a custom emoji or time cannot stand in a custom emoji or time")
    return any(words in str(refusal) for words in nested) or ("holds a `" in str(refusal) and "```" in source)


class AgreementTests(SimpleTestCase):
    """What the product sends, Telegram takes, and the other way round."""

    def check(self, source: str) -> None:
        ours, theirs = product(source), telegram(source)
        if isinstance(theirs, str) and not is_stricter(ours, source):
            self.assertEqual(cleaned(ours, [])[0].strip() if isinstance(ours, str) else ours, theirs)
        if isinstance(theirs, ApiError):
            self.assertIsInstance(ours, ValidationError, theirs.description)
        self.assertEqual(stripped(source, MARKDOWN).strip(), ours if isinstance(ours, str) else source.strip())

    @settings(max_examples=500, deadline=None, derandomize=True, database=None)
    @given(SOURCES)
    @example(">>a\n>>b")
    @example("\r>a")
    @example("a\n>\\\n>b")
    @example("`a\n`>b")
    @example("`\n`>b")
    @example("`\\\n`>b")
    @example(">a||\n>b||")
    @example(">a||\n>b")
    @example(">a||\r\nb")
    @example("```py\n\rx```")
    @example("```a\u00a0b```")
    @example("[![👍](tg://emoji?id=5)](https://x.org)")
    @example("![👍](TG:emoji/?a=1&id=5&id=6#x)")
    @example("![👍](tg://emoji?id=05)")
    @example("![👍](tg://emoji?id=abc)")
    @example("![t](tg://time?unix=2147483648)")
    @example("![t](tg://time?unix=9&format=x)")
    def test_of_any_text_both_say_the_same(self, source: str) -> None:
        self.check(source)

    def test_the_texts_are_worth_it(self) -> None:
        """Count how many of the texts above are read, for two that refuse everything agree as well."""
        taken: set[str] = set()
        lengths: list[int] = []

        @settings(max_examples=500, deadline=None, derandomize=True, database=None)
        @given(SOURCES)
        def look(source: str) -> None:
            lengths.append(len(source))
            if isinstance(found := telegram(source), str) and found:
                taken.add(source)

        look()
        self.assertGreater(len(taken), 80)
        self.assertLess(len(taken), len(lengths) - 80)

    def test_the_product_refuses_what_the_rules_forbid_and_the_server_spoils(self) -> None:
        for source, spoilt, words in (
            ("[a [b](c.org)](d.org)", "a b", "a link cannot stand in a link"),
            ("```a`b`c```", "abc", "holds a ` that is not written"),
        ):
            with self.subTest(source):
                self.assertEqual(telegram(source), spoilt)
                self.assertIn(words, str(product(source)))

    def test_the_products_entities_follow_the_same_rules(self) -> None:
        expandable, plain = Style("expandable_blockquote"), Style("blockquote")
        emoji = Style("custom_emoji", custom_emoji_id="5")
        for source, entities in {
            ">a||\r\nb": [(expandable, 0, 2)],
            ">||a||||\nb": [(expandable, 0, 1), (Style("spoiler"), 0, 1)],
            ">>a\n>>b": [(plain, 0, 3)],
            "![👍](TG:emoji/?a=1&id=5&id=6#x)": [(emoji, 0, 2)],
            "[![👍](tg://emoji?id=5)](x.org)": [(Style("text_link", url="x.org"), 0, 2), (emoji, 0, 2)],
            "```py\n\rx```": [(Style("pre", language="py"), 0, 1)],
        }.items():
            with self.subTest(source):
                expected = tuple(Entity(style, offset, length) for style, offset, length in entities)
                self.assertEqual(parse_markdown(source).entities, expected)

"""Formatting as Telegram reads it: what is left of it, and what is refused."""

from django.test import SimpleTestCase

from botcore.exceptions import ValidationError
from botcore.texts.length import telegram_length
from botcore.texts.markup import HTML, MARKDOWN, read, stripped

GOOD_HTML = {
    "<b>bold <i>and more</i></b>": "bold and more",
    'a <a href="https://x.org/?a=1&amp;b=2">link</a>': "a link",
    "1 &lt; 2 &amp;&#38; &#x41;": "1 < 2 && A",
    "&nbsp; &copy;": "&nbsp; &copy;",  # Telegram knows four names only
    "AT&T": "AT&T",
    '<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>': "xy",
    '<pre><code class="language-python">a = 1</code></pre>': "a = 1",
    "<blockquote expandable>q</blockquote>": "q",
    "<B>big</B>": "big",
    "a > b": "a > b",
}
BAD_HTML = (
    "<b>bold",
    "bold</b>",
    "<b><i>x</b></i>",
    "<div>x</div>",
    "<span>x</span>",
    "<br/>",
    "<b/>",
    "1 < 2",
    "I <3 you",
    "<!-- x -->",
    "<?php ?>",
    "<script>alert(1)</script>",
    "cut <b",
)
GOOD_MARKDOWN = {
    "*bold _italic_*": "bold italic",
    "__under__ ~gone~ ||spoiler||": "under gone spoiler",
    r"1\.5 \- \(x\)": "1.5 - (x)",
    r"[link\!](https://x.org/a_b)": "link!",
    "![👍](tg://emoji?id=5)": "👍",
    "`a.b_c` and ```py\nx = [1]\n```": "a.b_c and x = [1]\n",
    ">quoted\n>more": "quoted\nmore",
    "*_x_*": "x",
}
BAD_MARKDOWN = (
    "*bold",
    "*bold _italic*_",
    "1.5",
    "a > b",
    "[link",
    "[link](https://x.org",
    "`code",
    "!",
)


class MarkupTests(SimpleTestCase):
    """Both formats."""

    def test_html_leaves_its_text(self) -> None:
        for text, shown in GOOD_HTML.items():
            with self.subTest(text):
                self.assertEqual(read(text, HTML).text, shown)

    def test_broken_html_is_refused(self) -> None:
        for text in BAD_HTML:
            with self.subTest(text), self.assertRaisesRegex(ValidationError, "HTML is broken at character"):
                read(text, HTML)

    def test_markdown_leaves_its_text(self) -> None:
        for text, shown in GOOD_MARKDOWN.items():
            with self.subTest(text):
                self.assertEqual(read(text, MARKDOWN).text, shown)

    def test_broken_markdown_is_refused(self) -> None:
        for text in BAD_MARKDOWN:
            with self.subTest(text), self.assertRaisesRegex(ValidationError, "MarkdownV2 is broken at character"):
                read(text, MARKDOWN)

    def test_what_is_broken_can_still_be_read(self) -> None:
        self.assertEqual(stripped("<b>5 &lt; 6<i>", HTML), "5 < 6")
        self.assertEqual(stripped("*5.5", MARKDOWN), "*5.5")

    def test_a_hostile_text_is_read_in_no_time(self) -> None:
        for text, mode in (
            ("<" * 50_000, HTML),
            ("`" * 50_001, MARKDOWN),
            ("[](" * 20_000, MARKDOWN),
            ("*_" * 50_000, MARKDOWN),
        ):
            with self.subTest(text[:3]), self.assertRaises(ValidationError):
                read(text, mode)

    def test_length_is_counted_in_utf_16(self) -> None:
        self.assertEqual([telegram_length(text) for text in ("", "abc", "яя", "👍", "👨‍👩‍👧")], [0, 3, 2, 2, 8])

"""A text as a file."""

from django.test import SimpleTestCase

from botcore.texts.entities import RichText
from botcore.texts.html_reader import parse_html
from botcore.texts.length import telegram_length
from botcore.texts.text_file import CAPTION, TextFile, as_file


class TextFileTests(SimpleTestCase):
    """What is in it."""

    def test_has_the_whole_text_with_the_addresses_of_links(self) -> None:
        rich = parse_html('<b>😀 See <a href="https://x.org">this</a></b> or <a>https://y.org</a>\nEnd ')
        self.assertEqual(
            as_file(rich, "report.txt"),
            TextFile(
                "report.txt",
                "😀 See this (https://x.org) or https://y.org\nEnd\n".encode(),
                "😀 See this or https://y.org End …",
            ),
        )

    def test_the_caption_is_its_first_words(self) -> None:
        caption = as_file(RichText("word 😀 " * 10_000)).caption
        self.assertLessEqual(telegram_length(caption), CAPTION)
        self.assertGreater(telegram_length(caption), CAPTION // 2)
        self.assertTrue(caption.endswith(" …"))

    def test_half_a_character_does_not_stop_it(self) -> None:
        self.assertEqual(as_file(RichText("a\ud83d")).content, b"a?\n")

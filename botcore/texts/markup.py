"""A text in one of Telegram's parse modes: read strictly, or as well as it can be."""

import re
from collections.abc import Callable
from html import unescape

from botcore.exceptions import ValidationError
from botcore.texts.entities import RichText
from botcore.texts.html_reader import parse_html
from botcore.texts.markdown_reader import parse_markdown

HTML, MARKDOWN = "HTML", "MarkdownV2"
READERS: dict[str, Callable[[str], RichText]] = {HTML: parse_html, MARKDOWN: parse_markdown, "": RichText}
_TAG = re.compile(r"<[^<>]*>")


def read(source: str, parse_mode: str) -> RichText:
    """Return the text as people see it; raise ValidationError for formatting that Telegram would refuse."""
    if parse_mode not in READERS:
        raise ValidationError(f"There is no parse mode {parse_mode!r}; write HTML, MarkdownV2 or nothing.")
    return READERS[parse_mode](source)


def stripped(source: str, parse_mode: str) -> str:
    """Return the text without its formatting, as well as it can be read; nothing is refused."""
    try:
        return read(source, parse_mode).text
    except ValidationError:
        return unescape(_TAG.sub("", source)) if parse_mode == HTML else source

"""Telegram's HTML → text and entities; the tags are those of the Bot API's "HTML style"."""

import re

from botcore.texts.entities import MarkupError, RichText, Style, checked
from botcore.texts.writer import Writer

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_ATTRIBUTE = r"""\s+([A-Za-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)))?"""
_TOKEN = re.compile(
    rf"""(?P<text>[^<&]+)|(?P<end></([A-Za-z0-9-]*)\s*>)
    |(?P<start><([A-Za-z0-9-]+)((?:{_ATTRIBUTE})*)\s*>)|(?P<reference>&)|(?P<stray><)""",
    re.VERBOSE,
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![A-Za-z]));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


def parse_html(source: str) -> RichText:
    """Read Telegram's HTML. Raises MarkupError."""
    return checked(read_html(source))


def read_html(source: str) -> RichText:
    """Read Telegram's HTML and leave its links as they are written. Raises MarkupError."""
    writer, at = Writer(), 0
    while token := _TOKEN.match(source, at):
        at = token.end()
        match token.lastgroup:
            case "text":
                writer.write(token[0])
            case "start":
                _start(writer, token)
            case "end":
                _end(writer, token)
            case "reference":
                found = _REFERENCE.match(source, token.start())
                writer.write(_character(found) if found else "&")
                at = found.end() if found else at
            case _:
                raise _error(token.start(), "this “<” begins no tag; write &lt; for the character")
    if opened := writer.inmost:
        raise _error(opened.position, f"<{opened.name}> is never closed")
    return writer.finish()


def _start(writer: Writer, token: re.Match[str]) -> None:
    name = token[5].lower()
    if name not in _TYPES:
        raise _error(token.start(), f"Telegram knows no tag <{name}>")
    given = {
        attribute[0].lower(): _REFERENCE.sub(_character, "".join(attribute[1:]))
        for attribute in _ATTRIBUTES.findall(token[6])
    }
    style = _style(name, given)
    if style is None:
        raise _error(token.start(), f"<{name}> lacks the attribute that says what it means")
    if name == "a" and writer.is_open("a"):
        raise _error(token.start(), "a link cannot stand in a link")
    writer.open(name, style, token.start())


def _style(name: str, given: dict[str, str]) -> Style | None:
    """Return what a tag means; None when an attribute that it needs is missing."""
    style, needed = Style(_TYPES[name]), True
    match name:
        case "a":
            style = Style("text_link", url=given.get("href", ""))
        case "code" if given.get("class", "").startswith("language-"):
            style = Style("code", language=given["class"].removeprefix("language-"))
        case "blockquote" if "expandable" in given:
            style = Style("expandable_blockquote")
        case "span":
            needed = given.get("class") == "tg-spoiler"
        case "tg-emoji":
            style = Style("custom_emoji", custom_emoji_id=given.get("emoji-id", ""))
            needed = bool(style.custom_emoji_id)
        case "tg-time":
            style = Style("date_time", unix_time=given.get("unix", ""), date_time_format=given.get("format", ""))
            needed = bool(style.unix_time)
    return style if needed else None


def _end(writer: Writer, token: re.Match[str]) -> None:
    opened, name = writer.inmost, token[3].lower()
    if opened is None:
        raise _error(token.start(), f"</{name}> closes nothing")
    if name and name != opened.name:
        raise _error(token.start(), f"</{name}> stands where </{opened.name}> should")
    style = opened.style
    if opened.name == "pre" and writer.code_as({"code"}, style):  # <pre><code class="language-…">: one entity
        return
    if opened.name == "code" and writer.code_as({"pre"}, style):
        return
    if opened.name == "a" and not style.url:
        style = Style("text_link", url=writer.inner_text())
    writer.close(style)


def _character(found: re.Match[str]) -> str:
    """Return what a reference stands for; what stands for nothing stays as it is written."""
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    is_character = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else found[0]


def _error(position: int, what: str) -> MarkupError:
    return MarkupError("HTML", position, what)

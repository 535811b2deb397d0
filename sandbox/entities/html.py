"""parse_mode HTML, read as the real server reads it (tdlib, MessageEntity.cpp, do_parse_html), with its error texts."""

import re
from dataclasses import dataclass

from sandbox.entities.links import checked_link
from sandbox.entities.spans import Span, utf16_length
from sandbox.errors import ApiError, unparsable
from sandbox.terms import MessageEntityType as Kind

_KINDS = {
    "b": Kind.BOLD,
    "strong": Kind.BOLD,
    "i": Kind.ITALIC,
    "em": Kind.ITALIC,
    "u": Kind.UNDERLINE,
    "ins": Kind.UNDERLINE,
    "s": Kind.STRIKETHROUGH,
    "strike": Kind.STRIKETHROUGH,
    "del": Kind.STRIKETHROUGH,
    "tg-spoiler": Kind.SPOILER,
    "span": Kind.SPOILER,
    "a": Kind.TEXT_LINK,
    "tg-emoji": Kind.CUSTOM_EMOJI,
    "code": Kind.CODE,
    "pre": Kind.PRE,
    "blockquote": Kind.BLOCKQUOTE,
}
_PLAIN = re.compile(r"[^<&]+")
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![A-Za-z]));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = re.compile(r"\s*")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    start: int
    text_index: int


class HtmlReader:
    """Reads one text once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text = ""
        self._units = 0
        self._open: list[_Open] = []
        self._spans: list[Span] = []

    def read(self) -> tuple[str, list[Span]]:
        """Return the text without tags, and its entities. Raises ApiError."""
        while self._at < len(self._source):
            if plain := _PLAIN.match(self._source, self._at):
                self._at = plain.end()
                self._add(plain[0])
            elif self._source[self._at] == "&":
                self._add(self._character())
            elif self._source.startswith("</", self._at):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return self._text, self._spans

    def _add(self, text: str) -> None:
        self._text += text
        self._units += utf16_length(text)

    def _character(self) -> str:
        """Read a character reference; what is none stays as it is written."""
        match = _CHARACTER.match(self._source, self._at)
        character = _referenced(match) if match else ""
        if match is None or not character:
            self._at += 1
            return "&"
        self._at = match.end()
        return character

    def _start_tag(self) -> None:
        begin = self._at
        tag = self._take(_TAG_NAME, begin + 1).lower()
        if self._at >= len(self._source):
            raise self._error_at("Unclosed start tag", begin)
        if tag not in _KINDS:
            raise self._error_at(f'Unsupported start tag "{tag}"', begin)
        argument = ""
        while attribute := self._attribute(tag, begin):
            argument = _argument(tag, *attribute) or argument
        self._at += 1
        if tag == "span" and argument != "spoiler":
            raise self._error_at('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_Open(tag, argument, self._units, len(self._text)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str] | None:
        """Read the next attribute of a start tag; None at its closing bracket."""
        self._take(_SPACE)
        if self._next() == ">":
            return None
        name = self._take(_ATTRIBUTE_NAME)
        if not name and self._next():
            raise self._error_at(f'Empty attribute name in the tag "{tag}"', begin)
        self._take(_SPACE)
        if self._next() == "=":
            self._at += 1
            self._take(_SPACE)
            value = self._quoted() if self._next() in {'"', "'"} else self._name_token()
        elif (tag, name.lower()) == ("blockquote", "expandable"):
            value = ""
        elif self._next():
            raise self._error_at(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
        if not self._next():
            raise self._error_at("Unclosed start tag", begin)
        return name.lower(), value

    def _quoted(self) -> str:
        quote, value = self._next(), ""
        self._at += 1
        while self._next() not in {quote, ""}:
            if self._next() == "&":
                value += self._character()
            else:
                value += self._next()
                self._at += 1
        self._at += 1
        return value

    def _name_token(self) -> str:
        begin = self._at
        value = self._take(_NAME_TOKEN).lower()
        if self._next() and not self._next().isspace() and self._next() != ">":
            raise self._error_at("Unexpected end of name token", begin)
        return value

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._error_at("Unexpected end tag", begin)
        tag = self._take(_TAG_NAME, begin + 2)
        self._take(_SPACE)
        if self._next() != ">":
            raise self._error_at("Unclosed end tag", begin)
        self._at += 1
        opened = self._open.pop()
        if tag and tag.lower() != opened.tag:
            what = (
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{opened.tag}>", found "</{tag}>"'
            )
            raise unparsable(what)
        if self._units > opened.start:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        kind, length = _KINDS[opened.tag], self._units - opened.start
        inner = self._spans[-1] if self._spans else None
        same = inner is not None and (inner.start, inner.length) == (opened.start, length)
        if inner and same and {kind, inner.kind} == {Kind.CODE, Kind.PRE}:
            # <pre><code class="language-x"> is one entity, in either order
            self._spans[-1] = Span(Kind.PRE, opened.start, length, inner.argument or opened.argument)
            return
        argument = opened.argument
        if kind is Kind.TEXT_LINK:
            link = checked_link(argument or self._text[opened.text_index :])
            if link is None:
                return
            argument = link
        elif kind is Kind.BLOCKQUOTE and argument:
            kind = Kind.EXPANDABLE_BLOCKQUOTE
        self._spans.append(Span(kind, opened.start, length, argument))

    def _next(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str], start: int | None = None) -> str:
        match = pattern.match(self._source, self._at if start is None else start)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]

    def _bytes(self, index: int) -> int:
        return len(self._source[:index].encode())

    def _error_at(self, what: str, index: int) -> ApiError:
        return unparsable(f"{what} at byte offset {self._bytes(index)}")


def _argument(tag: str, name: str, value: str) -> str:
    """Return what an attribute means for its tag; empty if nothing."""
    match tag, name:
        case "a", "href":
            return value
        case "tg-emoji", "emoji-id":
            return value
        case "code", "class":
            return value.removeprefix("language-") if value.startswith("language-") else ""
        case "span", "class":
            return value.removeprefix("tg-") if value.startswith("tg-") else ""
        case "blockquote", "expandable":
            return "expandable"
    return ""


def _referenced(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    allowed = 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if allowed else ""

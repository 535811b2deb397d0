"""parse_mode MarkdownV2, read as the real server reads it (tdlib, MessageEntity.cpp), with its error texts."""

import re
from dataclasses import dataclass

from sandbox.entities.links import checked_link, picture
from sandbox.entities.spans import Span, utf16_length
from sandbox.errors import ApiError, unparsable
from sandbox.terms import MessageEntityType as Kind


@dataclass(frozen=True, slots=True)
class _Mark:
    """What an entity begins with; `end` is what it ends with, `name` what the server calls it."""

    kind: Kind
    name: str
    end: str


_BOLD = _Mark(Kind.BOLD, "Bold", "*")
_ITALIC = _Mark(Kind.ITALIC, "Italic", "_")
_UNDERLINE = _Mark(Kind.UNDERLINE, "Underline", "__")
_STRIKETHROUGH = _Mark(Kind.STRIKETHROUGH, "Strikethrough", "~")
_SPOILER = _Mark(Kind.SPOILER, "Spoiler", "||")
_CODE = _Mark(Kind.CODE, "Code", "`")
_BLOCK = _Mark(Kind.PRE, "Pre", "```")
_BLOCK_IN_LANGUAGE = _Mark(Kind.PRE, "PreCode", "```")
_LINK = _Mark(Kind.TEXT_LINK, "TextUrl", "]")
_PICTURE = _Mark(Kind.CUSTOM_EMOJI, "CustomEmoji", "]")
_QUOTE = _Mark(Kind.BLOCKQUOTE, "BlockQuote", "")  # a line's end may end it
_MARKS = {
    "*": _BOLD,
    "_": _ITALIC,
    "__": _UNDERLINE,
    "~": _STRIKETHROUGH,
    "||": _SPOILER,
    "`": _CODE,
    "[": _LINK,
    "![": _PICTURE,
}
_VERBATIM = frozenset({_CODE, _BLOCK, _BLOCK_IN_LANGUAGE})
_ESCAPED = re.compile(r"\\([\x01-\x7e])")
_PLAIN = re.compile(r"(?:[^\\_*\[\]()~`>#+\-=|{}.!\n]|\\(?![\x01-\x7e]))+")
_PLAIN_IN_CODE = re.compile(r"(?:[^\\`]|\\(?![\x01-\x7e]))+")
_SIGN = re.compile(r"```|__|\|\||!\[|.", re.DOTALL)
LANGUAGE = re.compile(r"([^ \t\r\n\v\0`]+)(?=[ \t\r\n\v\0])")
LINE_END = re.compile(r"\r\n|\n\r|\r|\n")
_ADDRESS = re.compile(r"\(((?:[^)\\]|\\[\x01-\x7e]|\\(?![\x01-\x7e]))*)\)")


@dataclass(frozen=True, slots=True)
class _Open:
    mark: _Mark
    begin: int
    start: int
    text_index: int
    language: str = ""


class MarkdownReader:
    """Reads one text once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text = ""
        self._units = 0
        self._open: list[_Open] = []
        self._spans: list[Span] = []
        self._in_quote = False
        self._may_quote = True  # whether nothing but marks stands before this place of the line

    def read(self) -> tuple[str, list[Span]]:
        """Return the text without marks, and its entities. Raises ApiError."""
        while self._at < len(self._source):
            plain = _PLAIN_IN_CODE if self._open and self._open[-1].mark in _VERBATIM else _PLAIN
            if match := plain.match(self._source, self._at):
                self._add(match[0], match.end())
                self._may_quote = self._may_quote and not match[0].strip("\r")
            elif match := _ESCAPED.match(self._source, self._at):
                self._add(match[1], match.end())
                if match[1] != "\r":
                    self._may_quote = match[1] == "\n"
            else:
                self._sign()
        if self._in_quote:
            self._end_quote({""})
        if self._open:
            raise _unended(self._source, self._open[-1])
        return self._text, self._spans

    def _add(self, text: str, at: int) -> None:
        """Write text and go on from there in the source."""
        self._text += text
        self._units += utf16_length(text)
        self._at = at

    def _sign(self) -> None:
        """Read a reserved character with those that belong to it."""
        match = _SIGN.match(self._source, self._at)
        sign = match[0] if match else ""
        inmost = self._open[-1].mark if self._open else None
        if sign == "\n":
            self._line_end()
        elif inmost and (sign == inmost.end or (inmost is _CODE and sign.startswith("`"))):
            self._end(inmost)
        elif sign == ">" and self._may_quote:
            self._quote()
        elif sign == "```":
            self._begin_block()
        elif sign in _MARKS:
            self._begin(_MARKS[sign], len(sign))
        else:
            raise unparsable(f"Character '{sign[0]}' is reserved and must be escaped with the preceding '\\'")

    def _begin(self, mark: _Mark, width: int, language: str = "") -> None:
        self._open.append(_Open(mark, self._at, self._units, len(self._text), language))
        self._at += width

    def _begin_block(self) -> None:
        """Read the beginning of a block of code, with its language and one line's end."""
        behind = self._at + len(_BLOCK.end)
        if language := LANGUAGE.match(self._source, behind):
            behind = language.end()
        if line_end := LINE_END.match(self._source, behind):
            behind = line_end.end()
        mark = _BLOCK_IN_LANGUAGE if language else _BLOCK
        self._begin(mark, behind - self._at, language[1] if language else "")

    def _quote(self) -> None:
        """Begin a quotation, or go on with the one that is open."""
        if self._in_quote:
            self._at += 1
        else:
            self._in_quote = True
            self._begin(_QUOTE, 1)

    def _line_end(self) -> None:
        """Write a line's end; it belongs to a quotation, and ends it unless the next line begins with “>”."""
        before, behind = self._at, self._at + 1
        self._add("\n", behind)
        self._may_quote = True
        if self._in_quote and not self._source.startswith(">", behind):
            self._end_quote({"", "\r"}, before)

    def _end_quote(self, ends: set[str], before: int | None = None) -> None:
        """End the quotation; two bars that begin no spoiler, but stand right before its end, make it expandable."""
        last, kind = self._open[-1], Kind.BLOCKQUOTE
        if last.mark is _SPOILER and self._source[last.begin + len(_SPOILER.end) : before] in ends:
            kind = Kind.EXPANDABLE_BLOCKQUOTE
            self._open.pop()
        opened = self._open[-1]
        if opened.mark is not _QUOTE:
            raise _unended(self._source, opened)
        self._open.pop()
        self._in_quote = False
        self._keep(opened, kind)

    def _end(self, mark: _Mark) -> None:
        self._at += len(mark.end)
        opened = self._open.pop()
        if mark is _LINK:
            self._end_link(opened)
        elif mark is _PICTURE:
            self._end_picture(opened)
        else:
            self._keep(opened, mark.kind, opened.language)

    def _end_link(self, opened: _Open) -> None:
        """Read a link's address, which is its text if none is given; what is no address makes no link."""
        address = self._address()
        link = checked_link(self._text[opened.text_index :] if address is None else address)
        if link is not None:
            self._keep(opened, Kind.TEXT_LINK, link)

    def _end_picture(self, opened: _Open) -> None:
        address = self._address()
        if address is None:
            raise unparsable("The entity must contain a tg://emoji or tg://time URL")
        found = picture(address)
        if found is None:
            raise unparsable("Invalid tg://emoji or tg://time URL specified")
        self._keep(opened, *found)

    def _address(self) -> str | None:
        """Read what stands in brackets behind a link or picture; None if there are no brackets."""
        if not self._source.startswith("(", self._at):
            return None
        match = _ADDRESS.match(self._source, self._at)
        if match is None:
            raise unparsable(f"Can't find end of a URL at byte offset {_bytes(self._source, self._at + 1)}")
        self._at = match.end()
        return _ESCAPED.sub(r"\1", match[1])

    def _keep(self, opened: _Open, kind: Kind, argument: str = "", time_format: str = "") -> None:
        """Note an entity that ends here; one without text vanishes."""
        if self._units > opened.start:
            self._spans.append(Span(kind, opened.start, self._units - opened.start, argument, time_format))


def _bytes(source: str, index: int) -> int:
    return len(source[:index].encode())


def _unended(source: str, opened: _Open) -> ApiError:
    return unparsable(f"Can't find end of {opened.mark.name} entity at byte offset {_bytes(source, opened.begin)}")

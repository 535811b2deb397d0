"""Telegram's MarkdownV2 → text and entities; the rules are those of the Bot API's "MarkdownV2 style"."""

import re
from collections.abc import Callable
from typing import ClassVar

from botcore.texts.entities import MarkupError, RichText, Style, checked, checked_picture, picture_style
from botcore.texts.writer import Writer

_PLAIN = re.compile(r"[^\\_*\[\]()~`>#+\-=|{}.!\n]+")
_ESCAPED = re.compile(r"\\([\x01-\x7e])")
_MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
_MARK = re.compile(r"__|\|\||[*_~]")
_CODE = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL)
_BLOCK = re.compile(r"```(?:([^ \t\r\n\v\0`]+)(?=[ \t\r\n\v\0]))?(?:\r\n|\n\r|\r|\n)?((?:[^`\\]|\\.)*)```", re.DOTALL)
_IN_CODE = re.compile(r"\\([\x01-\x7e])|[^\\]+|\\")
_FOLD = re.compile(r"\|\|(?:\r?\n(?!>)|\Z)")  # at the end of a quotation only
_ADDRESS = re.compile(r"\(((?:[^)\\]|\\.)*)\)", re.DOTALL)
_PICTURE = "a custom emoji or time"
_QUOTES = {"blockquote", "expandable_blockquote"}


def parse_markdown(source: str) -> RichText:
    """Read MarkdownV2. Raises MarkupError."""
    return checked(_Reader(source, checked_picture).read())


def read_markdown(source: str) -> RichText:
    """Read MarkdownV2 and leave its addresses as they are written. Raises MarkupError."""
    return _Reader(source, picture_style).read()


class _Reader:
    """Reads one text once."""

    def __init__(self, source: str, picture: Callable[[str], Style | None]) -> None:
        self._source = source
        self._picture_style = picture
        self._at = 0
        self._writer = Writer()
        self._may_begin_quote = True

    def read(self) -> RichText:
        while self._at < len(self._source):
            if found := _PLAIN.match(self._source, self._at):
                self._write(found[0], found.end())
            elif found := _ESCAPED.match(self._source, self._at):
                self._write(found[1], found.end(), escaped=True)
            else:
                self._special(self._source[self._at])
        opened = self._writer.inmost
        if opened and opened.style.type in _QUOTES:
            self._writer.close()
            opened = self._writer.inmost
        if opened:
            raise _error(opened.position, f"{opened.name} begins here and never ends")
        return self._writer.finish()

    def _write(self, text: str, at: int, *, escaped: bool = False) -> None:
        """Write text and go on from there; behind it no quotation begins, unless it ends a line."""
        self._writer.write(text)
        self._at = at
        if text.strip("\r"):
            self._may_begin_quote = escaped and text == "\n"

    def _special(self, character: str) -> None:
        if character == ">" and self._may_begin_quote:
            self._quote()
        elif character == "[":
            self._open("a link", Style("text_link"), 1)
        elif self._source.startswith("![", self._at):
            self._open(_PICTURE, Style("custom_emoji"), 2)
        elif mark := _MARK.match(self._source, self._at):
            self._mark(mark[0])
        elif character in self._ACTIONS:
            self._ACTIONS[character](self)
        else:
            raise self._unescaped(character)

    def _quote(self) -> None:
        """Begin a quotation; in one, “>” only says that it goes on."""
        if self._in_quote():
            self._at += 1
        else:
            self._open("a quotation", Style("blockquote"), 1)

    def _open(self, name: str, style: Style, width: int) -> None:
        if self._writer.is_open(name):
            raise _error(self._at, f"{name} cannot stand in {name}")
        self._writer.open(name, style, self._at)
        self._at += width

    def _mark(self, mark: str) -> None:
        opened, name = self._writer.inmost, _MARKS[mark]
        if opened and opened.name == name:
            self._writer.close()
        elif opened and opened.style.type in _QUOTES and _FOLD.match(self._source, self._at):
            opened.style = Style("expandable_blockquote")
        else:
            self._writer.open(name, Style(name), self._at)
        self._at += len(mark)

    def _line_end(self) -> None:
        """Write a line's end; a quotation goes on only in a line that begins with “>”."""
        self._at += 1
        self._may_begin_quote = True
        if self._in_quote() and not self._source.startswith(">", self._at):
            opened = self._writer.inmost
            if opened is None or opened.style.type not in _QUOTES:
                name = opened.name if opened else ""
                raise _error(self._at - 1, f"the quotation ends here, and {name} in it has not ended")
            self._writer.close()
        self._writer.write("\n")

    def _code(self) -> None:
        is_block = self._source.startswith("```", self._at)
        found = (_BLOCK if is_block else _CODE).match(self._source, self._at)
        if found is None:
            raise _error(self._at, "code begins here and never ends, or holds a ` that is not written as \\`")
        style = Style("pre", language=found[1] or "") if is_block else Style("code")
        self._writer.open("code", style, self._at)
        for part in _IN_CODE.finditer(found[2 if is_block else 1]):
            self._write(part[1] or part[0], self._at, escaped=part[1] is not None)
        self._writer.close()
        self._at = found.end()

    def _link(self) -> None:
        self._expect("a link")
        address = self._address()
        self._writer.close(Style("text_link", url=self._writer.inner_text() if address is None else address))

    def _picture(self) -> None:
        opened = self._expect(_PICTURE)
        style = self._picture_style(self._address() or "")
        if style is None:
            raise _error(opened, "only tg://emoji?id=… and tg://time?unix=… can stand behind ![…]")
        self._writer.close(style)

    def _expect(self, name: str) -> int:
        """Check that this is the inmost entity; return where it began."""
        opened = self._writer.inmost
        if opened is None or opened.name != name:
            inner = opened.name if opened else ""
            raise _error(self._at, f"{name} ends here, and {inner} in it has not ended")
        return opened.position

    def _address(self) -> str | None:
        self._at += 1
        if not self._source.startswith("(", self._at):
            return None
        found = _ADDRESS.match(self._source, self._at)
        if found is None:
            raise _error(self._at, "an address begins here and never ends")
        self._at = found.end()
        return _ESCAPED.sub(r"\1", found[1])

    def _bracket(self) -> None:
        inmost = self._writer.inmost
        if self._writer.is_open("a link") and not (inmost and inmost.name == _PICTURE):
            self._link()
        elif self._writer.is_open(_PICTURE):
            self._picture()
        else:
            raise self._unescaped("]")

    def _backslash(self) -> None:
        """Write a backslash before something that needs none."""
        self._writer.write("\\")
        self._at += 1

    def _unescaped(self, character: str) -> MarkupError:
        return _error(self._at, f"“{character}” must be written as \\{character}")

    def _in_quote(self) -> bool:
        return self._writer.is_open("a quotation")

    _ACTIONS: ClassVar = {"\n": _line_end, "`": _code, "]": _bracket, "\\": _backslash}


def _error(position: int, what: str) -> MarkupError:
    return MarkupError("MarkdownV2", position, what)

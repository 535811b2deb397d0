"""The old parse_mode Markdown, read as the real server reads it (tdlib, parse_markdown): nothing stands in another.

A backslash escapes outside of entities only, and only the four signs that begin one.
"""

import re

from sandbox.entities.links import checked_link
from sandbox.entities.markdown import LANGUAGE, LINE_END
from sandbox.entities.spans import Span, utf16_length
from sandbox.errors import unparsable
from sandbox.terms import MessageEntityType as Kind

_PLAIN = re.compile(r"(?:[^\\_*`\[]|\\(?![_*`\[]))+")
_ESCAPED = re.compile(r"\\([_*`\[])")
_KINDS = {"_": Kind.ITALIC, "*": Kind.BOLD, "`": Kind.CODE, "[": Kind.TEXT_LINK}
_BLOCK = "```"


class OldMarkdownReader:
    """Reads one text once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._units = 0
        self._spans: list[Span] = []

    def read(self) -> tuple[str, list[Span]]:
        """Return the text without marks, and its entities. Raises ApiError."""
        while self._at < len(self._source):
            if match := _PLAIN.match(self._source, self._at):
                self._add(match[0], match.end())
            elif match := _ESCAPED.match(self._source, self._at):
                self._add(match[1], match.end())
            elif self._source.startswith(_BLOCK, self._at):
                self._block()
            else:
                self._entity()
        return "".join(self._text), self._spans

    def _add(self, text: str, at: int) -> None:
        """Write text and go on from there in the source."""
        self._text.append(text)
        self._units += utf16_length(text)
        self._at = at

    def _entity(self) -> None:
        sign = self._source[self._at]
        begin, inside = self._at, self._at + 1
        end = self._end_of("]" if sign == "[" else sign, begin, inside)
        words = self._source[inside:end]
        self._add(words, end + 1)
        kind, argument = _KINDS[sign], ""
        if kind is Kind.TEXT_LINK and words:
            address = self._address()
            link = checked_link(words if address is None else address)
            if link is None:
                return
            argument = link
        self._keep(kind, words, argument)

    def _block(self) -> None:
        """Read a block of code, with its language and without one line's end after that."""
        begin, inside, language = self._at, self._at + len(_BLOCK), ""
        if named := LANGUAGE.match(self._source, inside):
            inside, language = named.end(), named[1]
        if line_end := LINE_END.match(self._source, inside):
            inside = line_end.end()
        end = self._end_of(_BLOCK, begin, inside)
        words = self._source[inside:end]
        self._add(words, end + len(_BLOCK))
        self._keep(Kind.PRE, words, language)

    def _end_of(self, mark: str, begin: int, inside: int) -> int:
        end = self._source.find(mark, inside)
        if end < 0:
            offset = len(self._source[:begin].encode())
            raise unparsable(f"Can't find end of the entity starting at byte offset {offset}")
        return end

    def _address(self) -> str | None:
        """Read what stands in brackets behind a link, if they are there; that they end the real server does not ask."""
        if not self._source.startswith("(", self._at):
            return None
        address, _, _ = self._source[self._at + 1 :].partition(")")
        self._at += len(address) + 2
        return address

    def _keep(self, kind: Kind, words: str, argument: str) -> None:
        if words:
            length = utf16_length(words)
            self._spans.append(Span(kind, self._units - length, length, argument))

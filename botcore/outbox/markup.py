"""Telegram's formatting, checked before a text is queued: what is left after parsing, or one sentence on the mistake.

Rules: core.telegram.org/bots/api#formatting-options.
"""

import re
from html import unescape
from html.parser import HTMLParser

from botcore.exceptions import ValidationError

HTML, MARKDOWN = "HTML", "MarkdownV2"
TAGS = frozenset(
    "a b blockquote code del em i ins pre s span strike strong tg-emoji tg-spoiler tg-time u".split()  # noqa: SIM905
)
SPOILER = ("class", "tg-spoiler")  # the one kind of span
RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
MARKERS = ("__", "||", "*", "_", "~")
LONE_AMPERSAND = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d{1,8}|#[xX][0-9a-fA-F]{1,7});)")  # Telegram knows four names
CODE = re.compile(r"(```|`)((?:\\.|[^\\])*?)\1", re.DOTALL)
LINK_END = re.compile(r"\]\((?:\\.|[^\\)])*\)", re.DOTALL)


def plain(text: str, parse_mode: str) -> str:
    """Return the text as people see it; raise ValidationError for formatting that Telegram would refuse."""
    if parse_mode == HTML:
        return _Html().read(text)
    if parse_mode == MARKDOWN:
        return _markdown(text)
    if parse_mode:
        raise ValidationError(f"There is no parse mode {parse_mode!r}; write HTML, MarkdownV2 or nothing.")
    return text


def stripped(text: str, parse_mode: str) -> str:
    """Return the text without its formatting, as well as it can be read; nothing is refused."""
    try:
        return plain(text, parse_mode)
    except ValidationError:
        return unescape(re.sub(r"<[^<>]*>", "", text)) if parse_mode == HTML else text


class _Html(HTMLParser):
    """Reads Telegram's HTML, which is stricter than a browser's."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._open: list[str] = []
        self._text: list[str] = []

    def read(self, text: str) -> str:
        """Return the text without tags."""
        self.feed(LONE_AMPERSAND.sub("&amp;", text))
        self.close()
        if self._open:
            raise ValidationError(f"The HTML is broken: <{self._open[-1]}> is never closed.")
        return "".join(self._text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS or (tag == "span" and SPOILER not in attrs):
            raise ValidationError(f"The HTML is broken: Telegram knows no <{tag}> like this.")
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        raise ValidationError(f"The HTML is broken: <{tag}/> encloses nothing.")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise ValidationError(f"The HTML is broken: </{tag}> closes nothing that is open.")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise ValidationError('The HTML is broken: write "<" as &lt; where no tag begins.')
        self._text.append(data)

    def handle_entityref(self, name: str) -> None:
        self._text.append(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._text.append(unescape(f"&#{name};"))

    def handle_comment(self, data: str) -> None:
        self._refuse(data)

    def handle_decl(self, decl: str) -> None:
        self._refuse(decl)

    def handle_pi(self, data: str) -> None:
        self._refuse(data)

    def unknown_decl(self, data: str) -> None:
        self._refuse(data)

    @staticmethod
    def _refuse(what: str) -> None:
        raise ValidationError(f"The HTML is broken: Telegram knows no comments and declarations like {what[:20]!r}.")


def _markdown(text: str) -> str:
    """Walk through MarkdownV2 once, with the markers that are open."""
    shown: list[str] = []
    opened: list[str] = []
    at = 0
    while at < len(text):
        at = _step(text, at, shown, opened)
    if opened:
        raise ValidationError(f"The MarkdownV2 is broken: {opened[-1]!r} is never closed.")
    return "".join(shown)


def _step(text: str, at: int, shown: list[str], opened: list[str]) -> int:
    """Read one character, marker or piece of code; return where the next one begins."""
    if text[at] == "\\" and at + 1 < len(text):
        shown.append(text[at + 1])
        return at + 2
    if text[at] not in RESERVED or _begins_quote(text, at):
        shown.append("" if _begins_quote(text, at) else text[at])
        return at + 1
    if code := CODE.match(text, at):
        shown.append(re.sub(r"\\(.)", r"\1", code[2]))
        return code.end()
    if text[at] == "[" or text.startswith("![", at):
        opened.append("[")
        return text.index("[", at) + 1
    if text[at] == "]" and opened[-1:] == ["["] and (end := LINK_END.match(text, at)):
        opened.pop()
        return end.end()
    return at + len(_marker(text, at, opened))


def _marker(text: str, at: int, opened: list[str]) -> str:
    """Open or close what the marker here begins or ends; return it."""
    marker = next((marker for marker in MARKERS if text.startswith(marker, at)), "")
    if not marker:
        raise ValidationError(f"The MarkdownV2 is broken: write {text[at]!r} as '\\{text[at]}'.")
    if marker in opened:
        if opened.pop() != marker:
            raise ValidationError(f"The MarkdownV2 is broken: {marker!r} closes before what is inside it.")
    else:
        opened.append(marker)
    return marker


def _begins_quote(text: str, at: int) -> bool:
    return text[at] == ">" and (at == 0 or text[at - 1] == "\n")

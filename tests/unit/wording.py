"""What templates and modules say to people: the texts that are looked up in the catalogue, and those that are not."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.utils.translation.template import templatize

CALLS = {"_": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "pgettext": 1, "pgettext_lazy": 1}
LITERAL = r"(?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")"
LOOKUP = re.compile(rf"\b(_|n?p?gettext|npgettext)\(\s*({LITERAL}(?:,\s*{LITERAL})*)")
BLOCK = re.compile(r"{%\s*(comment|blocktranslate)\b.*?{%\s*end\1\s*%}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
SEEN = ("aria-label", "title", "placeholder", "data-label", "alt")  # attributes that people read
UNREAD = {"script", "style", "code", "kbd", "svg", "pre", "textarea"}
RUN = re.compile(r"\b[A-Za-z][a-z'’-]*[a-z](?:[,;:]? [A-Za-z][a-z'’-]*[a-z]\b)+")
NAMES = re.compile(r"`[^`]*`|@username|Bot API|Django's admin|Botdeck admin|Telegram|Alice|Bob|UTC")
WORD = re.compile(r"[^\W\d_]{2,}")

Key = tuple[str, str]  # context, text


def in_template(source: str) -> Iterator[Key]:
    """Yield what a template looks up."""
    for name, arguments in LOOKUP.findall(templatize(source)):
        texts = [str(ast.literal_eval(text)) for text in re.findall(LITERAL, arguments)]
        yield (texts[0], texts[1]) if "p" in name else ("", texts[0])


def in_module(source: str) -> Iterator[Key]:
    """Yield what a module looks up."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            at = CALLS[node.func.id]
            if len(texts) > at:
                yield (texts[0] if at else "", texts[at])


class _Reader(HTMLParser):
    """Collects the words that stand in a page as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read the attributes that people read."""
        if tag in UNREAD:
            self._unread.append(tag)
        self.found += [value for name, value in attrs if name in SEEN and value]

    def handle_endtag(self, tag: str) -> None:
        """Read on behind code."""
        if tag in self._unread:
            self._unread.remove(tag)

    def handle_data(self, data: str) -> None:
        """Read a text."""
        if not self._unread:
            self.found.append(data)


def untranslated(source: str) -> Iterator[str]:
    """Yield the texts of a template that no tag translates."""
    reader = _Reader()
    # Tags go first, with their quotes: those in attributes would end them.
    reader.feed(TAG.sub("\n", BLOCK.sub("\n", source)))
    for text in reader.found:
        yield from (line.strip() for line in text.split("\n") if WORD.search(line))


def english(text: str) -> list[str]:
    """Return the runs of English words in a text, names apart."""
    return RUN.findall(NAMES.sub("–", text))


def english_in_page(page: str) -> list[str]:
    """Return the runs of English words that a page shows; code, and what people typed, apart."""
    reader = _Reader()
    reader.feed(page)
    return [run for text in reader.found for run in english(text)]

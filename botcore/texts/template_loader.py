"""Templates in MarkdownV2 (`*.md`), turned into Telegram's HTML when they are loaded.

So Django's own escaping protects every value, whatever tag or filter brings it, and what is rendered is HTML as ever.
"""

from django.template.base import Lexer, Origin, Token, TokenType
from django.template.exceptions import TemplateSyntaxError
from django.template.loaders.filesystem import Loader as FilesystemLoader

from botcore.texts.entities import MarkupError, RichText
from botcore.texts.html_writer import to_html
from botcore.texts.length import Units
from botcore.texts.markdown_reader import read_markdown

_FIRST_STAND_IN = 0xF0000  # private use: one character stands for each of the template's tags while Markdown is read
_BRANCHES = ("else", "elif", "empty")
_TRANSLATED = ("blocktranslate", "blocktrans")


class Loader(FilesystemLoader):
    """Django's loader of files, with MarkdownV2."""

    def get_contents(self, origin: Origin) -> str:
        """Return the template's source; TemplateSyntaxError says what is wrong with its MarkdownV2."""
        source: str = super().get_contents(origin)
        if not str(origin.template_name).endswith(".md"):
            return source
        try:
            return html_template(source)
        except MarkupError as exc:
            raise TemplateSyntaxError(str(exc)) from exc


def html_template(source: str) -> str:
    """Turn a Django template in MarkdownV2 into one in HTML. Raises MarkupError."""
    tags: list[str] = []
    text: list[str] = []
    waiting: list[Token] = []  # of a translated block: its words are looked up as they stand
    for token in Lexer(source).tokenize():
        word = token.contents.split(maxsplit=1)[0] if token.token_type == TokenType.BLOCK else ""
        if waiting or word in _TRANSLATED:
            waiting.append(token)
        if waiting and word.removeprefix("end") in _TRANSLATED and word.startswith("end"):
            tags.append("".join(map(_source, waiting)))
            waiting = []
            text.append(chr(_FIRST_STAND_IN + len(tags) - 1))
        elif waiting:
            continue
        elif token.token_type == TokenType.TEXT:
            text.append(token.contents)
        elif token.token_type != TokenType.COMMENT:
            tags.append(_source(token))
            text.append(chr(_FIRST_STAND_IN + len(tags) - 1))
    rich = read_markdown("".join(text))
    _check_blocks(rich, tags)
    html = to_html(rich)
    return html.translate({_FIRST_STAND_IN + number: tag for number, tag in enumerate(tags)})


def _check_blocks(rich: RichText, tags: list[str]) -> None:
    """Check that what is marked begins and ends in the same block, so that the HTML is whole whatever is rendered."""
    units = Units(rich.text)
    for group in _groups(rich.text, tags):
        for entity in rich.entities:
            inside = [units.index(entity.offset) <= place < units.index(entity.end) for place in group]
            if any(inside) and not all(inside):
                tag = tags[ord(rich.text[group[0]]) - _FIRST_STAND_IN]
                raise TemplateSyntaxError(f"{entity.style.type} must begin and end inside or outside of {tag}")


def _groups(text: str, tags: list[str]) -> list[list[int]]:
    """Return for each block of the template where its tags stand: {% if %}, {% else %}, {% endif %}."""
    groups: list[list[int]] = []
    opened: list[tuple[str, list[int]]] = []
    for place, character in enumerate(text):
        number = ord(character) - _FIRST_STAND_IN
        if not 0 <= number < len(tags) or not tags[number].startswith("{%"):
            continue
        word = tags[number].split()[1]
        while word.startswith("end") and opened and opened[-1][0] != word.removeprefix("end"):
            opened.pop()  # a tag that needs no end
        if word.startswith("end") and opened:
            groups.append([*opened.pop()[1], place])
        elif word in _BRANCHES and opened:
            opened[-1][1].append(place)
        else:
            opened.append((word, [place]))
    return groups


def _source(token: Token) -> str:
    """Write a token as it stood in the template."""
    match token.token_type:
        case TokenType.VAR:
            return f"{{{{ {token.contents} }}}}"
        case TokenType.BLOCK:
            return f"{{% {token.contents} %}}"
        case TokenType.COMMENT:
            return ""
    return str(token.contents)

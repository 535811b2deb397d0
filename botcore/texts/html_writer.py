"""Text and entities → Telegram's HTML: the reverse of html_reader, for entities that are nested properly."""

from botcore.texts.entities import RichText, Style
from botcore.texts.escaping import escape_html
from botcore.texts.length import Units

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
    "text_mention": "a",
    "custom_emoji": "tg-emoji",
    "date_time": "tg-time",
}  # the others are called as their type


def to_html(rich: RichText) -> str:
    """Write HTML that reads as this text with these entities."""
    units, at = Units(rich.text), 0
    parts: list[str] = []
    opened: list[tuple[int, str]] = []
    for entity in rich.entities:
        at = _close(rich.text, parts, opened, (at, units.index(entity.offset)))
        start, end = _tags(entity.style)
        parts.append(start)
        opened.append((units.index(entity.end), end))
    _close(rich.text, parts, opened, (at, len(rich.text)))
    return "".join(parts)


def _close(text: str, parts: list[str], opened: list[tuple[int, str]], stretch: tuple[int, int]) -> int:
    """Write this stretch of the text and the tags that end in it; return its end."""
    at, to = stretch
    while opened and opened[-1][0] <= to:
        end, tag = opened.pop()
        parts += [escape_html(text[at:end]), tag]
        at = end
    parts.append(escape_html(text[at:to]))
    return to


def _tags(style: Style) -> tuple[str, str]:
    """Return the tags before and behind."""
    name, attributes = _TAGS.get(style.type, style.type), ""
    match style.type:
        case "text_link" | "text_mention":
            attributes = f' href="{escape_html(style.url or f"tg://user?id={style.user_id}")}"'
        case "custom_emoji":
            attributes = f' emoji-id="{escape_html(style.custom_emoji_id)}"'
        case "date_time":
            form = f' format="{escape_html(style.date_time_format)}"' if style.date_time_format else ""
            attributes = f' unix="{escape_html(style.unix_time)}"{form}'
        case "expandable_blockquote":
            attributes = " expandable"
        case "pre" if style.language:
            return f'<pre><code class="language-{escape_html(style.language)}">', "</code></pre>"
    return f"<{name}{attributes}>", f"</{name}>"

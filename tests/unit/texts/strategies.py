"""Random texts for the tests of `botcore.texts`: made of whole characters, with entities that Telegram would take."""

from dataclasses import dataclass

from hypothesis import strategies as st

from botcore.texts.entities import Entity, RichText, Style
from botcore.texts.length import telegram_length

CLUSTERS = [
    "a", "Z", "ж", "1", "é", "e\u0301", "o\u0302\u0323", "中", "。", "!", ".", ",", "<", "&", "*", "_", "`", "\\", "]",
    ")",
    "😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "❤️", "1️⃣", "🇩🇪", "🇫🇷",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "क्षि", "กำ", "한", "\u1112\u1161\u11ab", "𝕏",
]  # fmt: skip
BLANKS = [" ", " ", " ", "\n", "\n\n", "\n \n", "\r\n", "\t", "\u3000"]
STYLES = [
    Style("bold"), Style("italic"), Style("underline"), Style("strikethrough"), Style("spoiler"),
    Style("text_link", url="https://example.org/?a=1&b=(2)"),
    Style("custom_emoji", custom_emoji_id="5368324170671202286"),
    Style("text_mention", user_id=12345), Style("date_time", unix_time="1700000000", date_time_format="wDT"),
    Style("blockquote"), Style("expandable_blockquote"), Style("code"), Style("pre"), Style("pre", language="python"),
]  # fmt: skip
LONG = ("bold", "pre", "code", "blockquote", "expandable_blockquote", "spoiler")


@dataclass(frozen=True)
class Sample:
    """A text with the places, in UTF-16 units, between its characters as a reader sees them."""

    rich: RichText
    places: list[int]


def words() -> st.SearchStrategy[list[str]]:
    """Make lists of characters, mostly words."""
    return st.lists(
        st.one_of(st.sampled_from(CLUSTERS), st.sampled_from(CLUSTERS), st.sampled_from(BLANKS)), max_size=150
    )


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Make a text with entities that are nested properly and begin and end between characters."""
    clusters = draw(words())
    places = [0]
    for cluster in clusters:
        places.append(places[-1] + telegram_length(cluster))
    entities = list(draw(_nested(0, len(places) - 1, depth=3)))
    found = [Entity(style, places[a], places[b] - places[a]) for style, a, b in entities]
    return Sample(RichText("".join(clusters), tuple(found)), places)


@st.composite
def _nested(draw: st.DrawFn, first: int, last: int, depth: int) -> list[tuple[Style, int, int]]:
    """Make entities between these places, the outer one first."""
    made: list[tuple[Style, int, int]] = []
    at = first
    while depth and at < last and draw(st.booleans()):
        start = draw(st.integers(at, last - 1))
        end = draw(st.integers(start + 1, last))
        style = draw(st.sampled_from(STYLES))
        made.append((style, start, end))
        if style.type not in {"code", "pre"}:
            made += draw(_nested(start, end, depth - 1))
        at = end
    return made

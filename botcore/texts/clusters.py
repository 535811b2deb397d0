"""Where a text may be cut without breaking what a reader sees as one character.

A compact form of Unicode's grapheme clusters (UAX #29) that rather keeps too much together than too little.
"""

import unicodedata

ZERO_WIDTH_JOINER = "\u200d"
LONGEST = 500  # characters that are taken for one; real ones have up to about 30
_ALWAYS_JOINED = "\u200c\u200d\u0e33\u0eb3"  # joiners; the Thai and Lao vowel AM
_BEFORE_NUMBERS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2"  # signs that span the digits behind them
_VIRAMA = 9  # the combining class of signs that bind Indic consonants


def is_boundary(text: str, index: int, start: int = 0) -> bool:
    """Tell whether the text may be cut here; `start` is an earlier place where it may."""
    if index <= start or index >= len(text):
        return True
    before, after = text[index - 1], text[index]
    if after < "\u0300" and before < "\u0300":
        return (before, after) != ("\r", "\n")
    if _is_regional(before) and _is_regional(after):  # flags are pairs of these
        first = index - 1
        while first > start and _is_regional(text[first - 1]):
            first -= 1
        return (index - first) % 2 == 0
    return not _joined(before, after)


def last_boundary(text: str, index: int, start: int) -> int:
    """Return the last place up to here where the text may be cut; `start` when there is none behind it."""
    earliest = max(start, index - LONGEST)
    for place in range(index, earliest, -1):
        if is_boundary(text, place, start):
            return place
    return start


def _joined(before: str, after: str) -> bool:
    if after.isspace():
        return False
    return (
        unicodedata.category(after).startswith("M")  # accents, vowel signs, variation selectors, keycaps
        or after in _ALWAYS_JOINED
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= after <= "\U000e007f"  # tags: the flags of England, Scotland, Wales
        or before == ZERO_WIDTH_JOINER
        or before in _BEFORE_NUMBERS
        or (unicodedata.combining(before) == _VIRAMA and unicodedata.category(after) == "Lo")
        or _is_one_syllable(before, after)
    )


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_one_syllable(before: str, after: str) -> bool:
    """Tell Hangul letters that are written as one block."""
    if "\u1160" <= after <= "\u11ff":
        return True
    return "\u1100" <= before <= "\u115f" and ("\u1100" <= after <= "\u115f" or "\uac00" <= after <= "\ud7a3")

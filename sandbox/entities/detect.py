"""Entities that Telegram finds by itself in plain text: commands, mentions, tags, addresses."""

import re

from sandbox.entities.spans import Span, utf16_length
from sandbox.terms import MessageEntityType as Kind

_COMMAND = re.compile(r"(?<![\w/@.<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@<>])")
_MENTION = re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{2,31}(?![\w@])")
_URL = re.compile(
    r"(?<![\w@.-])(?:https?://[^\s<>\"]+|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?:com|org|net|io|dev|me|app|info|ru|de|uk|eu|example)\b(?![.\w@-])(?:[:/?#][^\s<>\"]*)?)",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![\w.+:@-])(?:[a-z0-9_-]{0,26}[.+:]){0,10}[a-z0-9_-]{1,35}@(?:[a-z0-9](?:[a-z0-9_-]{0,28}[a-z0-9])?\.){1,6}[a-z]{2,8}(?![\w@.-]*@|[\w-])",
    re.IGNORECASE,
)
_HASHTAG = re.compile(r"(?<![\w#])#(?=\d*[^\W\d])\w{1,256}(?![\w#])")  # digits alone are none
_CASHTAG = re.compile(r"(?<![$\w])\$(?:1INCH|[A-Z]{1,8})(?![$\w])")
# What is looked for, in this order, and the signs of which it has one.
_SEARCHES = (
    (Kind.URL, _URL, "./"), (Kind.EMAIL, _EMAIL, "@"), (Kind.BOT_COMMAND, _COMMAND, "/"), (Kind.MENTION, _MENTION, "@"),
    (Kind.HASHTAG, _HASHTAG, "#"), (Kind.CASHTAG, _CASHTAG, "$"),
)  # fmt: skip
_TRAILING = ".,:;!?'\")]}"


def may_hold(text: str) -> bool:
    """Whether there may be something in a text: every kind has one of these signs."""
    return "." in text or "/" in text or "@" in text or "#" in text or "$" in text


def found_in(text: str, taken: list[Span]) -> list[Span]:
    """Return what the text holds outside the spans that are already taken."""
    found: list[Span] = []
    if not may_hold(text):
        return found
    covered = bytearray(utf16_length(text))  # not pair by pair: a text may hold thousands of either
    for span in taken:
        covered[span.start : span.end] = b"\1" * span.length
    for kind, pattern, signs in _SEARCHES:
        if not any(sign in text for sign in signs):
            continue
        at = start = 0
        for match in pattern.finditer(text):
            words = match[0].rstrip(_TRAILING) if kind is Kind.URL else match[0]
            start += utf16_length(text[at : match.start()])
            at, length = match.start(), utf16_length(words)
            if 1 not in covered[start : start + length]:
                found.append(Span(kind, start, length))
                covered[start : start + length] = b"\1" * length
    return found

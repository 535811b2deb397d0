"""Text of strangers → text that hides nothing: controls and marks that turn the direction are shown as escapes."""

import json
import re

LONGEST_RAW = 200_000  # characters of JSON that a page shows
# C0 but tabs and line ends, C1, soft hyphen, zero width characters but the joiners that emoji and scripts need,
# line separators, the marks that turn the direction of text, lone surrogates, tags, what is no character.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)


def visible(text: str, longest: int = 0) -> str:
    """Return the text with escapes for what does not show, cut to so many characters; 0 means all."""
    more = len(text) - longest if longest and len(text) > longest else 0
    shown = INVISIBLE.sub(_escape, text[:longest] if more else text)
    return f"{shown} … and {more:,} more characters" if more else shown


def pretty(raw: str) -> str:
    """Return JSON indented and in plain characters; what is no JSON comes back as it is."""
    try:
        text = json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = raw
    if len(text) > LONGEST_RAW:
        text = f"{text[:LONGEST_RAW]}\n… and {len(text) - LONGEST_RAW} more characters"
    return visible(text)


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"

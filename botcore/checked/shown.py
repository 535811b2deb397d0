"""How typed text is read and repeated: without what does not show around it, and never at length in an answer."""

import re

from botcore.texts.visible import INVISIBLE

LONGEST_VALUE = 200  # characters; numbers, times and names are shorter
LONGEST_SHOWN = 40  # characters of a wrong value that a sentence repeats
LOOKED_AT = 400  # characters among which those that show are sought
_AROUND = re.compile(rf"(?:\s|{INVISIBLE.pattern})*")


def bare(text: str, longest: int = LONGEST_VALUE) -> str:
    """Return the text without spaces and hidden marks around it; nothing for one that is too long for a value."""
    if len(text) > longest:
        return ""
    before, after = _AROUND.match(text), _AROUND.match(text[::-1])
    return text[before.end() if before else 0 : len(text) - (after.end() if after else 0)]


def shown(text: str) -> str:
    """Return how an answer repeats what was typed: on one line, what hides left out, 40 characters at most."""
    seen = " ".join(INVISIBLE.sub("", text[:LOOKED_AT]).split())
    is_all = len(text) <= LOOKED_AT and len(seen) <= LONGEST_SHOWN
    return seen if is_all else f"{seen[: LONGEST_SHOWN - 1]}…"

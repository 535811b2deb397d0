"""How long Telegram finds a text, and where its entities stand: both in UTF-16 units."""

import re
from bisect import bisect_left

_BEYOND = re.compile("[\U00010000-\U0010ffff]")  # what takes two units, such as most emoji


def telegram_length(text: str) -> int:
    """Count UTF-16 units.

    The Bot API speaks of 4096 characters, its server counts code points, apps count units; entities are placed in units
    in any case. Units are never fewer than code points, so that a text within a limit by this count is so by each.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Units:
    """Translates between places in a Python text and UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._beyond = [match.start() for match in _BEYOND.finditer(text)]
        self._beyond_units = [index + before for before, index in enumerate(self._beyond)]

    def before(self, index: int) -> int:
        """Return how many units stand before this place of the text."""
        return index + bisect_left(self._beyond, index)

    def index(self, units: int) -> int:
        """Return the place with so many units before it; the middle of a character means its start."""
        return units - bisect_left(self._beyond_units, units)

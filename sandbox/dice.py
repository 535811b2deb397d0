"""The dice that Telegram has, with what each can show; the server throws them."""

from secrets import randbelow
from typing import Any

from sandbox.terms import DiceEmoji

FACES: dict[str, int] = {
    DiceEmoji.DICE: 6,
    DiceEmoji.DARTS: 6,
    DiceEmoji.BOWLING: 6,
    DiceEmoji.BASKETBALL: 5,
    DiceEmoji.FOOTBALL: 5,
    DiceEmoji.SLOT_MACHINE: 64,
}
_VARIATION = "\ufe0f"  # asks for a coloured picture of the character before; "⚽️" is "⚽"


def thrown(emoji: str) -> dict[str, Any] | None:
    """Throw a dice and return it as the Bot API writes it; None if there is no such dice."""
    name = emoji.replace(_VARIATION, "") or str(DiceEmoji.DICE)
    return {"emoji": name, "value": randbelow(FACES[name]) + 1} if name in FACES else None

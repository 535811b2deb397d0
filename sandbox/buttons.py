"""The buttons under a message, as the Bot API writes them; how a call names them is in api/keyboards.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Button:
    """An InlineKeyboardButton; `fields` is what the Bot API says of it."""

    fields: Mapping[str, Any]

    @property
    def text(self) -> str:
        """What stands on it."""
        return str(self.fields["text"])

    @property
    def callback_data(self) -> str | None:
        """What the bot hears when it is pressed; None if it does something else."""
        return self.fields.get("callback_data")

    @property
    def url(self) -> str | None:
        """Where it leads; None if it does something else."""
        return self.fields.get("url")

    @property
    def login_address(self) -> str | None:
        """Where it leads with word of who comes; None if it does something else."""
        login: Mapping[str, Any] = self.fields.get("login_url") or {}
        return login.get("url")


@dataclass(frozen=True, slots=True)
class InlineKeyboard:
    """An InlineKeyboardMarkup."""

    rows: tuple[tuple[Button, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """The keyboard as the Bot API writes it."""
        return {"inline_keyboard": [[dict(button.fields) for button in row] for row in self.rows]}

"""How long a text is for Telegram."""


def telegram_length(text: str) -> int:
    """Return the length in UTF-16 code units, which Telegram's limits count: core.telegram.org/api/entities."""
    return len(text) + sum(character > "\uffff" for character in text)

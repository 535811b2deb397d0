"""What the benchmarks feed the inbox: messages of many chats, as Telegram delivers them."""

from typing import Any

BOT = 1
CHATS = 4_000


def message(number: int) -> dict[str, Any]:
    """Return a raw update."""
    chat = number % CHATS + 1
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_790_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Alice"},
            "from": {"id": chat, "is_bot": False, "first_name": "Alice", "language_code": "en"},
            "text": "hello " * 10,
        },
    }

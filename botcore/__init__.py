"""The bot: from Telegram's update to the rows that pages, metrics and commands show (docs/architecture.md)."""

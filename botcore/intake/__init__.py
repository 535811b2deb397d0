"""From Telegram to the inbox."""

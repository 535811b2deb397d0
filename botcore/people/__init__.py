"""Users and chats that the bot has met."""

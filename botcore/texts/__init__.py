"""Long and rich text: from what a template renders to messages that Telegram takes. Pure functions, no Telegram."""

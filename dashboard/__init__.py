"""The operators' pages: selectors in, templates out. Never talks to Telegram."""

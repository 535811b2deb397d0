"""Files of messages: what a message holds, in a transcript, and getting it from Telegram for a page."""

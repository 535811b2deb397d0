"""The operators' group in Telegram: what waits for an answer is brought there, and what is answered there goes back."""

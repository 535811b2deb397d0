"""Texts as Telegram counts and cuts them."""

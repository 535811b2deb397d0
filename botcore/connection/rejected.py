"""The sentence about a token that Telegram rejects; here, and without the library, for checks before the start, too."""


def rejected(api_url: str) -> str:
    """Say what to do."""
    return (
        f"TELEGRAM_BOT_TOKEN was rejected by {api_url}: write the token that @BotFather gave you, "
        "and check that TELEGRAM_API_URL is a Bot API server."
    )

"""The link to Telegram: transport with metrics, and its manager."""

"""Django's entry for the bot's app."""

from django.apps import AppConfig


class BotcoreConfig(AppConfig):
    """Gathers models, admin pages and checks of all rooms."""

    name = "botcore"
    verbose_name = "Bot"

    def ready(self) -> None:
        """Register the system checks."""
        from botcore import checks  # noqa: F401, PLC0415

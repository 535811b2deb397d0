"""Django's entry for the bot's app."""

import logging

from django.apps import AppConfig


class BotcoreConfig(AppConfig):
    """Gathers models, admin pages and checks of all rooms."""

    name = "botcore"
    verbose_name = "Bot"

    def ready(self) -> None:
        """Register the system checks, name the process on its log lines, and start what is configured beside it."""
        from botcore import checks, integrations, logs  # noqa: F401, PLC0415
        from botcore.monitoring.identity import process_name  # noqa: PLC0415

        logs.identify(process_name)
        logging.captureWarnings(capture=True)  # they would go to stderr past the redactor
        integrations.start()

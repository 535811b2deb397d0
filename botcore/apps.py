"""Django's entry for the bot's app."""

import logging
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class BotcoreConfig(AppConfig):
    """Gathers models, admin pages and checks of all rooms."""

    name = "botcore"
    verbose_name = "Bot"
    _permissions_before: frozenset[int] | None = None  # those that were there when this `migrate` began

    def ready(self) -> None:
        """Register the system checks, name the process on its log lines, and start what is configured beside it."""
        from botcore import checks, integrations, logs  # noqa: F401, PLC0415
        from botcore.monitoring.identity import process_name  # noqa: PLC0415

        logs.identify(process_name)
        logging.captureWarnings(capture=True)  # they would go to stderr past the redactor
        integrations.start()
        pre_migrate.connect(self._look, sender=self)
        post_migrate.connect(self._make_groups, sender=self)  # after django.contrib.auth's, which makes permissions

    def _look(self, **_: Any) -> None:
        """Note which permissions there are."""
        from botcore.access import groups  # noqa: PLC0415

        self._permissions_before = groups.known()

    def _make_groups(self, **_: Any) -> None:
        """Make the groups of the roles, and give them the permissions that are new."""
        from botcore.access import groups  # noqa: PLC0415

        groups.make(before=self._permissions_before)
        self._permissions_before = None

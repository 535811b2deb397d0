"""System checks: what is wrong with the settings, in one sentence each, wherever Django checks."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004


@register()
def configuration(**_kwargs: Any) -> list[CheckMessage]:
    """Report each bad variable: an error when no process can work with it, else a warning."""
    found: list[CheckMessage] = []
    for name, complaint in settings.CONFIGURATION_COMPLAINTS.items():
        if name == "DATABASE_URL":
            found.append(Error(complaint, id="botdeck.E001"))
        else:
            found.append(Warning(complaint, id="botdeck.W001", hint="`runbot` does not start until it is mended."))
    return found

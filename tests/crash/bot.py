"""`python -m tests.crash.bot [package]`: what `manage.py runbot` does, with the features of a package of the tests."""

import asyncio
import os
import sys
from importlib import import_module

import django


def main(features: str) -> int:
    """Run the bot; return runbot's exit codes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")
    django.setup()
    from botcore.bot import Bot  # noqa: PLC0415 (after setup)
    from botcore.errors import hooks  # noqa: PLC0415
    from botcore.exceptions import ConfigurationError  # noqa: PLC0415
    from botcore.inbox.exclusive import hold_database  # noqa: PLC0415
    from botcore.management.commands.runbot import EXIT_CONFIGURATION, run  # noqa: PLC0415
    from botcore.preflight import check_set_up  # noqa: PLC0415

    hooks.install()
    try:
        check_set_up()
        with hold_database():
            asyncio.run(run(Bot(import_module(features))))
    except ConfigurationError as exc:
        print(exc, file=sys.stderr)
        return EXIT_CONFIGURATION
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "tests.crash.features"))

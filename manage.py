#!/usr/bin/env python
"""Every command of the project: `manage.py runbot`, `manage.py bothealth`, `manage.py migrate` …"""

import os
import sys

EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h: a supervisor need not restart
SANDBOX_PORT = 8081  # the default of settings.py


def main() -> None:
    """Run the command; a configuration error is one sentence and exit code 78, not a traceback."""
    if sys.argv[1:2] == ["bothealth"]:  # before anything is loaded: supervisors run it every few seconds
        from botproject import bothealth  # noqa: PLC0415

        sys.exit(bothealth.main(sys.argv[2:]))
    if sys.argv[1:2] == ["sandbox"] and (code := run_sandbox(sys.argv[2:])) is not None:
        sys.exit(code)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)  # gunicorn's workers share it; who runs a command counts alone
    try:
        import django  # noqa: PLC0415
        from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
        from django.core.management import execute_from_command_line  # noqa: PLC0415
    except ImportError:
        sys.exit("Django is not installed here: run `make setup`, then use .venv/bin/python manage.py.")
    try:
        django.setup()
        from botcore.errors import hooks  # noqa: PLC0415
        from botcore.logs import bind  # noqa: PLC0415

        hooks.install()
        with bind(action=f"command {' '.join(sys.argv[1:2])}".strip()):
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as exc:
        sys.stderr.write(f"{exc}\n")
        sys.exit(EXIT_CONFIGURATION)


def run_sandbox(arguments: list[str]) -> int | None:
    """Run the sandbox without Django and return the exit code; None if Django shall read the options."""
    from botproject import VERSION, plain_logging  # noqa: PLC0415
    from botproject.plain_values import SettingError, Values  # noqa: PLC0415
    from sandbox import command  # noqa: PLC0415

    try:
        values = Values()
        port = values.port("SANDBOX_PORT", SANDBOX_PORT)
        plain_logging.set_up(values, "command sandbox", VERSION)
    except SettingError as exc:
        sys.stderr.write(f"{exc}\n")
        return EXIT_CONFIGURATION
    return command.main(arguments, port=port)


if __name__ == "__main__":
    main()

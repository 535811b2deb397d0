#!/usr/bin/env python
"""Every command of the project: `manage.py runbot`, `manage.py sandbox`, `manage.py migrate` …"""

import os
import sys

EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h: a supervisor need not restart


def main() -> None:
    """Run the command; a configuration error is one sentence and exit code 78, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
        from django.core.management import execute_from_command_line  # noqa: PLC0415
    except ImportError:
        sys.exit("Django is not installed here: run `make setup`, then use .venv/bin/python manage.py.")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as exc:
        sys.stderr.write(f"{exc}\n")
        sys.exit(EXIT_CONFIGURATION)


if __name__ == "__main__":
    main()

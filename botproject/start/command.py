"""The command itself: read its arguments, check, and become the process of the role."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from botproject.start.roles import ROLES, command_of

ONLY = "--check-only"
EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h: a supervisor need not restart


def main(arguments: Sequence[str]) -> int:
    """Check and become the process; return an exit code only with --check-only, or when something is wrong."""
    further = [argument for argument in arguments[1:] if argument != ONLY]
    asked = _parser().parse_args([*arguments[:1], *(argument for argument in arguments[1:] if argument == ONLY)])
    given = dict(os.environ)  # before settings.py adds what stands in .env: the process reads that itself
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")
    if asked.check_only:
        return 0
    become(command_of(asked.role, further), given)


def become(command: Sequence[str], environment: dict[str, str]) -> NoReturn:
    """Run the command in this same process: signals and the exit code are its own."""
    sys.stdout.flush()
    os.execve(command[0], command, environment)  # noqa: S606 (a process of ours, no shell)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("deploy/start", description="Check the set-up, then become the process.")
    parser.add_argument("role", choices=ROLES)
    parser.add_argument(ONLY, action="store_true", help="show all checks and start nothing")
    return parser

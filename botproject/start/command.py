"""The command itself: read its arguments, check, and become the process of the role."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from botproject.start.roles import ROLES, command_of

ONLY = "--check-only"
EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h: a supervisor need not restart


def main(arguments: Sequence[str]) -> int:
    """Check and become the process; return an exit code only with --check-only, or when something is wrong."""
    end_at_once_when_told()
    only, others = [ONLY] * (ONLY in arguments), [argument for argument in arguments if argument != ONLY]
    asked, further = parser().parse_args([*others[:1], *only]), others[1:]
    given = dict(os.environ)  # before settings.py adds what stands in .env: the process reads that itself
    code = check(asked.role, check_only=asked.check_only)
    if not code and not asked.check_only:
        become(command_of(asked.role, further), given)
    return code


def end_at_once_when_told() -> None:
    """Let SIGTERM and SIGINT end the checks: Python would show where it was, and process 1 of a container goes on."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave if os.getpid() == 1 else signal.SIG_DFL)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    os._exit(128 + number)  # what a shell, and an engine of containers, says of one that was ended by a signal


def check(role: str, *, check_only: bool) -> int:
    """Run the checks and show them, all or what is to be mended; return the exit code."""
    if role == "sandbox":  # it needs neither Django nor a database, and says itself when its port is taken
        return 0
    import django  # noqa: PLC0415 (help needs nothing of it)
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")
    try:
        django.setup()
    except (ImproperlyConfigured, OSError) as exc:
        print(f"error    settings: {exc}", file=sys.stderr)  # noqa: T201
        return EXIT_CONFIGURATION
    from django.db import connection  # noqa: PLC0415

    from botcore.monitoring import systemd  # noqa: PLC0415 (Django's settings come first)
    from botcore.monitoring.health.check import Light  # noqa: PLC0415
    from botproject.start.asked import Asked  # noqa: PLC0415
    from botproject.start.table import lines, run  # noqa: PLC0415

    systemd.notify("STATUS=checking the set-up")
    found = list(run(Asked(role, check_only)))
    for line in lines(one for one in found if check_only or one.light is not Light.OK):
        print(line, file=sys.stdout if check_only else sys.stderr)
    wrong = [one for one in found if one.light is Light.FAILED]
    if wrong:
        systemd.notify(f"STATUS={next(lines(wrong))}")
        return EXIT_CONFIGURATION
    if close_pool := getattr(connection, "close_pool", None):  # a server complains of who goes without a word
        close_pool()
    return 0


def become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Run the command in this same process: signals and the exit code are its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, environment)  # noqa: S606 (a process of ours, no shell)


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments; whatever else is given is the process' own."""
    made = argparse.ArgumentParser("deploy/start", description="Check the set-up, then become the process.")
    made.add_argument("role", choices=ROLES, help="what to become")
    made.add_argument(ONLY, action="store_true", help="show all checks and start nothing")
    return made

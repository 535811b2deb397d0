"""`manage.py bothealth`: is the bot of this machine alive? One line and an exit code, for containers and systemd.

manage.py calls it before it imports anything else: only the standard library, so that it ends within 0.1 s.
"""

import argparse
from collections.abc import Sequence

from botproject.bothealth.asking import NotWellError, ask_bots, ask_sandbox, ask_web
from botproject.bothealth.first_process import role
from botproject.plain_values import SettingError, Values, read_port

BOT_METRICS_PORT, WEB_PORT, SANDBOX_PORT = 9101, 8000, 8081  # the defaults of settings.py
PORTS = 10  # how many a bot tries, see botcore/monitoring/server.py
SECONDS = 5.0  # for one answer: a bot leaves a connection that says nothing after 2 s, and only then hears the next
EXIT_WELL, EXIT_NOT_WELL, EXIT_CONFIGURATION = 0, 1, 78


def main(arguments: Sequence[str]) -> int:
    """Ask, print one line and return the exit code."""
    asked = parser().parse_args(arguments)
    try:
        words = _ask(asked, Values())
    except NotWellError as exc:
        return _say(f"not well: {exc}", EXIT_NOT_WELL)
    except SettingError as exc:
        return _say(str(exc), EXIT_CONFIGURATION)
    return _say(f"well: {words}", EXIT_WELL)


def _ask(asked: argparse.Namespace, values: Values) -> str:
    works_as = role() if asked.container else "web" if asked.web else "bot"
    if works_as == "web":
        port, at = asked.port or values.port("WEB_PORT", WEB_PORT), values.listener("WEB_HOST")
        return ask_web(port, asked.timeout, host=values.host(), at=at)
    if works_as == "sandbox":
        return ask_sandbox(asked.port or values.port("SANDBOX_PORT", SANDBOX_PORT), asked.timeout)
    if works_as == "bot":
        first = asked.port or values.port("BOT_METRICS_PORT", BOT_METRICS_PORT)
        ports = range(first, first + 1 if asked.port else min(first + PORTS, 65536))
        return ask_bots(ports, asked.timeout, at=values.listener("BOT_METRICS_HOST"))
    return "this container runs a command that comes to its own end"


def _say(line: str, code: int) -> int:
    print(" ".join(line.split()))  # noqa: T201 (whatever a server said: it is one line)
    return code


def parser() -> argparse.ArgumentParser:
    """Return what reads its arguments."""
    parser = argparse.ArgumentParser("manage.py bothealth", description="Tell whether the bot of this machine lives.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--web", action="store_true", help="ask the pages' /readyz on WEB_PORT instead")
    what.add_argument("--container", action="store_true", help="ask what this container was started for: web, bot, …")
    parser.add_argument("--port", type=_port, help="ask only this one, not all that bots of this machine may have")
    parser.add_argument("--timeout", type=_seconds, default=SECONDS, help="seconds for an answer (%(default)s)")
    return parser


def _port(text: str) -> int:
    try:
        return read_port(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from None


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 600:
        raise argparse.ArgumentTypeError("write seconds, at most 600")
    return seconds

"""All checks of a role: run one after the other, each for a limited time, and shown."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from django.conf import settings

from botcore.logs import redact
from botcore.monitoring.health.check import Check, Light
from botcore.monitoring.health.limited import Limited
from botproject.start.asked import Asked, Look, error, warning
from botproject.start.checks import database, intake, machine, ports, secrets, set_up

SECONDS = 10.0  # for one subject: a directory of a server that is away would hold up a start for ever
DATABASE_SECONDS, TELEGRAM_SECONDS = 5.0, 20.0
BEARABLE = {"telegram"}  # a bot starts without it, and waits
SHOWN = {Light.FAILED: "error", Light.UNKNOWN: "warning"}


class Subject(NamedTuple):
    """A name for what hangs, the roles that it matters to, and the check."""

    name: str
    roles: frozenset[str]
    look: Look


def _of(name: str, roles: str, look: Look) -> Subject:
    return Subject(name, frozenset(roles.split()), look)


SUBJECTS = (
    _of("settings", "web bot migrate", set_up.look_at_settings),
    _of("secrets", "web bot", secrets.look_at_strength),
    _of("secret files", "web bot migrate", secrets.look_at_files),
    _of("check --deploy", "web", set_up.look_at_deployment),
    _of("directories", "web bot migrate", machine.look_at_directories),
    _of("disk", "web bot migrate", machine.look_at_disks),
    _of("open files", "web bot", machine.look_at_files),
    _of("static files", "web", machine.look_at_static_files),
    _of("port", "web", ports.look_at_web_port),
    _of("port", "bot", ports.look_at_webhook_port),
    _of("lock", "bot", intake.look_at_lock),
    _of("database", "web bot migrate", database.look_at_database),
    _of("telegram", "bot", intake.look_at_telegram),
)


def run(asked: Asked) -> Iterator[Check]:
    """Run the checks of the role and yield what they found."""
    patience = {"database": settings.BOT_START_SECONDS + DATABASE_SECONDS, "telegram": TELEGRAM_SECONDS}
    for subject in SUBJECTS:
        if asked.role in subject.roles:
            yield from _within(patience.get(subject.name, SECONDS), subject, asked)


def _within(seconds: float, subject: Subject, asked: Asked) -> Sequence[Check]:
    limited = Limited(partial(_found, subject.look, asked))
    try:
        return limited(seconds)
    except TimeoutError:
        say = warning if subject.name in BEARABLE else error
        return [say(subject.name, f"No answer within {seconds:g} s: something hangs, such as a disk or a server.")]
    except OSError as exc:  # such as no directory at all for temporary files
        return [error(subject.name, f"It could not be looked at: {exc}.")]


def _found(look: Look, asked: Asked) -> list[Check]:
    return list(look(asked))


def lines(found: Iterable[Check]) -> Iterator[str]:
    """Return each check in one line."""
    for check in found:
        words = " ".join(redact(check.words).split())
        yield f"{SHOWN.get(check.light, check.light.value):8} {check.name}: {words}"

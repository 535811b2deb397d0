"""The handful of numbers that an operator wants at a glance, each in words and figures: for a chat, or a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from botcore.charts.scales import Unit, say
from botcore.errors import selectors as errors
from botcore.inbox import selectors as inbox
from botcore.monitoring import selectors as monitoring
from botcore.monitoring.history.selectors import history
from botcore.outbox import selectors as outbox
from botcore.outbox.models import WAITING
from botcore.people import selectors as people

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Figure:
    """A number: `words` are English and in the catalogue for gettext(), `text` is the value with its unit.

    A value of None is not known; its text is a dash.
    """

    name: str
    words: str
    value: float | None
    text: str


def newest_figures(now: datetime | None = None) -> list[Figure]:
    """Return the numbers, the most telling first."""
    now = now or timezone.now()
    return [*_of_last_hour(now), *_waiting(), *_people()]


def _of_last_hour(now: datetime) -> Iterator[Figure]:
    lines = history(["update_latency", "errors"], since=now - HOUR, until=now, now=now).lines
    handling, caught = lines["update_latency"].whole, lines["errors"].whole
    arrived = monitoring.last_hour()[-2].count  # the last one is not over
    yield _figure("updates", _("Updates in the last whole minute"), arrived)
    yield _figure(
        "handling", _("95 of 100 in the last hour were handled within"), handling and handling.p95, Unit.SECONDS
    )
    yield _figure("errors", _("Errors in the last hour"), caught and caught.total)


def _waiting() -> Iterator[Figure]:
    pending, unsent = inbox.pending_count(), outbox.counts()
    yield _figure("backlog", _("Updates that wait for a handler"), pending)
    yield _figure("oldest", _("How long the oldest of them has waited"), inbox.oldest_pending_age(), Unit.SECONDS)
    yield _figure("outbox", _("Messages that wait to be sent"), sum(unsent[state] for state in WAITING))
    yield _figure("open_errors", _("Open errors"), errors.tab_counts()["open"])


def _people() -> Iterator[Figure]:
    heads = people.head_count()
    yield Figure("people", _("People"), heads.total, f"{say(heads.total)}{'+' if heads.capped else ''}")
    yield _figure("new_people", _("New people today (UTC)"), heads.new_today)
    alive = sum(process.is_alive for process in monitoring.processes())
    yield _figure("processes", _("Bot processes that live"), alive)


def _figure(name: str, words: str, value: float | None, unit: Unit = Unit.NUMBER) -> Figure:
    return Figure(name, words, value, say(value, unit))

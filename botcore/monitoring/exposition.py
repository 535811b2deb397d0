"""The web's /metrics: what web processes count, what live bots last reported, and what the database tells.

A bot's counters travel in its heartbeat, so that one scrape of the web shows everything, with a `process` label.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import connections
from prometheus_client.core import GaugeMetricFamily

from botcore import metrics, sql
from botcore.database import is_away
from botcore.logs import in_context
from botcore.monitoring import selectors
from botcore.monitoring.figures import QUICK, SLOW, Part
from botcore.monitoring.own_page import own_pages
from botcore.monitoring.text_format import Page
from botcore.monitoring.writer import readings

logger = logging.getLogger(__name__)

QUICK_SECONDS, SLOW_SECONDS = 10.0, 60.0  # how old what is shown may be; what is slow is a scrape older
ALL_SECONDS, PART_SECONDS = 1.0, 0.2  # that statements may take: the lock of a migration must not hold up a scrape
WEB = "web"


def exposition() -> bytes:
    """Return the page in Prometheus' text format."""
    return _page(*_DATABASE.look())


def without_database() -> bytes:
    """Return what this process knows by itself, and that the database does not answer."""
    return _page(Page(), readings([metrics.DATABASE_UP.of(False)]))


def _page(bots: Page, facts: str) -> bytes:
    of_django, of_ours = own_pages()
    bots.add(of_ours, WEB)
    return f"{of_django}{bots.text()}{facts}".encode()


class DatabasePages:
    """What the database tells, read anew when it is old; without it the scrape goes on and says so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._quick_at = self._slow_at = float("-inf")
        self._bots, self._facts, self._slow = Page(), "", ""

    def look(self) -> tuple[Page, str]:
        """Return the bots' counters, to which more may be added, and everything else."""
        with self._lock:
            if time.monotonic() - self._quick_at >= QUICK_SECONDS:
                self._read()
                self._quick_at = time.monotonic()
            return self._bots.copy(), self._facts + self._slow

    def _read(self) -> None:
        self._bots = Page()
        quick, is_up = read([self._read_bots, *QUICK])
        if is_up and time.monotonic() - self._slow_at >= SLOW_SECONDS:
            self._slow_at = time.monotonic()
            self._read_beside() if self._slow else self._read_slow()
        if not is_up:
            self._slow, self._slow_at = "", float("-inf")
        self._facts = readings([*quick, metrics.DATABASE_UP.of(is_up)])

    def _read_beside(self) -> None:
        """Read what takes long for the next scrape: tables of a million people may take a second."""

        def work() -> None:
            try:
                self._read_slow()
            finally:
                connections.close_all()

        threading.Thread(target=in_context(work), name="slow metrics", daemon=True).start()

    def _read_slow(self) -> None:
        slow, is_up = read(SLOW)
        self._slow = readings(slow) if is_up else ""
        if not is_up:
            self._slow_at = float("-inf")  # the next scrape asks again

    def _read_bots(self) -> Iterator[GaugeMetricFamily]:
        beats = selectors.live_heartbeats()
        for beat in beats:
            self._bots.add(beat.metrics, beat.process)
        yield metrics.BOTS.of(len(beats))


def read(parts: Sequence[Part]) -> tuple[list[GaugeMetricFamily], bool]:
    """Return the families and whether the database answers; what a migration has in hand is left out."""
    try:
        with sql.limited(ALL_SECONDS, by_index=parts is not SLOW):
            return [family for part in parts for family in part()], True
    except ImproperlyConfigured as exc:  # DATABASE_URL is wrong
        logger.warning("metrics without the database: %s", exc)
        return [], False
    except DatabaseError as exc:
        if is_away(exc):
            logger.warning("metrics without the database: %s", exc)
            return [], False
    return [family for part in parts for family in _alone(part)], True


def _alone(part: Part) -> list[GaugeMetricFamily]:
    try:
        with sql.limited(PART_SECONDS):
            return list(part())
    except DatabaseError as exc:
        logger.warning("metrics without a part, %s: %s", part.__name__.strip("_"), str(exc).strip().split("\n")[0])
        return []


_DATABASE = DatabasePages()

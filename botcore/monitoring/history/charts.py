"""The charts that the history can show, each declared once: for the page Monitoring, and by name for chats."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from botcore.charts.scales import Unit
from botcore.monitoring.history.selectors import Point
from botcore.monitoring.history.series import SERIES, Kind, Series

Value = Callable[[Point], float | None]


@dataclass(frozen=True)
class Line:
    """A line: its name, its series, its colour's name (dashboard.css), and what of a point it shows."""

    name: str
    series: str
    look: str
    value: Value


@dataclass(frozen=True)
class Chart:
    """A chart; `is_rate` for what is counted: then values are a second, and said by the period that suits them.

    `title` and `help` are English, marked for translation: who speaks to a chat passes them to gettext().
    """

    name: str
    title: str
    help: str
    lines: tuple[Line, ...]
    unit: Unit = Unit.NUMBER
    is_rate: bool = False
    whole: bool = False

    @property
    def series(self) -> tuple[str, ...]:
        """The series that its lines show."""
        return tuple(dict.fromkeys(line.series for line in self.lines))


def rate(point: Point) -> float | None:
    """How often it happened, a second."""
    return point.rate if point.count else None


def highest(point: Point) -> float | None:
    """The worst that was measured."""
    return point.high


def mean(point: Point) -> float | None:
    """What was measured on average."""
    return point.mean


def quantiles(series: str) -> tuple[Line, ...]:
    """Return the lines of a histogram."""
    return (
        Line("p50", series, "calm", lambda point: point.p50),
        Line("p95", series, "warm", lambda point: point.p95),
        Line("p99", series, "hot", lambda point: point.p99),
    )


CHARTS = (
    Chart(
        "updates",
        _("Updates"),
        _("Received by the inbox, handled, and failed for good."),
        (
            Line("received", "updates_received", "broad", rate),
            Line("processed", "updates_processed", "calm", rate),
            Line("failed", "updates_failed", "hot", rate),
        ),
        is_rate=True,
    ),
    Chart(
        "errors",
        _("Errors"),
        _("Caught anywhere in the bot, and runs of handlers that raised."),
        (Line("all", "errors", "hot", rate), Line("of handlers", "handler_errors", "warm", rate)),
        is_rate=True,
    ),
    Chart(
        "delay",
        _("Wait for a handler"),
        _("From the inbox to the handler's start."),
        quantiles("update_delay"),
        Unit.SECONDS,
    ),
    Chart(
        "processing",
        _("Processing"),
        _("From the handler's start to the end of an attempt."),
        quantiles("update_processing"),
        Unit.SECONDS,
    ),
    Chart(
        "waiting",
        _("What waits"),
        _("At its highest: updates for a handler, messages of the outbox to be sent."),
        (
            Line("updates", "inbox_pending", "calm", highest),
            Line("messages", "outbox_waiting", "warm", highest),
        ),
        whole=True,
    ),
    Chart(
        "oldest",
        _("Age of the oldest that waits"),
        _("At its highest: how long the oldest update, and the oldest message that is due, have waited."),
        (Line("update", "inbox_oldest", "calm", highest), Line("message", "outbox_oldest", "warm", highest)),
        Unit.SECONDS,
    ),
    Chart(
        "api",
        _("Bot API calls"),
        _("Each attempt, getUpdates apart; failed are those that met the network, a timeout, 4xx or 5xx."),
        (Line("all", "api_requests", "calm", rate), Line("failed", "api_errors", "hot", rate)),
        is_rate=True,
    ),
    Chart("api_duration", _("Bot API latency"), _("How long a call takes."), quantiles("api_duration"), Unit.SECONDS),
    Chart(
        "floods",
        _("Flood waits"),
        _("Telegram said 429, too many calls; and calls that were made again for any reason."),
        (Line("flood waits", "flood_waits", "hot", rate), Line("calls again", "api_retries", "warm", rate)),
        is_rate=True,
    ),
    Chart(
        "loop_lag",
        _("Event loop lag"),
        _("By how much the event loops of the bot processes were late."),
        quantiles("loop_lag"),
        Unit.SECONDS,
    ),
    Chart(
        "memory",
        _("Memory"),
        _("Of all bot processes together (resident)."),
        (Line("mean", "memory", "calm", mean), Line("highest", "memory", "warm", highest)),
        Unit.BYTES,
    ),
    Chart("cpu", _("CPU"), _("Of all bot processes together; 1 is one core."), (Line("cores", "cpu", "calm", rate),)),
)
UNITS = {"seconds": Unit.SECONDS, "bytes": Unit.BYTES}
BY_NAME = {chart.name: chart for chart in CHARTS}


def of_series(series: Series) -> Chart:
    """Return the chart of a single series."""
    unit = UNITS.get(series.unit, Unit.NUMBER)
    if series.kind == Kind.HISTOGRAM:
        return Chart(series.name, series.name, series.help, quantiles(series.name), unit)
    if series.kind == Kind.COUNTER:
        lines = (Line(series.unit, series.name, "calm", rate),)
        return Chart(series.name, series.name, series.help, lines, unit, is_rate=True)
    both = (Line("mean", series.name, "calm", mean), Line("highest", series.name, "warm", highest))
    return Chart(series.name, series.name, series.help, both, unit)


def named(name: str) -> Chart | None:
    """Return a chart by its name, else that of a series; None when there is neither."""
    return BY_NAME.get(name) or (of_series(SERIES[name]) if name in SERIES else None)

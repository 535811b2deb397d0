"""Which charts the page Monitoring has, and how they come from the history: all of their series by one query."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from botcore.monitoring.health.check import counted
from botcore.monitoring.history.selectors import History, Point, history
from dashboard.line_charts import Given, LineChart, Numbers, line_chart
from dashboard.ranges import Range
from dashboard.scales import Unit, period_for
from dashboard.time_axis import axis

MOST = 125  # points of a line
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
    """A chart; `is_rate` for what is counted: then values are a second, and said by the period that suits them."""

    name: str
    title: str
    help: str
    lines: tuple[Line, ...]
    unit: Unit = Unit.NUMBER
    is_rate: bool = False
    whole: bool = False


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
        "Updates",
        "Received by the inbox, handled, and failed for good.",
        (
            Line("received", "updates_received", "broad", rate),
            Line("processed", "updates_processed", "calm", rate),
            Line("failed", "updates_failed", "hot", rate),
        ),
        is_rate=True,
    ),
    Chart(
        "errors",
        "Errors",
        "Caught anywhere in the bot, and runs of handlers that raised.",
        (Line("all", "errors", "hot", rate), Line("of handlers", "handler_errors", "warm", rate)),
        is_rate=True,
    ),
    Chart(
        "delay",
        "Wait for a handler",
        "From the inbox to the handler's start.",
        quantiles("update_delay"),
        Unit.SECONDS,
    ),
    Chart(
        "processing",
        "Processing",
        "From the handler's start to the end of an attempt.",
        quantiles("update_processing"),
        Unit.SECONDS,
    ),
    Chart(
        "waiting",
        "What waits",
        "At its highest: updates for a handler, messages of the outbox to be sent.",
        (
            Line("updates", "inbox_pending", "calm", highest),
            Line("messages", "outbox_waiting", "warm", highest),
        ),
        whole=True,
    ),
    Chart(
        "oldest",
        "Age of the oldest that waits",
        "At its highest: how long the oldest update, and the oldest message that is due, have waited.",
        (Line("update", "inbox_oldest", "calm", highest), Line("message", "outbox_oldest", "warm", highest)),
        Unit.SECONDS,
    ),
    Chart(
        "api",
        "Bot API calls",
        "Each attempt, getUpdates apart; failed are those that met the network, a timeout, 4xx or 5xx.",
        (Line("all", "api_requests", "calm", rate), Line("failed", "api_errors", "hot", rate)),
        is_rate=True,
    ),
    Chart("api_duration", "Bot API latency", "How long a call takes.", quantiles("api_duration"), Unit.SECONDS),
    Chart(
        "floods",
        "Flood waits",
        "Telegram said 429, too many calls; and calls that were made again for any reason.",
        (Line("flood waits", "flood_waits", "hot", rate), Line("calls again", "api_retries", "warm", rate)),
        is_rate=True,
    ),
    Chart(
        "loop_lag",
        "Event loop lag",
        "By how much the event loops of the bot processes were late.",
        quantiles("loop_lag"),
        Unit.SECONDS,
    ),
    Chart(
        "memory",
        "Memory",
        "Of all bot processes together (resident).",
        (Line("mean", "memory", "calm", mean), Line("highest", "memory", "warm", highest)),
        Unit.BYTES,
    ),
    Chart("cpu", "CPU", "Of all bot processes together; 1 is one core.", (Line("cores", "cpu", "calm", rate),)),
)
SERIES = tuple(dict.fromkeys(line.series for chart in CHARTS for line in chart.lines))


@dataclass(frozen=True)
class Past:
    """Charts side by side; `period` is how long one of their points is, in words."""

    charts: list[LineChart]
    period: str


def charts(chosen: Range) -> Past:
    """Return every chart over a range."""
    past = history(SERIES, since=chosen.since, until=chosen.until, now=chosen.now, most=MOST)
    shared = axis(past.times, past.width, chosen)
    drawn = [line_chart(_given(chart, past), shared) for chart in CHARTS]
    return Past(drawn, counted(past.width // timedelta(seconds=past.step), past.step.label))


def _given(chart: Chart, past: History) -> Given:
    lines = [(line.name, line.look, _numbers(line, past)) for line in chart.lines]
    period, seconds = "", 1
    if chart.is_rate:
        peak = max((value for *_, numbers in lines for value in numbers if value is not None), default=0.0)
        period, seconds = period_for(peak)
    scaled = [(name, look, [None if value is None else value * seconds for value in numbers])
              for name, look, numbers in lines]  # fmt: skip
    return Given(
        name=chart.name,
        title=chart.title,
        help=chart.help,
        lines=scaled,
        unit=chart.unit,
        suffix=f"/{period}" if period else "",
        whole=chart.whole,
    )


def _numbers(line: Line, past: History) -> Numbers:
    return [line.value(point) if point else None for point in past.lines[line.series].points]

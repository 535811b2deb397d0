"""The charts of the page Monitoring: how they come from the history, all of their series by one query."""

from dataclasses import dataclass
from datetime import timedelta

from botcore.monitoring.history.chart_selectors import MOST, given
from botcore.monitoring.history.charts import CHARTS
from botcore.monitoring.history.selectors import history
from dashboard.charts.lines import LineChart, line_chart
from dashboard.charts.ranges import Range
from dashboard.charts.time_axis import axis
from dashboard.words import lasting

SERIES = tuple(dict.fromkeys(name for chart in CHARTS for name in chart.series))


@dataclass(frozen=True)
class Past:
    """Charts side by side; `period` is how long one of their points is, in words."""

    charts: list[LineChart]
    period: str


def charts(chosen: Range) -> Past:
    """Return every chart over a range."""
    past = history(SERIES, since=chosen.since, until=chosen.until, now=chosen.now, most=MOST)
    shared = axis(past.times, past.width, chosen)
    drawn = [line_chart(given(chart, past), shared) for chart in CHARTS]
    return Past(drawn, lasting(past.width // timedelta(seconds=past.step), past.step))

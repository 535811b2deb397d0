"""Charts by name over the last hour, day, year …: what a command or a page has drawn."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.charts.given import ChartOver, Given, Numbers
from botcore.charts.scales import period_for
from botcore.charts.times import LATE
from botcore.exceptions import ValidationError
from botcore.monitoring.history.charts import CHARTS, Chart, Line, named
from botcore.monitoring.history.selectors import History, history
from botcore.monitoring.history.series import SERIES
from botcore.validators import one_of

MOST = 125  # points of a line
SPANS = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "1y": timedelta(days=365),
}


def chart_names() -> dict[str, str]:
    """Return what each chart shows, by its name: English, and in the catalogue for gettext()."""
    return {chart.name: chart.help for chart in CHARTS}


def series_names() -> dict[str, str]:
    """Return what the series say that have no chart of the same name, in English; chart_of() takes them too."""
    own = chart_names()
    return {name: series.help for name, series in SERIES.items() if name not in own}


def chart_of(name: str, span: str = "1d", *, now: datetime | None = None) -> ChartOver:
    """Return a chart or a series over one of SPANS until now; raise ValidationError for a name that there is not."""
    chart = named(name)
    if chart is None:
        words = _("There is no chart named %(name)s. There are: %(choices)s.")
        raise ValidationError(words % {"name": name, "choices": ", ".join(chart_names())})
    one_of(span, SPANS)
    now = now or timezone.now()
    past = history(list(chart.series), since=now - SPANS[span], until=now, now=now, most=MOST)
    return ChartOver(given(chart, past), past.times[0], past.times[-1] + past.width, now - LATE)


def given(chart: Chart, past: History) -> Given:
    """Return the chart with its numbers, rates by the period that suits their peak."""
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

"""Series of numbers over time → a PNG that can be read on a telephone, for chats.

It speaks English only, for want of letters: the title that its caption has, too, and the names of lines.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from botcore.charts.canvas import HEIGHT, WHITE, WIDTH, Canvas, Color, Point, cut, length, mixed
from botcore.charts.given import ChartOver, Given, Numbers
from botcore.charts.scales import Scale, say, scale
from botcore.charts.times import NUMERIC, ticks

INK, SOFT, RULE, AXIS = (22, 32, 43), (84, 99, 117), (228, 233, 238), (176, 187, 198)
VOID: Color = (242, 245, 247)
VOID_EDGE: Color = (176, 187, 198)
LOOKS: dict[str, Color] = {  # as tokens.css has them, the broad one darker
    "calm": (44, 140, 164),
    "warm": (208, 135, 0),
    "hot": (177, 39, 29),
    "broad": (150, 205, 217),
}
OTHER: Color = (109, 82, 158)  # of a look that is not known
MOST_LINES = 4
EDGE, TOP, BOTTOM = 44, 196, HEIGHT - 72  # the plot's room beside texts
TITLE, SMALL, VALUE = 46, 30, 60  # sizes of letters
GAP = 44  # between two values
LONGEST_NAME, SHORTER = 170, 100  # widths of lines' names, and of four of them
LONG = timedelta(days=62)  # of what is longer, hours do not matter
NOTHING = "n/a"
VOID_WORD = "no data"


@dataclass(frozen=True)
class _Plot:
    """Where numbers are on the sheet."""

    left: float
    right: float
    scale: Scale
    count: int

    def x(self, share: float) -> float:
        return self.left + (self.right - self.left) * share

    def y(self, value: float) -> float:
        """Return the height; shares first, since the scale's whole length may be more than a number holds."""
        above, below = self.scale.top / 2, self.scale.bottom / 2
        return BOTTOM - (BOTTOM - TOP) * (value / 2 - below) / (above - below)

    def point(self, at: int, value: float) -> Point:
        return self.x((at + 0.5) / self.count), self.y(value)


@dataclass(frozen=True)
class _Curve:
    name: str
    look: str
    numbers: Numbers
    value: str  # the newest, in words

    @property
    def color(self) -> Color:
        return LOOKS.get(self.look, OTHER)

    @property
    def width(self) -> float:
        return 9 if self.look == "broad" else 5


def picture(chart: ChartOver) -> bytes:
    """Draw a chart of up to four lines as a PNG."""
    canvas, given = Canvas(), chart.given
    curves = [_curve(given, *line) for line in given.lines[:MOST_LINES]]
    known = [value for curve in curves for value in curve.numbers if value is not None]
    measure = scale(max(known, default=0.0), given.unit, whole=given.whole, low=min(known, default=0.0))
    plot = _plot(measure, max((len(curve.numbers) for curve in curves), default=0))
    is_shaded = _voids(canvas, plot, curves, (chart.settled - chart.since) / (chart.until - chart.since))
    if len(curves) == 1:
        _areas(canvas, plot, curves[0])
    _grid(canvas, plot)
    _times(canvas, plot, chart.since, chart.until)
    for curve in curves:
        _line(canvas, plot, curve)
    _head(canvas, given.title, _words(chart.since, chart.until), curves, is_shaded=is_shaded)
    return canvas.png()


def _curve(given: Given, name: str, look: str, numbers: Numbers) -> _Curve:
    finite = [value if value is not None and math.isfinite(value) else None for value in numbers]
    last = next((value for value in reversed(finite) if value is not None), None)
    return _Curve(name, look, finite, NOTHING if last is None else f"{say(last, given.unit)}{given.suffix}")


def _plot(measure: Scale, count: int) -> _Plot:
    widest = max(length(tick, SMALL) for tick in measure.ticks)
    return _Plot(EDGE + widest + 18, WIDTH - EDGE, measure, max(1, count))


def _voids(canvas: Canvas, plot: _Plot, curves: Sequence[_Curve], settled: float) -> bool:
    """Shade the points of which nothing is known, but for the newest ones; tell whether there are any."""
    points = list(zip(*(curve.numbers for curve in curves), strict=True)) or [()]
    at, found = 0, False
    for is_blank, run in groupby(points[: max(0, int(settled * len(points)))], lambda point: not _any_known(point)):
        start, at = at, at + len(list(run))
        if is_blank:
            canvas.box((plot.x(start / len(points)), TOP), (plot.x(at / len(points)), BOTTOM), VOID)
            found = True
    return found


def _any_known(point: Sequence[float | None]) -> bool:
    return any(value is not None for value in point)


def _grid(canvas: Canvas, plot: _Plot) -> None:
    last = len(plot.scale.ticks) - 1
    for number, tick in enumerate(plot.scale.ticks):
        height = TOP + (BOTTOM - TOP) * number / last
        canvas.rule((plot.left, height), (plot.right, height), AXIS if tick == "0" else RULE)
        canvas.text((plot.left - 16, height), tick, SMALL, SOFT, "rm")


def _times(canvas: Canvas, plot: _Plot, since: datetime, until: datetime) -> None:
    for tick in ticks(since, until, NUMERIC):
        x, half = plot.x(tick.share), length(tick.name, SMALL) / 2
        canvas.rule((x, TOP), (x, BOTTOM), RULE)
        canvas.text((min(x, WIDTH - EDGE / 2 - half), BOTTOM + 46), tick.name, SMALL, SOFT, "ms")


def _areas(canvas: Canvas, plot: _Plot, curve: _Curve) -> None:
    """Tint what lies between a single line and 0."""
    for run in _runs(plot, curve):
        if len(run) > 1:
            ground = plot.y(0.0)
            canvas.shape([(run[0][0], ground), *run, (run[-1][0], ground)], mixed(curve.color, 0.12))


def _line(canvas: Canvas, plot: _Plot, curve: _Curve) -> None:
    """Draw a line with its gaps; a value between two gaps is a dot, and the newest one stands out."""
    newest: Point | None = None
    for run in _runs(plot, curve):
        newest = run[-1]
        if len(run) > 1:
            canvas.line(run, curve.color, curve.width)
        else:
            canvas.dot(newest, curve.color, curve.width)
    if newest:
        canvas.dot(newest, WHITE, curve.width + 6)
        canvas.dot(newest, curve.color, curve.width + 3)


def _runs(plot: _Plot, curve: _Curve) -> Iterator[list[Point]]:
    """Yield the points between the gaps."""
    for is_gap, run in groupby(enumerate(curve.numbers), key=lambda spot: spot[1] is None):
        if not is_gap:
            yield [plot.point(at, value or 0.0) for at, value in run]


def _head(canvas: Canvas, title: str, when: str, curves: Sequence[_Curve], *, is_shaded: bool) -> None:
    """Write what it is at the left, and at the right each line's name over its newest value."""
    right = float(WIDTH - EDGE)
    size = VALUE if len(curves) < 3 else VALUE - 8 * (len(curves) - 1)
    for curve in reversed(curves):
        name = cut(curve.name, SMALL, LONGEST_NAME if len(curves) < MOST_LINES else SHORTER)
        canvas.text((right, 70), name, SMALL, SOFT, "rs")
        start = right - length(name, SMALL) - 32
        canvas.box((start, 48), (start + 22, 70), curve.color, 6)
        canvas.text((right, 136), curve.value, size, INK, "rs")
        right = min(start, right - length(curve.value, size)) - GAP
    canvas.text((EDGE, 84), cut(title, TITLE, right - EDGE), TITLE, INK)
    when = cut(when, SMALL, right - EDGE)
    canvas.text((EDGE, 136), when, SMALL, SOFT)
    if is_shaded:
        _legend(canvas, EDGE + length(when, SMALL) + 28, right)


def _legend(canvas: Canvas, left: float, right: float) -> None:
    """Say what the grey means, where there is room for it."""
    if left + 32 + length(VOID_WORD, SMALL) > right:
        return
    canvas.box((left - 1, 113), (left + 23, 137), VOID_EDGE, 6)
    canvas.box((left, 114), (left + 22, 136), VOID, 6)
    canvas.text((left + 32, 136), VOID_WORD, SMALL, SOFT)


def _words(since: datetime, until: datetime) -> str:
    """Say the time in figures, as shortly as it allows."""
    first, last = since.astimezone(UTC), until.astimezone(UTC)
    if until - since > LONG:
        return f"{first:%Y-%m-%d} - {last:%Y-%m-%d}"
    end = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%m-%d %H:%M}"
    return f"{first:%m-%d %H:%M} - {end} UTC"

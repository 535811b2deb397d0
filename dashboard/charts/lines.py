"""Series of numbers over time → a chart of lines in SVG, its legend, its words and its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from botcore.charts.given import Given, Numbers
from botcore.charts.scales import Scale, say, scale
from botcore.sentences import measured_in
from dashboard.charts.shapes import HEIGHT, STEP
from dashboard.charts.time_axis import Axis
from dashboard.words import worded

Say = Callable[[float | None], str]  # a value with its unit


@dataclass(frozen=True)
class Drawn:
    """One line: `look` is its colour's name, `last` and `most` say its newest and its greatest value."""

    name: str
    look: str
    path: str
    dots: str  # values between two gaps, which a line cannot show
    last: str
    most: str


@dataclass(frozen=True)
class Zoom:
    """A part of the chart to click at: where it is, what it opens, and what the lines say there."""

    x: int
    width: int
    query: str
    title: str


@dataclass(frozen=True)
class LineChart:
    """Lines under one scale. `void` is where nothing is known; what its points are in words is only said when asked."""

    name: str
    title: str
    help: str
    scale: Scale
    width: int
    axis: Axis = field(repr=False)
    lines: list[Drawn]
    void: str
    label: str
    is_empty: bool
    zooms: list[Zoom] = field(repr=False)
    numbers: list[Numbers] = field(repr=False)
    say: Say = field(repr=False)

    @property
    def grid(self) -> str:
        """Lines behind the lines: one for each tick."""
        heights = [HEIGHT * number / (len(self.scale.ticks) - 1) for number in range(len(self.scale.ticks))]
        level = "".join(f"M0 {height:.1f}H{self.width}" for height in heights)
        return level + "".join(f"M{tick.share * self.width:.1f} 0V{HEIGHT}" for tick in self.axis.ticks)

    @property
    def texts(self) -> list[tuple[str, ...]]:
        """What the lines say at each point, the oldest first."""
        return list(zip(*([self.say(value) for value in numbers] for numbers in self.numbers), strict=True))

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The table, the newest point first: its time, then a text for each line."""
        return [(moment, *said) for moment, said in zip(self.axis.moments, self.texts, strict=True)][::-1]


def line_chart(given: Given, axis: Axis) -> LineChart:
    """Draw the lines; their numbers are those of the axis' points."""
    every = [numbers for _name, _look, numbers in given.lines]
    known = [value for numbers in every for value in numbers if value is not None]
    measure = scale(max(known, default=0.0), given.unit, whole=given.whole)
    language = get_language()
    said = _sayer(given, language)
    lines = [_drawn(said, line, measure.top) for line in given.lines]
    return LineChart(
        name=given.name,
        title=_(given.title),
        help=_(given.help),
        scale=replace(measure, ticks=tuple(measured_in(language, tick) for tick in measure.ticks)),
        width=len(axis.times) * STEP,
        axis=axis,
        lines=lines,
        void=_void(list(zip(*every, strict=True))[: axis.settled]),
        label=_label(_(given.title), axis.words, lines),
        is_empty=not known,
        zooms=_zooms(given, axis, said),
        numbers=every,
        say=said,
    )


def _drawn(said: Say, line: tuple[str, str, Numbers], top: float) -> Drawn:
    name, look, numbers = line
    known = [value for value in numbers if value is not None]
    last = known[-1] if known else None
    return Drawn(worded(name), look, *path(numbers, top), said(last), said(_most(numbers)))


def path(numbers: Numbers, top: float) -> tuple[str, str]:
    """Return SVG paths in the middle of each slice: of the lines, with gaps, and of dots, the values between gaps."""
    scale = HEIGHT / top
    points = [
        "" if value is None else f"{at * STEP + STEP // 2} {HEIGHT - value * scale:.1f}"
        for at, value in enumerate(numbers)
    ]
    lines, dots = [], []
    for is_known, run in groupby(points, key=bool):
        if is_known:
            spots = list(run)
            if len(spots) > 1:
                lines.append(f"M{'L'.join(spots)}")
            else:
                dots.append(f"M{spots[0]}h.01")
    return "".join(lines), "".join(dots)


def _void(points: Sequence[Sequence[float | None]]) -> str:
    """Return rectangles over the points of which nothing is known, as one path."""
    parts, at = [], 0
    for is_blank, run in groupby(points, key=lambda values: all(value is None for value in values)):
        length = len(list(run)) * STEP
        if is_blank:
            parts.append(f"M{at} 0h{length}v{HEIGHT}h-{length}z")
        at += length
    return "".join(parts)


def _zooms(given: Given, axis: Axis, said: Say) -> list[Zoom]:
    """Return the parts to click at, with the most that the lines reach in them."""
    lines = [(worded(name), numbers) for name, _look, numbers in given.lines]
    found = []
    for part in axis.parts:
        points = slice(part.first, part.first + part.count)
        most = ", ".join(f"{name} {said(_most(numbers[points]))}" for name, numbers in lines)
        title = _("%(time)s, at most: %(said)s") % {"time": part.words, "said": most}
        found.append(Zoom(part.first * STEP, part.count * STEP, part.query, title))
    return found


def _most(numbers: Numbers) -> float | None:
    known = [value for value in numbers if value is not None]
    return max(known) if known else None


def _label(title: str, when: str, lines: Sequence[Drawn]) -> str:
    said = _("%(line)s %(last)s last, %(most)s at most")
    parts = [said % {"line": line.name, "last": line.last, "most": line.most} for line in lines]
    return f"{title}, {when}: {'; '.join(parts)}."


def _sayer(given: Given, language: str | None) -> Say:
    """Return what says a value of this chart in the language that is active."""

    def said(value: float | None) -> str:
        return "–" if value is None else measured_in(language, f"{say(value, given.unit)}{given.suffix}")

    return said

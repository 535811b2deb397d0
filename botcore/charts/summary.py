"""What a chart's lines come to in figures, for a caption: least, mean, most and newest. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from botcore.charts.given import Given
from botcore.charts.scales import say
from botcore.sentences import measured


@dataclass(frozen=True)
class LineFigures:
    """A line in figures with their unit; of a line without any value they are dashes."""

    name: str
    least: str
    mean: str
    most: str
    last: str


def line_figures(given: Given) -> Sequence[LineFigures]:
    """Return the figures of each line."""
    return [
        _figures(given, name, [value for value in numbers if value is not None]) for name, _, numbers in given.lines
    ]


def _figures(given: Given, name: str, known: Sequence[float]) -> LineFigures:
    values = (min(known), fmean(known), max(known), known[-1]) if known else (None,) * 4
    least, mean, most, last = (measured(f"{say(value, given.unit)}{given.suffix if known else ''}") for value in values)
    return LineFigures(name, least, mean, most, last)

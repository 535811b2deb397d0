"""Units of measured values: how a number is said, and round ticks for the scale of a chart."""

import math
from dataclasses import dataclass
from enum import Enum

NICE = (1.0, 2.0, 5.0, 10.0)
LEAST = 0.001  # of the smallest size; what is less is not said exactly
INTERVALS = 4  # at most, from 0 to the top of a scale


class Unit(Enum):
    """What values are counted in: names of sizes, from small to great."""

    NUMBER = (("", 1.0), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12))
    SECONDS = (("ms", 0.001), ("s", 1.0), ("min", 60.0), ("h", 3600.0), ("d", 86400.0))
    BYTES = (("B", 1.0), ("KiB", 2.0**10), ("MiB", 2.0**20), ("GiB", 2.0**30), ("TiB", 2.0**40))


SIZES = {unit: unit.value[::-1] for unit in Unit}  # a chart says thousands of values


@dataclass(frozen=True)
class Scale:
    """A scale from `bottom`, which is 0 or less, to `top`; `ticks` are texts from the top down."""

    top: float
    ticks: tuple[str, ...]
    bottom: float = 0.0


# How often something happens is said by the shortest of these in which it happens once at its peak.
PERIODS = (("s", 1), ("min", 60), ("h", 3600), ("day", 86400))


def period_for(peak: float) -> tuple[str, int]:
    """Return the name and the seconds of the period that suits a rate a second."""
    return next((period for period in PERIODS if peak * period[1] >= 1), PERIODS[1] if not peak else PERIODS[-1])


def say(value: float | None, unit: Unit = Unit.NUMBER) -> str:
    """Say a value to three digits in the size that suits it."""
    if value is None:
        return "–"
    if not value:
        return "0"
    if value < 0:
        return f"-{say(-value, unit)}"
    name, size = _size(value * 1.0005, unit)  # 999.9 is said as 1 k
    count = value / size
    if count < LEAST:
        return f"< {_with(str(LEAST), name, unit)}"
    return _with(f"{count:,.0f}" if 100 <= count < 1e6 else f"{count:.3g}", name, unit)


def scale(peak: float, unit: Unit = Unit.NUMBER, *, whole: bool = False, low: float = 0.0) -> Scale:
    """Return a scale with round ticks that holds 0, the peak and the low; `whole` for what has no halves."""
    above, below = max(peak, 0.0), max(-low, 0.0)
    name, size = _size(max(above, below), unit)
    step = _round_step(above / size / INTERVALS + below / size / INTERVALS) if above or below else 1.0
    if whole and size == 1:
        step = max(1.0, step)
    down = _steps(below / size / step)
    up = _steps(above / size / step) or int(not down)
    ticks = [_with(f"{number * step:,.6g}", name, unit) if number else "0" for number in range(up, -down - 1, -1)]
    return Scale(up * step * size, tuple(ticks), -down * step * size)


def _steps(count: float) -> int:
    return math.ceil(count - 1e-9)


def _size(value: float, unit: Unit) -> tuple[str, float]:
    """Return the greatest size that the value fills, else the smallest."""
    sizes = SIZES[unit]
    for size in sizes:
        if value >= size[1]:
            return size
    return sizes[-1]


def _round_step(least: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, 50 … and their tenths."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(nice * power for nice in NICE if nice * power >= least * (1 - 1e-9))


def _with(text: str, name: str, unit: Unit) -> str:
    between = "" if unit is Unit.NUMBER else "\N{NO-BREAK SPACE}"
    return f"{text}{between}{name}"

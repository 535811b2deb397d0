"""What a panel of the dashboard is. rows/ says which there are; build.py makes Grafana's JSON of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

RATE, CALLS, SECONDS, SHARE = "ops", "reqps", "s", "percentunit"  # Grafana's names of units
GOOD_IS_ONE = ((None, "red"), (1, "green"))
ZERO_IS_GOOD = ((None, "green"), (1, "red"))


class Kind(Enum):
    """Grafana's names of the ways to draw."""

    CHART = "timeseries"
    FIGURE = "stat"
    STATES = "state-timeline"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel; `series` is legend → PromQL, `steps` from which value on which colour, `words` a value's text.

    Alerts link to its number: it stays.
    """

    number: int
    title: str
    description: str
    unit: str
    series: Mapping[str, str]
    kind: Kind = Kind.CHART
    width: int = 8
    height: int = 8
    stacked: bool = False
    steps: Sequence[tuple[float | None, str]] = ()
    words: Mapping[float, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: Sequence[Panel]

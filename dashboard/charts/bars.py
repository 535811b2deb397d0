"""Counts → bars under a scale that ends at a round number."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from botcore.sentences.numerals import grouped
from dashboard.charts.shapes import percent, round_up

WIDE = 0.8  # of a bar's place; the rest are gaps


@dataclass(frozen=True)
class Words:
    """What a chart says, in the reader's language.

    `title` is what the bars count, such as "Updates per minute", `span` is when; `axis` runs from the first bar to the
    last.
    """

    title: str
    span: str
    period: str
    counted: str
    axis: tuple[str, ...]
    is_sum: bool = True  # bars add up to something; those of a level do not


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, in percent of the drawing, and what it says."""

    x: str
    y: str
    height: str
    title: str
    period: str
    count: str


@dataclass(frozen=True)
class BarChart:
    """Bars from left to right under a scale from 0 to `top`. `slot` is a bar's place, `width` the bar in it."""

    name: str
    bars: list[Bar]
    top: int
    peak: int
    total: int
    words: Words
    slot: str
    width: str

    @property
    def middle(self) -> int:
        """Half of the scale."""
        return self.top // 2

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The chart as a table, the newest first."""
        return [(bar.period, bar.count) for bar in reversed(self.bars)]

    @property
    def label(self) -> str:
        """The chart in words."""
        last = self.bars[-1].count if self.bars else "0"
        said = {"title": self.words.title, "span": self.words.span, "total": grouped(self.total), "last": last}
        if not self.words.is_sum:
            return _("%(title)s, %(span)s: %(last)s last, %(peak)s at most.") % {**said, "peak": grouped(self.peak)}
        return _("%(title)s, %(span)s: %(total)s together, %(peak)s at most.") % {**said, "peak": grouped(self.peak)}


def minutes() -> Words:
    """Return the words for updates of the last hour."""
    ago = _("%(n)s min ago") % {"n": 60}
    axis = (ago, "45", "30", "15", _("now"))
    return Words(_("Updates per minute"), _("the last 60 minutes"), _("Minute (UTC)"), _("Updates"), axis)


def days(title: str, counted: str, count: int, *, is_sum: bool = True) -> Words:
    """Return the words for what is counted over so many days, up to today."""
    ends = [count * part // 4 for part in (4, 3, 2, 1)]
    axis = (_("%(n)s d ago") % {"n": ends[0]}, *map(str, ends[1:]), _("today"))
    return Words(title, _("the last %(n)s days") % {"n": count}, _("Time (UTC)"), counted, axis, is_sum)


def bar_chart(counts: Sequence[tuple[str, int]], words: Words, name: str = "bars") -> BarChart:
    """Return the bars of named counts; `name` tells the charts of one page apart."""
    peak = max((count for _, count in counts), default=0)
    top, slot = round_up(peak), 1 / max(1, len(counts))
    bars = [_bar(number * slot, period, count, count / top) for number, (period, count) in enumerate(counts)]
    total = sum(count for _, count in counts)
    return BarChart(name, bars, top, peak, total, words, percent(slot), percent(slot * WIDE))


def _bar(left: float, period: str, count: int, share: float) -> Bar:
    return Bar(
        x=percent(left),
        y=percent(1 - share),
        height=percent(share),
        title=f"{period}: {grouped(count)}",
        period=period,
        count=grouped(count),
    )

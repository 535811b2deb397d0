"""Shapes of charts as SVG: hundreds of them by a template's loops take long, so each kind is written here at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from dashboard.charts.bars import BarChart
from dashboard.charts.heat import WeekMap
from dashboard.charts.lines import Zoom
from dashboard.charts.shapes import HEIGHT

register = template.Library()


@dataclass(frozen=True)
class Shapes:
    """Pieces of SVG that are escaped already."""

    pieces: Iterable[str]

    def __html__(self) -> str:
        """Return them."""
        return "".join(self.pieces)


@register.simple_tag
def bar_shapes(chart: BarChart) -> SafeString:
    """Draw the bars, each with its place to point at, its title, and a text that the stylesheet shows then."""
    return format_html("{}", Shapes(_bars(chart)))


@register.simple_tag
def week_fields(drawn: WeekMap) -> SafeString:
    """Draw the hours of a week."""
    return format_html("{}", Shapes(_fields(drawn)))


@register.simple_tag
def zoom_shapes(zooms: Sequence[Zoom]) -> SafeString:
    """Draw the parts of a chart of lines that lead to themselves."""
    return format_html("{}", Shapes(_zooms(zooms)))


def _bars(chart: BarChart) -> Iterator[str]:
    hit, width = f'width="{chart.slot}" height="100%"/>', f'width="{chart.width}"'
    for bar, said in zip(chart.bars, _escaped(bar.title for bar in chart.bars), strict=True):
        yield (
            f'<g class="bar"><title>{said}</title><rect class="hit" x="{bar.x}" {hit}'
            f'<rect class="value" x="{bar.x}" y="{bar.y}" {width} height="{bar.height}"/>{_tip(said)}</g>\n'
        )


def _fields(drawn: WeekMap) -> Iterator[str]:
    size = f'width="{drawn.width}" height="{drawn.height}" rx="2"/>'
    for field, said in zip(drawn.fields, _escaped(field.title for field in drawn.fields), strict=True):
        yield (
            f'<g class="field"><title>{said}</title>'
            f'<rect class="heat-{field.level}" x="{field.x}" y="{field.y}" {size}{_tip(said)}</g>\n'
        )


def _zooms(zooms: Sequence[Zoom]) -> Iterator[str]:
    queries, titles = _escaped(zoom.query for zoom in zooms), _escaped(zoom.title for zoom in zooms)
    for zoom, query, said in zip(zooms, queries, titles, strict=True):
        yield (
            f'<a href="{query}#charts" tabindex="-1"><title>{said}</title>'
            f'<rect x="{zoom.x}" width="{zoom.width}" height="{HEIGHT}"/></a>'
        )


def _escaped(titles: Iterable[str]) -> list[str]:
    """Escape all titles at once; none of ours has a line break, and one that had would lose it."""
    text = "\n".join(" ".join(title.splitlines()) for title in titles)
    return str(escape(text)).split("\n") if text else []


def _tip(said: str) -> str:
    return f'<text class="tip" x="100%" y="-7">{said}</text>'

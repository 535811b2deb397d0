"""Template words of the pages: times, durations and icons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import NamedTuple

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from botcore.sentences import translated
from botcore.sentences.numerals import dated, grouped, numeral
from dashboard.addresses import of_row
from dashboard.charts.sparks import Sparkline, sparkline
from dashboard.distances import DAY, HOUR, MINUTE, distance
from dashboard.words import scheduled, worded

register = template.Library()
register.filter("worded", worded)
register.filter("scheduled", scheduled)
register.filter("said", translated)
register.simple_tag(of_row)

UNITS = ((gettext_noop("d"), DAY), (gettext_noop("h"), HOUR), (gettext_noop("min"), MINUTE), (gettext_noop("s"), 1))
SHORT = 15  # characters of a word that fits into a column
PARTS = re.compile(r"[^.:_]*[.:_]|[^.:_]+")


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """Show a time by its distance from now, the exact time on hover; live.js counts it on with the same words."""
    return _("never") if moment is None else _told(moment, is_length=False)


@register.filter
def since(moment: datetime) -> SafeString:
    """Show for how long something has been so; live.js counts it on."""
    return _told(moment, is_length=True)


@register.filter
def exact(moment: datetime) -> SafeString:
    """Show a time in full, in the viewer's zone."""
    there = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" data-fixed>{} {}</time>',
        there.isoformat(), dated(there, "j M Y, H:i"), there.tzname(),
    )  # fmt: skip


def _told(moment: datetime, *, is_length: bool) -> SafeString:
    there = timezone.localtime(moment)
    iso = there.isoformat()
    words = distance((timezone.now() - moment).total_seconds(), iso[:10], is_length=is_length)
    mark = " data-since" if is_length else ""
    return format_html("{}", Told(iso, f"{iso[:10]} {iso[11:19]} {_escaped(there.tzname())}", mark, _escaped(words)))


_escaped = lru_cache(maxsize=2000)(escape)  # zones and distances: a list shows a hundred


class Told(NamedTuple):
    """A time in HTML, of parts that are escaped already."""

    iso: str
    title: str
    mark: str
    words: str

    def __html__(self) -> str:
        """Return it."""
        return f'<time datetime="{self.iso}" title="{self.title}"{self.mark}>{self.words}</time>'


@register.filter
def coded(text: str) -> SafeString:
    """Show what stands between backticks as code."""
    parts = [format_html("<code>{}</code>", part) if at % 2 else part for at, part in enumerate(text.split("`"))]
    return format_html_join("", "{}", [(part,) for part in parts])


@register.filter
def isolated(name: str) -> SafeString:
    """Show a stranger's name amid words of ours: what turns the direction in it turns nothing else."""
    return format_html("<bdi>{}</bdi>", name)


@register.filter
def broken(word: str) -> SafeString | str:
    """Let a long word such as access.disallow break behind its dot or colon, and nowhere else first."""
    if len(word) <= SHORT:
        return word
    return format_html_join("", "{}<wbr>", [(part,) for part in PARTS.findall(word)])


@register.filter
def span(milliseconds: float | None) -> str:
    """Show a duration in the unit that suits it."""
    if milliseconds is None:
        return "–"
    seconds = milliseconds / 1000
    if seconds < 1:
        return f"{milliseconds:.0f} {_('ms')}" if milliseconds >= 1 else f"< 1 {_('ms')}"
    for unit, length, limit in (("s", 1, MINUTE), ("min", MINUTE, HOUR), ("h", HOUR, 2 * DAY)):
        if seconds < limit:
            return f"{numeral(f'{seconds / length:.1f}')} {_(unit)}"
    return f"{seconds / DAY:.0f} {_('d')}"


@register.filter
def lasting(length: float | None) -> str:
    """Show a duration in seconds in the unit that suits it."""
    return span(None if length is None else 1000 * length)


@register.filter
def seconds(length: float) -> str:
    """Show a duration that a person chose, such as 3600.0, in the unit that suits it."""
    unit, size = next((unit, size) for unit, size in UNITS if length % size == 0 and length >= size)
    return f"{grouped(length / size)} {_(unit)}"


@register.filter
def number(count: int, cap: int | None = None) -> str:
    """Show a count with separators; one that was not counted beyond a cap as "10,000+"."""
    return f"{grouped(cap)}+" if cap is not None and count > cap else grouped(count)


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; the words beside it say what it means."""
    address = static("dashboard/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true" width="20" height="20"><use href="{}#{}"/></svg>', address, name
    )


@register.simple_tag
def spark(counts: Sequence[int]) -> Sparkline:
    """Make a small chart of the counts of hours, the newest last."""
    return sparkline(counts, "hour")


@dataclass(frozen=True)
class Rows:
    """Rows of a table, as HTML: all escaped at once, since hundreds of them by a template's loops take long."""

    texts: Sequence[Sequence[str]]

    def __html__(self) -> str:
        """Return the rows; texts of ours have no tabs and no newlines."""
        text = escape("\n".join("\t".join(row) for row in self.texts))
        cells = str(text).replace("\t", "</td><td>").replace("\n", "</td></tr><tr><td>")
        return f"<tr><td>{cells}</td></tr>"


@register.simple_tag
def table_rows(rows: Sequence[Sequence[str]]) -> SafeString:
    """Make table rows of texts."""
    return format_html("{}", Rows(rows))

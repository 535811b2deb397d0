"""Widgets of the admin's forms."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.widgets import FilteredSelectMultiple
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString


class ManyChoices(FilteredSelectMultiple):
    """Django's own for hundreds of choices, such as permissions: it would draw a template, and one in it, for each."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Draw all options at once. They are in no groups."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = Options([(str(pk), str(label)) for pk, label in self.choices], frozenset(widget["value"]))
        return format_html('<select name="{}"{}>\n{}</select>', widget["name"], flatatt(widget["attrs"]), options)

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """Leave the options to render()."""
        return []


@dataclass(frozen=True)
class Options:
    """Options of a select as HTML: values and labels are escaped all at once."""

    choices: list[tuple[str, str]]
    chosen: frozenset[str]

    def __html__(self) -> str:
        """Return them."""
        marks = [" selected" if value in self.chosen else "" for value, _ in self.choices]
        values, labels = (_escaped(column) for column in zip(*self.choices, strict=True)) if self.choices else ([], [])
        return "".join(
            f'<option value="{value}"{mark}>{label}</option>\n'
            for value, mark, label in zip(values, marks, labels, strict=True)
        )


def _escaped(texts: Iterable[str]) -> list[str]:
    """Escape texts; one that has a line break loses it."""
    return str(escape("\n".join(" ".join(text.splitlines()) for text in texts))).split("\n")

"""Widgets of the admin's forms."""

from typing import Any

from django.contrib.admin.widgets import FilteredSelectMultiple
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class ManyChoices(FilteredSelectMultiple):
    """Django's own for hundreds of choices, such as permissions: it would draw a template, and one in it, for each."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Draw all options at once. They are in no groups."""
        widget = self.get_context(name, value, attrs)["widget"]
        chosen = set(widget["value"])
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((pk, flatatt({"selected": str(pk) in chosen}), label) for pk, label in self.choices),
        )
        return format_html(
            '<select name="{}"{}>\n{}\n</select>', widget["name"], flatatt(widget["attrs"]), options
        )  # fmt: skip

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """Leave the options to render()."""
        return []

"""Template words of tables: the rows of a list, and some of them on another page."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.lists.every import TABLES
from dashboard.tables.page import Shown, excerpt
from dashboard.tables.rows import Body

register = template.Library()


@register.simple_tag(takes_context=True)
def rows_of(context: Any, name: str, rows: Sequence[Any], caption: str) -> SafeString:
    """Show rows of a list with its usual columns, without what is done with them."""
    facts = {"list": excerpt(context["request"], TABLES[name], list(rows)), "caption": caption}
    return render_to_string("dashboard/tables/rows.html", facts, context["request"])


@register.simple_tag
def table_body(shown: Shown, with_boxes: Any) -> SafeString:
    """Show the rows of a list, each with a box to choose it where something can be done with several."""
    return format_html("{}", Body(shown, bool(with_boxes)))

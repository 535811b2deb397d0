"""Template words of tables: some rows of a list on another page."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from dashboard.lists.every import TABLES
from dashboard.tables.page import excerpt

register = template.Library()


@register.simple_tag(takes_context=True)
def rows_of(context: Any, name: str, rows: Sequence[Any], caption: str) -> SafeString:
    """Show rows of a list with its usual columns, without what is done with them."""
    facts = {"list": excerpt(context["request"], TABLES[name], list(rows)), "caption": caption}
    return render_to_string("dashboard/tables/rows.html", facts, context["request"])

"""Every list, filter and search of Django's admin on tables with rows: how many of them PostgreSQL looks at."""

import json
import unittest
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.panel_data import fill_tables
from botcore import sql
from botcore.admin import changelist
from botcore.models import BotFacts
from tests.database.dashboard.data import PageTestCase

UPDATES = 60_000  # so many that a plan which reads a table whole, or sorts it, stands out
WINDOW, SEARCHED = 500, 200
MOST_ROWS = 7_500  # that one statement may look at: a page, a window, what a search found
WORDS = ("1000", "-1000000000007", "name_7", "a0", "user:1004", "gap", "access.ban", "vip")  # each hits a column


def looked_at(plan: dict[str, Any]) -> float:
    """Return how many rows a plan and its parts took into their hands."""
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    return float(own * plan["Actual Loops"] + sum(looked_at(part) for part in plan.get("Plans", [])))


@unittest.skipUnless(sql.is_postgresql(), "PostgreSQL tells its plans")
class AdminSpeedTests(PageTestCase):
    """No statement of a list looks at more than a few pages of rows."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        fill_tables(updates=UPDATES)
        BotFacts.objects.get_or_create(token_number=1, defaults={"facts": "{}", "at": "2026-01-01T00:00:00Z"})
        sql.execute("ANALYZE")
        sql.execute("SET LOCAL enable_hashjoin = off")  # a few thousand people are hashed whole, a million never

    def test_lists_filters_and_searches(self) -> None:
        with patch.multiple(changelist, WINDOW=WINDOW, SEARCHED=SEARCHED):
            for model in apps.get_app_config("botcore").get_models():
                for query in self.queries(model):
                    with self.subTest(f"{model.__name__}{query}"):
                        self.assertEqual(self.slow(model, query), [])

    def queries(self, model: type[Model]) -> Iterator[str]:
        """Yield the list, a page further down, each choice of each filter, and a search that hits each column."""
        page = self.client.get(self.address(model)).context["cl"]
        yield ""
        if getattr(page, "older", ""):
            yield page.older
        for spec in page.filter_specs:
            yield from (choice["query_string"] for choice in spec.choices(page))
        if page.search_fields:
            yield from (f"?q={word}" for word in WORDS)

    def address(self, model: type[Model]) -> str:
        """Return the address of a model's list."""
        return reverse(f"admin:botcore_{model._meta.model_name}_changelist")

    def slow(self, model: type[Model], query: str) -> list[tuple[float, str]]:
        """Return the statements of a page that look at too many rows."""
        with CaptureQueriesContext(connection) as captured:
            response = self.client.get(self.address(model), dict(parse_qsl(query.removeprefix("?"), True)))
        self.assertEqual(response.status_code, 200)
        asked = (one["sql"] for one in captured.captured_queries if one["sql"].startswith("SELECT"))
        counted = [(self.rows(statement), statement[:300]) for statement in asked]
        return [found for found in counted if found[0] > MOST_ROWS]

    def rows(self, statement: str) -> float:
        """Run a statement and return how many rows it looked at."""
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING off, FORMAT json) {statement}")
            (found,) = cursor.fetchone() or ("[]",)
        return looked_at((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])

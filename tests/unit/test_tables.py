"""Reading an address of a list: filters, order, columns and places; what cannot be read is refused in words."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.test import SimpleTestCase

from botcore.exceptions import ValidationError
from botcore.paging import Page, Place
from dashboard.tables.asked import Asked, read
from dashboard.tables.columns import Column
from dashboard.tables.filters import Ids, Pick, Typed, When, choices, plain
from dashboard.tables.table import Table

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def column(key: str, **facts: Any) -> Column:
    """Make a column."""
    return Column(key=key, label=key.capitalize(), cell=lambda row, _: str(row), **facts)


TABLE = Table(
    name="trees",
    row="tree",
    caption="Trees",
    permission="view_tree",
    order="age",
    columns=(
        column("tree"),
        column("age", sort="age"),
        column("height", sort="height"),
        column("id", is_optional=True),
    ),
    filters=(
        Pick(name="kind", label="Kind", is_tabs=True, default="all", options=choices([("all", "All"), ("oak", "Oak")])),
        Typed(name="name", label="Name", check=plain(), longest=9),
        When(name="time", label="Planted"),
        Ids(name="ids", label="Chosen"),
    ),
    select=lambda facts: facts,
    read=lambda *_: Page([]),
)


def asked(query: Mapping[str, str], columns: str = "") -> Asked:
    """Read it at noon."""
    with patch("dashboard.tables.filters.timezone.now", return_value=NOON):
        return read(TABLE, query, sees=lambda _permission: True, columns=columns)


def keys(query: Mapping[str, str], columns: str = "") -> list[str]:
    """Return which columns are shown."""
    return [one.key for one in asked(query, columns).columns]


class AddressTests(SimpleTestCase):
    """What is asked, and how it is asked again."""

    def test_nothing_asked_is_everything_in_the_usual_order(self) -> None:
        found = asked({})
        self.assertEqual((found.typed, found.facts, found.sort, found.ascending), ({}, {}, "age", False))
        self.assertEqual([one.key for one in found.columns], ["tree", "age", "height"])
        self.assertEqual((found.link(), found.query, found.chips), ("?", "", []))

    def test_what_is_asked_stands_in_links_in_one_spelling_and_each_filter_can_be_taken_away(self) -> None:
        found = asked(
            {"name": " a&b ", "kind": "oak", "sort": "height.up", "columns": "id", "other": "x", "cursor": ""}
        )
        self.assertEqual(found.query, "kind=oak&name=a%26b&sort=height.up&columns=id")
        self.assertEqual(asked({"kind": "oak", "name": "a&b", "sort": "height.up", "columns": "id"}).query, found.query)
        (chip,) = found.chips
        self.assertEqual((chip.words, chip.without), ("a&b", "?kind=oak&sort=height.up&columns=id"))
        self.assertEqual([one.name for one in found.told], ["kind", "name"])
        self.assertEqual(found.link(kind=None, sort=None, columns=None), "?name=a%26b")

    def test_the_default_tab_and_the_usual_order_are_not_said(self) -> None:
        self.assertEqual(asked({"kind": "all", "sort": "age"}).query, "")

    def test_a_head_leads_to_its_order_and_then_to_the_other_end(self) -> None:
        age, height = TABLE.columns[1:3]
        found = asked({})
        self.assertEqual((found.sorted_by(age), found.turned(age)), ("descending", "?sort=age.up"))
        self.assertEqual((found.sorted_by(height), found.turned(height)), ("", "?sort=height"))
        found = asked({"sort": "age.up"})
        self.assertEqual((found.sorted_by(age), found.turned(age)), ("ascending", "?"))

    def test_columns_come_in_the_tables_order_and_the_first_always(self) -> None:
        self.assertEqual(keys({"columns": "id,age"}), ["tree", "age", "id"])
        self.assertEqual(keys({}, "id"), ["tree", "id"])
        self.assertEqual(keys({}, "id,felled"), ["tree", "id"])
        self.assertEqual(keys({}, "felled"), ["tree", "age", "height"])
        self.assertEqual(keys({"columns": "age"}, "id"), ["tree", "age"])

    def test_a_time_is_a_length_before_now_or_the_last_such_time(self) -> None:
        day = timedelta(days=1)
        for typed, moment in {
            "2h": NOON - timedelta(hours=2),
            "1w": NOON - 7 * day,
            "11:00": NOON - timedelta(hours=1),
            "13:00": NOON - timedelta(hours=23),
            "2026-03-01": NOON - 9.5 * day,
            "1.3.2026 06:00": NOON - 9.25 * day,
            "2026-04-01": NOON + 21.5 * day,
        }.items():
            with self.subTest(typed):
                self.assertEqual(asked({"from": typed}).facts["time"].since, moment)
        self.assertIsNone(asked({"to": "2h"}).facts["time"].since)
        self.assertEqual(
            [chip.words for chip in asked({"from": "2h", "to": "11:30"}).chips], ["from 2h ago", "before 11:30"]
        )

    def test_a_refresh_names_the_rows_that_are_shown(self) -> None:
        query = {"shown": "5,3,x", "since": "after.9", "cursor": "before.3"}
        self.assertEqual(asked(query).place, Place("before.3", shown=(5, 3), since="after.9"))
        self.assertEqual(asked({"shown": "", "since": "after.9", "cursor": "x"}).place, Place())
        self.assertEqual(asked({"sort": "age.up", "cursor": "after.3"}).place, Place("after.3", ascending=True))

    def test_what_cannot_be_read_is_refused(self) -> None:
        for query in (
            {"kind": "elm"}, {"name": "x" * 10}, {"from": "soon"}, {"from": "1h", "to": "2h"}, {"ids": "1,x"},
            {"ids": ",".join(["7"] * 101)}, {"sort": "tree"}, {"sort": "age.down"}, {"columns": "leaf"},
            {"columns": "age,"}, {"shown": "1"}, {"shown": "1," * 51, "since": "after.1"},
        ):  # fmt: skip
            with self.subTest(query), self.assertRaises(ValidationError):
                asked(query)

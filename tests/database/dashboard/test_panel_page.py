"""docs/panel.md says of lists what they do: its addresses open, and its tables name what the lists have."""

import re

from django.conf import settings
from django.test import SimpleTestCase

from dashboard.lists.every import TABLES
from dashboard.navigation import BY_NAME
from tests.database.dashboard.data import PageTestCase, person, private, update

PAGE = (settings.BASE_DIR / "docs" / "panel.md").read_text()


def table(head: str) -> dict[str, list[str]]:
    """Return the rows of the table with this head: what stands in code, by the first cell."""
    rows = PAGE.partition(f"| list | {head} |\n|---|---|\n")[2].partition("\n\n")[0]
    cells = [row.strip("| ").split(" | ") for row in rows.splitlines()]
    return {name: re.findall("`([^`]+)`", found) for name, found in cells}


class TableTests(SimpleTestCase):
    """What a reader looks up."""

    def test_every_list_stands_there_with_all_its_filters(self) -> None:
        known = {name: [word for one in found.filters for word in one.names] for name, found in TABLES.items()}
        self.assertEqual({name: sorted(words) for name, words in table("in its address").items()},
                         {name: sorted(words) for name, words in known.items()})  # fmt: skip

    def test_columns_that_are_chosen_are_those_that_the_lists_hide(self) -> None:
        hidden = {name: [one.key for one in found.columns if one.is_optional] for name, found in TABLES.items()}
        self.assertEqual(table("columns"), {name: keys for name, keys in hidden.items() if keys})

    def test_pages_that_it_names_as_found_by_the_search_are_not_in_the_side(self) -> None:
        named = re.findall(r"\*([^*]+)\*", PAGE.partition("| pages |")[2].partition("\n")[0])
        self.assertEqual(len(named), 2)
        self.assertFalse({str(entry.label) for entry in BY_NAME.values()} & set(named))


class AddressTests(PageTestCase):
    """What a reader would copy."""

    def test_every_address_opens(self) -> None:
        private(person(42, "Alice"))
        update(user_id=42)
        addresses = re.findall(r"`(/[a-z]+/[^`]*\?[^`]+)`", PAGE)
        self.assertGreater(len(addresses), 5)
        for address in addresses:
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 200)

    def test_every_form_of_a_time_is_understood(self) -> None:
        times = re.findall(
            "`([^`]+)`", PAGE.partition("A time is how long ago")[2].partition(":\n")[0].partition("`/")[0]
        )
        self.assertGreater(len(times), 7)
        for typed in times:
            with self.subTest(typed):
                self.text(f"/events/?from={typed}")

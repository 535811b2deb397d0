"""A chat with many messages that has been silent since: how many rows its pages look at on PostgreSQL."""

import json
import re
import unittest

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.panel_addresses import TALKER
from benchmarks.panel_data import fill_tables
from botcore import sql
from tests.database.dashboard.data import PageTestCase, staff
from tests.database.dashboard.test_admin_speed import looked_at

UPDATES = 60_000  # 12 000 messages in the chat, and 30 000 updates of others since
MOST_ROWS = 2_000  # that one statement may look at: a page has 50 turns


@unittest.skipUnless(sql.is_postgresql(), "PostgreSQL tells its plans")
class SilentChatTests(PageTestCase):
    """Nobody looks through what others wrote since."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        fill_tables(updates=UPDATES)
        sql.execute("ANALYZE")

    def test_its_pages_look_at_few_rows(self) -> None:
        for address in (f"/conversations/{TALKER}/", f"/people/{TALKER}/", f"/chats/{TALKER}/"):
            with self.subTest(address):
                page = self.looks(address)
                self.assertIn("some words that somebody wrote", page)
        older = re.search(rf'href="(/conversations/{TALKER}/\?before=[0-9.]+)"', self.text(f"/conversations/{TALKER}/"))
        assert older
        self.looks(older[1])

    def test_neither_do_lists_of_its_updates_and_messages(self) -> None:
        for address in (f"/updates/?chat={TALKER}", f"/updates/?person={TALKER}", f"/outbox/?chat={TALKER}"):
            with self.subTest(address):
                older = re.search(
                    r'href="(\?[^"]*before[^"]*)" rel="next"|rel="next" href="(\?[^"]*)"', self.looks(address)
                )
                assert older
                self.looks(address.split("?")[0] + (older[1] or older[2]).replace("&amp;", "&"))

    def test_nor_do_its_pages_for_who_sees_updates_and_no_messages(self) -> None:
        self.client.force_login(staff("erin", "view_user", "view_chat", "view_update"))
        for address in (f"/people/{TALKER}/", f"/chats/{TALKER}/"):
            with self.subTest(address):
                self.looks(address, at='FROM "botcore_update"')  # an account's permissions are another matter

    def looks(self, address: str, at: str = "") -> str:
        """Open a page, and let none of its statements, or of those `at` a table, look at too many rows; return it."""
        with CaptureQueriesContext(connection) as captured:
            page = self.text(address)
        self.assertLessEqual(len(captured), 14)  # 12, and the transaction around each test's page
        for one in captured.captured_queries:
            if one["sql"].startswith("SELECT") and at in one["sql"]:
                self.assertLessEqual(self.rows(one["sql"]), MOST_ROWS, one["sql"])
        return page

    def rows(self, statement: str) -> float:
        """Run a statement and return how many rows it looked at."""
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING off, FORMAT json) {statement}")
            (found,) = cursor.fetchone() or ("[]",)
        return looked_at((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])

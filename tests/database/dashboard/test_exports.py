"""Exports from the panel: who gets them, their headers, and the links on the lists."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User as Login
from django.db import OperationalError, connection
from django.db.models import F
from django.test import Client, override_settings

from botcore.accounts.models import LimitUse
from botcore.audit.models import AuditEntry
from botcore.exports.kinds import EXPORTS
from tests.database.dashboard.data import PageTestCase, event, person, staff

LISTS = {
    "/people/": ["people"],
    "/chats/": ["chats"],
    "/updates/": ["updates"],
    "/errors/": ["errors"],
    "/outbox/": ["messages"],
    "/feedback/": ["feedback"],
    "/conversations/": ["conversations"],
    "/events/": ["events"],
    "/audit/": ["audit"],
    "/people/growth/": ["days", "cohorts"],
    "/people/growth/usage/": ["uses"],
    "/people/growth/sources/": ["sources"],
    "/people/growth/funnels/": ["funnels"],
    "/people/growth/answers/": ["answers"],
}


def no_people(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
    """Lose the connection at the table of people."""
    if "botcore_user" in sql:
        raise OperationalError("the connection is lost")
    return execute(sql, *args)


class ExportPageTests(PageTestCase):
    """The address of an export."""

    def test_it_is_a_file_to_keep_that_nobody_caches(self) -> None:
        person(1, "Alice")
        response = self.client.get("/exports/people.csv")
        self.assertTrue(response.streaming)
        self.assertEqual(response.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertRegex(
            response.headers["Content-Disposition"], r'^attachment; filename="people-\d{4}-\d\d-\d\d\.csv"$'
        )
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertIn("Alice", response.getvalue().decode("utf-8-sig"))
        lines = self.client.get("/exports/people.jsonl")
        self.assertEqual(lines.headers["Content-Type"], "application/jsonl; charset=utf-8")
        self.assertEqual(json.loads(lines.getvalue())["first_name"], "Alice")

    def test_the_audit_knows_who_took_what(self) -> None:
        self.client.get("/exports/people.csv")
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual((entry.action, entry.target, entry.actor), ("export.download", "export:people", "alice"))

    def test_each_kind_has_its_own_permission(self) -> None:
        for kind, export in EXPORTS.items():
            others = {one.permission.partition(".")[2] for one in EXPORTS.values()}
            own = export.permission.partition(".")[2]
            for name, permissions, status in (
                (f"bob-{kind}", {own, "export_data", "read_messages"}, 200),
                (f"charlie-{kind}", {"export_data", *others} - {own}, 403),
                (f"erin-{kind}", {"read_messages", *others}, 403),
                (f"frank-{kind}", {own, "export_data"}, 403 if export.has_words else 200),
            ):
                client = Client()
                client.force_login(staff(name, *permissions))
                for form in ("csv", "jsonl"):
                    with self.subTest(kind=kind, form=form, status=status):
                        self.assertEqual(client.get(f"/exports/{kind}.{form}").status_code, status)

    def test_an_account_starts_so_many_and_others_are_not_held_up(self) -> None:
        self.assertEqual([self.client.get("/exports/people.csv").status_code for _ in range(6)], [200] * 5 + [429])
        response = self.client.get("/exports/events.jsonl")
        self.assertContains(response, "That was done too often. Try again in 1 min.", status_code=429)
        self.assertLessEqual(int(response.headers["Retry-After"]), 61)
        self.assertEqual(AuditEntry.objects.filter(action="export.download").count(), 5)
        other = Client()
        other.force_login(Login.objects.create_superuser("bob"))
        self.assertEqual(other.get("/exports/people.csv").status_code, 200)

    @override_settings(EXPORTS_PER_HOUR=7)
    def test_so_many_in_an_hour(self) -> None:
        found = []
        for _ in range(8):
            LimitUse.objects.update(at=F("at") - timedelta(minutes=2))
            found.append(self.client.get("/exports/people.csv").status_code)
        self.assertEqual(found, [200] * 7 + [429])
        LimitUse.objects.update(at=F("at") - timedelta(minutes=60))
        self.assertEqual(self.client.get("/exports/people.csv").status_code, 200)

    def test_what_there_is_not_is_not_found_and_nothing_is_sent_to_it(self) -> None:
        for address in ("/exports/settings.csv", "/exports/people.xlsx", "/exports/user.csv"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)
        self.assertEqual(self.client.post("/exports/people.csv").status_code, 405)

    def test_a_database_that_is_away_is_told_before_the_answer_begins(self) -> None:
        with connection.execute_wrapper(no_people):
            self.assertEqual(self.client.get("/exports/people.csv").status_code, 503)

    def test_the_lists_lead_to_their_exports(self) -> None:
        event("something")
        for page, kinds in LISTS.items():
            with self.subTest(page):
                found = re.findall(r'href="/exports/(\w+)\.(\w+)"', self.text(page))
                self.assertEqual(found, [(kind, form) for kind in kinds for form in ("csv", "jsonl")])
        self.assertEqual({kind for kinds in LISTS.values() for kind in kinds}, set(EXPORTS))

    def test_who_may_not_export_is_offered_no_link(self) -> None:
        self.client.force_login(staff("bob", "view_user", "view_chat"))
        self.assertNotIn("/exports/", self.text("/people/"))

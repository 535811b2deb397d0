"""Reading the audit: filters, rooms, what changed, and pages that go on where a window ends."""

from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from django.test import TestCase
from django.utils import timezone

from botcore.audit import selectors
from botcore.audit.actor import Actor, acting
from botcore.audit.changes import Change, changes
from botcore.audit.selection import AuditSelection
from botcore.audit.selectors import Entry, entries
from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.models import AuditEntry, Channel, User
from botcore.paging import Place

ALICE = Actor(Channel.WEB, "alice", ip="::ffff:10.0.0.7", request_id="r-1")


def found(**words: Any) -> list[Entry]:
    """Return what fits, newest first."""
    return entries(AuditSelection(**words)).rows


class SelectorTests(TestCase):
    """Reading it."""

    def setUp(self) -> None:
        with acting(ALICE):
            record(
                "errors.resolve", "error:1", before={"state": "new", "same": 1}, after={"state": "resolved", "same": 1}
            )
            record("errors.mute", "error:2", after={"muted_until": None, "parts": [1, 2], "on": False})
        with acting(Actor(Channel.CLI, "root")):
            record("retention.run", "job:retention", after={"updates": 12})
        record("errorsome.thing", "error:1", by="dora")

    def actions(self, **words: Any) -> list[str]:
        """Return the actions that are found."""
        return [row.action for row in found(**words)]

    def test_the_newest_stands_first(self) -> None:
        self.assertEqual(self.actions(), ["errorsome.thing", "retention.run", "errors.mute", "errors.resolve"])

    def test_filters_narrow_each_other_and_a_room_means_all_of_it(self) -> None:
        for name, action in (("Erin (Telegram 42)", "access.lift"), ("Mallory (Telegram 42)", "access.ban")):
            with acting(Actor(Channel.TELEGRAM, name, 42)):  # who has renamed themselves meanwhile
                record(action, "person:7")
        for words, wanted in (
            ({"action": "errors.mute"}, ["errors.mute"]),
            ({"action": "errors"}, ["errors.mute", "errors.resolve"]),
            ({"actor": "alice", "target": "error:1"}, ["errors.resolve"]),
            ({"target": "error:1"}, ["errorsome.thing", "errors.resolve"]),
            ({"channel": "cli"}, ["retention.run"]),
            ({"channel": "cli", "actor": "alice"}, []),
            ({"action": "error"}, []),
            ({"actor": "42"}, ["access.ban", "access.lift"]),
            ({"actor": "42", "action": "access.ban"}, ["access.ban"]),
            ({"actor": "4"}, []),
            ({"actor": "9" * 30}, []),
        ):
            with self.subTest(words):
                self.assertEqual(self.actions(**words), wanted)

    def test_what_changed_is_said_and_what_stayed_is_not(self) -> None:
        resolved, muted = (
            found(action="errors.resolve")[0],
            found(action="errors.mute")[0],
        )
        self.assertEqual(resolved.changes, [Change("state", "new", "resolved")])
        self.assertEqual(muted.changes, [Change("parts", "", "1, 2")])
        self.assertEqual((resolved.ip, resolved.channel, resolved.request_id), ("10.0.0.7", "dashboard", "r-1"))

    def test_a_column_that_is_no_mapping_is_shown_as_it_is(self) -> None:
        row = AuditEntry(before='{"a": [hidden]}', after="[1]")
        self.assertEqual(changes(row, {}), [Change("", '{"a": [hidden]}', "1")])

    def changed(self, target: str, **sides: Any) -> list[tuple[str, str, str]]:
        """Return what a new entry says in words."""
        record("some.thing", target, **sides)
        return [(change.name, change.before, change.after) for change in found(action="some.thing")[0].changes]

    def test_a_no_that_nothing_was_before_and_what_is_empty_is_not_said(self) -> None:
        self.assertEqual(self.changed("export:people", after={"cut": False, "rows": 0, "why": ""}), [("rows", "", "0")])
        said = self.changed("job:backup", before={"paused": True}, after={"paused": False})
        self.assertEqual(said, [("paused", "yes", "no")])
        self.assertEqual(self.changed("error:5", after={"rule": {"for": 60, "until": None}}), [("rule", "", "for 60")])

    def test_values_of_settings_are_said_as_on_their_page(self) -> None:
        said = self.changed("setting:maintenance", before={"value": False}, after={"value": True})
        self.assertEqual(said, [("value", "off", "on")])
        said = self.changed("setting:buttons.days", before={"value": 1}, after={"value": -4})
        self.assertEqual(said, [("value", "1 day", "-4")])
        self.assertEqual(self.changed("setting:gone", after={"value": 5}), [("value", "", "5")])

    def test_times_are_times_and_a_ban_without_an_end_says_so(self) -> None:
        at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
        for value in (at, at.isoformat()):
            self.changed("person:2", after={"until": value, "reason": ""})
            (change,) = found(action="some.thing")[0].changes
            self.assertEqual((change.after, change.after_at), ("2026-03-01 12:30 UTC", at))
        self.assertEqual(self.changed("person:2", after={"until": None, "reason": ""}), [("until", "", "lifted")])
        self.assertEqual(
            self.changed("job:x", after={"at": "2026-99-99 12:30+00:00"}), [("at", "", "2026-99-99 12:30+00:00")]
        )

    def test_names_stand_beside_ids_and_never_empty_ones(self) -> None:
        now = timezone.now()
        User.objects.create(id=2, first_name="Bob", first_seen=now, last_seen=now)
        with acting(Actor(Channel.TELEGRAM, "Bob (Telegram 2)")):
            self.assertEqual(self.changed("person:2", after={"person": 2}), [("person", "", "Bob (2)")])
        row = found(action="some.thing")[0]
        self.assertEqual(
            (row.about, row.who, row.actor), ("Bob", "Bob (Telegram\N{NO-BREAK SPACE}2)", "Bob (Telegram 2)")
        )
        with acting(Actor(Channel.TELEGRAM, " (Telegram 4)")):
            self.assertEqual(self.changed("person:4", after={"person": 4}), [("person", "", "4")])
        self.assertEqual((found(action="some.thing")[0].who, row.target), ("Telegram 4", "person:2"))

    def test_pages_go_on_where_a_window_ends(self) -> None:
        with patch.object(selectors, "WINDOW", 1):
            page = entries(AuditSelection(channel="web"))
            self.assertEqual(page.rows, [])
            found = []
            while page.older:
                page = entries(AuditSelection(channel="web"), place=Place(page.older))
                found += [row.action for row in page.rows]
        self.assertEqual(found, ["errors.mute", "errors.resolve"])

    def test_a_cursor_that_cannot_be_read_is_refused(self) -> None:
        with self.assertRaises(ValidationError):
            entries(place=Place("before.x"))

"""Settings that are changed while everything runs: the cache, changing, broken rows, the audit."""

import importlib
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.apps import apps
from django.db import connection
from django.test import TestCase
from django.utils import timezone, translation

from botcore.audit.actor import Actor, acting
from botcore.audit.models import AuditEntry, Channel
from botcore.exceptions import ValidationError
from botcore.models import Event, RuntimeSetting
from botcore.runtime import settings
from botcore.runtime.setting_cache import Cache
from botcore.runtime.setting_kinds import OnOff
from botcore.runtime.setting_selectors import _described
from botcore.runtime.settings_store import set_setting, setting

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SETTINGS = settings.SETTINGS


class CacheTests(TestCase):
    """What a process knows, and when it asks."""

    def setUp(self) -> None:
        """Make two processes with a clock that the test turns."""
        self.now = 100.0
        self.here, self.there = Cache(lambda: self.now), Cache(lambda: self.now)

    def test_without_a_row_the_default_holds(self) -> None:
        self.assertEqual((settings.value("alerts.cap"), settings.held("throttle.mute_for")), (10, 10 * MINUTE))

    def test_a_value_is_read_once_in_five_seconds_for_all_settings(self) -> None:
        with self.assertNumQueries(1):
            for name in SETTINGS:
                self.here.value(name)
            self.now += 4.99
            self.here.value("alerts.cap")
        self.now += 0.01
        with self.assertNumQueries(1):
            self.here.value("alerts.cap")

    def test_what_is_held_is_never_asked_for(self) -> None:
        settings.change("alerts.cap", 20, by="alice")
        with self.assertNumQueries(0):
            self.assertEqual(self.there.held("alerts.cap"), 10)
            self.now += 1000
            self.assertEqual(self.there.held("alerts.cap"), 10)

    def test_what_another_process_changed_is_seen_after_a_refresh(self) -> None:
        self.assertEqual(self.there.value("throttle.mute_for"), 10 * MINUTE)
        settings.change("throttle.mute_for", "1h", by="alice")
        self.assertEqual(self.there.value("throttle.mute_for"), 10 * MINUTE)
        with self.assertNumQueries(1):
            self.there.refresh()
        self.assertEqual((self.there.held("throttle.mute_for"), self.there.value("throttle.mute_for")), (HOUR, HOUR))

    def test_what_another_process_changed_is_seen_after_five_seconds(self) -> None:
        self.there.value("maintenance")
        settings.change("maintenance", "on", by="alice")
        self.now += 5
        self.assertIs(self.there.value("maintenance"), True)

    def test_what_this_process_changed_is_seen_at_once(self) -> None:
        self.assertEqual(settings.value("alerts.cap"), 10)
        settings.change("alerts.cap", "20", by="alice")
        self.assertEqual(settings.value("alerts.cap"), 20)
        settings.reset("alerts.cap", by="alice")
        self.assertEqual(settings.value("alerts.cap"), 10)

    def test_once_committed_a_change_is_held_in_this_process(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            settings.change("maintenance", "on", by="alice")
            self.assertIs(settings.held("maintenance"), False)
        self.assertIs(settings.held("maintenance"), True)

    def test_what_is_changed_while_it_is_read_is_read_again(self) -> None:
        def change_meanwhile(execute: Any, *query: Any) -> Any:
            self.here.forget()
            return execute(*query)

        with connection.execute_wrapper(change_meanwhile):
            self.here.refresh()
        with self.assertNumQueries(1):
            self.here.value("alerts.cap")

    def test_it_ends_by_itself_without_being_read_again(self) -> None:
        now = timezone.now()
        settings.change("maintenance", "on", by="alice", until=now + HOUR)
        self.assertIs(self.here.value("maintenance"), True)
        with mock.patch("django.utils.timezone.now", return_value=now + HOUR), self.assertNumQueries(0):
            self.assertIs(self.here.held("maintenance"), False)

    def test_a_name_that_is_not_declared_is_a_bug(self) -> None:
        for ask in (self.here.value, self.here.held):
            with self.assertRaises(KeyError):
                ask("no.such")


class ChangeTests(TestCase):
    """Changing, and what is left of it."""

    def audit(self) -> list[tuple[Any, ...]]:
        """Return the rows of the audit."""
        return [
            (row.action, row.target, row.actor, json.loads(row.before), json.loads(row.after))
            for row in AuditEntry.objects.order_by("pk")
        ]

    def test_a_change_is_a_row_and_an_entry_of_the_audit_and_an_event(self) -> None:
        done = settings.change("throttle.mute_for", "1h", by="alice")
        self.assertEqual((done.before, done.after, done.is_new), (10 * MINUTE, HOUR, True))
        row = RuntimeSetting.objects.get()
        self.assertEqual((row.name, row.value, row.until, row.by), ("throttle.mute_for", "3600.0", None, "alice"))
        self.assertEqual(
            self.audit(),
            [("settings.change", "setting:throttle.mute_for", "alice", {"value": 600.0}, {"value": 3600.0})],
        )
        self.assertEqual(Event.objects.get().text, "alice changed throttle.mute_for from 10m to 1h.")

    def test_what_is_so_already_writes_nothing(self) -> None:
        until = timezone.now() + HOUR
        self.assertFalse(settings.change("alerts.cap", "10", by="alice").is_new)
        settings.change("alerts.cap", 20, by="alice", until=until)
        before = RuntimeSetting.objects.values().get()
        self.assertFalse(settings.change("alerts.cap", "20", by="bob", until=until).is_new)
        self.assertEqual((RuntimeSetting.objects.values().get(), len(self.audit())), (before, 1))
        self.assertTrue(settings.change("alerts.cap", "20", by="bob").is_new)

    def test_the_default_is_no_row(self) -> None:
        settings.change("alerts.cap", 20, by="alice")
        done = settings.change("alerts.cap", 10, by="bob", until=timezone.now() + HOUR)
        self.assertEqual((done.is_new, done.until, RuntimeSetting.objects.count()), (True, None, 0))
        self.assertEqual(self.audit()[-1][2:], ("bob", {"value": 20}, {"value": 10}))

    def test_what_is_wrong_changes_nothing(self) -> None:
        for name, wanted in (("alerts.cap", "0"), ("alerts.cap", 1.5), ("access.people", ["listed"]), ("no", "1")):
            with self.subTest(name, wanted=wanted), self.assertRaises(ValidationError):
                settings.change(name, wanted, by="alice")
        with self.assertRaisesRegex(ValidationError, "over already"):
            settings.change("maintenance", "on", by="alice", until=timezone.now())
        self.assertEqual((RuntimeSetting.objects.count(), self.audit(), Event.objects.count()), (0, [], 0))

    def test_for_how_long_is_a_duration(self) -> None:
        now = timezone.now()
        with mock.patch("django.utils.timezone.now", return_value=now):
            self.assertEqual((settings.until_after(" "), settings.until_after("30m")), (None, now + 30 * MINUTE))
        for wrong in ("x", "0m", "366d"):
            with self.assertRaises(ValidationError):
                settings.until_after(wrong)

    def test_reset_lets_the_default_hold_and_tells_whether_anything_was_set(self) -> None:
        settings.change("access.handlers", '{"start": "admin"}', by="alice")
        self.assertTrue(settings.reset("access.handlers", by="bob"))
        self.assertEqual(settings.value("access.handlers"), {})
        self.assertFalse(settings.reset("access.handlers", by="bob"))
        last, before = self.audit()[-1], {"value": {"start": "admin"}}
        self.assertEqual(last, ("settings.reset", "setting:access.handlers", "bob", before, {"value": {}}))
        self.assertEqual(len(self.audit()), 2)

    def test_one_that_is_over_is_at_its_default_and_no_reset(self) -> None:
        now = timezone.now()
        settings.change("maintenance", "on", by="alice", until=now + HOUR)
        with mock.patch("django.utils.timezone.now", return_value=now + HOUR):
            self.assertFalse(settings.reset("maintenance", by="bob"))
            (row,) = [row for row in settings.described() if row.name == "maintenance"]
            self.assertEqual((row.value, row.is_changed), ("off", False))

    def test_the_past_says_who_changed_what_from_where_newest_first(self) -> None:
        until = timezone.now() + HOUR
        with acting(Actor(Channel.TELEGRAM, "bob", 5)):
            settings.change("alerts.cooldown", "0", by="bob", until=until)
        settings.change("alerts.cooldown", "1", by="alice")
        settings.change("alerts.cap", "1", by="alice")
        last, first = settings.history("alerts.cooldown")
        self.assertEqual((first.by, first.channel, first.before, first.after, first.until),
                         ("bob", "Telegram", "60 minutes", "0 minutes", until))  # fmt: skip
        self.assertEqual((last.by, last.channel, last.before, last.after), ("alice", "", "0 minutes", "1 minute"))
        self.assertIsNone(last.until)
        self.assertEqual(len(settings.history("alerts.cooldown", most=1)), 1)

    def test_a_past_value_that_may_not_be_set_any_more_is_shown_as_it_was(self) -> None:
        settings.change("alerts.cap", "20", by="alice")
        AuditEntry.objects.create(
            at=timezone.now(), channel="web", actor="x", action="settings.change", target="setting:alerts.cap",
            before='{"too_long": 5}', after='{"value": [1, "<"]}', digest="d",
        )  # fmt: skip
        self.assertEqual([past.after for past in settings.history("alerts.cap")], ['[1, "<"]', "20"])

    def test_all_are_described(self) -> None:
        until = timezone.now() + HOUR
        settings.change("maintenance", "on", by="alice", until=until)
        with self.assertNumQueries(1):
            rows = {row.name: row for row in settings.described()}
        self.assertEqual(list(rows), list(SETTINGS))
        row = rows["maintenance"]
        self.assertEqual(
            (row.value, row.default, row.until, row.by, row.is_changed, row.is_broken, row.typed, row.choices),
            ("on", "off", until, "alice", True, False, "on", ("on", "off")),
        )
        self.assertEqual((rows["alerts.cap"].is_changed, rows["alerts.cap"].by), (False, ""))
        self.assertTrue(_described(OnOff("a.b", "", False, needs_restart=True), None).needs_restart)

    def test_whoever_changes_it_the_event_is_english(self) -> None:
        with translation.override("ru"):
            words = settings.change("maintenance", "on", by="alice").words
        self.assertEqual(words, "maintenance: выключено → включено")
        self.assertEqual(Event.objects.get().text, "alice changed maintenance from off to on.")


class BrokenRowTests(TestCase):
    """Rows that somebody wrote by hand."""

    def write(self, value: str, name: str = "alerts.cap") -> None:
        """Write a row past all checks."""
        RuntimeSetting.objects.update_or_create(
            name=name, defaults={"value": value, "by": "hand", "at": timezone.now()}
        )

    def test_it_counts_for_nothing_and_is_told_of_once_for_each_change(self) -> None:
        values = (
            '"20"',
            "0",
            "1001",
            "2.5",
            "true",
            "null",
            "[20]",
            "NaN",
            "Infinity",
            "9" * 5000,
            "x",
            "",
            "[" * 99_999,
        )
        for value in values:
            self.write(value)
            with self.subTest(value[:20]), self.assertLogs("botcore.runtime.setting_cache", "WARNING") as logs:
                cache = Cache()
                self.assertEqual((cache.value("alerts.cap"), settings.value("alerts.cap")), (10, 10))
                settings.refresh()
                (row,) = [row for row in settings.described() if row.name == "alerts.cap"]
                self.assertEqual((row.value, row.is_broken, row.by), ("10", True, "hand"))
                self.assertEqual(len(logs.output), 1)
                self.assertIn("the setting alerts.cap cannot be read", logs.output[0])

    def test_durations_and_maps_that_cannot_be(self) -> None:
        for name, value in (
            ("throttle.mute_for", "true"), ("throttle.mute_for", "1e300"), ("throttle.mute_for", "NaN"),
            ("throttle.mute_for", '"1h"'), ("access.handlers", '{"a": "king"}'), ("access.handlers", '{"a": []}'),
        ):  # fmt: skip
            self.write(value, name)
            with self.subTest(name, value=value), self.assertLogs("botcore.runtime.setting_cache", "WARNING"):
                self.assertEqual(Cache().value(name), SETTINGS[name].default)

    def test_of_retention_it_means_for_ever(self) -> None:
        self.write("x", "retention.updates")
        with self.assertLogs("botcore.runtime.setting_cache", "WARNING"):
            self.assertEqual(settings.value("retention.updates"), 0)
            self.assertTrue(settings.change("retention.updates", "0", by="alice").is_new)
        self.assertEqual(RuntimeSetting.objects.get().value, "0")

    def test_it_can_be_changed_and_put_back(self) -> None:
        with self.assertLogs("botcore.runtime.setting_cache", "WARNING"):
            self.write("x")
            self.assertTrue(settings.change("alerts.cap", "10", by="alice").is_new)
            self.assertEqual(RuntimeSetting.objects.count(), 0)
            self.write("x")
            self.assertTrue(settings.reset("alerts.cap", by="alice"))
        self.assertEqual(RuntimeSetting.objects.count(), 0)

    def test_rows_of_others_are_not_touched(self) -> None:
        set_setting("log_level:botcore", "DEBUG", "alice")
        set_setting("no.such", "x", "alice")
        self.assertEqual([row.is_changed for row in settings.described() if row.is_changed], [])


class MigrationTests(TestCase):
    """Names of retention's settings."""

    def test_rows_get_the_new_name_and_a_newer_one_wins(self) -> None:
        for name, value in (("retention:updates", 5), ("retention:events", 6), ("retention.events", 7)):
            set_setting(name, value, "alice")
        set_setting("retention_clock", "x", "retention")
        editor = SimpleNamespace(connection=connection)  # all that is asked of one
        module = importlib.import_module("botcore.migrations.0008_settings_by_one_name")
        forth, back = module.rename("retention:", "retention."), module.rename("retention.", "retention:")
        forth(apps, editor)
        found = {row.name: row.value for row in RuntimeSetting.objects.all()}
        self.assertEqual(found, {"retention.updates": "5", "retention.events": "7", "retention_clock": '"x"'})
        self.assertEqual(settings.value("retention.updates"), 5)
        back(apps, editor)
        self.assertEqual(setting("retention:updates"), 5)

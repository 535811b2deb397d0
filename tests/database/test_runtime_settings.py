"""Settings that are changed while everything runs, and the levels of loggers among them."""

import logging
from datetime import timedelta
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.logs import levels
from botcore.models import RuntimeSetting
from botcore.runtime import log_levels, settings
from botcore.runtime.level_watch import look
from botcore.runtime.settings_store import all_settings, clear_setting, set_setting, setting

NAME = "botcore.tests.levels"


class SettingTests(TestCase):
    """Values, their ends, and their defaults."""

    def test_without_a_row_the_default_holds(self) -> None:
        self.assertIsNone(setting("quiet"))
        self.assertEqual(setting("quiet", [1]), [1])

    def test_a_value_is_whatever_json_can_say(self) -> None:
        for value in ("text", 5, 0, False, None, [1, "a"], {"from": "22:00"}):
            with self.subTest(value):
                set_setting("quiet", value, "alice")
                self.assertEqual(setting("quiet", "default"), value)

    def test_what_is_no_json_counts_for_nothing_and_a_warning_tells(self) -> None:
        set_setting("whole", 1, "alice")
        for value in ("soon", "", "{", "[" * 100_000):
            RuntimeSetting.objects.update_or_create(name="quiet", defaults={"value": value, "at": timezone.now()})
            with self.subTest(value[:20]), self.assertLogs("botcore.runtime.settings_store", "WARNING") as logs:
                self.assertEqual((setting("quiet", 5), setting("quiet", 5, broken=0)), (5, 0))
                self.assertEqual([row.name for row in all_settings()], ["whole"])
                self.assertIn("setting quiet is no JSON", logs.output[0])

    def test_it_ends_by_itself(self) -> None:
        now = timezone.now()
        set_setting("quiet", 1, "alice", now + timedelta(hours=1))
        self.assertEqual(setting("quiet"), 1)
        with mock.patch("django.utils.timezone.now", return_value=now + timedelta(hours=1)):
            self.assertIsNone(setting("quiet"))
            self.assertEqual(all_settings(), [])
            self.assertFalse(clear_setting("quiet", "alice"))

    def test_it_is_told_who_changed_it_and_until_when(self) -> None:
        until = timezone.now() + timedelta(hours=1)
        set_setting("b", 1, "alice", until)
        set_setting("a", 2, "bob")
        set_setting("c", 3, "bob")
        self.assertEqual(
            [(row.name, row.value, row.by, row.until) for row in all_settings()],
            [("a", 2, "bob", None), ("b", 1, "alice", until), ("c", 3, "bob", None)],
        )
        self.assertEqual([row.name for row in all_settings("b")], ["b"])

    def test_a_new_value_takes_the_place_of_the_old_one(self) -> None:
        set_setting("quiet", 1, "alice", timezone.now() + timedelta(hours=1))
        set_setting("quiet", 2, "bob")
        (row,) = all_settings()
        self.assertEqual((row.value, row.by, row.until), (2, "bob", None))

    def test_cleared_it_has_its_default(self) -> None:
        set_setting("quiet", 1, "alice")
        self.assertTrue(clear_setting("quiet", "bob"))
        self.assertFalse(clear_setting("quiet", "bob"))
        self.assertIsNone(setting("quiet"))

    def test_a_time_that_is_over_and_a_name_too_long_are_refused(self) -> None:
        with self.assertRaises(ValidationError):
            set_setting("quiet", 1, "alice", timezone.now())
        for name in ("", "x" * 151):
            with self.assertRaises(ValidationError):
                set_setting(name, 1, "alice")

    def test_rows_that_are_over_go(self) -> None:
        now = timezone.now()
        set_setting("old", 1, "alice", now + timedelta(hours=1))
        with mock.patch("django.utils.timezone.now", return_value=now + timedelta(hours=2)):
            set_setting("new", 1, "alice")
        self.assertEqual(list(RuntimeSetting.objects.values_list("name", flat=True)), ["new"])


class LevelTests(TestCase):
    """Levels of loggers."""

    def setUp(self) -> None:
        """Configure a logger."""
        self.logger = logging.getLogger(NAME)
        self.logger.setLevel(logging.WARNING)
        self.addCleanup(self.logger.setLevel, logging.NOTSET)
        self.addCleanup(levels.apply_levels, {})

    def test_a_level_holds_for_its_time_and_goes_back(self) -> None:
        log_levels.set_level(logger=NAME, level="debug", duration="10m", by="alice")
        self.assertEqual(self.logger.level, logging.DEBUG)
        (row,) = log_levels.changed_levels()
        self.assertEqual((row.logger, row.level, row.configured, row.by), (NAME, "DEBUG", "WARNING", "alice"))
        later = timezone.now() + timedelta(minutes=11)
        with mock.patch("django.utils.timezone.now", return_value=later):
            log_levels.apply()
        self.assertEqual(self.logger.level, logging.WARNING)

    def test_changed_twice_it_goes_back_to_what_was_configured(self) -> None:
        log_levels.set_level(logger=NAME, level="DEBUG", duration="always", by="alice")
        log_levels.set_level(logger=NAME, level="ERROR", duration="1h", by="bob")
        self.assertEqual(self.logger.level, logging.ERROR)
        self.assertTrue(log_levels.reset_level(logger=NAME, by="bob"))
        self.assertEqual(self.logger.level, logging.WARNING)
        self.assertFalse(log_levels.reset_level(logger=NAME, by="bob"))

    def test_the_root_is_a_logger_too(self) -> None:
        before = logging.getLogger().level
        log_levels.set_level(logger="root", level="ERROR", duration="1d", by="alice")
        self.assertEqual(logging.getLogger().level, logging.ERROR)
        log_levels.reset_level(logger="root", by="alice")
        self.assertEqual(logging.getLogger().level, before)

    def test_what_is_none_is_refused_with_a_sentence(self) -> None:
        good = {"logger": NAME, "level": "INFO", "duration": "1h"}
        names = ("", "a b", "a..b", ".a", "a.", "<b>", "x" * 101, "é", "a\n")
        for wrong in (
            *({"logger": name} for name in names[:-1]),
            {"level": "LOUD"},
            {"level": ""},
            {"duration": "ever"},
        ):
            with self.subTest(wrong), self.assertRaisesRegex(ValidationError, r"^[A-Z].*\.$"):
                log_levels.set_level(**{**good, **wrong}, by="alice")
        self.assertEqual(log_levels.changed_levels(), [])

    def test_a_row_that_somebody_wrote_by_hand_harms_nothing(self) -> None:
        set_setting(f"log_level:{NAME}", "LOUD", "alice")
        set_setting("log_level:a b", 5, "alice")
        log_levels.apply()
        self.assertEqual(self.logger.level, logging.WARNING)

    def test_a_process_that_looks_takes_it_over_and_other_settings_too(self) -> None:
        set_setting(f"log_level:{NAME}", "DEBUG", "alice")
        set_setting("alerts.cap", 20, "alice")
        with mock.patch("django.db.connections.close_all"):  # the test's own connection
            look()
        self.assertEqual(self.logger.level, logging.DEBUG)
        self.assertEqual(settings.held("alerts.cap"), 20)

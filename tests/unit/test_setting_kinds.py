"""Each kind of settings: what people type, how it is kept, and how it is said."""

import json
from datetime import timedelta
from typing import Any

from django.test import SimpleTestCase, override_settings
from django.utils import translation

from botcore.exceptions import ValidationError
from botcore.runtime import settings
from botcore.runtime.setting_base import Setting
from botcore.runtime.setting_kinds import Number, Text

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NUMBER = Number("number", "", 1.5, least=0, most=1000.5)
TEXT = Text("text", "", "", least=2, most=5)
SETTINGS = settings.SETTINGS

RIGHT: list[tuple[Setting, str, Any]] = [
    *((SETTINGS["maintenance"], text, True) for text in ("on", " ON ", "yes", "true", "1")),
    *((SETTINGS["maintenance"], text, False) for text in ("off", "No", "false", "0")),
    (SETTINGS["throttle.person_burst"], " 1 ", 1),
    (SETTINGS["throttle.person_burst"], "1000", 1000),
    (SETTINGS["throttle.mute_after"], "0", 0),
    (SETTINGS["retention.updates"], "2", 2),
    (SETTINGS["retention.updates"], "36500", 36_500),
    (NUMBER, "0", 0.0),
    (NUMBER, "1000.5", 1000.5),
    (NUMBER, "1,5", 1.5),
    *((SETTINGS["throttle.mute_for"], text, MINUTE) for text in ("60s", "1m", " 0h 1M ")),
    (SETTINGS["throttle.mute_for"], "1h30m", 90 * MINUTE),
    (SETTINGS["throttle.mute_for"], "30d", 30 * DAY),
    (SETTINGS["throttle.mute_for"], "1w", 7 * DAY),
    (SETTINGS["access.people"], " Listed ", "listed"),
    (TEXT, " ab ", "ab"),
    (TEXT, "абвгд", "абвгд"),
    (SETTINGS["access.handlers"], "{}", {}),
    (SETTINGS["access.handlers"], '{"start": " Admin ", "help": "member"}', {"start": "admin", "help": "member"}),
    (SETTINGS["access.handlers"], json.dumps({"x" * 100: "owner"}), {"x" * 100: "owner"}),
]
WRONG: list[tuple[Setting, tuple[str, ...], str]] = [
    (SETTINGS["maintenance"], ("", "2", "maybe", "\x00"), "Choose one of: on, off."),
    (
        SETTINGS["throttle.person_burst"],
        ("0", "1001", "-1", "1.5", "1e2", "٣", "", "x", "9" * 5000),
        "Write a whole number from 1 to 1,000.",
    ),
    (SETTINGS["throttle.mute_after"], ("-1", "10001"), "Write a whole number from 1 to 10,000, or 0: never."),
    (SETTINGS["retention.updates"], ("1", "36501"), "Write a whole number from 2 to 36,500, or 0: for ever."),
    (NUMBER, ("nan", "inf", "-0.1", "1000.6", "1e2", "1,500", ""), "Write a number from 0 to 1,000.5."),
    (
        SETTINGS["throttle.mute_for"],
        ("59s", "31d", "10", "", "h", "1.5h", "-1h", "1y", "99999999w", "1" * 5000 + "d", "1h" * 9000),
        "Write a duration from 1m to 30d, such as 30m, 2h or 1d.",
    ),
    (SETTINGS["access.people"], ("", "nobody", "x" * 10_000), "Choose one of: everyone, listed."),
    (TEXT, ("a", "abcdef", "a\nb", "a\x00b"), "Write 2 to 5 characters on one line."),
    (SETTINGS["access.handlers"], ("",), "Write JSON; what stands at line 1, column 1 cannot be read."),
    (SETTINGS["access.handlers"], ("{",), "Write JSON; what stands at line 1, column 2 cannot be read."),
    (SETTINGS["access.handlers"], ("NaN", "NaN;"), "Write JSON with finite numbers and whole characters."),
    (SETTINGS["access.handlers"], ('{"a": "admin", "a": "member"}',), "Write each name once; “a” comes twice."),
    (SETTINGS["access.handlers"], ("[" * 100_000,), "Write at most 50000 characters of JSON."),
    (SETTINGS["access.handlers"], ("[" * 40_000,), "Write JSON with at most 50 levels."),
    (
        SETTINGS["access.handlers"],
        ("[]", "5", "null", '{"a": 5}', '{"": "admin"}', '{"a\\n": "admin"}', json.dumps({"x" * 101: "admin"}),
         json.dumps({f"{number}": "admin" for number in range(101)}), '{"a": ["admin"]}'),
        "Write JSON of at most 100 names, each with one of: member, support, moderator, admin, owner.",
    ),
]  # fmt: skip
MEANT = [
    (SETTINGS["access.people"], "everybody", "Choose one of: everyone, listed; did you mean everyone?"),
    (SETTINGS["maintenance"], "onn", "Choose one of: on, off; did you mean on?"),
    (
        SETTINGS["access.handlers"],
        '{"start": "admn"}',
        "Choose one of: member, support, moderator, admin, owner; did you mean admin?",
    ),
]


class KindTests(SimpleTestCase):
    """What people type, and how it is kept and said."""

    def test_what_is_right_is_read_kept_and_written_as_it_was(self) -> None:
        for kind, text, value in RIGHT:
            with self.subTest(kind.name, text=text):
                found = kind.parse(text)
                self.assertEqual((found, type(found) is type(kind.checked(found))), (value, True))
                self.assertEqual(kind.restored(json.loads(json.dumps(kind.stored(found)))), value)
                self.assertEqual(kind.parse(kind.typed(found)), value)

    def test_what_is_wrong_is_refused_with_one_sentence(self) -> None:
        for kind, typed, sentence in WRONG:
            for text in typed:
                with self.subTest(kind.name, text=text[:40]), self.assertRaises(ValidationError) as caught:
                    kind.parse(text)
                self.assertEqual(str(caught.exception), sentence)

    def test_what_was_probably_meant_is_said(self) -> None:
        for kind, text, sentence in MEANT:
            with self.subTest(text), self.assertRaises(ValidationError) as caught:
                kind.parse(text)
            self.assertEqual(str(caught.exception), sentence)

    def test_a_value_of_another_type_is_refused(self) -> None:
        wrong: tuple[Any, ...] = (True, 1, 1.5, 10**30, "on", None, [], {}, {"a": 1}, {1: "a"}, MINUTE, 9 * DAY)
        fits: list[tuple[Setting, list[Any]]] = [
            (SETTINGS["maintenance"], [True]),
            (SETTINGS["throttle.person_burst"], [1]),
            (SETTINGS["throttle.mute_for"], [MINUTE, 9 * DAY]),
            (SETTINGS["access.handlers"], [{}]),
            (NUMBER, [1, 1.5]),
            (TEXT, ["on"]),
        ]
        for kind, right in fits:
            taken = [(type(value), value) for value in wrong if kind.fits(value)]
            with self.subTest(kind.name):
                self.assertEqual(taken, [(type(value), value) for value in right])
        self.assertFalse(NUMBER.fits(float("nan")))
        self.assertFalse(any(SETTINGS["access.people"].fits(value) for value in wrong))

    def test_values_are_said_in_words_and_in_the_persons_language(self) -> None:
        said = [
            ("maintenance", True, "on", "включено"),
            ("retention.updates", 1, "1 day", "1 день"),
            ("retention.updates", 22, "22 days", "22 дня"),
            ("retention.updates", 90, "90 days", "90 дней"),
            ("retention.updates", 0, "for ever", "всегда"),
            ("throttle.mute_for", 90 * MINUTE, "1h30m", "1ч30м"),
            ("throttle.mute_after", 0, "never", "никогда"),
            ("throttle.chat_burst", 10_000, "10,000", "10,000"),
            ("access.handlers", {}, "none", "нет"),
            ("access.handlers", {"a": "admin", "b": "owner"}, "a: admin, b: owner", "a: admin, b: owner"),
        ]
        for name, value, english, russian in said:
            with self.subTest(name, value=value):
                self.assertEqual(SETTINGS[name].in_words(value), english)
                with translation.override("ru"):
                    self.assertEqual(SETTINGS[name].in_words(value), russian)

    def test_every_default_could_be_set(self) -> None:
        for found in SETTINGS.values():
            with self.subTest(found.name):
                self.assertEqual(found.parse(found.typed(found.default)), found.default)

    def test_a_default_of_the_environment_is_that_of_now(self) -> None:
        with override_settings(BOT_THROTTLE=False, ALERT_CAP=7):
            self.assertEqual((SETTINGS["throttle.enabled"].default, SETTINGS["alerts.cap"].default), (False, 7))
        self.assertTrue(SETTINGS["throttle.enabled"].default)

    def test_a_map_cannot_be_changed_in_place(self) -> None:
        for found in (SETTINGS["access.handlers"].default, SETTINGS["access.handlers"].parse('{"a": "admin"}')):
            with self.assertRaises(TypeError):
                found["b"] = "owner"

    def test_a_name_that_is_none_says_which_was_meant(self) -> None:
        self.assertEqual(settings.declared(" Alerts.Cap ").name, "alerts.cap")
        with self.assertRaisesRegex(ValidationError, r"^There is no setting alerts\.cpa: did you mean alerts\.cap\?$"):
            settings.declared("alerts.cpa")
        with self.assertRaisesRegex(ValidationError, r"^There is no setting x{40}\.$"):
            settings.declared("x" * 5000)

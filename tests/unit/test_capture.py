"""Capture: whatever an error is made of, it becomes a record; nothing of it runs, or hides it, or shows a secret."""

import logging
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.test import SimpleTestCase, override_settings
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from botcore.errors import capture as capturing
from botcore.errors import crumbs
from botcore.errors.capture import capture
from botcore.errors.kinds import Severity, Source
from botcore.errors.values import shown
from botcore.exceptions import TemporaryError
from botcore.logs import bind
from tests.database.captured import Records, recorded

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz12345"


class Hostile:
    """Everything about it fails, loudly."""

    def _fail(self, *_args: object) -> Any:
        raise RuntimeError("you asked for it")

    __repr__ = __str__ = __bool__ = __eq__ = __hash__ = __len__ = __iter__ = _fail

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


class UnreadableError(Exception):
    """Its text cannot be had."""

    def __str__(self) -> str:
        raise ValueError("no text")

    __repr__ = __str__


class SelfishError(Exception):
    """It takes no attributes."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)


class DictError(Exception):
    """Its dictionary is a trap."""

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        """Fail."""
        raise RuntimeError("dict")


class ExitError(Exception):
    """Asking for its text ends the process."""

    def __str__(self) -> str:
        raise SystemExit("out")


class GuardedError(Exception):
    """None of its attributes can be had."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


class NumberedError(Exception):
    """Its module is no text."""


NumberedError.__module__ = 5  # type: ignore[assignment]
TROUBLE: dict[str, type[Exception]] = {
    "dict": DictError, "exit": ExitError, "guarded": GuardedError, "numbered": NumberedError,
}  # fmt: skip


class Money:
    """A value of some feature."""

    __slots__ = ("amount", "api_key", "currency")

    def __init__(self) -> None:
        self.amount, self.currency, self.api_key = 3, "EUR", "planted-secret"


def fail(error: BaseException, **values: object) -> str:
    """Raise the error with these values in sight, and capture it."""
    found = values
    api_key = "planted-secret"
    try:
        raise error
    except BaseException as exc:  # noqa: BLE001
        assert found is values
        assert api_key
        return capture(exc, source=Source.JOB)


class CaptureTests(SimpleTestCase):
    """What a record holds."""

    records: Records

    def setUp(self) -> None:
        """Capture into a list."""
        self.records = self.enterContext(recorded())

    def event(self) -> dict[str, Any]:
        """Return the newest picture."""
        return dict(self.records.records[-1]["event"])

    def frame(self) -> dict[str, Any]:
        """Return the innermost frame of the newest picture."""
        return dict(self.event()["payload"]["exceptions"][0]["frames"][-1])

    def test_a_record_tells_what_where_and_whom(self) -> None:
        with bind(update=77, update_id=9, chat_id=-5, user_id=3, handler="start.start", attempt=2):
            reference = fail(ValueError("no"), colour="blue")
        (record,) = self.records.records
        self.assertEqual((record["title"], record["handler"], record["count"]), ("ValueError: no", "start.start", 1))
        self.assertEqual((record["culprit"], record["users"]), ("tests.unit.test_capture.fail", [3]))
        event = record["event"]
        self.assertEqual((event["reference"], event["update_pk"], event["attempt"]), (reference, 77, 2))
        frame = self.frame()
        self.assertEqual(
            (frame["file"], frame["function"], frame["code"].strip(), frame["in_app"]),
            ("tests/unit/test_capture.py", "fail", "raise error", True),
        )
        self.assertIn("blue", frame["locals"]["found"])
        self.assertTrue(frame["before"][-1].strip().startswith("try"))

    def test_the_chain_of_causes_is_there_at_most_ten(self) -> None:
        error: BaseException = KeyError("root")
        for number in range(100):
            try:
                raise RuntimeError(str(number)) from error
            except RuntimeError as exc:
                error = exc
        capture(error, source=Source.JOB)
        links = [(link["type"], link["message"], link["link"]) for link in self.event()["payload"]["exceptions"]]
        self.assertEqual(len(links), 10)
        self.assertEqual(links[:2], [("RuntimeError", "99", ""), ("RuntimeError", "98", "cause")])

    def test_members_of_a_group_are_shown(self) -> None:
        fail(ExceptionGroup("both", [ValueError("one"), KeyError("two")]))
        links = [link["type"] for link in self.event()["payload"]["exceptions"]]
        self.assertEqual(links, ["ExceptionGroup", "ValueError", "KeyError"])

    def test_an_error_without_a_traceback_is_recorded(self) -> None:
        self.assertTrue(capture(ValueError("made, not raised"), source=Source.TASK))
        self.assertEqual(self.event()["payload"]["exceptions"][0]["frames"], [])

    def test_hostile_texts_are_cut_and_kept_as_text(self) -> None:
        for text in ("a." * 4000, "<script>alert(1)</script>", "\u202eesrever", "null \x00 byte", "lone \ud800 half"):
            with self.subTest(text[:20]):
                fail(ValueError(text))
                record = self.records.records[-1]
                self.assertLessEqual(len(record["title"]), 300)
                self.assertLessEqual(len(record["event"]["message"]), 2000)
                self.assertNotIn("\x00", record["event"]["message"])
                record["event"]["message"].encode()

    def test_operators_read_their_language_whomever_it_happened_to(self) -> None:
        with translation.override("ru"):
            fail(TemporaryError())
        self.assertIn("This does not work right now", self.records.records[-1]["title"])

    def test_errors_that_defend_themselves_are_recorded_all_the_same(self) -> None:
        self.assertTrue(fail(UnreadableError()))
        self.assertIn("no text", self.event()["message"])
        self.assertTrue(fail(SelfishError("mine")))
        self.assertEqual(self.records.records[-1]["title"], "SelfishError: mine")

    def test_whatever_an_error_raises_when_it_is_asked_nothing_ends_and_there_is_a_reference(self) -> None:
        for name, kind in TROUBLE.items():
            with self.subTest(name):
                self.records.lines.clear()
                self.assertRegex(fail(kind()), r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
                self.assertIn(kind.__qualname__, self.records.records[-1]["title"])

    def test_a_secret_at_the_place_of_a_cut_is_not_kept_in_part(self) -> None:
        key = "SeCrEtKeY-0123456789-abcdefghijklmnopqrstuvwxyz-END"
        with override_settings(SECRET_KEY=key):
            for length in range(100, 4400, 50):
                fail(ValueError("y" * length + " " + key), value="x" * length + key)
                with crumbs.trail():
                    crumbs.note("log", "info", "x", "z" * length + " " + key)
                    fail(KeyError("password=" + "A" * length + " " + "b" * 90 + " " + key))
        written = b"".join(self.records.lines).decode()
        self.assertNotIn(key[:8], written)

    def test_the_garbage_collector_may_meet_an_error_while_we_count(self) -> None:
        fail(ValueError("first"))
        with self.records.tally._locked():  # as in the middle of flush()
            fail(KeyError("in between"))
        titles = [record["title"] for record in self.records.records]
        self.assertIn("KeyError: 'in between'", titles)

    def test_a_child_does_not_tell_again_what_its_parent_has_counted(self) -> None:
        for _ in range(7):
            fail(ValueError("no"))
        self.records.tally.renew()  # what a fork does in the child
        self.records.lines.clear()
        self.assertEqual(self.records.records, [])

    def test_values_that_defend_themselves_do_not_hide_the_error(self) -> None:
        endless: list[object] = []
        endless.append(endless)
        lazy = SimpleLazyObject(lambda: self.fail("it was evaluated"))
        users = User.objects.all()
        fail(ValueError("no"), hostile=Hostile(), endless=endless, lazy=lazy, users=users, big=10**9999)
        (shown_values,) = [text for name, text in self.frame()["locals"].items() if name == "found"]
        self.assertIn("<Hostile>", shown_values)
        self.assertIn("[[<list>]]", shown_values)
        self.assertIn("QuerySet of User", shown_values)
        self.assertIsNone(users._result_cache)

    def test_an_object_is_shown_by_its_fields_and_never_by_its_own_repr(self) -> None:
        self.assertEqual(shown(Money()), "Money(amount=3, api_key=[hidden], currency='EUR')")
        self.assertEqual(shown(User(pk=5)), "<User pk=5>")
        self.assertEqual(shown({"password": "x", "n": 1}), "{'password': [hidden], 'n': 1}")
        self.assertEqual(shown("x" * 10_000), "'" + "x" * 999)
        self.assertEqual(shown([(b"x-api-key", b"abc"), ("host", "y")]), "[(b'x-api-key', [hidden]), ('host', 'y')]")
        self.assertEqual(shown(Severity.ERROR), "'error'")
        self.assertEqual(shown(10**4000), "<a number of 13288 bits>")

    @override_settings(TELEGRAM_BOT_TOKEN=TOKEN)
    def test_no_secret_reaches_a_record(self) -> None:
        password = "planted-secret"
        request = {"Authorization": "Bearer planted-secret", "cookie": "planted-secret"}
        crumb = f"GET https://api/bot{TOKEN}/getMe"
        with crumbs.trail():
            crumbs.note("log", "info", "x", crumb)
            text = f"{TOKEN} and postgres://bot:planted-secret@db/bot"
            fail(ValueError(text), password=password, request=request)
        written = b"".join(self.records.lines).decode()
        self.assertIn("ValueError", written)
        self.assertNotIn("planted-secret", written)
        self.assertNotIn(TOKEN, written)
        self.assertNotIn(TOKEN.partition(":")[2], written)

    def test_the_same_error_on_its_way_up_counts_once_and_raised_anew_again(self) -> None:
        error = ValueError("no")
        with crumbs.trail():
            self.assertEqual(fail(error), capture(error, source=Source.WEB))
        self.assertEqual([record["count"] for record in self.records.records], [1])
        with crumbs.trail():
            fail(error)
        self.assertEqual(sum(record["count"] for record in self.records.records), 2)

    def test_the_last_twenty_crumbs_are_kept_and_each_update_has_its_own(self) -> None:
        with crumbs.trail():
            for number in range(30):
                crumbs.note("call", "info", "sendMessage", f"call {number}")
            fail(ValueError("no"))
        texts = [crumb["text"] for crumb in self.event()["payload"]["breadcrumbs"]]
        self.assertEqual(texts, [f"call {number}" for number in range(10, 30)])
        with crumbs.trail():
            fail(KeyError("other"))
        self.assertEqual(self.event()["payload"]["breadcrumbs"], [])

    def test_recording_that_fails_raises_nothing_and_does_not_feed_itself(self) -> None:
        def broken(_kind: str, _fields: object) -> None:
            logging.getLogger("some.library").error("the recorder is broken")
            raise RuntimeError("the recorder is broken")

        with recorded() as records:
            records.tally._put = broken
            with self.assertLogs("botcore.errors.capture", "WARNING") as logs:
                self.assertEqual(fail(ValueError("no")), "")
        self.assertEqual(len(logs.records), 2)  # nor in short

    def test_without_a_place_for_records_there_is_a_reference_all_the_same(self) -> None:
        before = capturing.use(None)
        try:
            self.assertRegex(fail(ValueError("no")), r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
        finally:
            capturing.use(before)


class FloodTests(SimpleTestCase):
    """Ten thousand equal errors."""

    def test_counting_never_stops_and_pictures_get_rare(self) -> None:
        with recorded() as records:
            clock: Iterator[float] = iter(number / 2000 for number in range(10**9))  # a thousand a second
            records.tally._clock = lambda: next(clock)
            for number in range(10_000):
                capture(ValueError("no"), source=Source.HANDLER, user_id=number % 700)
                if number % 1000 == 999:
                    records.tally.flush()
            found = records.records
        self.assertEqual(sum(record["count"] for record in found), 10_000)
        self.assertEqual(len({user for record in found for user in record["users"]}), 700)
        pictures = [record for record in found if record["event"]]
        self.assertLess(len(pictures), 40)
        self.assertLess(len(found), 60)

    def test_many_different_errors_are_counted_with_bounded_memory(self) -> None:
        with recorded() as records:
            for number in range(3000):
                kind = type(f"Kind{number}Error", (Exception,), {})
                capture(kind("no"), source=Source.JOB)
            self.assertLessEqual(len(records.tally._counts), 501)
            self.assertEqual(sum(record["count"] for record in records.records), 3000)

    def test_threads_lose_no_count(self) -> None:
        with recorded() as records:

            def many() -> None:
                for _ in range(500):
                    capture(ValueError("no"), source=Source.THREAD)

            threads = [threading.Thread(target=many) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(sum(record["count"] for record in records.records), 4000)


class LogHandlerTests(SimpleTestCase):
    """What is logged as an error is one."""

    logger: ClassVar = logging.getLogger("some.library")

    def test_a_line_without_an_exception_is_grouped_by_its_template(self) -> None:
        with recorded() as records:
            for lane in (1, 2):
                self.logger.error("lane %d is stuck", lane)
            self.logger.warning("only a warning")
        found = records.records
        self.assertEqual([record["title"] for record in found], ["lane 1 is stuck", "lane 2 is stuck"])
        self.assertEqual(len({record["fingerprint"] for record in found}), 1)
        self.assertEqual((found[0]["source"], found[0]["culprit"]), ("log", "some.library"))

    def test_a_line_can_ask_for_more_or_less(self) -> None:
        with recorded() as records:
            self.logger.error("not this one", extra={"capture": False})
            self.logger.warning("but this", extra={"capture": True, "fields": {"job": "tidy", "source": "x"}})
            logging.getLogger("botcore.recorder.recorder").error("never what the recorder says of itself")
        (record,) = records.records
        self.assertEqual((record["title"], record["level"], record["source"]), ("but this", "warning", "job"))
        self.assertEqual(record["event"]["payload"]["context"]["job"], "tidy")

    def test_no_field_and_no_message_makes_a_log_call_raise(self) -> None:
        with recorded() as records, crumbs.trail():
            for fields in ({"error": "y", "source": "x"}, {"update": -1}, "abc", {1: 2}, None):
                self.logger.error("fields %s", 1, extra={"fields": fields})
            for handler in logging.getLogger().handlers:
                if type(handler).__module__.startswith("botcore."):
                    handler.handle(logging.LogRecord("x", logging.ERROR, "x.py", 1, Hostile(), (), None))
        self.assertEqual(sum(record["count"] for record in records.records), 6)

    def test_a_template_that_does_not_fit_its_values_is_no_further_error(self) -> None:
        with recorded() as records:
            record = logging.LogRecord("some.library", logging.ERROR, "x.py", 1, "%d things", ("no number",), None)
            for handler in logging.getLogger().handlers:
                if type(handler).__module__.startswith("botcore.errors"):
                    handler.handle(record)
        self.assertEqual([record["title"] for record in records.records], ["%d things"])

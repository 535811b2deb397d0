"""Log lines: one schema, context, no secrets."""

import json
import logging
import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import SimpleTestCase, override_settings

from botcore.logs import ConsoleFormatter, ContextFilter, JsonFormatter, bind, in_context, redact, trace_id_of
from botcore.logs.schema import FIELDS

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz12345"
ROOT = Path(__file__).parents[2]


class Broken:
    """A value that cannot be shown."""

    def __str__(self) -> str:
        """Fail."""
        raise RuntimeError("no words")


def record(message: Any, *args: object, error: BaseException | None = None, **fields: object) -> logging.LogRecord:
    """Make a record as a logger would, in the context of now."""
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("botcore.bot", logging.INFO, "bot.py", 1, message, args, info)
    made.fields = fields
    ContextFilter().filter(made)
    return made


def line(made: logging.LogRecord) -> dict[str, Any]:
    """Return the fields of the record's JSON line."""
    text = JsonFormatter().format(made)
    assert "\n" not in text
    fields: dict[str, Any] = json.loads(text)
    return fields


class SchemaTests(SimpleTestCase):
    """Which fields a line has."""

    def test_a_line_has_its_fields_in_order(self) -> None:
        context = {"user_id": 1, "chat_id": 2, "update_id": 3, "update": 4, "handler": "start.start"}
        with bind(action="update", request_id="r", trace_id="t", **context):
            fields = line(record("sent %s", "it", error=ValueError("x"), duration_ms=1.23456))
        self.assertEqual(tuple(fields), FIELDS)
        self.assertRegex(fields.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$")
        self.assertRegex(fields.pop("process"), r"^.+:\d+-[0-9a-f]{4}$")
        expected = {"level": "INFO", "logger": "botcore.bot", "message": "sent %s", "text": "sent it", **context}
        told = {"action": "update", "request_id": "r", "trace_id": "t", "release": settings.RELEASE}
        self.assertEqual(fields, {**expected, **told, "duration_ms": 1.235, "exception": "ValueError: x"})

    def test_every_field_is_documented(self) -> None:
        documented = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "logs.md").read_text(), re.MULTILINE)
        self.assertEqual(tuple(documented[: len(FIELDS)]), FIELDS)

    def test_the_message_is_constant_and_alone_without_values(self) -> None:
        self.assertEqual(line(record("sent %s", "it"))["message"], line(record("sent %s", "that"))["message"])
        self.assertNotIn("text", line(record("running")))

    def test_the_context_ends_with_its_block(self) -> None:
        with bind(update_id=7):
            pass
        self.assertNotIn("update_id", line(record("later")))

    def test_further_fields_come_from_the_context_and_the_call(self) -> None:
        with bind(lane=5, job="a"):
            fields = line(record("x", job="b", people=["Alice"]))
        self.assertEqual((fields["lane"], fields["job"], fields["people"]), (5, "b", "['Alice']"))

    def test_a_field_does_not_take_the_place_of_one_of_the_schema(self) -> None:
        fields = line(record("x", level="high", time=1))
        self.assertEqual((fields["level"], fields["field_level"], fields["field_time"]), ("INFO", "high", 1))

    def test_fields_with_secret_names_are_hidden(self) -> None:
        with bind(session_id=12345):
            fields = line(record("x", password="hunter2", note="token=hunter2"))
        self.assertEqual(
            (fields["session_id"], fields["password"], fields["note"]), ("[hidden]", "[hidden]", "token=[hidden]")
        )

    def test_an_exception_is_one_field_of_one_line(self) -> None:
        try:
            raise ValueError("broken\nbadly")
        except ValueError:
            fields = line(record("failed", error=sys.exc_info()[1]))
        self.assertIn("ValueError: broken\nbadly", fields["exception"])

    def test_a_wrong_call_loses_nothing(self) -> None:
        self.assertIn("('a', 'b')", line(record("one %s", "a", "b"))["text"])
        self.assertIn("RuntimeError", line(record("one %s", Broken()))["text"])
        self.assertIn("Broken", line(record(Broken(), value=Broken()))["value"])
        self.assertIn("ValueError", line(record("x", error=ValueError(Broken())))["exception"])

    def test_a_token_is_hidden_wherever_it_stands(self) -> None:
        for formatter in (JsonFormatter(), ConsoleFormatter()):
            error = ValueError(f"POST https://api.telegram.org/bot{TOKEN}/sendMessage failed")
            with bind(address=f"/bot{TOKEN}/getMe"):
                self.assertNotIn("AAF-abc", formatter.format(record(f"{TOKEN} %s", TOKEN, error=error)))


class WayTests(SimpleTestCase):
    """Where lines go."""

    def test_no_logger_has_a_way_of_its_own_past_the_redactor(self) -> None:
        for name in (*settings.LOGGING["loggers"], "django", "django.server", "gunicorn.error", "py.warnings"):
            with self.subTest(name):
                logger = logging.getLogger(name)
                ours = [handler for handler in logger.handlers if not isinstance(handler, logging.NullHandler)]
                self.assertEqual((ours, logger.propagate), ([], True))
        stderr = settings.LOGGING["handlers"]["stderr"]
        self.assertEqual(stderr["class"], "botcore.logs.LineHandler")


class ConsoleTests(SimpleTestCase):
    """The same for eyes."""

    def test_the_console_shows_what_matters(self) -> None:
        with bind(chat_id=1, trace_id="t", action="update", request_id="r"):
            text = ConsoleFormatter().format(record("hello %s", "Bob"))
        self.assertRegex(text, r"^\d\d:\d\d:\d\d INFO    botcore\.bot: hello Bob  chat_id=1$")

    def test_a_terminal_obeys_nothing_of_it(self) -> None:
        self.assertIn(r"\x1b[2J\x0d", ConsoleFormatter().format(record("%s", "\x1b[2J\r")))


class CarriedTests(SimpleTestCase):
    """Context that goes with the work."""

    def test_a_thread_has_the_context_of_where_it_was_asked_for(self) -> None:
        seen: list[object] = []

        def look() -> None:
            with bind(thread=True):
                seen.append({**record("x").__dict__["context"]})

        with bind(update_id=7):
            thread = threading.Thread(target=in_context(look))
        thread.start()
        thread.join()
        self.assertEqual(seen, [{"update_id": 7, "thread": True}])
        self.assertNotIn("thread", record("x").__dict__["context"])

    def test_one_function_may_run_in_many_threads_at_once(self) -> None:
        meeting = threading.Barrier(2)

        def look() -> object:
            meeting.wait(30)
            return record("x").__dict__["context"]["update_id"]

        with bind(update_id=7), ThreadPoolExecutor(2) as threads:
            carried = in_context(look)
            answers = [threads.submit(carried) for _ in range(2)]
        self.assertEqual([answer.result() for answer in answers], [7, 7])

    def test_a_trace_goes_on_when_it_is_one(self) -> None:
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        self.assertEqual(trace_id_of(f"00-{trace}-00f067aa0ba902b7-01"), trace)
        for wrong in ("", "00-xyz", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"00-{trace}-00f067aa0ba902b7-01\n"):
            with self.subTest(wrong):
                self.assertRegex(trace_id_of(wrong), r"^[0-9a-f]{32}$")
                self.assertNotIn(trace_id_of(wrong), {trace, "0" * 32})


class TokenTests(SimpleTestCase):
    """A token in any form."""

    def test_an_error_page_may_escape_the_colon(self) -> None:
        for colon in ("%3A", "%3a", "%253A", "&#58;", "&#058;", "&#x3A;", "&colon;", "&amp;#58;", "\\u003a", "\\x3a"):
            with self.subTest(colon):
                echoed = TOKEN.replace(":", colon)
                self.assertEqual(redact(f"no {echoed}!"), "no [token]!")
                self.assertEqual(redact(f"/bot1{colon}sandbox/getMe"), "/bot[token]/getMe")
                self.assertNotIn("AAF-abc", JsonFormatter().format(record("%r", echoed.encode())))
        self.assertEqual(redact("%2Fbot1%3Asandbox%2FgetMe"), "%2Fbot[token]%2FgetMe")

    @override_settings(TELEGRAM_BOT_TOKEN=TOKEN)
    def test_the_configured_secret_is_hidden_on_its_own(self) -> None:
        self.assertEqual(redact(f"who is {TOKEN.partition(':')[2]}?"), "who is [token]?")

    @override_settings(TELEGRAM_BOT_TOKEN="1:sandbox")
    def test_a_secret_as_short_as_a_word_is_not(self) -> None:
        self.assertEqual(redact("the sandbox"), "the sandbox")

    @override_settings(TELEGRAM_BOT_TOKEN="1:sandbox")
    def test_the_configured_token_is_hidden_in_any_form(self) -> None:
        self.assertEqual(redact("GET /bot1:sandbox/getMe and 1:sandbox"), "GET /bot[token]/getMe and [token]")

    def test_huge_messages_and_tracebacks_are_cut_without_half_a_secret(self) -> None:
        key = "SeCrEtKeY-0123456789-abcdefghijklmnopqrstuvwxyz-END"
        with override_settings(SECRET_KEY=key):
            for length in (63_960, 63_990):
                line = JsonFormatter().format(record("x" * length + key + "y" * 10**6))
                self.assertNotIn(key[:8], line)
                self.assertLess(len(line), 140_000)

        def deep(depth: int) -> None:
            if depth:
                deep(depth - 1)
            raise ValueError("z" * 10**6)

        try:
            deep(500)
        except ValueError as exc:
            self.assertLess(len(JsonFormatter().format(record("failed", error=exc))), 140_000)

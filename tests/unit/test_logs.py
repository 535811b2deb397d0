"""Log lines: one schema, context, no secrets."""

import json
import logging
import sys

from django.test import SimpleTestCase, override_settings

from botcore.logs import ConsoleFormatter, ContextFilter, JsonFormatter, bind, redact

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz12345"


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    """Make a record as a logger would, in the context of now."""
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("botcore.bot", logging.INFO, "bot.py", 1, message, args, info)
    ContextFilter().filter(made)
    return made


class LogTests(SimpleTestCase):
    """What a line holds."""

    def test_json_has_time_level_logger_message_and_context(self) -> None:
        with bind(update_id=7), bind(handler="start.start"):
            line = json.loads(JsonFormatter().format(record("sent %s", "it")))
        self.assertRegex(line.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$")
        self.assertEqual(
            line,
            {"level": "INFO", "logger": "botcore.bot", "message": "sent it", "update_id": 7, "handler": "start.start"},
        )

    def test_the_context_ends_with_its_block(self) -> None:
        with bind(update_id=7):
            pass
        self.assertNotIn("update_id", json.loads(JsonFormatter().format(record("later"))))

    def test_an_exception_is_one_field_of_one_line(self) -> None:
        try:
            raise ValueError("broken\nbadly")
        except ValueError:
            text = JsonFormatter().format(record("failed", error=sys.exc_info()[1]))
        self.assertNotIn("\n", text)
        self.assertIn("ValueError: broken\nbadly", json.loads(text)["exception"])

    def test_the_console_shows_the_same_for_eyes(self) -> None:
        with bind(chat_id=1):
            text = ConsoleFormatter().format(record("hello"))
        self.assertRegex(text, r"^\d\d:\d\d:\d\d INFO    botcore\.bot: hello  chat_id=1$")

    def test_a_token_is_hidden_wherever_it_stands(self) -> None:
        for formatter in (JsonFormatter(), ConsoleFormatter()):
            error = ValueError(f"POST https://api.telegram.org/bot{TOKEN}/sendMessage failed")
            self.assertNotIn("AAF-abc", formatter.format(record("call %s", TOKEN, error=error)))

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

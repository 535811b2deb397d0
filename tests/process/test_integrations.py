"""Sentry and OpenTelemetry for real, in processes of their own: what leaves, what stays, and life without them."""

from tests.collector import Collector
from tests.process.extras import SECRET, WITH_DJANGO, ExtrasTestCase
from tests.processes import Stack

CAPTURE = f"""
from botcore.errors.capture import capture
from botcore.errors.kinds import Source

def inner(text):
    jotted = "planted-{{}}".format("local")
    raise KeyError(text)

def outer():
    try:
        inner("{SECRET} password=planted-pass postgres://u:planted-word@host/name thepublickey")
    except KeyError as exc:
        raise ValueError("https://api.telegram.org/bot{SECRET}/getMe") from exc

try:
    outer()
except ValueError as exc:
    print("told:", capture(exc, source=Source.HANDLER, handler="start.start", update=7, chat_id=77001, user_id=77002))
    logging.getLogger("somebody").error("logged as well", exc_info=exc)
"""
STOP = """
since = time.monotonic()
integrations.stop()
print("stopped after", time.monotonic() - since)
"""


class AbsentTests(ExtrasTestCase):
    """Nothing of the extras is there unless it is wanted."""

    def test_neither_bot_nor_web_imports_what_is_not_configured(self) -> None:
        code = """
import botcore.management.commands.runbot, botproject.wsgi
from django.urls import get_resolver
from django.test import Client
get_resolver().url_patterns
Client().get("/healthz", headers={"host": "localhost"})
integrations.forward(ValueError(), {})
with integrations.span("update", kind="message") as span:
    span.set(state="done")
print("imported:", sorted({name.partition(".")[0] for name in sys.modules} & {"sentry_sdk", "opentelemetry"}))
"""
        self.assertEqual(self.run_code(code).output.splitlines()[-1], "imported: []")

    def test_a_package_that_is_broken_stops_no_page_and_is_named(self) -> None:
        code = """
from django.conf import settings
print(settings.CONFIGURATION_COMPLAINTS)
integrations.forward(ValueError(), {})
"""
        broken = "import sys; sys.modules['sentry_sdk'] = None\n"
        stack = self.enterContext(Stack(SENTRY_DSN="https://thekey@sentry.example/1"))
        running = stack.run("-c", broken + WITH_DJANGO + code)
        self.assertEqual(running.wait(), 0, running.output)
        self.assertIn("SENTRY_DSN: this cannot start (ModuleNotFoundError)", running.output)
        self.assertNotIn("thekey", running.output)


class SentryTests(ExtrasTestCase):
    """What Sentry gets."""

    def test_an_error_arrives_once_with_its_causes_and_without_secrets(self) -> None:
        with Collector() as collector:
            running = self.run_code(CAPTURE, SENTRY_DSN=collector.dsn, SENTRY_ENVIRONMENT="staging")
            (event,) = collector.events
            written = b"".join(body for _, body in collector.taken).decode()
        kinds = [error["type"] for error in event["exception"]["values"]]
        self.assertEqual(kinds, ["KeyError", "ValueError"])
        self.assertEqual(event["exception"]["values"][1]["value"], "https://api.telegram.org/bot[token]/getMe")
        self.assertEqual((event["release"], event["environment"]), ("botdeck@0.1.0", "staging"))
        self.assertEqual((event["level"], len(event["fingerprint"])), ("error", 1))
        told = running.output.partition("told: ")[2].split()[0]
        self.assertRegex(told, r"^[0-9A-Z]{4}-0007$")
        tags = {"handler": "start.start", "source": "handler", "reference": told}
        self.assertEqual(event["tags"], tags)
        self.assertEqual(event["contexts"]["botdeck"]["update"], "7")
        self.assertNotIn("AAplanted", written)
        self.assertNotIn("planted-pass", written)
        self.assertNotIn("planted-word", written)
        self.assertNotIn("thepublickey", event["exception"]["values"][0]["value"])
        self.assertNotIn("planted-local", written, "no locals")
        self.assertNotIn("7700", written, "no ids of people and chats")

    def test_a_line_of_the_log_arrives_as_a_message(self) -> None:
        code = 'integrations.forward(None, {"level": "fatal", "message": "the bot ended"})'
        with Collector() as collector:
            self.run_code(code, SENTRY_DSN=collector.dsn)
            (event,) = collector.events
        self.assertEqual((event["message"], event["level"]), ("the bot ended", "fatal"))

    def test_a_flood_is_cut_and_hostile_errors_do_no_harm(self) -> None:
        code = """
class Hostile(Exception):
    def __str__(self):
        raise RuntimeError("no text")

integrations.forward(Hostile(), {"update": Hostile()})
integrations.forward(ValueError("<b>\\u202e\\x00\\ud800" + "a.a." * 2000), {"level": object()})
for number in range(5000):
    integrations.forward(ValueError(number), {})
"""
        with Collector() as collector:
            running = self.run_code(code, SENTRY_DSN=collector.dsn)
            events = collector.events
        self.assertIn("errors were too many at once for Sentry", running.output)
        self.assertLess(len(events), 5000)
        values = [event["exception"]["values"][-1]["value"] for event in events]
        self.assertTrue(any(value.startswith("<b>") and len(value) <= 4000 for value in values), values[:3])


class EndTests(ExtrasTestCase):
    """The end of a process does not wait for those who do not answer."""

    def test_the_flush_is_bounded(self) -> None:
        code = CAPTURE + 'with integrations.span("update"):\n    pass\n' + STOP
        with Collector(holds=True) as collector:
            running = self.run_code(code, SENTRY_DSN=collector.dsn, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
        seconds = float(running.output.rpartition("stopped after ")[2])
        self.assertLess(seconds, 8.0, "the two packages by themselves would wait for 30 s and 10 s")

"""OpenTelemetry for real: the spans of a bot, their trace in the log, and a collector that is away."""

import json

from tests.collector import Collector
from tests.process.extras import ExtrasTestCase
from tests.processes import Stack


class OpenTelemetryTests(ExtrasTestCase):
    """What a collector gets from a real bot."""

    def test_an_update_is_a_span_its_calls_are_parts_of_it_and_texts_stay_here(self) -> None:
        with Collector() as collector, Stack() as stack:
            stack.migrate()
            stack.start_sandbox()
            headers = "api-key=the%20key"
            bot = stack.start_bot(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_EXPORTER_OTLP_HEADERS=headers)
            stack.say(1, "/about planted-words")
            collector.wait(1)
            self.assertEqual(bot.stop(), 0, bot.output)
            spans, sent = collector.spans, collector.headers
            written = b"".join(body for _, body in collector.taken)
        (update,) = [span for span in spans if span["name"] == "about.about"]
        self.assertEqual((update["kind"], update["state"], update["outcome"]), ("message", "done", "ok"))
        (answer,) = [span for span in spans if span["name"] == "sendMessage"]
        self.assertEqual((answer["trace"], answer["parent"]), (update["trace"], update["id"]))
        self.assertEqual((answer["method"], answer["outcome"], answer["failed"]), ("sendMessage", "ok", False))
        self.assertEqual({head["api-key"] for head in sent}, {"the key"})
        self.assertNotIn(b"planted-words", written)
        self.assertNotIn(b"sandbox", written, "no token")

    def test_log_lines_and_spans_carry_the_same_trace(self) -> None:
        code = """
with integrations.span("update", kind="message"):
    logging.getLogger("here").warning("inside")
    with integrations.span("sendMessage"):
        logging.getLogger("here").warning("further inside")
from botcore.logs import bind
with bind(trace_id="0af7651916cd43dd8448eb211c80319c"), integrations.span("known"):
    pass
with bind(trace_id="odd"), integrations.span("odd") as odd:
    odd.fail("ValueError")
"""
        with Collector() as collector:
            environment = {"LOG_FORMAT": "json", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
            running = self.run_code(code, **environment)
            spans = {span["name"]: span for span in collector.spans}
        lines = [json.loads(line)["trace_id"] for line in running.output.splitlines() if '"here"' in line]
        self.assertEqual(lines, [spans["update"]["trace"]] * 2)
        self.assertEqual(spans["known"]["trace"], "0af7651916cd43dd8448eb211c80319c")
        self.assertEqual((spans["odd"]["failed"], spans["odd"]["outcome"]), (True, "ValueError"))

    def test_a_collector_that_is_away_is_no_error(self) -> None:
        code = """
for _ in range(3):
    with integrations.span("update"):
        pass
"""
        running = self.run_code(code, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
        self.assertNotIn("Traceback", running.output)
        self.assertNotIn("ERROR", running.output)

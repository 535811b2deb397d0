"""What a request's log lines and its answer say of it."""

from unittest import mock

from botcore.logs import CONTEXT, ContextFilter
from dashboard import request_log
from tests.database.dashboard.data import PageTestCase

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class RequestLogTests(PageTestCase):
    """Ids and durations."""

    def test_the_answer_has_the_id_that_was_brought(self) -> None:
        response = self.client.get("/healthz", headers={"X-Request-ID": "load-balancer_7.1"})
        self.assertEqual(response.headers["X-Request-ID"], "load-balancer_7.1")

    def test_anything_else_gets_a_new_one(self) -> None:
        for brought in ("", "x" * 65, "a b", "<b>", "ü", "a\tb"):
            with self.subTest(brought):
                answered = self.client.get("/healthz", headers={"X-Request-ID": brought}).headers["X-Request-ID"]
                self.assertRegex(answered, r"^[0-9a-f]{16}$")

    def test_lines_of_a_request_have_its_context(self) -> None:
        headers = {"X-Request-ID": "seven", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        context_filter = ContextFilter()
        request_log.logger.addFilter(context_filter)
        self.addCleanup(request_log.logger.removeFilter, context_filter)
        with self.assertLogs("dashboard.request_log", "DEBUG") as logs:
            self.client.get("/healthz?token=abc", headers=headers)
        fields = logs.records[0].__dict__["fields"]
        self.assertEqual((fields["status"], fields["method"], fields["path"]), (200, "GET", "/healthz"))
        self.assertGreater(fields["duration_ms"], 0)
        context = logs.records[0].__dict__["context"]
        self.assertEqual(context, {"action": "request", "request_id": "seven", "trace_id": TRACE})
        self.assertNotIn("request_id", CONTEXT.get())

    def test_a_slow_one_is_a_line(self) -> None:
        with mock.patch.object(request_log, "SLOW_MS", 0.0), self.assertLogs("dashboard.request_log", "INFO") as logs:
            self.client.get("/healthz")
        self.assertIn("took long", logs.output[0])

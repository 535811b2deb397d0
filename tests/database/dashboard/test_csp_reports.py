"""The place to which browsers report: both forms, and everything else that anybody may send there."""

import json
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.test import Client, TestCase, override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from botcore import metrics
from botcore.accounts.models import LimitUse
from botcore.models import Event
from dashboard import csp_reports
from tests.database.dashboard.data import for_pages

ADDRESS = "/csp-report/"
NAMES = ["csp-report", "body", "type", "document-uri", "blocked-uri", "effective-directive"]
OLD, NEW = "application/csp-report", "application/reports+json"


def counted(directive: str) -> float:
    """Return what the metric says."""
    return float(metrics.CSP_REPORTS.labels(directive)._value.get())


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return lists and objects with the names that reports have."""
    return st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)


@for_pages
class ReportTests(TestCase):
    """Reports and what is none."""

    def setUp(self) -> None:
        csp_reports._looked_at.clear()
        self.client = Client(enforce_csrf_checks=True)

    def old(self, **facts: Any) -> int:
        """Send what `report-uri` means."""
        body = {
            "document-uri": "http://testserver/people/?search=secret",
            "violated-directive": "script-src-elem",
            "effective-directive": "script-src-elem",
            "blocked-uri": "https://user:password@evil.example/x.js?token=abc",
            **facts,
        }
        return self.send(json.dumps({"csp-report": body}))

    def new(self, *bodies: dict[str, Any]) -> int:
        """Send what the Reporting API means."""
        return self.send(json.dumps([{"type": "csp-violation", "age": 1, "body": body} for body in bodies]), NEW)

    def send(self, body: str | bytes, kind: str = OLD) -> int:
        """Send anything."""
        return self.client.post(ADDRESS, body, content_type=kind).status_code

    def test_a_report_is_counted_logged_and_an_event_without_what_may_be_secret(self) -> None:
        before = counted("script-src")
        with self.assertLogs("dashboard.csp_reports", "WARNING") as logs:
            self.assertEqual(self.old(), 204)
        self.assertEqual(counted("script-src"), before + 1)
        found = Event.objects.get(kind="csp")
        words = "/people/ wanted https://evil.example, which script-src-elem forbids"
        self.assertEqual(found.text, f"Content security policy: {words}")
        for secret in ("secret", "password", "token", "x.js"):
            self.assertNotIn(secret, found.text + logs.output[0])

    def test_the_newer_form_says_the_same(self) -> None:
        body = {"documentURL": "http://testserver/", "effectiveDirective": "style-src-attr", "blockedURL": "inline"}
        self.assertEqual(self.new(body), 204)
        self.assertEqual(
            Event.objects.get().text, "Content security policy: / wanted inline, which style-src-attr forbids"
        )

    def test_the_same_is_told_once_an_hour_and_counted_each_time(self) -> None:
        before = counted("script-src")
        for _ in range(5):
            self.old()
        self.assertEqual((Event.objects.count(), counted("script-src")), (1, before + 5))
        LimitUse.objects.update(at=F("at") - timedelta(hours=1))
        self.old()
        self.assertEqual(Event.objects.count(), 2)

    def test_a_flood_of_different_ones_is_counted_and_forgotten(self) -> None:
        for number in range(100):
            self.assertEqual(self.old(**{"blocked-uri": f"https://{number}.example"}), 204)
        self.assertEqual(Event.objects.count(), 5)
        self.assertEqual(LimitUse.objects.count(), 10)
        with self.assertNumQueries(0):
            self.old(**{"blocked-uri": "https://another.example"})

    def test_invented_directives_crowd_out_none_that_pages_know(self) -> None:
        for number in range(100):
            self.old(
                **{"effective-directive": f"made-up-{'x' * (number % 30)}", "blocked-uri": f"https://{number}.example"}
            )
        self.assertEqual(Event.objects.count(), 5)
        self.old(**{"effective-directive": "img-src"})
        self.old()
        texts = list(Event.objects.order_by("-pk").values_list("text", flat=True)[:2])
        self.assertIn("script-src-elem", texts[0])
        self.assertIn("img-src", texts[1])

    def test_nor_does_one_that_they_know_another(self) -> None:
        for number in range(100):
            self.old(**{"blocked-uri": f"https://{number}.example"})
        self.old(**{"effective-directive": "img-src"})
        self.assertIn("img-src", Event.objects.latest("pk").text)

    def test_reports_of_other_sites_and_unknown_directives(self) -> None:
        self.old(**{"document-uri": "https://evil.example/"})
        self.assertEqual(Event.objects.count(), 0)
        before = counted("other")
        self.old(**{"effective-directive": "no-such-thing"})
        self.assertEqual(counted("other"), before + 1)

    def test_what_is_no_report_is_taken_and_nothing_comes_of_it(self) -> None:
        deep = "[" * 100_000
        violation = '[{"type": "csp-violation", "body": %s}]'
        junk: list[str | bytes] = ["", "x", "{}", "[]", "null", "1", b"\xff\xfe", deep[:16_000], deep]
        junk += ['{"csp-report": 1}', '{"csp-report": {"document-uri": []}}', '[{"type": "csp-violation"}]']
        junk += [violation % '{"documentURL": "http://[", "effectiveDirective": "x"}', violation % "[1]"]
        junk += ['{"csp-report": {"document-uri": "http://testserver/", "effective-directive": 7}}']
        for body in junk:
            for kind in (OLD, NEW, "text/plain", "multipart/form-data; boundary=x"):
                self.assertEqual(self.send(body, kind), 204, body[:40])
        self.assertEqual(Event.objects.count(), 0)

    def test_hostile_words_do_not_get_into_lines(self) -> None:
        self.old(**{"document-uri": "http://testserver/\u202e\n\x00<b>", "blocked-uri": "data:x\nERROR root: forged"})
        text = Event.objects.get().text
        self.assertNotIn("\n", text)
        self.assertNotIn("\u202e", text)

    def test_a_directive_is_a_word(self) -> None:
        for directive in ("script-src\nERROR\tbotcore:", "script-src\N{NO-BREAK SPACE}x", "SCRIPT", "x" * 41):
            self.assertEqual(self.old(**{"effective-directive": directive}), 204)
        self.assertEqual([row.text for row in Event.objects.all() if "\n" in row.text or "ERROR" in row.text], [])

    def test_only_by_post(self) -> None:
        self.assertEqual(self.client.get(ADDRESS).status_code, 405)

    def test_any_json(self) -> None:
        @settings(max_examples=100)
        @given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), nested, max_leaves=12))
        def send(body: Any) -> None:
            self.assertEqual(self.send(json.dumps(body)), 204)

        send()

    @override_settings(SECOND_FACTOR="required")
    def test_it_is_open_also_to_who_is_kept_out_elsewhere(self) -> None:
        self.assertEqual(self.old(), 204)

"""Pages of several processes as one: each family once, each line with its process, and nothing that is no page."""

from django.test import SimpleTestCase
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from botcore import metrics
from botcore.instruments import DECLARED, REGISTRY, WEB_REGISTRY
from botcore.monitoring.text_format import Page
from botcore.monitoring.writer import text_of

POLLS = """# HELP botdeck_polls_total Polls.
# TYPE botdeck_polls_total counter
botdeck_polls_total{outcome="ok"} 3.0
"""
SPACE = "# HELP a_space A.\n# TYPE a_space gauge\n"
WAITING = "# HELP botdeck_waiting Waiting.\n# TYPE botdeck_waiting gauge\nbotdeck_waiting 7.0\n"


def put_together(*pages: tuple[str, str]) -> str:
    """Return one page of (process, page)."""
    whole = Page()
    for process, text in pages:
        whole.add(text, process)
    return whole.text()


class WriterTests(SimpleTestCase):
    """Our writer against the library's."""

    def test_all_that_is_declared_is_written_as_the_library_writes_it(self) -> None:
        metrics.API_DURATION.labels("sendMessage").observe(0.3)
        metrics.UPDATES_RECEIVED.labels("message").inc(1_234_567)
        for registry in (REGISTRY, WEB_REGISTRY):
            self.assertEqual(text_of(DECLARED[registry]), generate_latest(registry).decode())

    def test_odd_values_and_labels_as_well(self) -> None:
        registry = CollectorRegistry()
        gauge = Gauge("odd", 'A "help"\nof \\ two lines.', ["b", "a"], registry=registry)
        for number, value in enumerate((float("nan"), float("inf"), -1e-9, 1e6, 123456789.125, -0.0, 1e300)):
            gauge.labels('quoted " and \\ and\nanother line', str(number)).set(value)
        counter = Counter("plain", "Plain.", registry=registry)
        histogram = Histogram("spread", "Spread.", ["z"], buckets=(0.5, 1, 1e7), registry=registry)
        histogram.labels("é").observe(0.7)
        self.assertEqual(text_of([gauge, counter, histogram]), generate_latest(registry).decode())


class PageTests(SimpleTestCase):
    """Putting together."""

    def test_each_family_has_one_head_and_each_line_its_process(self) -> None:
        text = put_together(("one:1", POLLS + WAITING), ("two:2", POLLS))
        self.assertEqual(
            text,
            "# HELP botdeck_polls_total Polls.\n# TYPE botdeck_polls_total counter\n"
            'botdeck_polls_total{process="one:1",outcome="ok"} 3.0\n'
            'botdeck_polls_total{process="two:2",outcome="ok"} 3.0\n'
            "# HELP botdeck_waiting Waiting.\n# TYPE botdeck_waiting gauge\n"
            'botdeck_waiting{process="one:1"} 7.0\n',
        )

    def test_whatever_a_bot_says_comes_out_as_it_was(self) -> None:
        own = text_of(DECLARED[REGISTRY])
        before = [family for family in text_string_to_metric_families(own) if family.samples]
        after = list(text_string_to_metric_families(put_together(('a "host"\\', own))))
        for family in after:
            for sample in family.samples:
                self.assertEqual(sample.labels.pop("process"), 'a "host"\\')
        self.assertEqual(after, before)

    def test_what_is_no_page_is_left_out_and_the_rest_of_it_stays(self) -> None:
        for garbage in (
            "",
            "no metrics at all",
            "<html># HELP </html>",
            POLLS[:-4],  # cut short
            POLLS.replace("3.0", "three"),
            POLLS.replace("counter", "enigma"),
            POLLS.replace('"ok"', '"ok'),
            POLLS.replace('outcome="ok"', 'process="two:2"'),
            POLLS + "botdeck_polls_other 1.0\n",
            POLLS + "\n",
            POLLS.replace("# TYPE botdeck_polls_total", "# TYPE another"),
            f"{SPACE}a_space {'1' * 5}x\n",
        ):
            with self.subTest(garbage):
                self.assertEqual(put_together(("one:1", garbage)), "")
                self.assertEqual(put_together(("one:1", garbage + WAITING)), put_together(("one:1", WAITING)))

    def test_another_version_with_another_type_does_not_make_two_families_of_one(self) -> None:
        other = POLLS.replace("counter", "gauge")
        self.assertEqual(put_together(("one:1", POLLS), ("two:2", other)), put_together(("one:1", POLLS)))

    def test_a_family_that_a_process_names_twice_counts_once(self) -> None:
        self.assertEqual(put_together(("one:1", POLLS + POLLS)), put_together(("one:1", POLLS)))

    def test_what_is_added_to_a_copy_is_not_in_the_original(self) -> None:
        whole = Page()
        whole.add(POLLS, "one:1")
        copy = whole.copy()
        copy.add(POLLS, "two:2")
        self.assertEqual((whole.text().count("process="), copy.text().count("process=")), (1, 2))

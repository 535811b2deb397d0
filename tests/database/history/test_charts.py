"""Charts by name and the newest figures, from the history and the rooms' own rows."""

from datetime import UTC, datetime, timedelta

from django.test import TestCase
from django.utils import timezone, translation
from django.utils.translation import gettext

from botcore.charts.picture import picture
from botcore.charts.scales import Unit
from botcore.exceptions import ValidationError
from botcore.models import OutgoingState, State
from botcore.monitoring.glance import Figure, newest_figures
from botcore.monitoring.history.chart_selectors import SPANS, chart_names, chart_of, series_names
from botcore.monitoring.history.charts import CHARTS
from botcore.monitoring.history.series import SERIES
from botcore.monitoring.models import Step
from tests.database.dashboard.data import outgoing, person, update
from tests.database.history.samples import count
from tests.database.history.test_selectors import sample

NOW = datetime(2026, 3, 10, 12, 30, 20, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class ChartOfTests(TestCase):
    """A chart by its name."""

    def test_a_chart_has_its_unit_and_a_number_for_each_point(self) -> None:
        minute = NOW.replace(second=0)
        sample("updates_received", Step.MINUTE, minute - 10 * MINUTE, 120)
        sample("updates_processed", Step.MINUTE, minute - 10 * MINUTE, 60)
        found = chart_of("updates", "1h", now=NOW)
        self.assertEqual((found.given.title, found.given.suffix, found.given.unit), ("Updates", "/s", Unit.NUMBER))
        self.assertEqual((found.since, found.until), (minute - HOUR, minute + MINUTE))
        lines = {name: list(numbers) for name, _, numbers in found.given.lines}
        self.assertEqual(list(lines), ["received", "processed", "failed"])
        self.assertEqual([(at, value) for at, value in enumerate(lines["received"]) if value is not None], [(50, 2.0)])
        self.assertEqual(lines["processed"][50], 1.0)
        self.assertEqual((len(lines["failed"]), found.is_empty), (61, False))

    def test_every_chart_and_every_series_has_a_picture_in_every_range(self) -> None:
        for name in (*chart_names(), *series_names()):
            with self.subTest(name):
                found = chart_of(name, "1h", now=NOW)
                self.assertTrue(found.is_empty)
                self.assertTrue(1 <= len(found.given.lines) <= 4)
        for span, length in SPANS.items():
            with self.subTest(span):
                found = chart_of("errors", span, now=NOW)
                self.assertGreaterEqual(found.until - found.since, length)
                self.assertLessEqual(len(found.given.lines[0][2]), 126)
                self.assertTrue(picture(found).startswith(b"\x89PNG"))

    def test_no_series_is_without_a_chart(self) -> None:
        self.assertEqual({*SERIES} - {*chart_names(), *series_names()}, set())
        self.assertFalse({*chart_names()} & {*series_names()})

    def test_an_unknown_name_or_range_is_told_what_there_is(self) -> None:
        with self.assertRaisesRegex(ValidationError, "There is no chart named nonsense. There are: updates, errors, "):
            chart_of("nonsense", "1h")
        with self.assertRaisesRegex(ValidationError, "1y"):
            chart_of("updates", "2h")

    def test_what_charts_show_is_said_in_russian_too(self) -> None:
        with translation.override("ru"):
            for chart in CHARTS:
                for words in (chart.title, chart.help):
                    self.assertNotEqual(gettext(words), words)


class NewestFiguresTests(TestCase):
    """What an operator sees at a glance."""

    def figures(self) -> dict[str, Figure]:
        return {figure.name: figure for figure in newest_figures()}

    def test_an_empty_project_has_zeros_and_says_what_is_not_known(self) -> None:
        found = self.figures()
        self.assertEqual(
            {name: figure.text for name, figure in found.items()},
            {
                "updates": "0", "handling": "–", "errors": "–", "backlog": "0", "oldest": "0", "outbox": "0",
                "open_errors": "0", "people": "0", "new_people": "0", "processes": "0",
            },
        )  # fmt: skip

    def test_they_are_read_from_where_they_are(self) -> None:
        minute = timezone.now().replace(second=0, microsecond=0)
        count(minute - MINUTE, 12)
        buckets = (0, 0, 0, 0, 0, 0, 100)
        sample("update_latency", Step.MINUTE, minute - 2 * MINUTE, 7.5, count=100, buckets=buckets)
        sample("errors", Step.MINUTE, minute - 5 * MINUTE, 4)
        sample("errors", Step.MINUTE, minute - 7 * MINUTE, 3)
        person(1, "Alice")
        update(State.PENDING)
        outgoing(OutgoingState.QUEUED)
        outgoing(OutgoingState.SENT)
        found = self.figures()
        said = ("updates", "errors", "backlog", "outbox", "people", "new_people")
        self.assertEqual([found[name].value for name in said], [12, 7, 1, 1, 1, 1])
        self.assertEqual(found["handling"].text, "97.5\N{NO-BREAK SPACE}ms")

    def test_their_words_are_said_in_russian_too(self) -> None:
        with translation.override("ru"):
            for figure in newest_figures():
                self.assertNotEqual(gettext(figure.words), figure.words)

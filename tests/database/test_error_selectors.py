"""Reading errors: lists in order, sparklines and days, codes, and payloads that are broken in every way."""

import json
from datetime import UTC, timedelta
from typing import Any

from django.db import connection
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botcore.errors import detail, lookup, selectors, services
from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorHour
from botcore.errors.selection import OPEN, GroupSelection, waiting
from botcore.errors.trace import read_trace
from botcore.paging import Place
from botcore.texts.visible import visible
from tests.database.errors import PAYLOAD, error, hour, mark, met, occurrence

SORTS = ("last_seen", "count", "people")


class ListTests(TestCase):
    """Lists."""

    def test_states_are_merged_in_one_order_and_equal_places_are_not_lost(self) -> None:
        seen = timezone.now()
        for number in range(12):
            error(f"E{number:02d}", list(GroupState)[number % 5], last_seen=seen, count=7)
        for sort in SORTS:
            titles, cursor = [], ""
            while True:
                page = selectors.groups(sort=sort, place=Place(cursor), size=5)
                titles += [row.title for row in page.rows]
                if not (cursor := page.older):
                    break
            with self.subTest(sort):
                self.assertEqual(titles, [f"E{number:02d}" for number in range(11, -1, -1)])

    def test_every_page_is_read_by_an_index_of_its_state(self) -> None:
        error()
        for sort in SORTS:
            with CaptureQueriesContext(connection) as asked:
                selectors.groups(
                    GroupSelection("open"), sort=sort, place=Place("before.1.1" if sort != "last_seen" else "")
                )
            lists = [query["sql"] for query in asked if "ORDER BY" in query["sql"] and "errorgroup" in query["sql"]]
            self.assertEqual(len(lists), 3)
            self.assertTrue(all(f"\"state\" = '{state}'" in sql for sql, state in zip(lists, OPEN, strict=True)))
            self.assertTrue(all("OFFSET" not in sql and "LIMIT" in sql for sql in lists))

    def test_counts_stop_at_their_cap(self) -> None:
        for number in range(7):
            error(state=GroupState.NEW if number < 5 else GroupState.RESOLVED)
        self.assertEqual(selectors.tab_counts(cap=3), {"open": 4, "new": 4, "regressed": 0, "ongoing": 0, "muted": 0,
                                                       "resolved": 2, "all": 4})  # fmt: skip
        self.assertEqual((waiting().count(), waiting(cap=2).count()), (5, 2))

    def test_sparklines_add_up_the_fingerprints_of_24_hours(self) -> None:
        row = error()
        first, second = row.fingerprints.get(), mark(row)
        for ago, count in ((0, 3), (23, 5), (24, 100)):
            hour(first, ago, count)
        hour(second, 0, 4)
        hour(second, -3, 9)  # a clock that ran ahead
        line = selectors.sparklines([row.pk])[row.pk]
        self.assertEqual((line[-1], line[0], sum(line), len(line)), (7, 5, 12, 24))

    def test_days_are_those_of_utc(self) -> None:
        row = error()
        midnight = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = [(midnight - timedelta(hours=1), 2), (midnight, 3), (midnight - timedelta(days=27), 5)]
        rows.append((midnight - timedelta(days=27, hours=1), 100))
        own = row.fingerprints.get()
        ErrorHour.objects.bulk_create([ErrorHour(fingerprint=own, hour=at, count=count) for at, count in rows])
        found = detail.group(row.pk)
        assert found
        counts = [day.count for day in found.days]
        self.assertEqual((counts[-1], counts[-2], counts[0], sum(counts), len(counts)), (3, 2, 5, 10, 28))

    def test_a_person_met_each_error_once(self) -> None:
        row = error()
        met(row.fingerprints.get(), [7, 8])
        met(mark(row), [7])
        self.assertEqual([found.id for found in selectors.met_by(7)], [row.pk])
        self.assertEqual(selectors.met_by(9), [])


class LookupTests(TestCase):
    """Ways to an error."""

    def test_of_several_events_with_a_code_the_newest_is_meant(self) -> None:
        row = error()
        occurrence(row, 1, reference="7K2Q-X9MB")
        second = occurrence(row, 2, reference="7K2Q-X9MB")
        self.assertEqual(lookup.by_reference("7k2q x9mb"), lookup.Found(row.pk, second.pk, "7K2Q-X9MB"))

    def test_of_several_fingerprints_with_a_prefix_the_one_seen_last_is_meant(self) -> None:
        now = timezone.now()
        rows = [error(last_seen=now - timedelta(days=days)) for days in (3, 1, 2)]
        for number, row in enumerate(rows):
            row.fingerprints.update(value=f"abcde000000{number}")
        found = lookup.by_reference("NF6Y-0001")
        assert found
        self.assertEqual((found.group_id, found.event_id), (rows[1].pk, None))

    def test_nonsense_finds_nothing(self) -> None:
        error()
        for code in ("", "-", "UUUU-UUUU", "7K2Q", "x" * 10_000, "\x00\ud83d", "７K2Q-X9MB"):
            with self.subTest(code[:10]):
                self.assertIsNone(lookup.by_reference(code))
                self.assertIsNone(lookup.by_words(code))

    def test_a_merged_error_is_found_through_several_merges(self) -> None:
        rows = [error() for _ in range(3)]
        services.merge(into=rows[1].pk, others=[rows[0].pk], by="alice")
        services.merge(into=rows[2].pk, others=[rows[1].pk], by="alice")
        self.assertEqual([lookup.merged_into(row.pk) for row in rows], [rows[2].pk, rows[2].pk, None])
        self.assertIsNone(lookup.merged_into(rows[0].pk * 10 + 1))


class TraceTests(SimpleTestCase):
    """Payloads."""

    def test_frames_come_the_most_recent_call_first_with_numbered_lines(self) -> None:
        first, cause = read_trace(json.dumps(PAYLOAD)).exceptions
        self.assertEqual([frame.function for frame in first.frames], ["start", "wait_for"])
        self.assertEqual([(line.number, line.is_here) for line in first.frames[0].lines],
                         [(10, False), (11, False), (12, True), (13, False)])  # fmt: skip
        self.assertEqual((first.link, cause.link), ("", "caused by"))
        self.assertTrue(first.frames[0].is_innermost)

    def test_frames_of_libraries_stand_together(self) -> None:
        frames = [{"in_app": ours} for ours in (True, False, False, True, True, False)]
        (raised,) = read_trace(json.dumps({"exceptions": [{"frames": frames}]})).exceptions
        self.assertEqual([len(block.frames) for block in raised.blocks], [1, 1, 1, 2, 1])

    def test_endless_payloads_are_cut(self) -> None:
        frame = {"locals": {str(n): "" for n in range(60)}, "before": [""] * 30}
        raised = {"message": "z" * 99_000, "frames": [{"locals": {"x": "x" * 9000}}, *[frame] * 110, frame]}
        trace = read_trace(json.dumps({"exceptions": [raised] * 21, "context": {str(n): n for n in range(900)}}))
        self.assertEqual((len(trace.exceptions), len(trace.context)), (20, 50))
        shown = trace.exceptions[0].frames[0]
        self.assertEqual((len(trace.exceptions[0].frames), len(shown.locals), len(shown.lines)), (100, 50, 20))
        self.assertIn("… and 95,000 more characters", trace.exceptions[0].message)

    def test_whatever_is_odd_is_left_out(self) -> None:
        for payload in ("", "{", "[]", "7", '"x"', "null", "[" * 99_999, '{"context": ' + "9" * 9999 + "}"):
            with self.subTest(payload[:12]):
                self.assertTrue(read_trace(payload).is_broken)
        odd: list[Any] = [None, True, 1.5, "x", [1], {"a": [1]}, [[[]]]]
        for name in ("exceptions", "breadcrumbs", "request", "context"):
            for value in (*odd, odd):
                self.assertFalse(read_trace(json.dumps({name: value})).is_broken)
        fields = ("type", "module", "message", "link", "frames", "file", "function", "line", "before", "code", "locals")
        for value in odd:
            crumb: dict[str, object] = {"at": value, "kind": value, "level": value, "category": value, "text": value}
            thing = dict.fromkeys(fields, value)
            made = {"exceptions": [{**thing, "frames": [thing]}], "breadcrumbs": [crumb]}
            self.assertEqual(len(read_trace(json.dumps(made)).crumbs), 1)


class VisibleTests(SimpleTestCase):
    """What does not show is shown as an escape."""

    def test_what_hides_is_an_escape_and_what_people_write_is_not(self) -> None:
        for text, shown in {
            "\x00\x1b[31m\x7f\x9f": r"\u0000\u001b[31m\u007f\u009f",
            "\u202e\u2066\u200e\u061c\u200b\ufeff\xad": r"\u202e\u2066\u200e\u061c\u200b\ufeff\u00ad",
            "\ud83d": r"\ud83d",
            "\U000e0041": r"\U000e0041",
            "a\tb\nc": "a\tb\nc",
            "שלום 👨‍👩‍👧 ❤️ ﷽ é": "שלום 👨‍👩‍👧 ❤️ ﷽ é",
        }.items():
            with self.subTest(shown):
                self.assertEqual(visible(text), shown)

    def test_a_long_text_says_how_much_is_missing(self) -> None:
        self.assertEqual(visible("x" * 1300, 10), "xxxxxxxxxx … and 1,290 more characters")
        self.assertEqual(visible("x" * 10, 10), "x" * 10)

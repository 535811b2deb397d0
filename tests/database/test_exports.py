"""Exports: every kind in both forms, hostile texts, the limit of a file's size, and constant memory."""

import csv
import json
import tempfile
import tracemalloc
import uuid
from datetime import UTC, datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import TestCase, override_settings
from django.utils import timezone

from botcore import sql
from botcore.exceptions import ValidationError
from botcore.exports.kinds import EXPORTS
from botcore.exports.rows import batches
from botcore.exports.selectors import Written, stream_export, write_export
from botcore.logs import redact
from botcore.models import Event, Level, OutgoingState, Priority, State
from botcore.people.privacy import Reader
from tests.database.dashboard.data import event, group, message, outgoing, person, private, update
from tests.database.dashboard.hostile import hostile

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TOKEN = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1")


def exported(kind: str, form: str) -> str:
    """Return the whole export."""
    return b"".join(stream_export(kind, form, reader=Reader())).decode()


def table(kind: str) -> list[dict[str, str]]:
    """Return the rows as a spreadsheet reads them."""
    text = exported(kind, "csv")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:], newline="")))


def objects(kind: str) -> list[dict[str, Any]]:
    """Return the rows as a program reads them."""
    return [json.loads(line) for line in exported(kind, "jsonl").splitlines()]


def many_events(count: int) -> None:
    """Create so many events of 200 characters."""
    now = timezone.now()
    Event.objects.bulk_create(
        (Event(key=uuid.uuid4(), at=now, level=Level.INFO, kind="test", text="x" * 200) for _ in range(count)),
        batch_size=5000,
    )


def many_chats(count: int) -> None:
    """Create so many groups, all by one statement: models would take longer than the test."""
    sql.execute(
        """
        INSERT INTO botcore_chat (id, type, title, username, is_forum, reach, first_seen, last_seen)
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
        SELECT n, 'group', 'A garden that is called so that its row is not too short', '', false, 'open', %s, %s
        FROM numbers
        """,
        [count, *[sql.adapt(NOON)] * 2],
    )


class ExportTests(TestCase):
    """What leaves."""

    def test_an_empty_table_has_a_header_and_no_row(self) -> None:
        for kind, export in EXPORTS.items():
            with self.subTest(kind):
                self.assertEqual(
                    exported(kind, "csv"), "\ufeff" + ",".join(f'"{name}"' for name in export.header) + "\r\n"
                )
                self.assertEqual(exported(kind, "jsonl"), "")

    def test_the_newest_row_stands_first_with_its_values(self) -> None:
        alice = person(1, "Алиса", username="alice", first_seen=NOON, last_seen=NOON)
        person(2, "Bob", messages_on=False)
        bob, first = table("people")
        self.assertEqual((bob["id"], bob["first_name"], bob["messages_on"]), ("2", "Bob", "no"))
        self.assertEqual((first["first_name"], first["username"], first["messages_on"]), ("Алиса", "alice", "yes"))
        self.assertEqual(first["first_seen"], "2026-03-10 12:00:00")
        self.assertEqual(objects("people")[1]["first_seen"], "2026-03-10T12:00:00+00:00")
        self.assertEqual(objects("people")[1]["id"], alice.id)

    def test_what_was_said_is_read_out_of_updates_and_messages(self) -> None:
        update(State.DEAD, raw='{"message": {"text": "Привет"}}', error="KeyError: 'x'")
        row = update(raw='{"message": {"photo": [1], "caption": "A cat"}}')
        outgoing(OutgoingState.SENT, update=row, payload='{"text": "Hello"}', priority=Priority.ALERT)
        photo, text = objects("updates")
        self.assertEqual((photo["text"], photo["media"]), ("A cat", "photo"))
        self.assertEqual((text["text"], text["media"], text["error"]), ("Привет", "", "KeyError: 'x'"))
        (said,) = objects("messages")
        self.assertEqual((said["text"], said["update"], said["priority"]), ("Hello", row.pk, "alert"))

    def test_every_kind_has_its_rows(self) -> None:
        alice = person(1, "Alice")
        private(alice)
        group(-100123, "Garden")
        message(alice, "Hello")
        event("The database was away for 12 s.")
        hostile()
        self.assertEqual([row["id"] for row in objects("chats")], [1, -100123])
        self.assertEqual([row["text"] for row in objects("feedback")], ["Hello"])
        self.assertEqual([row["text"] for row in objects("events")], ["The database was away for 12 s."])
        self.assertIn("<script>", objects("errors")[0]["title"])

    def test_a_text_is_no_formula_and_a_number_stays_one(self) -> None:
        for number, text in enumerate(FORMULAS, 1):
            group(-number, text)
        self.assertEqual([row["title"] for row in table("chats")], [f"'{text}" for text in FORMULAS])
        self.assertEqual([row["id"] for row in table("chats")], [str(-number) for number in range(1, 9)])
        self.assertEqual([row["title"] for row in objects("chats")], list(FORMULAS))

    def test_a_text_is_no_formula_for_a_spreadsheet_that_cuts_at_semicolons_or_tabs_either(self) -> None:
        texts = {
            "x;=1+1": "x;'=1+1",
            "x;  @SUM(1)": "x;  '@SUM(1)",
            "x\t-2": "x\t'-2",
            "x\n+cmd": "x\n'+cmd",
            "=1;=2": "'=1;'=2",
            "a; b, c - d": "a; b, c - d",
            ";=1+1|cmd": ";'=1+1|cmd",
            "\N{ZERO WIDTH SPACE}=1": "'\N{ZERO WIDTH SPACE}=1",
            "\N{NO-BREAK SPACE}=1": "'\N{NO-BREAK SPACE}=1",
            'a";=1;"': 'a";\'=1;"',
        }
        for text in texts:
            event(text)
        self.assertEqual([row["text"] for row in table("events")], list(texts.values())[::-1])
        self.assertEqual([row["text"] for row in objects("events")], list(texts)[::-1])
        for cells in csv.reader(StringIO(exported("events", "csv")), delimiter=";"):
            self.assertEqual([cell for cell in cells if cell.startswith(("=", "+", "-", "@"))], [])

    def test_every_cell_is_quoted(self) -> None:
        event("x")
        _head, line = exported("events", "csv").splitlines()
        self.assertTrue(all(cell[:1] == cell[-1:] == '"' for cell in line.split(",")), line)

    def test_hostile_texts_stay_in_their_cell_and_their_line(self) -> None:
        texts = [
            'a "quote", a comma',
            "two\nlines\r\nmore",
            "\u2028\u2029\x85 \u202egnp",
            "x" * 100_000,
            "😀 \ufeff",
            "'",
        ]
        for text in texts:
            event(text)
        self.assertEqual([row["text"] for row in table("events")], texts[::-1])
        self.assertEqual([row["text"] for row in objects("events")], texts[::-1])
        update(raw='{"message": {"text": "half \\ud83d and \\u0000 null"}}')
        self.assertEqual(objects("updates")[0]["text"], "half ? and  null")
        self.assertEqual(table("updates")[0]["text"], "half ? and  null")

    @override_settings(TELEGRAM_BOT_TOKEN=TOKEN)
    def test_what_is_hidden_in_rows_stays_hidden(self) -> None:
        event(redact(f"failed: https://api.telegram.org/bot{TOKEN}/getMe"))
        update(State.DEAD, error=redact(f"InvalidToken: {TOKEN}"))
        outgoing(OutgoingState.FAILED, error=redact(f"InvalidToken: {TOKEN}"), key="secret-key")
        for kind in EXPORTS:
            for form in ("csv", "jsonl"):
                with self.subTest(kind=kind, form=form):
                    text = exported(kind, form)
                    for secret in (TOKEN, TOKEN.partition(":")[2], "secret-key", settings.SECRET_KEY):
                        self.assertNotIn(secret, text)

    def test_an_unknown_kind_or_form_is_refused_at_once(self) -> None:
        for kind, form in (("settings", "csv"), ("people", "xlsx")):
            with self.subTest(kind, form=form), self.assertRaises(ValidationError):
                stream_export(kind, form, reader=Reader())


class ManyRowsTests(TestCase):
    """Tables that do not fit into memory."""

    def test_each_row_leaves_once_a_batch_at_a_time(self) -> None:
        many_events(4100)
        with self.assertNumQueries(4):
            sizes = [len(rows) for rows in batches(EXPORTS["events"], Reader())]
        self.assertEqual(sizes, [100, 2000, 2000])
        ids = [row["id"] for row in objects("events")]
        self.assertEqual(ids, sorted(Event.objects.values_list("id", flat=True), reverse=True))

    def test_rows_that_come_meanwhile_do_not_keep_it_from_its_end(self) -> None:
        many_events(2001)
        seen = 0
        for rows in batches(EXPORTS["events"], Reader()):
            seen += len(rows)
            many_events(2000)
            self.assertLess(seen, 4000)
        self.assertEqual(seen, 2001)

    def test_fifty_thousand_rows_take_no_more_memory_than_the_first_six_thousand(self) -> None:
        many_chats(50_000)
        tracemalloc.start()
        try:
            blocks = stream_export("chats", "csv", reader=Reader())
            size = sum(len(block) for block in islice(blocks, 3))
            few = tracemalloc.get_traced_memory()[1]
            tracemalloc.reset_peak()
            size += sum(len(block) for block in blocks)
            self.assertLess(tracemalloc.get_traced_memory()[1], 1.2 * few)
        finally:
            tracemalloc.stop()
        self.assertGreater(size, 50_000 * 100)


class FileTests(TestCase):
    """An export as a file."""

    def setUp(self) -> None:
        self.path = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="botdeck-"))) / "events.csv"

    def written(self, most_bytes: int = 10**9, form: str = "csv") -> Written:
        return write_export("events", form, self.path, most_bytes=most_bytes, reader=Reader())

    def test_it_is_what_the_panel_sends(self) -> None:
        many_events(2100)
        for form in ("csv", "jsonl"):
            with self.subTest(form):
                found = self.written(form=form)
                self.assertEqual(self.path.read_bytes(), b"".join(stream_export("events", form, reader=Reader())))
                self.assertEqual((found.rows, found.is_cut, found.size), (2100, False, self.path.stat().st_size))

    def test_an_empty_table_is_a_file_too(self) -> None:
        self.assertEqual((self.written().rows, self.written().is_cut), (0, False))
        self.assertEqual(self.written(form="jsonl").size, 0)

    def test_it_ends_with_a_whole_row_before_its_limit_and_says_so(self) -> None:
        many_events(2100)
        whole = self.written()
        found = self.written(whole.size // 2)
        self.assertTrue(found.is_cut)
        self.assertLessEqual(found.size, whole.size // 2)
        self.assertGreater(found.size, whole.size // 2 - 300)
        self.assertEqual(self.path.stat().st_size, found.size)
        rows = list(csv.DictReader(StringIO(self.path.read_text("utf-8-sig"), newline="")))
        self.assertEqual(len(rows), found.rows)
        newest = Event.objects.order_by("-id").values_list("id", flat=True)[: found.rows]
        self.assertEqual([int(row["id"]) for row in rows], list(newest))
        self.assertFalse(self.written(whole.size).is_cut)
        self.assertTrue(self.written(whole.size - 1).is_cut)

    def test_a_failure_leaves_the_old_file_and_no_part_of_the_new_one(self) -> None:
        self.path.write_text("old")
        with self.assertRaises(ValidationError):
            write_export("nonsense", "csv", self.path, most_bytes=100, reader=Reader())
        many_events(1)
        self.path.unlink()
        self.path.mkdir()  # a file cannot take its place
        with self.assertRaises(OSError):
            self.written()
        self.assertEqual(list(self.path.parent.iterdir()), [self.path])

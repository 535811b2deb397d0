"""The recorder when more goes wrong than an outage: the disk, a bad record, a silent database, too much at once."""

import errno
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError, ProgrammingError
from django.test import SimpleTestCase, TestCase

from botcore import metrics
from botcore.recorder import EVENT, Recorder
from botcore.recorder.delivery import is_refusal
from botcore.recorder.lines import make_line, read_line
from botcore.recorder.recorder import MEMORY
from tests.database.recording import Shelf, put, recorder, running, spool_files, until
from tests.unit.test_files import new_directory, tiny_disk


def dropped() -> float:
    """Return the metric."""
    return float(metrics.RECORDS_DROPPED._value.get())


def resident() -> int:
    """Return this process' memory in KiB."""
    text = Path("/proc/self/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1])


class DiskTests(TestCase):
    """SPOOL_DIR cannot be written."""

    def setUp(self) -> None:
        """Let the database be away and a file be where SPOOL_DIR should be."""
        self.shelf = Shelf()
        self.shelf.away = True
        self.directory = new_directory(self) / "spool"
        self.directory.touch()

    def events(self) -> list[dict[str, Any]]:
        """Return the events that the recorder itself made."""
        return [record for record in self.shelf.kept.values() if record.get("kind") == "spool_full"]

    async def test_one_complaint_one_event_and_all_is_written_when_the_database_is_back(self) -> None:
        one = recorder(self.shelf, self.directory)
        with self.assertLogs("botcore.recorder", "INFO") as logs:
            async with running(one):
                for number in range(3):
                    put(one, number)
                    await until(lambda tries=self.shelf.tries: self.shelf.tries > tries, "another try")  # type: ignore[misc]
                await until(lambda: one.spooled == 4, "they and the event wait")
                self.shelf.away = False
                await until(lambda: not one.spooled, "all is written")
        errors = [record.getMessage() for record in logs.records if record.levelname == "ERROR"]
        self.assertEqual(len(errors), 1, errors)
        self.assertIn(f"SPOOL_DIR {self.directory} cannot be written: File exists", errors[0])
        self.assertEqual(self.shelf.numbers, [0, 1, 2])
        (event,) = self.events()
        self.assertEqual((event["level"], event["process"]), ("error", "host:1"))
        self.assertIn("File exists", event["text"])

    async def test_a_disk_that_is_back_takes_what_waited_in_memory_and_says_so_once(self) -> None:
        one = recorder(self.shelf, self.directory)
        with self.assertLogs("botcore.recorder", "INFO") as logs:
            async with running(one):
                put(one, *range(20))
                await until(lambda: any("cannot be written" in text for text in logs.output), "it complains")
                self.directory.unlink()
                await until(lambda: spool_files(self.directory), "the spool is written")
                await until(lambda: one._spool.waiting == 21, "nothing waits in memory")
                put(one, 20)
                await until(lambda: one._spool.waiting == 22, "the spool takes more")
        self.assertEqual(len([text for text in logs.output if "can be written again" in text]), 1)

    async def test_a_full_disk_loses_nothing(self) -> None:
        disk = tiny_disk(self, kibibytes=32)
        one = recorder(self.shelf, disk)
        with self.assertLogs("botcore.recorder", "INFO") as logs:
            async with running(one):
                for number in range(0, 3000, 100):
                    put(one, *range(number, number + 100))
                    await until(
                        lambda: any("No space left" in text for text in logs.output) or not one._waiting, "spill"
                    )
                self.assertIn("No space left on device", "".join(logs.output))
                await until(lambda: one.spooled == 3001, "all and the event wait")
                for file in spool_files(disk):
                    self.assertTrue(all(read_line(text) for text in file.read_bytes().splitlines()))
                self.shelf.away = False
                await until(lambda: not one.spooled, "all is written")
        self.assertEqual((sorted(self.shelf.numbers), len(self.events())), (list(range(3000)), 1))
        self.assertEqual(spool_files(disk), [])

    async def test_a_stop_with_neither_leaves_each_record_in_the_log(self) -> None:
        one = recorder(self.shelf, self.directory)
        before = dropped()
        with self.assertLogs("botcore.recorder", "ERROR") as logs:
            async with running(one):
                put(one, *range(3))
        self.assertEqual([number for number in range(3) if f'"n": {number},' not in "".join(logs.output)], [])
        self.assertEqual(dropped() - before, 3)

    async def test_memory_has_a_bound_and_what_exceeds_it_is_in_the_log(self) -> None:
        one = recorder(self.shelf, self.directory)
        before = dropped()
        with self.assertLogs("botcore.recorder", "ERROR") as logs:
            async with running(one):
                put(one, *range(MEMORY + 50))
                self.assertEqual(dropped() - before, 50)
                await until(lambda: one.spooled == MEMORY, "neither takes them")
                self.shelf.away = False
                await until(lambda: not one.spooled, "all is written")
        self.assertEqual(self.shelf.numbers, list(range(MEMORY)))
        logged = [text for text in logs.output if "is only here" in text and '"n":' in text]
        self.assertEqual([f'"n": {MEMORY + number},' in text for number, text in enumerate(logged)], [True] * 50)


class RecordTests(TestCase):
    """Records that are at fault themselves, and many of them."""

    def setUp(self) -> None:
        """Make an empty shelf and a place for the spool."""
        self.shelf = Shelf()
        self.directory = new_directory(self) / "spool"

    async def test_a_record_that_is_refused_does_not_hold_up_the_others(self) -> None:
        self.shelf.poison = {13, 14, 77}
        one = recorder(self.shelf, self.directory)
        before = dropped()
        with self.assertLogs("botcore.recorder", "ERROR") as logs:
            async with running(one):
                put(one, *range(100))
                await until(lambda: len(self.shelf.kept) == 97, "the others are written")
        self.assertEqual(dropped() - before, 3)
        self.assertEqual([n for n in (13, 14, 77) if f'"n": {n},' not in "".join(logs.output)], [])
        self.assertEqual(len(logs.output), 3)

    async def test_a_record_that_is_refused_does_not_hold_up_the_spool(self) -> None:
        self.shelf.away, self.shelf.poison = True, {1}
        one = recorder(self.shelf, self.directory)
        async with running(one):
            put(one, *range(3))
            await until(lambda: one._spool.waiting == 3, "they are in the file")
            self.shelf.away = False
            await until(lambda: not one.spooled, "the spool is replayed")
        self.assertEqual((self.shelf.numbers, spool_files(self.directory)), ([0, 2], []))

    async def test_a_database_that_does_not_answer_counts_as_away(self) -> None:
        self.shelf.free.clear()
        self.addCleanup(self.shelf.free.set)
        one = recorder(self.shelf, self.directory, answer_seconds=0.05)
        async with running(one):
            put(one, 1)
            await until(self.shelf.hanging.is_set, "the call hangs")
            put(one, 2)
            await until(lambda: one._spool.waiting == 2, "both are in the file")
            self.assertEqual(self.shelf.tries, 1)
            self.shelf.free.set()
            await until(lambda: not one.spooled, "the spool is replayed")
        self.assertEqual(sorted(self.shelf.numbers), [1, 2])

    async def test_fifty_thousand_records_of_an_outage_do_not_grow_memory(self) -> None:
        self.shelf.away = True
        one = recorder(self.shelf, self.directory)
        async with running(one):
            before = most = resident()
            for number in range(0, 50_000, 2000):
                for each in range(number, number + 2000):
                    one.put(EVENT, {"n": each, "text": "x" * 300})
                await until(lambda: not one.in_memory, "they are in the file")
                most = max(most, resident())
            self.assertEqual(one.spooled, 50_000)
            self.assertLess(most - before, 10 * 1024)  # kept, they would be 20 MiB
            self.shelf.away = False
            await until(lambda: not one.spooled, "the spool is replayed")
        self.assertEqual((len(self.shelf.kept), self.shelf.given), (50_000, 50_000))


class Broken:
    """A value that cannot even be shown."""

    def __str__(self) -> str:
        """Fail in a way of its own."""
        raise RuntimeError

    __repr__ = __str__


class LineTests(SimpleTestCase):
    """put() takes everything, and says who is at fault when it fails."""

    def test_put_never_raises(self) -> None:
        one = Recorder(directory=new_directory(self), process="host:1", writers={})
        circle: dict[str, Any] = {}
        circle["self"] = circle
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        cases: list[tuple[str, dict[Any, Any]]] = [
            (EVENT, circle),
            (EVENT, {"deep": deep}),
            (EVENT, {(1, 2): 3}),
            (EVENT, {"broken": Broken()}),
            ("nobody's", {"n": 1}),
        ]
        for kind, fields in cases:
            with self.subTest(kind=kind), self.assertLogs("botcore.recorder", "ERROR"):
                one.put(kind, fields)

    def test_times_travel_as_utc_and_texts_unharmed(self) -> None:
        moscow = datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=3)))
        line = make_line(EVENT, {"at": moscow, "text": "two\nlines \ud83d \x00 Привет"})
        found = read_line(line)
        assert found
        self.assertEqual(found[1]["at"], datetime(2026, 1, 1, tzinfo=UTC).isoformat())
        self.assertEqual((found[1]["text"], line.count(b"\n")), ("two\nlines \ud83d \x00 Привет", 1))
        self.assertEqual(len(json.loads(line)["record"]["key"]), 32)

    def test_only_a_records_own_fault_drops_it(self) -> None:
        missing_table = ProgrammingError("relation does not exist")
        missing_table.__cause__ = psycopg.errors.UndefinedTable()
        no_adapter = ProgrammingError("cannot adapt type 'dict'")
        no_adapter.__cause__ = psycopg.ProgrammingError()
        for error in (DataError(), IntegrityError(), no_adapter, KeyError("at"), ValueError(), OverflowError()):
            self.assertTrue(is_refusal(error), repr(error))
        passing = (OperationalError(), InterfaceError(), InternalError("read-only"), missing_table, RuntimeError())
        for other in (*passing, OSError(errno.EPIPE, "gone")):
            self.assertFalse(is_refusal(other), repr(other))

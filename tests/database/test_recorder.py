"""The recorder while the database comes and goes: each record is written once, and nothing waits for a person."""

import asyncio
import threading

from django.test import TestCase

from botcore import metrics
from botcore.files import write_atomically
from botcore.recorder import EVENT
from tests.database.recording import Shelf, line, put, recorder, running, spool_files, until
from tests.growing import growing
from tests.unit.test_files import new_directory

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz12345"


class RecorderTests(TestCase):
    """One recorder, or two, on one directory."""

    def setUp(self) -> None:
        """Make an empty shelf and a place for the spool."""
        self.shelf = Shelf()
        self.directory = new_directory(self) / "spool"

    def spilled(self) -> int:
        """Count the lines in the spool's files."""
        return sum(len(path.read_bytes().splitlines()) for path in spool_files(self.directory))

    async def test_records_are_written_in_batches(self) -> None:
        one = recorder(self.shelf, self.directory)
        written = metrics.RECORDS_WRITTEN.labels(EVENT)._value.get()
        async with running(one):
            put(one, *range(250))
            await until(lambda: len(self.shelf.kept) == 250, "all are written")
            self.assertEqual(one.spooled, 0)
        self.assertEqual((self.shelf.numbers, self.shelf.tries), (list(range(250)), 3))
        self.assertEqual(metrics.RECORDS_WRITTEN.labels(EVENT)._value.get() - written, 250)
        self.assertEqual(spool_files(self.directory), [])

    async def test_a_recorder_that_fell_asleep_wakes_for_each_record(self) -> None:
        one = recorder(self.shelf, self.directory, rescan_seconds=600)
        async with running(one):
            for number in range(8):
                put(one, number)
                await until(lambda wanted=number + 1: len(self.shelf.kept) == wanted, "it is written")  # type: ignore[misc]

    async def test_what_waits_is_rescued_from_a_loop_that_is_blocked_for_good(self) -> None:
        dying = recorder(self.shelf, self.directory)
        put(dying, 1, 2)
        await asyncio.to_thread(dying.rescue)
        self.assertEqual(self.spilled(), 2)
        dying._spool.close()  # as the end of its process does
        async with running(recorder(self.shelf, self.directory)):
            await until(lambda: len(self.shelf.kept) == 2, "another process writes them")

    async def test_any_thread_may_put(self) -> None:
        one = recorder(self.shelf, self.directory)
        async with running(one):
            threads = [threading.Thread(target=put, args=(one, *range(500))) for _ in range(8)]
            for thread in threads:
                thread.start()
            await until(lambda: len(self.shelf.kept) == 4000, "all are written")
            for thread in threads:
                thread.join()

    async def test_while_the_database_is_away_records_go_to_a_private_file_and_return_in_order(self) -> None:
        self.shelf.away = True
        spilled, rows = growing("botdeck_records_spilled_total"), growing("botdeck_records_batch_rows_sum")
        failures = growing("botdeck_records_flush_failures_total")
        one = recorder(self.shelf, self.directory, "../host/x:1")
        with self.assertLogs("botcore.recorder", "INFO") as logs:
            async with running(one):
                for number in range(0, 900, 300):
                    put(one, *range(number, number + 300))
                    await until(lambda wanted=number + 300: self.spilled() == wanted, "they are in the file")  # type: ignore[misc]
                await until(lambda: one.spooled == 900, "they are counted")
                (file,) = spool_files(self.directory)
                self.assertRegex(file.name, r"^_host_x_1-[0-9a-f]{8}\.jsonl$")
                self.assertEqual(self.directory.stat().st_mode & 0o777, 0o700)
                self.assertEqual(file.stat().st_mode & 0o777, 0o600)
                self.shelf.away = False
                await until(lambda: not spool_files(self.directory), "the spool is replayed")
                self.assertEqual(one.spooled, 0)
        self.assertEqual((self.shelf.numbers, self.shelf.given), (list(range(900)), 900))
        self.assertEqual((spilled(), rows()), (900, 900))
        self.assertGreaterEqual(failures(), 1)
        self.assertIn("the database is away, recorder waits: connection refused", logs.output[0])
        self.assertIn("the database is back", logs.output[-1])

    async def test_a_second_outage_is_outlived_like_the_first(self) -> None:
        one = recorder(self.shelf, self.directory)
        async with running(one):
            for number in range(3):
                self.shelf.away = True
                put(one, number)
                await until(lambda: self.spilled() == 1, "it is in the file")
                self.shelf.away = False
                await until(lambda: not one.spooled, "it is replayed")
        self.assertEqual(self.shelf.numbers, [0, 1, 2])

    async def test_a_commit_whose_answer_was_lost_counts_once(self) -> None:
        self.shelf.forgets_to_answer = True
        one = recorder(self.shelf, self.directory)
        async with running(one):
            put(one, *range(10))
            await until(lambda: one.spooled == 10, "they are in the spool, although they are committed")
            self.shelf.forgets_to_answer = False
            await until(lambda: not one.spooled, "they are replayed")
        self.assertEqual(self.shelf.numbers, list(range(10)))
        self.assertGreater(self.shelf.given, 10)

    async def test_a_stop_brings_the_last_records_into_the_database(self) -> None:
        one = recorder(self.shelf, self.directory)
        async with running(one):
            put(one, *range(250))
        self.assertEqual(self.shelf.numbers, list(range(250)))
        with self.assertLogs("botcore.recorder", "ERROR") as logs:
            put(one, 250)
        self.assertIn('"n": 250', logs.output[0])

    async def test_a_cancel_in_the_middle_of_a_write_costs_nothing(self) -> None:
        self.shelf.free.clear()
        one = recorder(self.shelf, self.directory)
        task = asyncio.create_task(one.run())
        put(one, *range(10))
        await until(self.shelf.hanging.is_set, "a write is under way")
        task.cancel()
        await asyncio.wait({task})
        self.shelf.free.set()
        await one.close()
        self.assertEqual((self.shelf.numbers, spool_files(self.directory)), (list(range(10)), []))

    async def test_a_stop_without_a_database_leaves_a_file_that_the_next_process_replays(self) -> None:
        self.shelf.away = True
        one = recorder(self.shelf, self.directory)
        async with running(one):
            put(one, *range(10))
        self.assertEqual(self.spilled(), 10)
        self.shelf.away = False
        two = recorder(self.shelf, self.directory, "host:2")
        async with running(two):
            await until(lambda: len(self.shelf.kept) == 10 and not two.spooled, "the next one replays")
        self.assertEqual(spool_files(self.directory), [])

    async def test_only_files_of_the_dead_are_taken_over(self) -> None:
        self.shelf.away = True
        elsewhere = Shelf()
        one = recorder(self.shelf, self.directory, "host:1")
        two = recorder(elsewhere, self.directory, "host:2", rescan_seconds=0.01)
        async with running(two):
            async with running(one):
                put(one, 1)
                await until(lambda: self.spilled() == 1, "one spills")
                dead = self.directory / "dead.jsonl"
                write_atomically(dead, line("a", 2).encode())
                await until(lambda: not dead.exists(), "two adopts the dead process' file")
                self.assertEqual(elsewhere.numbers, [2])
                (alive,) = spool_files(self.directory)
                self.assertIn("host_1", alive.name)
            await until(lambda: elsewhere.numbers == [2, 1], "two adopts what one left at its end")

    async def test_two_that_start_together_share_the_files_without_repeating_one(self) -> None:
        self.directory.mkdir()
        for number in range(40):
            (self.directory / f"dead-{number}.jsonl").write_text(line(f"key{number}", number))
        both = [recorder(self.shelf, self.directory, f"host:{number}") for number in range(2)]
        async with running(both[0]), running(both[1]):
            await until(lambda: len(self.shelf.kept) == 40, "all are replayed")
            await until(lambda: not spool_files(self.directory), "all files are gone")
        self.assertEqual(self.shelf.given, 40)

    async def test_garbage_is_moved_aside_and_a_torn_line_left_out(self) -> None:
        self.directory.mkdir()
        dead = self.directory / "dead.jsonl"
        garbage = [
            "not json\n",
            "[1, 2]\n",
            '{"kind": "event", "record": {}}\n',
            '{"kind": "later", "record": {"key": "x"}}\n',
        ]
        dead.write_text("".join([line("a", 1), *garbage, line("b", 2), line("c", 3)[:-9]]))
        one = recorder(self.shelf, self.directory)
        with self.assertLogs("botcore.spool", "INFO") as logs:
            async with running(one):
                await until(lambda: not dead.exists(), "it is replayed")
        self.assertEqual(self.shelf.numbers, [1, 2])
        bad = self.directory / "dead.jsonl.bad"
        self.assertEqual((bad.read_text(), bad.stat().st_mode & 0o777), ("".join(garbage), 0o600))
        self.assertIn("torn by a crash", logs.output[0])
        self.assertIn("4 lines of", logs.output[-1])

    async def test_a_spool_file_that_somebody_deletes_is_replayed_all_the_same(self) -> None:
        self.shelf.away = True
        one = recorder(self.shelf, self.directory)
        async with running(one):
            put(one, 1)
            await until(lambda: self.spilled() == 1, "it is in the file")
            spool_files(self.directory)[0].unlink()
            put(one, 2)
            await until(lambda: self.spilled() == 1, "the next one has a new file")
            self.shelf.away = False
            await until(lambda: not one.spooled, "both are replayed")
        self.assertEqual(self.shelf.numbers, [1, 2])

    async def test_no_token_reaches_a_file(self) -> None:
        self.shelf.away = True
        one = recorder(self.shelf, self.directory)
        async with running(one):
            one.put(EVENT, {"text": f"POST /bot{TOKEN}/getMe"})
            await until(lambda: self.spilled() == 1, "it is in the file")
            self.assertNotIn(b"AAF-abc", spool_files(self.directory)[0].read_bytes())

    async def test_records_put_before_the_start_are_written(self) -> None:
        one = recorder(self.shelf, self.directory)
        put(one, 1)
        async with running(one):
            await until(lambda: self.shelf.numbers == [1], "it is written")

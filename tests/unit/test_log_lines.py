"""Where lines go: through a queue that loses nothing that can be written, and waits for nobody."""

import logging
import os
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.test import SimpleTestCase

from botcore import metrics
from botcore.logs import ConsoleFormatter, LineHandler
from botcore.logs.output import Output
from botcore.logs.repeats import MOST, MOST_TEMPLATES, WINDOW_SECONDS, Repeats
from botcore.recorder.lines import keep_in_log
from tests.growing import growing

PIPE = 2**16  # bytes that a pipe of Linux holds


def record(text: object, number: int = 0, level: int = logging.INFO) -> logging.LogRecord:
    """Make a record as a logger would."""
    return logging.LogRecord("botcore.bot", level, "bot.py", 1, text, (number,) if "%" in str(text) else (), None)


class Reader:
    """Reads what comes out of a pipe, once it is asked to."""

    def __init__(self) -> None:
        self.descriptor, self.end = os.pipe()
        self.stream = os.fdopen(self.end, "w")
        self.text = b""
        self._thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        while chunk := os.read(self.descriptor, PIPE):
            self.text += chunk

    def read(self) -> None:
        """Begin."""
        self._thread.start()

    def lines(self) -> list[str]:
        """Close the pipe's end and return everything that came."""
        self.stream.close()
        self._thread.join()
        return self.text.decode().splitlines()


@contextmanager
def handler(reader: Reader, **bounds: Any) -> Iterator[LineHandler]:
    """A handler that writes into the pipe."""
    made = LineHandler(Output(lambda: reader.stream), **bounds)
    made.setFormatter(ConsoleFormatter())
    yield made
    made.close()


class LineTests(SimpleTestCase):
    """Ordinary days."""

    def test_records_are_counted_by_level_also_those_between_two_and_those_that_repeat(self) -> None:
        counts = [growing("botdeck_log_records_total", level=level) for level in metrics.LEVELS]
        handler = LineHandler(Output(lambda: None))
        for level in (5, 10, 20, 25, 30, 40, 40, 40, 50, 70):
            handler.emit(logging.LogRecord("botcore.test", level, __file__, 1, "the same", None, None))
        self.assertEqual([count() for count in counts], [2, 2, 1, 3, 2])

    def test_lines_come_out_in_order_and_whole(self) -> None:
        reader = Reader()
        reader.read()
        with handler(reader) as lines:
            for number in range(1000):
                lines.handle(record(f"line {number} " + "x" * 300))
        self.assertEqual([line.split()[4] for line in reader.lines()], [str(number) for number in range(1000)])

    def test_a_line_after_the_end_is_written_too(self) -> None:
        reader = Reader()
        reader.read()
        with handler(reader) as lines:
            lines.handle(record("first"))
        lines.handle(record("second"))
        lines.flush()
        self.assertEqual(len(reader.lines()), 2)

    def test_lone_surrogates_and_null_bytes_are_shown(self) -> None:
        reader = Reader()
        reader.read()
        with handler(reader) as lines:
            lines.handle(record("a\udc80b\x00c"))
        self.assertTrue(reader.lines()[0].endswith(r"a\udc80b\x00c"))

    def test_a_child_writes_its_own_lines_and_none_of_its_parent(self) -> None:
        reader = Reader()
        with handler(reader) as lines:
            lines.handle(record("of the parent"))
            lines.flush()
            with warnings.catch_warnings(action="ignore"):  # of threads: only what logs is at stake here
                child = os.fork()
            if not child:  # as gunicorn's workers are made
                lines.handle(record("of the child"))
                lines.flush(30)
                os._exit(0)
            self.assertEqual(os.waitpid(child, 0)[1], 0)
            reader.read()
        self.assertEqual([line.partition(": ")[2] for line in reader.lines()], ["of the parent", "of the child"])


class TroubleTests(SimpleTestCase):
    """Whatever is at the other end."""

    def test_a_pipe_that_nobody_reads_holds_up_nobody(self) -> None:
        reader = Reader()
        with handler(reader, most_lines=50) as lines:
            for number in range(500):
                lines.handle(record(f"{number} " + "x" * PIPE))
            self.assertEqual(len(lines._lines), 50)
            lines.flush(0.01)  # comes back, too
            reader.read()
        written = reader.lines()
        (dropped,) = [line for line in written if "log lines were dropped" in line]
        self.assertEqual(len(written) - 1 + int(dropped.rpartition("dropped=")[2]), 500)
        self.assertLess(len(written), 60)

    def test_memory_is_bounded_by_bytes_too(self) -> None:
        reader = Reader()
        with handler(reader, most_bytes=10 * PIPE) as lines:
            for number in range(100):
                lines.handle(record(f"{number} " + "x" * PIPE))
            self.assertLessEqual(sum(map(len, lines._lines)), 10 * PIPE)
            reader.read()
        reader.lines()

    def test_a_closed_end_or_none_at_all_raises_nothing(self) -> None:
        reader = Reader()
        os.close(reader.descriptor)
        with handler(reader) as lines:  # nobody at the other end
            lines.handle(record("lost"))
            lines.flush()
            reader.stream.close()
            lines.handle(record("lost"))
        gone = LineHandler(Output(lambda: None))
        gone.handle(record("lost"))
        gone.close()

    def test_a_full_disk_raises_nothing(self) -> None:
        with open("/dev/full", "w") as full:  # noqa: PTH123 (a stream as the handler gets it)
            lines = LineHandler(Output(lambda: full))
            lines.handle(record("lost"))
            lines.close()

    def test_a_pipe_that_does_not_wait_is_waited_for(self) -> None:
        reader = Reader()
        os.set_blocking(reader.end, False)
        with handler(reader) as lines:
            for number in range(40):
                lines.handle(record(f"{number} " + "x" * PIPE))
            reader.read()
        self.assertEqual(len(reader.lines()), 40)

    def test_a_formatter_that_fails_loses_its_line_only(self) -> None:
        class Failing(logging.Formatter):
            def format(self, made: logging.LogRecord) -> str:
                if made.msg == "bad":
                    raise RuntimeError("cannot")
                return str(made.msg)

        reader = Reader()
        reader.read()
        with handler(reader) as lines:
            lines.setFormatter(Failing())
            lines.handle(record("bad"))
            lines.handle(record("good"))
        self.assertEqual(reader.lines(), ["good"])


class RepeatTests(SimpleTestCase):
    """The same line again and again."""

    def test_the_hundred_and_first_is_held_back_and_counted_at_the_end_of_the_window(self) -> None:
        repeats, now = Repeats(), time.monotonic()
        passed = [repeats.may_pass(record("x %s", number), now) for number in range(MOST + 5)]
        self.assertEqual(passed, [True] * MOST + [False] * 5)
        self.assertEqual(repeats.over(now), [])
        self.assertEqual(repeats.next_end(), now + WINDOW_SECONDS)
        (count,) = repeats.over(now + WINDOW_SECONDS)
        self.assertEqual((count.name, count.levelno, count.msg), ("botcore.bot", logging.INFO, "x %s"))
        self.assertEqual(count.__dict__["fields"], {"repeated": 5})
        self.assertIsNone(repeats.next_end())
        self.assertTrue(repeats.may_pass(record("x %s", 1), now + WINDOW_SECONDS))

    def test_another_level_or_text_is_another_line(self) -> None:
        repeats = Repeats()
        for number in range(MOST):
            repeats.may_pass(record("x %s", number), 0.0)
        self.assertFalse(repeats.may_pass(record("x %s"), 0.0))
        self.assertTrue(repeats.may_pass(record("x %s", level=logging.ERROR), 0.0))
        self.assertTrue(repeats.may_pass(record("y"), 0.0))

    def test_a_slow_line_is_never_held_back(self) -> None:
        repeats = Repeats()
        self.assertTrue(all(repeats.may_pass(record("x"), float(second)) for second in range(1000)))

    def test_many_texts_do_not_fill_the_memory(self) -> None:
        repeats = Repeats()
        for number in range(5 * MOST_TEMPLATES):
            repeats.may_pass(record(f"text {number}"), 0.0)
        self.assertLessEqual(len(repeats._windows), MOST_TEMPLATES)

    def test_the_count_comes_out_also_when_nothing_follows(self) -> None:
        reader = Reader()
        with handler(reader, window_seconds=1.0) as lines:
            for number in range(MOST + 7):
                lines.handle(record("x %s", number))
            text = b""
            while b"repeated" not in text:
                text += os.read(reader.descriptor, PIPE)
            reader.read()
        reader.lines()
        written = text.decode().splitlines()
        self.assertEqual(len(written), MOST + 1)
        self.assertTrue(written[-1].endswith("x %s  repeated=7"))

    def test_what_is_kept_nowhere_else_is_never_held_back(self) -> None:
        reader = Reader()
        reader.read()
        with handler(reader) as lines:
            logger = logging.Logger("recorder")  # noqa: LOG001 (with this handler alone)
            logger.addHandler(lines)
            with mock.patch("botcore.recorder.lines.logger", logger):
                for number in range(2 * MOST):
                    keep_in_log("event", str(number), "the disk is full")
        self.assertEqual(len(reader.lines()), 2 * MOST)

    def test_at_the_end_it_is_counted_at_once(self) -> None:
        reader = Reader()
        reader.read()
        with handler(reader) as lines:
            for number in range(MOST + 7):
                lines.handle(record("x %s", number))
        self.assertTrue(reader.lines()[-1].endswith("x %s  repeated=7"))

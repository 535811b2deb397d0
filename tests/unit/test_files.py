"""Writing files: whole or not at all, on a full disk and after a crash, with real files."""

import errno
import os
import resource
import subprocess
import tempfile
import threading
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from botcore.files import (
    BLOCK,
    append_lines,
    count_lines,
    room,
    whole_length,
    write_atomically,
    write_blocks_atomically,
)

MEBIBYTE = 1024 * 1024


def tiny_disk(case: unittest.TestCase, *, kibibytes: int) -> Path:
    """Mount a disk of this size for the test; skip where that is not allowed."""
    directory = new_directory(case)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(directory)]
    if os.getuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        case.skipTest("only root may mount a tiny disk")
    case.addCleanup(subprocess.run, ["umount", str(directory)], check=True)
    return directory


def new_directory(case: unittest.TestCase) -> Path:
    """Make a directory that goes away with the test."""
    return Path(case.enterContext(tempfile.TemporaryDirectory(prefix="botdeck-")))


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system cut every write at this length, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class AtomicTests(unittest.TestCase):
    """write_atomically()."""

    def setUp(self) -> None:
        """Make a place."""
        self.directory = new_directory(self)
        self.path = self.directory / "report"

    def test_a_file_is_replaced_whole_and_private(self) -> None:
        self.path.write_bytes(b"old")
        write_atomically(self.path, b"new")
        self.assertEqual(self.path.read_bytes(), b"new")
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        self.assertEqual(list(self.directory.iterdir()), [self.path])

    def test_another_mode_is_set_whatever_the_umask(self) -> None:
        self.addCleanup(os.umask, os.umask(0o077))
        write_atomically(self.path, b"for all", mode=0o644)
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o644)

    def test_a_write_that_does_not_fit_leaves_the_old_file_and_nothing_else(self) -> None:
        write_atomically(self.path, b"old")
        with files_of_at_most(1000), self.assertRaises(OSError):
            write_atomically(self.path, b"x" * 5000)
        self.assertEqual(self.path.read_bytes(), b"old")
        self.assertEqual(list(self.directory.iterdir()), [self.path])

    def test_blocks_become_one_file_or_none(self) -> None:
        write_blocks_atomically(self.path, iter([b"one ", b"", b"two"]))
        self.assertEqual(self.path.read_bytes(), b"one two")
        with self.assertRaises(ZeroDivisionError):
            write_blocks_atomically(self.path, (b"x" * (1 // number) for number in (1, 0)))
        self.assertEqual(self.path.read_bytes(), b"one two")
        self.assertEqual(list(self.directory.iterdir()), [self.path])

    def test_a_rename_that_fails_leaves_nothing(self) -> None:
        self.path.mkdir()
        with self.assertRaises(OSError):
            write_atomically(self.path, b"new")
        self.assertEqual(list(self.directory.iterdir()), [self.path])

    def test_readers_never_see_half_a_file(self) -> None:
        versions = [letter * MEBIBYTE for letter in (b"a", b"b")]
        write_atomically(self.path, versions[0])
        done = threading.Event()

        def write() -> None:
            """Replace the file again and again."""
            for number in range(40):
                write_atomically(self.path, versions[number % 2])
            done.set()

        writer = threading.Thread(target=write)
        writer.start()
        seen = set()
        while not done.is_set():
            seen.add(self.path.read_bytes())
        writer.join()
        self.assertLessEqual(seen, set(versions))


class LineTests(unittest.TestCase):
    """append_lines() and what reads its files."""

    def open(self, path: Path) -> int:
        """Open a file of lines."""
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        self.addCleanup(os.close, descriptor)
        return descriptor

    def test_lines_follow_each_other(self) -> None:
        path = new_directory(self) / "lines"
        file = self.open(path)
        append_lines(file, b"one\n")
        append_lines(file, b"two\nthree\n")
        self.assertEqual(path.read_bytes(), b"one\ntwo\nthree\n")
        self.assertEqual((count_lines(file), whole_length(file)), (3, 14))

    def test_what_does_not_fit_is_cut_back_to_whole_lines(self) -> None:
        path = new_directory(self) / "lines"
        file = self.open(path)
        append_lines(file, b"one\n")
        with files_of_at_most(10), self.assertRaises(OSError) as raised:
            append_lines(file, b"two\nthree\n")  # six bytes of it would fit
        self.assertEqual(raised.exception.errno, errno.EFBIG)
        self.assertEqual(path.read_bytes(), b"one\n")
        append_lines(file, b"four\n")
        self.assertEqual(path.read_bytes(), b"one\nfour\n")

    def test_a_full_disk_leaves_no_torn_line(self) -> None:
        path = tiny_disk(self, kibibytes=16) / "lines"
        file = self.open(path)
        append_lines(file, b"one\n")
        with self.assertRaises(OSError) as raised:
            append_lines(file, b"x" * 50_000 + b"\n")
        self.assertEqual(raised.exception.errno, errno.ENOSPC)
        self.assertEqual(path.read_bytes(), b"one\n")

    def test_a_line_torn_by_a_crash_is_recognised_and_cut_off_by_the_next_append(self) -> None:
        for torn in (b"tw", b"t" * (3 * BLOCK), b"t" * (BLOCK - 4)):
            with self.subTest(length=len(torn)):
                path = new_directory(self) / "lines"
                path.write_bytes(b"one\n" + torn)
                file = self.open(path)
                self.assertEqual((count_lines(file), whole_length(file)), (1, 4))
                append_lines(file, b"three\n")
                self.assertEqual(path.read_bytes(), b"one\nthree\n")

    def test_a_file_of_one_torn_line_holds_nothing(self) -> None:
        path = new_directory(self) / "lines"
        path.write_bytes(b"to")
        self.assertEqual(whole_length(self.open(path)), 0)


class RoomTests(unittest.TestCase):
    """How much is free."""

    def test_a_directory_that_is_not_made_yet_is_on_the_disk_of_its_parent(self) -> None:
        parent = new_directory(self)
        _, total = room(parent)
        self.assertGreater(total, 0)
        self.assertEqual(room(parent / "spool" / "deeper")[1], total)

    def test_what_is_written_is_no_longer_free(self) -> None:
        directory = tiny_disk(self, kibibytes=1024)
        free, total = room(directory)
        (directory / "lines").write_bytes(b"x" * 512 * 1024)
        self.assertEqual((total, free - room(directory)[0]), (MEBIBYTE, 512 * 1024))

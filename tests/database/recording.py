"""What the recorder's tests share: a database in memory that can go away, and a recorder that runs for a while."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from django.db import DataError, OperationalError

from botcore.recorder import EVENT, Recorder

PATIENCE = 60  # seconds: a bound for a machine under load


class Shelf:
    """Keeps records by key, as a table with a unique column would."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.given = 0  # records of calls that succeeded, repeats included
        self.tries = 0
        self.away = False
        self.forgets_to_answer = False  # it commits, and then the line is cut
        self.poison: set[int] = set()
        self.hanging = threading.Event()
        self.free = threading.Event()
        self.free.set()

    def write(self, batch: Sequence[dict[str, Any]]) -> None:
        """Keep a batch, or none of it."""
        self.tries += 1
        if not self.free.is_set():
            self.hanging.set()
            self.free.wait(PATIENCE)
        if self.away:
            raise OperationalError("connection refused")
        if any(record.get("n") in self.poison for record in batch):
            raise DataError("out of range")
        for record in batch:
            self.kept.setdefault(record["key"], record)
        self.given += len(batch)
        if self.forgets_to_answer:
            raise OperationalError("server closed the connection unexpectedly")

    @property
    def numbers(self) -> list[int]:
        """The numbers of the records, in the order in which they came."""
        return [record["n"] for record in self.kept.values() if "n" in record]


def recorder(shelf: Shelf, directory: Path, process: str = "host:1", **seconds: float) -> Recorder:
    """Return a recorder that writes to the shelf."""
    return Recorder(directory=directory, process=process, writers={EVENT: shelf.write}, **seconds)


def put(recorder: Recorder, *numbers: int) -> None:
    """Put records with these numbers."""
    for number in numbers:
        recorder.put(EVENT, {"n": number})


@asynccontextmanager
async def running(recorder: Recorder) -> AsyncIterator[None]:
    """Run the recorder inside the block, then close it; its own errors are the test's."""
    task = asyncio.create_task(recorder.run())
    try:
        yield
    finally:
        await recorder.close()
        await asyncio.wait({task})
    if not task.cancelled():
        task.result()


async def until(look: Callable[[], object], what: str) -> None:
    """Wait for a condition."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not look():
                await asyncio.sleep(0.001)
    except TimeoutError as exc:
        raise AssertionError(f"never happened: {what}") from exc


def spool_files(directory: Path) -> list[Path]:
    """Return the spool's files."""
    return sorted(directory.glob("*.jsonl"))


def line(key: str, number: int) -> str:
    """Return a line as a process that died has left it."""
    return json.dumps({"kind": EVENT, "record": {"n": number, "key": key}}) + "\n"

"""The recorder's way to the database: batches by kind, a bound for the answer, and who is at fault when it fails."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import DataError, Error, IntegrityError, NotSupportedError, ProgrammingError

from botcore import metrics
from botcore.database import in_database
from botcore.recorder.lines import Record, Writer, keep_in_log, read_line

REFUSALS = (DataError, IntegrityError, NotSupportedError)
BAD_RECORDS = (ValidationError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


class AwayError(Exception):
    """The database does not answer, or not now; the same records may be given again."""


class Delivery:
    """Gives records to their writers; one call to the database at a time."""

    def __init__(self, writers: Mapping[str, Writer], *, answer_seconds: float) -> None:
        self._writers = dict(writers)
        self._answer_seconds = answer_seconds
        self._call: asyncio.Future[None] | None = None
        for kind in self._writers:
            metrics.RECORDS_WRITTEN.labels(kind)

    def takes(self, kind: str) -> bool:
        """Is there a writer for this kind?"""
        return kind in self._writers

    async def store(self, lines: Sequence[bytes]) -> list[bytes]:
        """Have the lines' records committed, a kind at a time; return the lines that are none. Raise AwayError."""
        kinds: dict[str, list[Record]] = {}
        bad = []
        for line in lines:
            found = read_line(line)
            if found and self.takes(found[0]):
                kinds.setdefault(found[0], []).append(found[1])
            else:
                bad.append(line)
        for kind, batch in kinds.items():
            await self._store_kind(kind, batch)
        return bad

    async def settle(self) -> None:
        """Wait for the call that is under way."""
        if self._call:
            await asyncio.wait({self._call})

    async def _store_kind(self, kind: str, batch: list[Record]) -> None:
        """Have a batch written; halve one that is refused until the record that is at fault stands alone."""
        began = time.perf_counter()
        try:
            await self._ask(self._writers[kind], batch)
        except Exception as exc:
            metrics.RECORDS_FAILURES.inc()
            if not is_refusal(exc):  # whatever else it is, the records are kept and tried again
                raise AwayError(str(exc).strip().split("\n")[0] or type(exc).__name__) from exc
            if len(batch) == 1:
                keep_in_log(kind, json.dumps(batch[0]), f"refused: {exc}")
                return
            middle = len(batch) // 2
            await self._store_kind(kind, batch[:middle])
            await self._store_kind(kind, batch[middle:])
        else:
            metrics.RECORDS_WRITTEN.labels(kind).inc(len(batch))
            metrics.RECORDS_BATCH.observe(len(batch))
            metrics.RECORDS_FLUSH.observe(time.perf_counter() - began)

    async def _ask(self, writer: Writer, batch: list[Record]) -> None:
        """Call the writer. A call that does not return in time goes on; no other is made before it ends."""
        if self._call and not self._call.done():
            raise AwayError("it still owes an answer")
        call = self._call = asyncio.ensure_future(in_database(writer, batch))
        call.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may wait for it any more
        await asyncio.wait({call}, timeout=self._answer_seconds)
        if not call.done():
            raise AwayError(f"no answer within {self._answer_seconds} s")
        call.result()


def is_refusal(error: Exception) -> bool:
    """Tell whether the fault is the record's; any other passes: an outage, a fail-over, a migration still to come."""
    if isinstance(error, ProgrammingError):  # with a state it is the server's word on the schema, not the driver's
        return not getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, REFUSALS if isinstance(error, Error) else BAD_RECORDS)

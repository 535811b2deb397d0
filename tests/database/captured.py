"""Errors for tests: real ones, captured as a process does, and written as its recorder does."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botcore.errors import capture
from botcore.errors.store import store_errors
from botcore.errors.tally import Tally
from botcore.recorder.lines import make_line, read_line


class Records:
    """What would go to the recorder, in its own form."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.tally = Tally(self._put)

    def _put(self, kind: str, fields: Mapping[str, Any]) -> None:
        self.lines.append(make_line(kind, fields))

    @property
    def records(self) -> list[dict[str, Any]]:
        """Everything so far, with what was only counted."""
        self.tally.flush()
        found = [read_line(line) for line in self.lines]
        return [record for _, record in filter(None, found)]

    def store(self) -> None:
        """Write all of it, and forget it."""
        records = self.records
        self.lines.clear()
        if records:
            store_errors(records)


@contextmanager
def recorded() -> Iterator[Records]:
    """Capture into records inside the block."""
    records = Records()
    before = capture.use(records.tally)
    try:
        yield records
    finally:
        capture.use(before)


def told(fingerprint: str = "abc123", *, picture: bool = True, **fields: Any) -> dict[str, Any]:
    """Return a record as the tally makes it, read back from the recorder's line."""
    at = fields.pop("at", "2026-11-28T12:00:00+00:00")
    event = {"at": at, "reference": "0000-0001", "message": "no", "payload": {"exceptions": []}}
    record = {
        "version": 2, "kind": "builtins.ValueError", "title": "ValueError: no", "culprit": "botcore.x.y",
        "handler": "start.start", "source": "handler", "level": "error", "release": "1", "fingerprint": fingerprint,
        "count": 1, "users": [], "first_at": at, "last_at": at, "event": event if picture else None,
        "key": uuid.uuid4().hex, **fields,
    }  # fmt: skip
    return json.loads(json.dumps(record))  # type: ignore[no-any-return]

"""Exports as a stream of bytes for the panel, and as a file for whoever sends it: the newest rows first."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from botcore.exports.forms import WRITERS, Form
from botcore.exports.kinds import EXPORTS, Export
from botcore.exports.rows import Narrowed, batches
from botcore.files import write_blocks_atomically
from botcore.people.privacy import Reader
from botcore.validators import one_of


@dataclass(frozen=True)
class Written:
    """A file that was written; `is_cut` says that older rows are missing, because it would have become too long."""

    path: Path
    rows: int
    size: int  # bytes
    is_cut: bool


def stream_export(kind: str, form: str, *, reader: Reader, chosen: Narrowed | None = None) -> Iterator[bytes]:
    """Yield the file in blocks of one batch; raise ValidationError at once for a kind or form that there is not.

    `chosen` narrows it to what a list shows.
    """
    export, how = _checked(kind, form)
    return (b"".join(lines) for lines in _blocks(export, how, reader, chosen))


def write_export(kind: str, form: str, path: Path, *, most_bytes: int, reader: Reader) -> Written:
    """Write the file, of whole rows and no longer than so much; raise OSError and leave no part of it."""
    export, how = _checked(kind, form)
    measured = _Measured(most_bytes)
    write_blocks_atomically(path, measured.blocks(_blocks(export, how, reader)))
    return Written(path, max(0, measured.lines - 1), measured.size, measured.is_cut)


class _Measured:
    """Lets lines pass until they are too long together, and counts them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.lines = self.size = 0
        self.is_cut = False

    def blocks(self, given: Iterator[list[bytes]]) -> Iterator[bytes]:
        for lines in given:
            yield b"".join(self._fitting(lines))
            if self.is_cut:
                return

    def _fitting(self, lines: list[bytes]) -> Iterator[bytes]:
        for line in lines:
            if self.size + len(line) > self._most:
                self.is_cut = True
                return
            self.size += len(line)
            self.lines += 1
            yield line


def _blocks(export: Export, form: Form, reader: Reader, chosen: Narrowed | None = None) -> Iterator[list[bytes]]:
    """Yield lists of lines; the first list begins with the head, also when there are no rows."""
    writer, header = WRITERS[form], export.header
    lines = [writer.head(header)]
    for batch in batches(export, reader, chosen):
        lines += [writer.line(header, row) for row in batch]
        yield lines
        lines = []
    if lines:
        yield lines


def _checked(kind: str, form: str) -> tuple[Export, Form]:
    return EXPORTS[one_of(kind, EXPORTS)], Form(one_of(form, list(Form)))

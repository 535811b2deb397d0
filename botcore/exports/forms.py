"""Rows → lines of a file: CSV for spreadsheets, JSONL for programs. Texts of strangers stay texts in both."""

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by it spreadsheets know UTF-8
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # owasp.org/www-community/attacks/CSV_Injection
# A cell's begin, where semicolons or tabs cut.
INNER = re.compile(r"((?<=.)[\t\r\n] *|; *)(?=[=+\-@＝＋－＠])", re.DOTALL)
BLANK = " \x00\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}" + BOM  # what spreadsheets may overlook before a formula
LINE_ENDS = {ord(one): f"\\u{ord(one):04x}" for one in "\x85\u2028\u2029"}  # for readers that cut lines there


class Form(StrEnum):
    """The forms that there are."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True)
class Writer:
    """How a form is written: what stands before all rows, and a row's line."""

    content_type: str
    head: Callable[[Sequence[str]], bytes]
    line: Callable[[Sequence[str], Sequence[Any]], bytes]


def _csv_head(header: Sequence[str]) -> bytes:
    return _encoded(BOM + _joined(header))


def _csv_line(_header: Sequence[str], row: Sequence[Any]) -> bytes:
    return _encoded(_joined([_cell(value) for value in row]))


class _Echo:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


_ROWS = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)


def _joined(cells: Sequence[Any]) -> str:
    line: str = _ROWS.writerow(cells)
    return line


def _cell(value: Any) -> Any:
    """Return what a spreadsheet shows and never computes; times in UTC."""
    if isinstance(value, str):
        text = INNER.sub(r"\1'", value)
        return f"'{text}" if text.lstrip(BLANK).startswith(FORMULA) else text
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return value


def _json_line(header: Sequence[str], row: Sequence[Any]) -> bytes:
    text = json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False, default=_json_value)
    return _encoded(f"{text.translate(LINE_ENDS)}\n")


def _json_value(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


WRITERS: Mapping[Form, Writer] = {
    Form.CSV: Writer("text/csv; charset=utf-8", _csv_head, _csv_line),
    Form.JSONL: Writer("application/jsonl; charset=utf-8", lambda header: b"", _json_line),
}

"""A CSV file of tags, line by line → who gets which tags, and what is wrong with other lines. Pure: no database.

Columns are a person (id or @username) and tags. A file is refused as a whole when it is none of these: too long, in
another encoding, without a column for tags.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.people.tags import tag_name
from botcore.validators import telegram_id, username

LARGEST = 2 * 1024 * 1024  # bytes
MOST_LINES = 50_000
LONGEST_LINE = 16_000  # bytes: with more than fifty tags of the longest
DELIMITERS = ",;\t"
HEADS = {"id", "user_id", "person", "user", "username"}  # what a first line begins with that names the columns
FORMULA = tuple("=+-\t\r")  # a cell that a table program would compute


@dataclass(frozen=True)
class Line:
    """A line with its number in the file: a person by id or by username, and tags; or why it is left out."""

    number: int
    user_id: int | None = None
    username: str = ""
    tags: tuple[str, ...] = ()
    wrong: str = ""


def lines(file: BinaryIO) -> Iterator[Line]:
    """Yield the lines that say something; raise ValidationError for a file that is refused as a whole."""
    rows = _texts(file)
    first = next(rows, "")
    if not first.strip():
        raise ValidationError(_("The file is empty, or its first line is."))
    delimiter = _delimiter(first)
    for number, text in enumerate(_chain(first, rows), 1):
        if number > MOST_LINES:
            raise ValidationError(_("The file has more than %(most)s lines: split it.") % {"most": MOST_LINES})
        cells = _cells(text, delimiter, number)
        is_head = number == 1 and cells and cells[0].lower() in HEADS
        if any(cells) and not is_head:
            yield _line(number, cells)


def _texts(file: BinaryIO) -> Iterator[str]:
    """Yield lines as text; the file is read as it is asked for."""
    number = 0
    while piece := file.readline(LONGEST_LINE):
        number += 1
        if number == 1 and piece.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ValidationError(_("The file is UTF-16. Save it as CSV in UTF-8."))
        if b"\x00" in piece:
            raise _unreadable(number, _("it has null characters, as no CSV file has"))
        if len(piece) == LONGEST_LINE and not piece.endswith(b"\n"):
            raise _unreadable(number, _("it is longer than any line of people and tags"))
        try:
            text = piece.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise _unreadable(number, _("it is not UTF-8")) from None
        yield text


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(first: str) -> str:
    """Return what the columns are separated by, as the first line has it most."""
    found = max(DELIMITERS, key=first.count)
    if found not in first:
        raise ValidationError(
            _("The first line has one column. Write a person and tags, separated by a comma, such as: @alice,vip")
        )
    return found


def _cells(text: str, delimiter: str, number: int) -> list[str]:
    """Return a line's cells; a cell with a line end in it is refused, for no person and no tag has one."""
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        raise _unreadable(number, _("a quotation mark is not closed, or stands in the middle of a cell")) from None
    return [cell.strip() for cell in rows[0]] if rows else []


def _line(number: int, cells: list[str]) -> Line:
    who, *words = (cell.removeprefix("'") for cell in cells)  # our exports put it before what begins like a formula
    try:
        tags = _tags([word for word in words if word])
        if who.startswith("@"):
            return Line(number, username=username(who), tags=tags)
        return Line(number, user_id=_person(who), tags=tags)
    except ValidationError as exc:
        return Line(number, wrong=str(exc))


def _tags(words: list[str]) -> tuple[str, ...]:
    if not words:
        raise ValidationError(_("There is no tag."))
    if any(word.startswith(FORMULA) for word in words):
        raise ValidationError(_("A cell begins like a formula."))
    return tuple(dict.fromkeys(tag_name(word) for word in words))


def _person(who: str) -> int:
    try:
        return telegram_id(who)
    except ValidationError:
        raise ValidationError(_("Write a person as an id such as 123456789, or as @username.")) from None


def _unreadable(number: int, why: str) -> ValidationError:
    return ValidationError(_("Line %(number)s cannot be read: %(why)s.") % {"number": number, "why": why})

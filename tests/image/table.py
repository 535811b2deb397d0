"""The table that `make build-check` prints: a row for each check."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table."""

    name: str
    good: bool
    words: str
    seconds: float


def timed(name: str, check: Callable[[], str]) -> Row:
    """Run a check, which returns what it saw, or raises with what is wrong."""
    print(f"  {name} …", file=sys.stderr, flush=True)
    began = time.monotonic()
    try:
        words, good = check(), True
    except (AssertionError, RuntimeError, OSError) as error:
        words, good = str(error) or type(error).__name__, False
    return Row(name, good, words, time.monotonic() - began)


def named(check: Callable[..., str]) -> str:
    """Return a check's name in words."""
    return check.__name__.replace("_", " ")


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table."""
    width = max(len(row.name) for row in rows)
    for row in rows:
        yield f"{'ok' if row.good else 'WRONG':5}  {row.name:{width}}  {row.seconds:5.1f} s  {row.words}"

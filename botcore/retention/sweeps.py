"""How old rows go: found by an index, a batch in each short transaction; rows that are locked stay for the next run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Max, Min, Model, Q, QuerySet

from botcore import sql

BATCH = 5000  # rows a transaction
Rows = QuerySet[Any]


class Sweep(Protocol):
    """Rows of one table that go when they are old."""

    def batches(self, limit: datetime) -> Iterator[int]:
        """Delete what is older, batch by batch; yield how many went with each."""

    def count(self, limit: datetime, most: int) -> int:
        """Return how many would go, counted up to `most`."""


@dataclass(frozen=True)
class ByAge:
    """Rows whose time has an index. `rows` are those that may go at all, `writers` who must not write meanwhile."""

    rows: Callable[[], Rows]
    age: str
    most: int = BATCH
    writers: str = ""

    def batches(self, limit: datetime) -> Iterator[int]:
        """Delete them, the oldest first."""
        gone = self.most
        while gone == self.most:
            gone = self._batch(limit)
            yield gone

    def count(self, limit: datetime, most: int) -> int:
        """Count them."""
        return self._due(limit)[:most].count()

    def _due(self, limit: datetime) -> Rows:
        return self.rows().filter(**{f"{self.age}__lt": limit})

    @transaction.atomic
    def _batch(self, limit: datetime) -> int:
        if self.writers:
            sql.one_at_a_time(self.writers)
        due = self._due(limit).order_by(self.age).select_for_update(skip_locked=True)
        pks = list(due.values_list("pk", flat=True)[: self.most])
        due.model._default_manager.filter(pk__in=pks).delete()
        return len(pks)


@dataclass(frozen=True)
class ByKey:
    """Rows of a table that is too busy for an index on its times: their keys grow with `made`.

    The key up to which rows are old is found by halving, and the table is read along its key up to there. `age` is the
    time that counts, if that is a later one; `children` are tables that go with it, with their columns.
    """

    model: type[Model]
    made: str
    age: str = ""
    among: Callable[[], Q] = field(default=Q)
    children: tuple[tuple[type[Model], str], ...] = ()

    def batches(self, limit: datetime) -> Iterator[int]:
        """Delete them in the order of their keys."""
        after, last = self._range(limit)
        pks = [after] * BATCH
        while len(pks) == BATCH:
            pks = self._batch(limit, pks[-1], last)
            yield len(pks)

    def count(self, limit: datetime, most: int) -> int:
        """Count them."""
        return self._due(limit, *self._range(limit))[:most].count()

    def _range(self, limit: datetime) -> tuple[int, int]:
        """Return the keys behind which and up to which old rows lie."""
        low, high = ends(self.model)
        rows = self.model._default_manager.all()
        return low - 1, halve(rows, (low, high), self.made, lambda made: bool(made < limit))

    def _due(self, limit: datetime, after: int, last: int) -> Rows:
        old = {f"{self.age or self.made}__lt": limit, "pk__gt": after, "pk__lte": last}
        return self.model._default_manager.filter(self.among(), **old)

    @transaction.atomic
    def _batch(self, limit: datetime, after: int, last: int) -> list[int]:
        due = self._due(limit, after, last).order_by("pk").select_for_update(skip_locked=True, of=("self",))
        pks = list(due.values_list("pk", flat=True)[:BATCH])
        if pks:
            self._end(pks)
        return pks

    def _end(self, pks: list[int]) -> None:
        """Let the rows go without reading them."""
        these, params = sql.one_of(pks)
        for child, column in self.children:
            sql.execute(f"DELETE FROM {child._meta.db_table} WHERE {column} {these}", params)
        sql.execute(f"DELETE FROM {self.model._meta.db_table} WHERE id {these}", params)


@dataclass(frozen=True)
class Related(ByKey):
    """Rows with others that point to them in more than one way; there are few enough to let the ORM look after that."""

    def _end(self, pks: list[int]) -> None:
        self.model._default_manager.filter(pk__in=pks).delete()


@dataclass(frozen=True)
class Emptied(ByKey):
    """Rows that stay and lose their texts; the first of these columns is never empty before."""

    columns: tuple[str, ...] = ()

    def _due(self, limit: datetime, after: int, last: int) -> Rows:
        return super()._due(limit, after, last).exclude(**{self.columns[0]: ""})

    def _end(self, pks: list[int]) -> None:
        these, params = sql.one_of(pks)
        emptied = ", ".join(f"{column} = ''" for column in self.columns)
        sql.execute(f"UPDATE {self.model._meta.db_table} SET {emptied} WHERE id {these}", params)


@dataclass(frozen=True)
class EmptiedFirst(Emptied):
    """The same for rows that go themselves later. Those emptied lie in front of the others: their end is found, too.

    A row that ended long after it came may lie there with its text, and keeps it until it goes itself.
    """

    def _range(self, limit: datetime) -> tuple[int, int]:
        after, last = super()._range(limit)
        rows = self.model._default_manager.filter(self.among())
        return halve(rows, (after + 1, last), self.columns[0], lambda text: not text), last


def ends(model: type[Model]) -> tuple[int, int]:
    """Return the lowest and the highest key; 1 and 0 of an empty table."""
    found = model._default_manager.aggregate(low=Min("pk"), high=Max("pk"))
    return found["low"] or 1, found["high"] or 0


def halve(rows: Rows, between: tuple[int, int], column: str, is_before: Callable[[Any], bool]) -> int:
    """Return the key of the last of those rows, in front of all others, that are `before`; else one less than all."""
    low, high = between
    last = low - 1
    while low <= high:
        middle = (low + high) // 2
        found = rows.filter(pk__gte=middle, pk__lte=high).order_by("pk").values_list("pk", column).first()
        if found is None or not is_before(found[1]):
            high = middle - 1
        else:
            last, low = found[0], found[0] + 1
    return last

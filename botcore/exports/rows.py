"""Reading a whole table in batches by its key: constant memory, no long transaction, no cursor of the server."""

from collections.abc import Iterator
from typing import Any, Protocol

from django.db.models import Min, QuerySet

from botcore.exports.kinds import Export
from botcore.people.privacy import Reader

Row = tuple[Any, ...]
FIRST = 100  # rows of the first batch: whoever waits for the first byte has it soon
WINDOW = 50_000  # rows that are looked through for one batch, where no index may lead to what is asked for


class Narrowed(Protocol):
    """What a room's selection says of which rows are meant."""

    def listed(self) -> QuerySet[Any]:
        """Return what fits."""


def batches(export: Export, reader: Reader, chosen: Narrowed | None = None) -> Iterator[list[Row]]:
    """Yield the rows, the highest key first: what is added meanwhile lies above, so it comes to an end.

    With a selection a batch may be empty: each looks at a stretch of the table, so that the first comes at once.
    """
    if chosen is None:
        yield from _all(export, reader, export.model._default_manager.all())
        return
    everything = export.model._default_manager.order_by("-pk")
    top, found = everything.values_list("pk", flat=True).first(), chosen.listed()
    while top is not None:
        stretch = everything.filter(pk__lte=top)[:WINDOW]
        end = stretch.values("pk").aggregate(end=Min("pk"))["end"]
        yield []  # whoever waits for the first byte has it, whatever the stretch holds
        yield from _all(export, reader, found.filter(pk__lte=top, pk__gte=end))
        top = everything.filter(pk__lt=end).values_list("pk", flat=True).first()


def _all(export: Export, reader: Reader, rows: QuerySet[Any]) -> Iterator[list[Row]]:
    found = (export.among(rows) if export.among else rows).order_by("-pk")
    found = (export.talk(reader, found) if export.talk else found).values_list("pk", *export.sources)
    part = list(found[:FIRST])
    while part:
        yield [export.row(values) for _, *values in part]
        part = list(found.filter(pk__lt=part[-1][0])[: export.batch])

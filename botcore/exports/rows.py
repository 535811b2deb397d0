"""Reading a whole table in batches by its key: constant memory, no long transaction, no cursor of the server."""

from collections.abc import Iterator
from typing import Any

from botcore.exports.kinds import Export
from botcore.people.privacy import Reader

Row = tuple[Any, ...]


def batches(export: Export, reader: Reader) -> Iterator[list[Row]]:
    """Yield the rows, the highest key first: what is added meanwhile lies above, so it comes to an end."""
    rows = export.model._default_manager.order_by("-pk")
    found = (export.talk(reader, rows) if export.talk else rows).values_list("pk", *export.sources)
    part = list(found[: export.batch])
    while part:
        yield [export.row(values) for _, *values in part]
        part = list(found.filter(pk__lt=part[-1][0])[: export.batch])

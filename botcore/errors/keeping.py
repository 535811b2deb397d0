"""Which pictures of a problem are kept: the first five, the newest twenty, and every 2^k-th for good."""

from collections.abc import Sequence

from botcore.errors.models import ErrorEvent, ErrorFingerprint
from botcore.errors.records import Told, row_of

FIRST = 5
NEWEST = 20


def keep_pictures(row: ErrorFingerprint, records: Sequence[Told]) -> None:
    """Write the records' pictures, and let go of those that newer ones have replaced. `row.count` is still the old."""
    ordinal, events = row.count, []
    last = ErrorEvent.objects.filter(fingerprint=row).order_by("-ordinal").values_list("ordinal", flat=True).first()
    before = last or 0
    for record in records:
        ordinal += record.count
        if record.picture:
            milestone = is_milestone(before, ordinal)
            events.append(
                row_of(record, record.picture, fingerprint_id=row.pk, ordinal=ordinal, is_milestone=milestone)
            )
            before = ordinal
    if events:
        ErrorEvent.objects.bulk_create(events)
        passing = ErrorEvent.objects.filter(fingerprint=row, is_milestone=False).order_by("-ordinal", "-pk")
        ErrorEvent.objects.filter(pk__in=list(passing.values_list("pk", flat=True)[NEWEST:])).delete()


def is_milestone(before: int, ordinal: int) -> bool:
    """Tell whether this is one of the first, or a power of two lies behind the picture before this one."""
    return ordinal <= FIRST or ordinal.bit_length() > before.bit_length()

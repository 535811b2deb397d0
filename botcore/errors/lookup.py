"""The way to an error from what people have: a reference code, a fingerprint, an update, the id of a merged group."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from botcore.errors.models import ErrorEvent, ErrorFingerprint, ErrorGroup, GroupChange
from botcore.errors.reference import fingerprint_range, make_reference, normalised
from botcore.validators import storable


@dataclass(frozen=True)
class Found:
    """A group, and the occurrence that was meant, when it is kept; `reference` is its code."""

    group_id: int
    event_id: int | None = None
    reference: str = ""


def by_reference(code: str) -> Found | None:
    """Find the occurrence with this code; else the group that its first four characters name, seen last of these."""
    wanted = normalised(code)
    if not wanted:
        return None
    events = ErrorEvent.objects.filter(reference=wanted).order_by("-pk")
    event = events.values_list("fingerprint__group_id", "pk").first()
    if event:
        return Found(event[0], event[1], wanted)
    start, end = fingerprint_range(wanted)
    marks = ErrorFingerprint.objects.filter(value__gte=start, value__lte=end).order_by("-last_seen")
    group_id = marks.values_list("group_id", flat=True).first()
    return Found(group_id, reference=wanted) if group_id else None


def by_words(search: str) -> Found | None:
    """Find what a person typed when it is a whole code (with its dash) or a whole fingerprint."""
    text = storable(search).strip()
    if mark := ErrorFingerprint.objects.filter(value=text[:17].lower()).first():
        return Found(mark.group_id)
    found = by_reference(text)
    # A word such as "greeting" reads like a code, too: then only an occurrence that has it counts.
    return found if found and (found.event_id or "-" in text[4:6]) else None


def of_update(update_pk: int, fingerprint: str) -> Found | None:
    """Find the group of an update's error, and its newest occurrence there."""
    newest = ErrorEvent.objects.filter(update_pk=update_pk, fingerprint=OuterRef("pk")).order_by("-pk")
    kept = (Subquery(newest.values(column)[:1]) for column in ("pk", "reference"))
    mark = ErrorFingerprint.objects.filter(value=fingerprint).values_list("group_id", *kept).first()
    if mark is None:
        return None
    group_id, event_id, reference = mark
    return Found(group_id, event_id, reference or make_reference(fingerprint, update_pk))


def merged_into(group_id: int) -> int | None:
    """Return the group that this one, which is gone, was merged into: links in old alerts go on working."""
    merges = GroupChange.objects.filter(kind=GroupChange.Kind.MERGE, text__startswith=f"#{group_id} ")
    found = merges.order_by("-pk").values_list("group_id", flat=True).first()
    return found if found and ErrorGroup.objects.filter(pk=found).exists() else None

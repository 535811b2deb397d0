"""Reading groups of errors: lists for pages, how many there are, and the way from a reference code to its group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Q, Sum
from django.utils import timezone

from botcore import sql
from botcore.errors.kinds import GroupState, Severity
from botcore.errors.models import ErrorFingerprint, ErrorGroup, ErrorHour, ErrorPerson
from botcore.errors.selection import TABS, WAITING, GroupSelection
from botcore.paging import FIRST, SIZE, Keyset, Page, Place
from botcore.texts.visible import visible

HOURS = 24  # of a sparkline
COUNT_CAP = 1000  # groups of a state that are counted
STAFF = 200  # people that an error can be given to
EVERYTHING = GroupSelection("all")


@dataclass(frozen=True)
class GroupRow:
    """A group in a list; its texts hide nothing. `hours` are the counts of the last 24, the newest last."""

    id: int
    title: str
    culprit: str
    handler: str
    source: str
    level: Severity
    state: GroupState
    count: int
    people: int
    first_seen: datetime
    last_seen: datetime
    assignee: str
    hours: tuple[int, ...] = ()


def groups(
    chosen: GroupSelection = EVERYTHING, *, sort: str = "last_seen", place: Place = FIRST, size: int = SIZE
) -> Page[GroupRow]:
    """List groups, by default last seen first."""
    by = (sort, "id")
    branches = chosen.branches(by, ascending=place.ascending)
    return Keyset(chosen.found(), by=by, size=size, branches=branches).at(place).map(rows_of)


def tab_counts(cap: int = COUNT_CAP) -> dict[str, int]:
    """Count the groups of each tab, each state not further than the cap: cap + 1 means more."""
    counts = sql.count_by_state("botcore_errorgroup", dict.fromkeys(GroupState.values, cap + 1), index="true")
    return {tab: min(cap + 1, sum(counts[state] for state in states)) for tab, states in TABS.items()}


def known(ids: Iterable[int]) -> list[int]:
    """Return which of these groups there are, in order."""
    return list(titles(ids))


def titles(ids: Iterable[int]) -> dict[int, str]:
    """Return the titles of these groups, of those that there are, in order."""
    wanted = [pk for pk in ids if 0 < pk < 2**63]
    return dict(ErrorGroup.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", "title"))


def newest_id() -> int:
    """Return the id of the group that was made last, of those that there are; 0 without any."""
    return ErrorGroup.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def newest(size: int = 5) -> list[GroupRow]:
    """List the groups that nobody has looked at yet, last seen first."""
    each = [ErrorGroup.objects.filter(state=state).order_by("-last_seen", "-id")[:size] for state in WAITING]
    newest = reduce(or_, (Q(pk__in=rows.values("pk")) for rows in each))  # by the index of states, in one query
    found = list(ErrorGroup.objects.filter(newest).select_related("assignee").order_by("-last_seen", "-id")[:size])
    return rows_of(found, hours=False, staff={row.assignee.pk: row.assignee for row in found if row.assignee})


def met_by(user_id: int, size: int = 20) -> list[GroupRow]:
    """List the groups that a person met, last seen first; of very many the fingerprints met last."""
    marks = ErrorPerson.objects.filter(user_id=user_id).order_by("-pk").values("fingerprint_id")[:1000]
    found = ErrorGroup.objects.filter(pk__in=ErrorFingerprint.objects.filter(pk__in=marks).values("group_id"))
    return rows_of(list(found.order_by("-last_seen", "-id")[:size]), hours=False)


def met_count(user_id: int, cap: int = 1000) -> int:
    """Count the groups that a person met, but of very many fingerprints only the newest."""
    marks = ErrorPerson.objects.filter(user_id=user_id).order_by("-pk").values("fingerprint_id")[:cap]
    return ErrorFingerprint.objects.filter(pk__in=marks).values("group_id").distinct().count()


def fingerprints_of(group_id: int) -> list[str]:
    """Return the fingerprints of a group: of its updates, Update.error_group is one of these."""
    if not 0 < group_id < 2**63:  # an address may hold any number
        return []
    found = ErrorFingerprint.objects.filter(group_id=group_id).order_by("pk")
    return list(found.values_list("value", flat=True))


def staff() -> list[tuple[int, str]]:
    """Return whom an error can be given to, by name."""
    model = get_user_model()
    found = model.objects.filter(is_staff=True, is_active=True).order_by(model.USERNAME_FIELD)
    return list(found.values_list("pk", model.USERNAME_FIELD)[:STAFF])


def staff_id(name: str) -> int | None:
    """Return the account of this name."""
    model = get_user_model()
    return model.objects.filter(**{model.USERNAME_FIELD: name}).values_list("pk", flat=True).first()


def rows_of(found: list[ErrorGroup], *, hours: bool = True, staff: dict[int, User] | None = None) -> list[GroupRow]:
    """Add names, and the counts of hours if they are wanted, one query each; `staff` are assignees that were read."""
    ids = {row.assignee_id for row in found if row.assignee_id}
    if staff is None:
        staff = get_user_model().objects.in_bulk(ids) if ids else {}
    names = {pk: account.get_username() for pk, account in staff.items()}
    lines = sparklines([row.pk for row in found]) if hours else {}
    return [
        GroupRow(
            id=row.pk,
            title=visible(row.title),
            culprit=visible(row.culprit),
            handler=visible(row.handler),
            source=row.get_source_display(),
            level=Severity(row.level),
            state=GroupState(row.state),
            count=row.count,
            people=row.people,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            assignee=names.get(row.assignee_id or 0, ""),
            hours=lines.get(row.pk, ()),
        )
        for row in found
    ]


def sparklines(ids: list[int]) -> dict[int, tuple[int, ...]]:
    """Return for each group how often it occurred in each of the last 24 hours, the newest last."""
    first = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    hours = ErrorHour.objects.filter(fingerprint__group_id__in=ids, hour__gte=first).order_by()
    lines = {pk: [0] * HOURS for pk in ids}
    for pk, hour, count in hours.values_list("fingerprint__group_id", "hour").annotate(Sum("count")):
        place = (hour - first) // timedelta(hours=1)
        if place < HOURS:  # a clock that ran ahead
            lines[pk][place] = count
    return {pk: tuple(line) for pk, line in lines.items()}

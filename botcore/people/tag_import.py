"""Tags of many people from a file: read, looked up, shown, and put on when an operator says yes; one entry for all.

The file waits as a row, so that what is put on is what was shown. In memory are its people, not its lines.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, BinaryIO, TypeVar

from django.db import transaction
from django.db.models.functions import Upper
from django.utils import timezone

from botcore.audit.services import record
from botcore.people.models import PersonTag, TagImport, User
from botcore.people.tag_file import Line, lines
from botcore.people.tags import MOST
from botcore.validators import shown

T = TypeVar("T")

BATCH = 500  # lines that are looked up together, and people who get their tags together
SHOWN = 20  # lines of each kind on the page
NAME_LENGTH = 80


@dataclass
class Report:
    """What a file says: how many lines are of somebody who is known, of nobody, or wrong, with the first of each."""

    file: str = ""
    known: int = 0
    unknown: int = 0
    wrong: int = 0
    people: int = 0
    first: list[dict[str, Any]] = field(default_factory=list)
    strangers: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Imported:
    """What came of it; `left` are tags of people who had as many as anybody may have."""

    people: int
    tags: int
    left: int


def read(*, file: BinaryIO, name: str, account_id: int) -> int:
    """Read a file and look up its people; return the row that waits. Raise ValidationError for one that is refused."""
    report, wanted = Report(file=shown(name)[:NAME_LENGTH]), dict[int, dict[str, None]]()
    for batch in _batches(lines(file)):
        _look_up(batch, report, wanted)
    report.people = len(wanted)
    pairs = json.dumps([[user_id, list(tags)] for user_id, tags in wanted.items()], ensure_ascii=False)
    row = TagImport.objects.create(account_id=account_id, at=timezone.now(), pairs=pairs, report=asdict(report))
    return row.pk


def waiting(pk: int, account_id: int) -> Report | None:
    """Return what the account's own file says; None when it is done, dropped, too old, or somebody else's."""
    row = TagImport.objects.filter(pk=pk, account_id=account_id).defer("pairs").first() if 0 < pk < 2**63 else None
    return Report(**row.report) if row else None


@transaction.atomic
def put_on(*, pk: int, account_id: int, by: str) -> Imported | None:
    """Put the tags on, in one transaction; return None when the file does not wait any more."""
    row = TagImport.objects.select_for_update().filter(pk=pk, account_id=account_id).first()
    if row is None:
        return None
    people = tags = left = 0
    for batch in _batches(json.loads(row.pairs)):
        new, cut = _new(dict(batch))
        PersonTag.objects.bulk_create(new, ignore_conflicts=True)
        people, tags, left = people + len({one.user_id for one in new}), tags + len(new), left + cut
    after = {"file": row.report.get("file", ""), "people": people, "tags": tags}
    row.delete()
    record("people.import_tags", f"import:{pk}", after=after, by=by)
    return Imported(people, tags, left)


def drop(*, pk: int, account_id: int) -> bool:
    """Forget a file; return False when it does not wait any more."""
    return bool(TagImport.objects.filter(pk=pk, account_id=account_id).delete()[0])


def _batches(found: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _look_up(batch: list[Line], report: Report, wanted: dict[int, dict[str, None]]) -> None:
    """Note what each line comes to: two statements for all of them."""
    names = _names({line.user_id for line in batch if line.user_id})
    ids = _ids({line.username.upper() for line in batch if line.username})
    for line in batch:
        user_id = ids.get(line.username.upper()) if line.username else line.user_id
        who = f"@{line.username}" if line.username else str(line.user_id)
        if line.wrong:
            report.wrong += 1
            _show(report.complaints, number=line.number, why=line.wrong)
        elif user_id is None or not (line.username or user_id in names):
            report.unknown += 1
            _show(report.strangers, number=line.number, who=who)
        else:
            report.known += 1
            _show(report.first, number=line.number, id=user_id, who=names.get(user_id, who), tags=list(line.tags))
            wanted.setdefault(user_id, {}).update(dict.fromkeys(line.tags))


def _show(listed: list[dict[str, Any]], **facts: Any) -> None:
    if len(listed) < SHOWN:
        listed.append(facts)


def _names(ids: set[int]) -> dict[int, str]:
    return {user_id: row.name for user_id, row in User.objects.in_bulk(ids).items()} if ids else {}


def _ids(names: set[str]) -> dict[str, int]:
    """Return who was last seen with these usernames, which are in capitals."""
    if not names:
        return {}
    rows = User.objects.annotate(upper=Upper("username")).filter(upper__in=names).order_by("last_seen")
    return dict(rows.values_list("upper", "pk"))


def _new(wanted: dict[int, list[str]]) -> tuple[list[PersonTag], int]:
    """Return tags that these people do not have yet, and how many are too many; who is gone meanwhile gets none."""
    has: dict[int, set[str]] = {pk: set() for pk in User.objects.filter(pk__in=wanted).values_list("pk", flat=True)}
    for user_id, name in PersonTag.objects.filter(user_id__in=has).values_list("user_id", "name"):
        has[user_id].add(name)
    found, left = [], 0
    for user_id, known in has.items():
        new = [name for name in wanted[user_id] if name not in known]
        room = max(0, MOST - len(known))
        found += [PersonTag(user_id=user_id, name=name) for name in new[:room]]
        left += len(new[room:])
    return found, left

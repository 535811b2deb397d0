"""Writes of erasure: asking for it, and going on with what was asked until the person is forgotten.

An erasure may be cut off anywhere: what went is gone, and the walk goes on behind its cursor.
"""

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore import sql
from botcore.access import services as access
from botcore.access.held import held
from botcore.access.models import StaffLink
from botcore.access.roles import Role
from botcore.access.rules import SHARED
from botcore.audit import redaction
from botcore.audit.services import record
from botcore.erasure import quotes, spooled, theirs
from botcore.erasure.knowing import digest, marks_of
from botcore.erasure.marks import Marks
from botcore.erasure.models import Erasure
from botcore.erasure.stopping import move_cursors, stop
from botcore.erasure.tables import Table
from botcore.exceptions import ValidationError
from botcore.runtime.jobs.run import Run
from botcore.validators import storable

THEMSELVES = "the person"  # who asked, in the place of their name
PROVEN = "proven"  # the step after all tables
REST = timedelta(seconds=30)  # before it begins: what was answered to the press is written within seconds
PATIENCE = timedelta(hours=1)  # for what is under way; afterwards it goes all the same
LONGEST_PAUSE = 0.5  # seconds after a batch, of as many as it took: half of the time is for others
WHO_LENGTH = 150


def check_may_go(user_id: int) -> None:
    """Raise ValidationError for somebody whom the bot cannot forget, with what is to be done first."""
    if user_id <= 0 or user_id in SHARED:
        raise ValidationError(_("This is no person's account."))
    if user_id in settings.TELEGRAM_ADMIN_IDS:
        raise ValidationError(_("This person is an owner by TELEGRAM_ADMIN_IDS: take them out of it first."))
    if StaffLink.objects.filter(user_id=user_id).exists():
        raise ValidationError(_("This person is linked with a staff account: undo the link first."))
    if held().all_roles.get(user_id, Role.MEMBER) > Role.MEMBER:
        raise ValidationError(_("This person has a role: take it first."))


@transaction.atomic
def ask(*, user_id: int, by: str = "", themselves: bool = False) -> int:
    """Have a person forgotten, from half a minute on; return the erasure's row, the one that there is already."""
    check_may_go(user_id)
    sql.one_at_a_time(f"erasure:{user_id}")
    if known := Erasure.objects.filter(person_id=user_id).first():
        return known.pk
    row = Erasure.objects.create(
        digest=digest(user_id),
        person_id=user_id,
        marks=marks_of(user_id).kept(),
        by=THEMSELVES if themselves else storable(by)[:WHO_LENGTH],
        asked_at=timezone.now(),
    )
    record("people.erase", _target(row), by=by)
    return row.pk


def due() -> list[int]:
    """Return the erasures that are to be worked on."""
    asked = Erasure.objects.filter(finished_at=None, asked_at__lte=timezone.now() - REST)
    return list(asked.order_by("pk").values_list("pk", flat=True))


def proceed(pk: int, run: Run) -> bool:
    """Go on with one erasure; return whether it is done, False when something of the person is still under way."""
    row = Erasure.objects.get(pk=pk)
    if row.person_id is None:
        return True
    marks, is_late = Marks.of_text(row.marks), timezone.now() - row.asked_at > PATIENCE
    stop(marks.id)
    lines, is_spooled = spooled.forget(Path(settings.SPOOL_DIR), marks)
    _count(row, {"Spool": lines})
    _forget(row, marks, run, is_late=is_late)
    if not is_late and (is_spooled or theirs.is_left(marks.id)):
        return False
    _walk(row, marks, run)
    changed = redaction.redact(marks.id, marks.needles, marks.without, by=row.by)
    _count(row, {"AuditEntry": changed})
    _forget(row, marks, run, is_late=is_late)  # what came meanwhile
    if _finish(row, marks):
        return True
    _at(row, "", "")  # they have written meanwhile, and others may have quoted it
    return False


def _forget(row: Erasure, marks: Marks, run: Run, *, is_late: bool) -> None:
    gone = theirs.forget(marks, run.check, is_late=is_late)
    _count(row, gone)
    if gone.keys() & {"Restriction", "AllowedChat", "RoleGrant"}:
        access.forget()


def _walk(row: Erasure, marks: Marks, run: Run) -> None:
    """Mask the person in every table that may name them, behind the one where it was cut off."""
    names = [table.name for table in quotes.WALKED]
    begin = len(names) if row.step == PROVEN else names.index(row.step) if row.step in names else 0
    for table in quotes.WALKED[begin:]:
        _at(row, table.name, row.cursor if row.step == table.name else "")
        began = time.monotonic()
        while found := _batch(row, table, marks):
            _at(row, table.name, found)
            run.pause(min(time.monotonic() - began, LONGEST_PAUSE))
            began = time.monotonic()
    _at(row, PROVEN, "")


@transaction.atomic
def _batch(row: Erasure, table: Table, marks: Marks) -> str:
    """Mask a batch, and count it in the same transaction; return its last key, "" at the end."""
    found = quotes.batch(table, marks, row.cursor)
    if found is None:
        return ""
    _count(row, {table.name: found[1]})
    return found[0]


def _at(row: Erasure, step: str, cursor: str) -> None:
    row.step, row.cursor = step, cursor
    Erasure.objects.filter(pk=row.pk).update(step=step, cursor=cursor)


@transaction.atomic
def _count(row: Erasure, more: Mapping[str, int]) -> None:
    """Add to the counts of the row; its key is locked, for a command may work beside the job."""
    if not any(more.values()):
        return
    kept = Erasure.objects.select_for_update().get(pk=row.pk)
    counts = json.loads(kept.counts)
    for name, count in more.items():
        if count:
            counts[name] = counts.get(name, 0) + count
    Erasure.objects.filter(pk=row.pk).update(counts=json.dumps(counts))


@transaction.atomic
def _finish(row: Erasure, marks: Marks) -> bool:
    """Let go of the id and the marks: what is left is the proof. False while anything of the person is left."""
    kept = Erasure.objects.select_for_update().get(pk=row.pk)
    if kept.person_id is None:
        return True
    if theirs.is_left(marks.id):
        return False
    move_cursors(marks.id)
    now = timezone.now()
    Erasure.objects.filter(pk=row.pk).update(person_id=None, marks="", step="", cursor="", finished_at=now)
    record("people.erased", _target(row), after=json.loads(kept.counts), by=kept.by)
    return True


def _target(row: Erasure) -> str:
    return f"erasure:{row.pk}"

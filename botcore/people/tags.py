"""Tags of people: words that operators put on them, by command or on the person's page; each change with its audit."""

import re
import unicodedata

from django.db import transaction
from django.utils.translation import gettext as _

from botcore.audit.models import AuditEntry
from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.people.models import PersonTag, User
from botcore.validators import storable

LONGEST = 32
MOST = 50  # of one person
_NAME = re.compile(rf"\w{{1,{LONGEST}}}")


def tag_name(typed: str) -> str:
    """Return a tag as it is kept: in lower case, without its #."""
    name = folded(typed)
    if not _NAME.fullmatch(name):
        raise ValidationError(_("A tag is one word of 1 to 32 letters, digits and _, such as vip."))
    return name


def folded(typed: str) -> str:
    """Return it as a tag would be kept, whether it is one or not."""
    return unicodedata.normalize("NFC", storable(typed).strip().removeprefix("#")).lower()


def tag(*, user_id: int, name: str, by: str) -> bool:
    """Put a tag on a person; return False when they have it."""
    return bool(put_on(user_id=user_id, name=name, by=by))


@transaction.atomic
def put_on(*, user_id: int, name: str, by: str) -> int:
    """Put a tag on a person; return its row, by which untag() knows it from a later one; 0 when they have it."""
    word = tag_name(name)
    _lock(user_id)
    before = tags_of(user_id)
    if word in before:
        return 0
    if len(before) >= MOST:
        raise ValidationError(_("A person has at most %(most)s tags.") % {"most": MOST})
    row = PersonTag.objects.create(user_id=user_id, name=word)
    record("people.tag", _target(user_id), after={"tag": word}, by=by)
    return row.pk


def untag(*, user_id: int, name: str, by: str, row: int | None = None) -> bool:
    """Take a tag off a person, with `row` only the one that was put on then; return False when it is not there."""
    return bool(take_off(user_id=user_id, name=name, by=by, row=row))


@transaction.atomic
def take_off(*, user_id: int, name: str, by: str, row: int | None = None) -> int:
    """Do the same; return the audit's entry, by which put_back() knows what came since; 0 for False."""
    word = tag_name(name)
    found = PersonTag.objects.filter(user_id=user_id, name=word)
    if not (found if row is None else found.filter(pk=row)).delete()[0]:
        return 0
    return record("people.untag", _target(user_id), before={"tag": word}, by=by)


@transaction.atomic
def put_back(*, user_id: int, name: str, entry: int, by: str) -> bool:
    """Put a tag on again that take_off() took; return False when somebody has put it on since, and be it for a while.

    The tag's row is gone, so the audit is asked: whoever puts a tag on leaves there what take_off() left as `before`.
    """
    _lock(user_id)
    left = AuditEntry.objects.get(pk=entry).before
    since = AuditEntry.objects.filter(target=_target(user_id), pk__gt=entry)
    if since.filter(action="people.tag", after=left).exists():
        return False
    return tag(user_id=user_id, name=name, by=by)


def tags_of(user_id: int) -> list[str]:
    """Return a person's tags by the alphabet."""
    return list(PersonTag.objects.filter(user_id=user_id).order_by("name").values_list("name", flat=True))


def _lock(user_id: int) -> None:
    """Let nobody else put a tag on the person until the commit; rows that refer to them are free to come.

    Else whoever brings one would wait at their commit, with the lock of the audit, for which this one waits.
    """
    if not User.objects.select_for_update(no_key=True).filter(pk=user_id).exists():
        raise ValidationError(_("The bot does not know this person any more."))


def _target(user_id: int) -> str:
    return f"person:{user_id}"

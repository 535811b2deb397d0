"""Notes on a person, which operators leave for each other. The audit has whose note it is, not what it says.

A note is its account's; who has none, and writes in Telegram, is known by name and id in `by`.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.people.dossier import Note
from botcore.people.models import PersonNote, User
from botcore.validators import storable
from botcore.validators import text as checked_text

LONGEST = 4000
LONGEST_WHO = 150
MOST = 100  # on one person


@transaction.atomic
def write(*, user_id: int, text: str, account_id: int | None, by: str) -> int:
    """Leave a note; return its row. `account_id` is None for an operator without a staff account."""
    words = checked_text(text, most=LONGEST)
    if not User.objects.select_for_update(no_key=True).filter(pk=user_id).exists():
        raise ValidationError(_("The bot does not know this person any more."))
    if PersonNote.objects.filter(user_id=user_id).count() >= MOST:
        raise ValidationError(_("A person has at most %(most)s notes: delete one first.") % {"most": MOST})
    facts = {"by": storable(by)[:LONGEST_WHO], "text": words, "at": timezone.now()}
    row = PersonNote.objects.create(user_id=user_id, account_id=account_id, **facts)
    record("people.note", f"person:{user_id}", after={"note": row.pk}, by=by)
    return row.pk


def is_own(note: Note, *, account_id: int | None, by: str) -> bool:
    """Tell whether a note is who asks' own, so that they may delete it."""
    return note.account_id == account_id and (account_id is not None or note.by == storable(by)[:LONGEST_WHO])


@transaction.atomic
def delete(*, user_id: int, pk: int, account_id: int | None, by: str, any_of_them: bool = False) -> bool:
    """Delete one's own note, or `any_of_them`; return False when it is not there, or is somebody else's."""
    if not 0 < pk < 2**63:
        return False
    found = PersonNote.objects.filter(user_id=user_id) if any_of_them else _own(user_id, account_id, by)
    if not found.filter(pk=pk).delete()[0]:
        return False
    record("people.unnote", f"person:{user_id}", before={"note": pk}, by=by)
    return True


def delete_last(*, user_id: int, account_id: int | None, by: str) -> bool:
    """Delete one's own newest note; return False when there is none."""
    pk = _own(user_id, account_id, by).order_by("-at", "-id").values_list("pk", flat=True).first()
    return delete(user_id=user_id, pk=pk or 0, account_id=account_id, by=by)


def _own(user_id: int, account_id: int | None, by: str) -> QuerySet[PersonNote]:
    """Return an operator's notes: of their account, else of their name."""
    found = PersonNote.objects.filter(user_id=user_id, account_id=account_id)
    return found if account_id else found.filter(by=storable(by)[:LONGEST_WHO])

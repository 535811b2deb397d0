"""Writes about saved views: each account changes its own; what others see and what changes it leave an audit entry."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore import sql
from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.panel.models import NAME_LENGTH, QUERY_LENGTH, SavedView
from botcore.validators import text

MOST = 30  # of one account for one list


@transaction.atomic
def save(  # noqa: PLR0913
    *, account_id: int, table: str, name: str, query: str, shared: bool, may_share: bool, by: str
) -> bool:
    """Keep what is asked of a list under a name, in the place of one with that name; return False if it was so.

    Who may not share cannot change what others see: neither here nor in rename().
    """
    wanted = {"query": _short(query), "is_shared": shared}
    word = _named(name)
    own = SavedView.objects.select_for_update().filter(account_id=account_id, table=table)
    row = own.filter(name=word).first()
    if row and {"query": row.query, "is_shared": row.is_shared} == wanted:
        return False
    if row:
        _check_shared(row, may_share=may_share)
    if row is None and own.exclude(name="").count() >= MOST:
        raise ValidationError(_("At most %(most)s views of a list can be kept: delete one first.") % {"most": MOST})
    before = _facts(row) if row else None
    found, _is_new = SavedView.objects.update_or_create(
        account_id=account_id, table=table, name=word, defaults={**wanted, "at": timezone.now()}
    )
    record("views.save", _target(found), before=before, after=_facts(found), by=by)
    return True


@transaction.atomic
def rename(*, account_id: int, pk: int, name: str, may_share: bool, by: str) -> bool:
    """Give one's own view another name; return False when it has it."""
    row, word = _own(account_id, pk), _named(name)
    if row.name == word:
        return False
    _check_shared(row, may_share=may_share)
    sql.one_at_a_time(f"views:{account_id}")
    if SavedView.objects.filter(account_id=account_id, table=row.table, name=word).exists():
        raise ValidationError(_("You have a view of this name already."))
    before = row.name
    SavedView.objects.filter(pk=row.pk).update(name=word, at=timezone.now())
    record("views.rename", _target(row), before={"name": before}, after={"name": word}, by=by)
    return True


@transaction.atomic
def delete(*, account_id: int, pk: int, by: str) -> None:
    """Delete one's own view."""
    row = _own(account_id, pk)
    target, before = _target(row), _facts(row)
    row.delete()
    record("views.delete", target, before=before, by=by)


def keep_columns(*, account_id: int, table: str, columns: str) -> None:
    """Remember which columns an account wants in a list; empty for those that it has by itself.

    That is nobody else's business and changes nothing: it leaves no entry.
    """
    own: dict[str, Any] = {"account_id": account_id, "table": table, "name": ""}
    if columns:
        values = {"query": _short(columns), "is_shared": False, "at": timezone.now()}
        SavedView.objects.update_or_create(**own, defaults=values)
    else:
        SavedView.objects.filter(**own).delete()


def _own(account_id: int, pk: int) -> SavedView:
    rows = SavedView.objects.select_for_update().filter(pk=pk, account_id=account_id).exclude(name="")
    row = rows.first() if 0 < pk < 2**63 else None
    if row is None:
        raise ValidationError(_("This view is not there any more, or it is somebody else's."))
    return row


def _check_shared(row: SavedView, *, may_share: bool) -> None:
    if row.is_shared and not may_share:
        raise ValidationError(_("Others see this view, and you may not share views any more: you can only delete it."))


def _named(name: str) -> str:
    return text(name, least=1, most=NAME_LENGTH, lines=False)


def _short(query: str) -> str:
    if len(query) > QUERY_LENGTH:
        raise ValidationError(_("This asks for too much to be kept as a view."))
    return query


def _facts(row: SavedView) -> dict[str, object]:
    return {"table": row.table, "name": row.name, "query": row.query, "shared": row.is_shared}


def _target(row: SavedView) -> str:
    return f"view:{row.pk}"

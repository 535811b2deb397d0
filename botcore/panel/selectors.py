"""Reading saved views: an account's own and those that others share, and the columns it has chosen."""

from dataclasses import dataclass

from django.db.models import Case, Q, When

from botcore.panel.models import SavedView
from botcore.texts.visible import visible

MOST = 60  # views in one list's tabs


@dataclass(frozen=True)
class View:
    """A saved view; `owner` is whose, empty for one's own."""

    id: int
    name: str
    query: str
    is_shared: bool
    owner: str


@dataclass(frozen=True)
class Views:
    """The views of one list, and the columns chosen there; empty for those that it has by itself."""

    views: tuple[View, ...] = ()
    columns: str = ""


def views_of(table: str, account_id: int) -> Views:
    """Return what an account has for a list: its own views by name, then others'."""
    mine = Q(account_id=account_id)
    others = Case(When(mine, then=0), default=1)
    found = SavedView.objects.filter(mine | (Q(is_shared=True) & ~Q(name="")), table=table)
    rows = list(found.select_related("account").order_by(others, "name", "pk")[: MOST + 1])
    listed = [row for row in rows if row.name]
    columns = next((row.query for row in rows if not row.name and row.account_id == account_id), "")
    return Views(tuple(_view(row, account_id) for row in listed), columns)


def _view(row: SavedView, account_id: int) -> View:
    owner = "" if row.account_id == account_id else visible(row.account.get_username())
    return View(row.pk, visible(row.name), row.query, row.is_shared, owner)

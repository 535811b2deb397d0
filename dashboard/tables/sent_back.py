"""A bulk action that was refused: what was chosen and typed goes back to the list with the words, and is shown once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from botcore.validators import whole
from dashboard.tables.table import MOST, Table

KEPT = "refused"  # in the session
TYPED = ("name",)  # fields of the bar above a list
LONGEST = 200  # characters of a field


@dataclass(frozen=True)
class SentBack:
    """The rows that were chosen, what was typed, and why it was not done."""

    ids: Collection[int]
    typed: Mapping[str, str]
    words: str


def chosen(request: HttpRequest) -> list[int]:
    """Return the ids that a form names, the lowest first; what is no number is none."""
    return sorted({whole(value) for value in request.POST.getlist("id")[:MOST]} - {0})


def refuse(request: HttpRequest, table: Table, words: str) -> None:
    """Keep a form that was refused for the list that it came from."""
    typed = {name: request.POST.get(name, "")[:LONGEST] for name in TYPED}
    request.session[KEPT] = {"table": table.name, "ids": chosen(request), "typed": typed, "words": words}


def sent_back(request: HttpRequest, table: Table) -> SentBack | None:
    """Return the form that was refused, once."""
    if request.session.get(KEPT, {}).get("table") != table.name:
        return None
    kept = request.session.pop(KEPT)
    return SentBack(kept["ids"], kept["typed"], kept["words"])

"""Lists of big tables in Django's admin: pages by keys, never OFFSET or COUNT, and searches that stop.

`p` in an address is a cursor of botcore/paging.py here. A search looks up each column by its index, for the newest
SEARCHED rows at most: PostgreSQL would read a whole table for several columns at once in an order of another one.
"""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import ValidationError as FieldError
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from botcore.exceptions import ValidationError
from botcore.models import BotFacts
from botcore.paging import Keyset, Page

SEARCHED = 1_000  # rows that a search finds by each column
WINDOW = 50_000  # rows that one page looks through for a filter that has no index


class KeysetList(ChangeList):
    """A list whose admin has a `keyset`: its columns, the highest first."""

    place: Page[Any]

    def get_results(self, request: HttpRequest) -> None:
        """Read one page; what Django counts is what is on it."""
        admin: Any = self.model_admin
        window = WINDOW if self._is_slow(admin.windowed) else 0
        keyset = Keyset(self.queryset, by=admin.keyset, size=self.list_per_page, window=window)
        try:
            self.place = keyset.page(request.GET.get(PAGE_VAR, ""))
        except ValidationError as exc:
            raise IncorrectLookupParameters from exc
        self.paginator: Any = None
        self.result_list: Any = self.place.rows
        self.result_count = self.full_result_count = len(self.place.rows)
        self.show_full_result_count = self.show_admin_actions = bool(self.place.rows)
        self.can_show_all = self.multi_page = False

    def _is_slow(self, windowed: tuple[str, ...]) -> bool:
        return any(str(param).startswith(windowed) for param in self.filter_params) if windowed else False

    @property
    def newer(self) -> str:
        """The address of the page above; "" when there is none."""
        return self.get_query_string({PAGE_VAR: self.place.newer}) if self.place.newer else ""

    @property
    def older(self) -> str:
        """The address of the page below; "" when there is none."""
        return self.get_query_string({PAGE_VAR: self.place.older}) if self.place.older else ""


def found(model: type[Model], columns: tuple[str, ...], term: str, order: tuple[str, ...]) -> list[Any]:
    """Return the keys of rows that have the term in one of the columns, which name their lookup."""
    keys: list[Any] = []
    for column in columns:
        rows: QuerySet[Any] = model._default_manager.order_by(*order)
        try:
            keys += rows.filter(**{column: term, **_of_bots(model, column)}).values_list("pk", flat=True)[:SEARCHED]
        except (FieldError, ValueError):
            continue  # words in a column of numbers
    return keys


def _of_bots(model: type[Model], column: str) -> dict[str, Any]:
    """Ask for the bots, too, where a key is unique for each of them: its index begins with the bot."""
    if column != "key__exact" or not any(field.name == "bot_id" for field in model._meta.fields):
        return {}
    return {"bot_id__in": list(BotFacts.objects.values_list("token_number", flat=True)[:SEARCHED])}

"""What every admin page of the project shares: pages by keys, bounded counts, read-only history, links."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from botcore.admin.audited import AnyModelAdmin, Audited
from botcore.admin.changelist import KeysetList, found
from botcore.exceptions import ValidationError
from botcore.paging import SIZE

MOST_ACTIONS = 1_000  # rows of one action
MOST_ROWS = 10_001  # counted at most; COUNT(*) of two million rows takes 80 ms, this one 1 to 8

if TYPE_CHECKING:  # at run time it is not generic
    AnyPaginator = Paginator[Any]
else:
    AnyPaginator = Paginator


class CappedPaginator(AnyPaginator):
    """Pages over the first rows only; what lies further is found by a filter or search."""

    @cached_property
    def count(self) -> int:
        """Count rows, but not further than the cap."""
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_ROWS].count())


class BigTableAdmin(Audited):
    """A table that may have millions of rows: each list, filter and search of it asks an index.

    `keyset` are the columns by which it is paged, integers or dates; empty for a table that stays small.
    """

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = SIZE
    list_max_show_all = 200
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    keyset: ClassVar[tuple[str, ...]] = ("id",)
    windowed: ClassVar[tuple[str, ...]] = ()  # filters without an index
    search_order: ClassVar[tuple[str, ...]] = ("-pk",)  # in which an index has what a search finds
    deferred: tuple[str, ...] = ()  # long columns that the list does not show
    page: ClassVar[tuple[str, ...]] = ()  # the row's page on the dashboard, and the attribute that is its argument

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Page by keys where that is wanted."""
        return KeysetList if self.keyset else super().get_changelist(request, **kwargs)

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """Leave a big table in the order of its keys."""
        return () if self.keyset else super().get_sortable_by(request)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Lead to the dashboard from each row that has a page there."""
        return (*self.list_display, "on_dashboard") if self.page else self.list_display

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Look the term up in each column, as it is written: Django would compare numbers as words."""
        columns = tuple(map(str, self.get_search_fields(request)))
        if not search_term.strip() or not columns:
            return queryset, False
        return queryset.filter(pk__in=found(self.model, columns, search_term.strip(), self.search_order)), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow the filters that are offered: others have no index, or spell out what is not shown."""
        fields = {entry if isinstance(entry, str) else entry[0] for entry in self.list_filter}  # type: ignore[index]
        return lookup.partition("__")[0] in fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave long columns out of the list."""
        rows = super().get_queryset(request)
        is_list = request.resolver_match is not None and str(request.resolver_match.url_name).endswith("_changelist")
        return rows.defer(*self.deferred) if is_list and self.deferred else rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from Telegram and the bot, never from a form."""
        return False

    @admin.display(description="Page")
    def on_dashboard(self, row: Any) -> SafeString:
        """Link to the row's page."""
        return format_html('<a href="{}">Dashboard</a>', self.view_on_site(row))

    def view_on_site(self, row: Any) -> str | None:
        """Where the button "View on site" leads; None for rows without a page."""
        if not self.page:
            return None
        name, *attributes = self.page
        return reverse(f"dashboard:{name}", args=[getattr(row, attribute) for attribute in attributes])


class HistoryAdmin(BigTableAdmin):
    """Rows that say what happened: to look at, and for superusers to delete."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """History is not rewritten."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only superusers delete."""
        return bool(getattr(request.user, "is_superuser", False))


class KeptAdmin(HistoryAdmin):
    """Rows that only services and processes delete: to lose one would break something."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


def each(
    admin_page: AnyModelAdmin, request: HttpRequest, queryset: QuerySet[Any], act: Callable[[Any], object]
) -> None:
    """Do the same with each chosen row, and say of how many it was done and why not of the others."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST_ACTIONS])
    done, reasons = 0, Counter[str]()
    for key in keys:
        try:
            done += act(key) is not False
        except ValidationError as exc:
            reasons[str(exc)] += 1
    admin_page.message_user(request, f"{done} of {len(keys)} changed.", messages.SUCCESS)
    for reason, count in reasons.items():
        admin_page.message_user(request, f"{count} not: {reason}", messages.WARNING)

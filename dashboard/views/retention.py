"""For how long each kind of rows is kept: the settings, a look at what would go, and changing them."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.retention import selectors, services
from botcore.retention.kept import MOST_DAYS
from dashboard.access import needs
from dashboard.pages import show


@dataclass(frozen=True)
class Row:
    """A kind with the days that stand in its field, what is wrong with them, and what would go."""

    kind: selectors.KindFacts
    typed: str
    wrong: str
    found: selectors.WouldGo | None

    @property
    def is_changed(self) -> bool:
        """Tell whether something else is typed than what is set."""
        return self.typed.strip() != str(self.kind.days)


@needs("botcore.view_runtimesetting")
def retention(request: HttpRequest) -> HttpResponse:
    """List the kinds; with `count` in the address also how much would go now."""
    kinds = selectors.kinds()
    return _page(request, {kind.name: str(kind.days) for kind in kinds}, counts="count" in request.GET)


@needs("botcore.change_runtimesetting")
def retention_change(request: HttpRequest) -> HttpResponse:
    """Save the days that were typed, or only count what would go with them; what is wrong is said and kept in sight."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:retention")
    typed = {kind.name: request.POST.get(kind.name, str(kind.days))[:20] for kind in selectors.kinds()}
    if wrong := services.wrong_days(typed):
        messages.warning(
            request, _("Nothing is saved. These need another number of days: %(names)s.") % {"names": ", ".join(wrong)}
        )
        return _page(request, typed, wrong=wrong)
    days = services.checked_days(typed)
    if request.POST.get("do") == "count":
        return _page(request, typed, counts=True)
    changes = services.set_days(days, by=request.user.get_username())
    kept = _("From the next run on it keeps %(changes)s.") % {"changes": ", ".join(changes)}
    words = kept if changes else _("Nothing has changed.")
    messages.success(request, words)
    return redirect("dashboard:retention")


def _page(
    request: HttpRequest, typed: dict[str, str], *, counts: bool = False, wrong: dict[str, str] | None = None
) -> HttpResponse:
    kinds = selectors.kinds()
    found = selectors.would_go(services.checked_days(typed)) if counts else {}
    rows = [Row(kind, typed[kind.name], (wrong or {}).get(kind.name, ""), found.get(kind.name)) for kind in kinds]
    limits = {"most": selectors.MOST, "most_days": MOST_DAYS}
    is_changed = any(row.is_changed for row in rows)
    return show(request, "retention", rows=rows, counted=counts, is_changed=is_changed, **limits)

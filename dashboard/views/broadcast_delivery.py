"""How a broadcast goes out: at which hours of each person's day, and whether Stars are paid so that it goes faster."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from botcore.broadcasts import course, pay, selectors
from botcore.exceptions import ValidationError
from botcore.people import time_zones
from botcore.people.privacy import by_account
from botcore.runtime import settings as runtime
from dashboard.access import needs
from dashboard.pages import show

COUNTED = 10_000  # people whose time zone is known
SETTINGS = tuple(f"broadcasts.{name}" for name in ("zone", "zones", "quiet_hours", "paid_per_second"))


@needs("botcore.view_broadcast", "botcore.change_broadcast")
def broadcast_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a draft goes out, or keep what was chosen; what is wrong is said beside it."""
    found = selectors.broadcast(pk, reader=by_account(request.user))
    if found is None:
        raise Http404
    hours, is_paid = found.hours, found.is_paid
    if request.method == "POST":
        hours, is_paid = request.POST.get("hours", ""), "paid" in request.POST
        try:
            course.choose(pk, by=request.user.get_username(), hours=hours, is_paid=is_paid)
            return redirect("dashboard:broadcast", pk)
        except ValidationError as exc:
            messages.warning(request, str(exc))
    values = {
        "hours": hours,
        "is_paid": is_paid,
        "per_second": pay.per_second(),
        "price": pay.price(found.progress.total),
        "known": time_zones.count(most=COUNTED),
        "most": COUNTED,
        "settings": SETTINGS,
        "zone": runtime.value("broadcasts.zone"),
        "guesses": sorted(runtime.value("broadcasts.zones").items()),
        "quiet": runtime.value("broadcasts.quiet_hours"),
    }
    return show(request, "broadcast_delivery", broadcast=found, **values)

"""The search over everything: a page, and the fragment that the palette asks for while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.access import needs
from dashboard.find import cleaned
from dashboard.find import find as search
from dashboard.pages import show
from dashboard.viewer import is_poll


@needs()
def find(request: HttpRequest) -> HttpResponse:
    """Show what the visitor may see of what is named so."""
    typed = request.GET.get("q", "")
    facts = {"typed": cleaned(typed), "kinds": search(request.user, typed), "is_window": is_poll(request)}
    if facts["is_window"]:  # without the counts of the badges: it is asked for with every few letters
        return render(request, "dashboard/_find.html", facts)
    return show(request, "find", **facts)

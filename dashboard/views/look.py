"""How the visitor wants to see the pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.i18n import set_language

from dashboard.access import needs
from dashboard.pages import back_to
from dashboard.viewer import keep_theme

language = needs()(set_language)


@needs()
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme and go back."""
    response = redirect(back_to(request, "dashboard:overview"))
    if request.method == "POST":
        keep_theme(response, request.POST.get("theme", ""))
    return response

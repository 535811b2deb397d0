"""The icon for who asks at its old place, such as a browser that shows a plain text of ours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static


def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon that the pages name."""
    return redirect(static("dashboard/favicon.svg"))

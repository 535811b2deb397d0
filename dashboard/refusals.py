"""What is refused says so: in the frame of the pages for who is logged in, else on a page of its own, or in a sentence.

The handlers here are named in botproject/urls.py and settings.py. They need neither a database nor a login, and ask
nothing of the form that came: to read it once more may be what fails.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    DisallowedHost,
    ImproperlyConfigured,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dashboard.pages import badges_of
from dashboard.viewer import is_poll

Words = str | Promise
GetResponse = Callable[[HttpRequest], HttpResponseBase]

FILES = ("404_file", "413_file", "416_file", "502_file", "503_file", "504_file")  # see media.failures

HEADINGS = {
    "400": gettext_lazy("This address is not understood"),
    "403": gettext_lazy("You may not see this page"),
    "403_csrf": gettext_lazy("This form has expired"),
    "404": gettext_lazy("There is nothing here"),
    "405": gettext_lazy("That cannot be done here"),
    "413": gettext_lazy("That was too much at once"),
    "429": gettext_lazy("That was done too often"),
    **dict.fromkeys(FILES, gettext_lazy("This file cannot be shown")),
}
FORM = gettext_lazy("What was sent is not understood")
MULTIPART = "multipart/form-data"
TEMPLATES = {"405": "400", "413": "400", **dict.fromkeys(FILES, "404")}  # the others have their own
COMPLAINTS: Mapping[type[Exception], Words] = {
    RequestDataTooBig: gettext_lazy("A form may hold 2.5 MB of text."),  # Django's DATA_UPLOAD_MAX_MEMORY_SIZE
    TooManyFieldsSent: gettext_lazy("It has more fields than any page of this panel knows."),
    TooManyFilesSent: gettext_lazy("It has more files than any page of this panel takes."),
    DisallowedHost: gettext_lazy(
        "The panel does not answer under this name. DJANGO_ALLOWED_HOSTS has those that it knows."
    ),
}
NO_SUCH_WAY = gettext_lazy("Pages are looked at, and forms are sent by their buttons.")
AWAY = (DatabaseError, InterfaceError, ImproperlyConfigured)


class NoSuchName(Http404):
    """An address names what there is not; it carries words for the visitor."""


def refuse(request: HttpRequest, name: str, *, complaint: Words = "") -> HttpResponse:
    """Answer in the form that was asked for and in the visitor's language; the status is what `name` begins with."""
    with translation.override(translation.get_language_from_request(request)):
        response = _answer(request, name, str(complaint))
    response.status_code = int(name[:3])
    add_never_cache_headers(response)  # it may hold who is logged in
    return response


def _answer(request: HttpRequest, name: str, complaint: str) -> HttpResponse:
    is_form = request.method == "POST"
    heading = str(FORM if is_form and name == "400" else HEADINGS[name])
    if is_poll(request):
        return HttpResponse(f"{heading}. {complaint}".strip(), content_type="text/plain; charset=utf-8")
    if not request.accepts("text/html"):
        return JsonResponse({"error": complaint or heading})
    template = f"{TEMPLATES.get(name, name)}.html"
    facts = {"heading": heading, "complaint": complaint, "is_form": is_form, "is_address": name == "400"}
    try:
        return render(request, template, {**facts, **_frame(request)})
    except AWAY:
        return render(None, template, facts)


def _frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame needs; nothing for who may not see any page."""
    visitor = getattr(request, "user", None)  # there is none before the middleware that looks
    if visitor is None or not (visitor.is_authenticated and visitor.is_staff):
        return {}
    return {"frame": "base.html", **badges_of(request)}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refuse what Django could not read."""
    name = "413" if isinstance(exception, RequestDataTooBig) else "400"
    return refuse(request, name, complaint=COMPLAINTS.get(type(exception), ""))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refuse what the account may not do."""
    return refuse(request, "403")


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form that does not come from one of our pages, or from one of another session."""
    return refuse(request, "403_csrf")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing, and what was meant perhaps."""
    return refuse(request, "404", complaint=str(exception) if isinstance(exception, NoSuchName) else "")


class ReadableParts:
    """Refuses a form whose parts nobody can read: on their headers Django's parser may fail in ways of its own.

    Where no token is asked for, as of browsers' reports, nothing reads a form.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request pass: Django brings what it found for it to the method below."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> HttpResponse | None:
        """Read the form before the token is looked for."""
        if request.content_type != MULTIPART or getattr(view, "csrf_exempt", False):
            return None
        try:
            request.POST  # noqa: B018  (it is read by being asked for)
        except (TypeError, LookupError):
            return refuse(request, "400")
        return None


readable_parts = ReadableParts


def with_words(get_response: GetResponse) -> GetResponse:
    """Give words to a method that a page refuses: Django's own answer is empty."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response, place = get_response(request), request.resolver_match
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or place is None or place.namespace != "dashboard":
            return response
        refused = refuse(request, "405", complaint=NO_SUCH_WAY)
        refused.headers["Allow"] = response.headers["Allow"]
        return refused

    return middleware

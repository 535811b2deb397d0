"""Around every page: the caller's address, and a plain answer while the database is away."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from botcore.logs import redact
from dashboard.viewer import is_poll

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]

RETRY_AFTER = "5"  # seconds
AWAY = gettext_lazy("The database does not answer right now, or it is not set up yet.")
MISCONFIGURED = gettext_lazy("DATABASE_URL is not valid. `manage.py check` says what to write.")


def real_address(get_response: GetResponse) -> GetResponse:
    """Behind the TLS proxy, take the last entry of X-Forwarded-For, which it added, for the caller's address."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if seen := request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip():
            request.META["REMOTE_ADDR"] = seen
        return get_response(request)

    return middleware


class DatabaseAway:
    """Answers 503 with one sentence instead of a traceback; the cause goes to the log."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request pass: Django brings the view's exceptions to the method below."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a database that is away; leave every other exception to Django."""
        # Exactly DatabaseError: SQLite's "file is not a database"; its subclasses are bugs of ours.
        if isinstance(exception, OperationalError | InterfaceError) or type(exception) is DatabaseError:
            sentence = str(AWAY)
        elif isinstance(exception, ImproperlyConfigured) and "DATABASE_URL" in settings.CONFIGURATION_COMPLAINTS:
            sentence = str(MISCONFIGURED)
        else:
            return None
        logger.error("the database is away: %s", redact(str(exception)))
        response = _answer(request, sentence)
        response.headers["Retry-After"] = RETRY_AFTER
        return response


database_away = DatabaseAway


def _answer(request: HttpRequest, sentence: str) -> HttpResponse:
    if is_poll(request) or request.content_type == "application/json":  # a live refresh, or Telegram's delivery
        return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
    if not request.accepts("text/html"):
        return JsonResponse({"error": sentence}, status=503)
    return render(None, "503.html", {"sentence": sentence}, status=503)

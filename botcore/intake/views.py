"""The webhook for hosts with a single port: a thin Django view over the same checks and the same inbox."""

import logging
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from botcore import metrics
from botcore.inbox import store
from botcore.intake.arrivals import note_arrivals
from botcore.intake.delivery import LARGEST, SECRET_HEADER, Head, Refused, check_head, read_body
from botcore.runtime.selectors import bot_with_secret

logger = logging.getLogger(__name__)


@csrf_exempt
@never_cache
def webhook(request: HttpRequest) -> HttpResponse:
    """Store the update, then answer 200; while the database is away the middleware answers 503 with Retry-After."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR  # unless something better is known
    try:
        response = _take(request)
        status = HTTPStatus(response.status_code)
    except (OperationalError, InterfaceError):
        status = HTTPStatus.SERVICE_UNAVAILABLE
        raise
    finally:
        metrics.WEBHOOK_REQUESTS.labels(str(status.value)).inc()
    return response


def _take(request: HttpRequest) -> HttpResponse:
    secret = request.headers.get(SECRET_HEADER, "")
    try:
        bot = bot_with_secret(secret) if request.method == "POST" else None
        check_head(
            Head(request.method or "", request.content_type or "", _length(request), secret), bot.secret if bot else ""
        )
        assert bot is not None  # noqa: S101 (check_head has refused every delivery without one)
        note_arrivals(store.accept(bot.bot_id, [read_body(_body(request))]), delivered=1)
    except Refused as refused:
        headers = {"Allow": "POST"} if refused.status == HTTPStatus.METHOD_NOT_ALLOWED else {}
        return HttpResponse(status=refused.status, headers=headers)
    return HttpResponse()


def _length(request: HttpRequest) -> int | None:
    try:
        return int(request.META.get("CONTENT_LENGTH") or "")
    except ValueError:
        return None


def _body(request: HttpRequest) -> bytes:
    """Read at most a byte too much. Of a body in chunks Django knows no length; then the server says where it ends."""
    chunked = _length(request) is None and request.META.get("wsgi.input_terminated")
    stream = request.META["wsgi.input"] if chunked else request
    try:
        return bytes(stream.read(LARGEST + 1))
    except Exception as exc:  # the sender went away, or what it sent are no chunks: each server's own error
        if not isinstance(exc, OSError):
            logger.exception("the body of a delivery with the right secret could not be read")
        raise Refused(HTTPStatus.BAD_REQUEST) from None

"""A file of a message as an answer to the browser: what it may do with it, and what it is told when there is none.

The browser keeps it but asks each time: who may not read the chat any more gets nothing, and Telegram is not asked for
what the browser has.
"""

import re
from datetime import timedelta
from hashlib import blake2b

from django.db import connection
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from botcore.accounts import limits
from botcore.media.attachments import Attachment
from botcore.media.download import fetch
from botcore.media.failures import NotFetched, gone, too_big
from botcore.media.names import safe_name
from botcore.media.selectors import Held
from botcore.media.telling import kind_in_words
from dashboard.refusals import refuse

MINUTE = timedelta(minutes=1)
MOST_A_MINUTE = 120  # of one account: each holds a thread of the web process for a while
MOST_FILES = 10  # of a message
# Nothing in it runs, whatever it is; the style is that of browsers' own page around a picture.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "bytes",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
}


def answer(request: HttpRequest, held: Held) -> HttpResponseBase:
    """Send the file of a row that the address' query means: `file` is its number in there, `small` its preview."""
    number = request.GET.get("file", "0")
    at = int(number) if re.fullmatch(r"[0-9]", number) else MOST_FILES
    is_small = "small" in request.GET
    try:
        if at >= len(held.files):
            raise gone()
        return _sent(request, held.files[at], is_small=is_small)
    except NotFetched as exc:
        response = refuse(request, f"{exc.status.value}_file", complaint=str(exc))
        if exc.seconds:
            response.headers["Retry-After"] = str(exc.seconds)
        return response


def _sent(request: HttpRequest, file: Attachment, *, is_small: bool) -> HttpResponseBase:
    file_id = file.small_id if is_small else file.file_id
    if not file_id:
        raise gone()
    if file.is_too_big and not is_small:
        raise too_big()
    mark = f'"{blake2b(file_id.encode(), digest_size=16).hexdigest()}"'
    part = "" if is_small else request.headers.get("Range", "")
    if not part and (known := get_conditional_response(request, etag=mark)):
        return _kept(known, mark)
    limits.take(f"media:{request.user.pk}", {MINUTE: MOST_A_MINUTE})
    if not connection.in_atomic_block:
        connection.close()  # others need it more than a file that takes a while
    return _kept(_streamed(file, file_id, part, is_small=is_small), mark)


def _streamed(file: Attachment, file_id: str, part: str, *, is_small: bool) -> HttpResponseBase:
    download = fetch(file_id, part=part)
    kind = "image/jpeg" if is_small else file.content_type
    response = StreamingHttpResponse(download, content_type=kind or "application/octet-stream")
    if download.part:
        response.status_code = 206
        response.headers["Content-Range"] = download.part
    if download.length is not None:
        response.headers["Content-Length"] = str(download.length)
    name = safe_name(file.name or kind_in_words(file.kind))
    response.headers["Content-Disposition"] = content_disposition_header(not kind, name) or "attachment"
    return response


def _kept(response: HttpResponseBase, mark: str) -> HttpResponseBase:
    for name, value in {**HEADERS, "ETag": mark}.items():
        response.headers[name] = value
    return response

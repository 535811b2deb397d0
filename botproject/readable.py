"""In front of Django: a request that nobody can read gets a sentence.

Django decodes queries and forms by the charset that a request names, as soon as it is made: where the charset is none
of texts, or one that Django refuses, that would be an error of ours. So would parameters in pieces and with a charset
of their own (RFC 2231), which no browser sends in these headers: Python's parser fails on many of them.
"""

import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.utils.http import parse_header_parameters

UTF_8 = "utf-8"
IN_PIECES = re.compile(r"\*\d*\*?\s*=")
NO_KIND = "The Content-Type of the request is not readable."
NO_WISH = "The Accept of the request is not readable."
NOT_UTF_8 = "A request must be in UTF-8."
NO_LENGTH = "The length of the request is no number."


def readable(application: WSGIApplication) -> WSGIApplication:
    """Let only requests through that say they are in UTF-8, or nothing, and have a length that is one."""

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if complaint := _complaint(environ):
            body = complaint.encode()
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
            start_response("400 Bad Request", headers)
            return [body]
        return application(environ, start_response)

    return call


def _complaint(environ: WSGIEnvironment) -> str:
    """Say what is wrong with a request; "" for nothing."""
    if IN_PIECES.search(environ.get("HTTP_ACCEPT", "")):
        return NO_WISH
    kind = environ.get("CONTENT_TYPE", "")
    try:
        charset = "" if IN_PIECES.search(kind) else parse_header_parameters(kind)[1].get("charset", UTF_8)
    except ValueError:
        return NO_KIND
    if not charset:
        return NO_KIND
    if charset.lower() != UTF_8:
        return NOT_UTF_8
    length = environ.get("CONTENT_LENGTH") or "0"
    return "" if length.isascii() and length.isdecimal() else NO_LENGTH

"""Headers on every answer: what browsers may load and do with it. The values stand in settings.py."""

from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]
POLICIES = {
    "SECURE_CSP": "Content-Security-Policy",
    "SECURE_CSP_REPORT_ONLY": "Content-Security-Policy-Report-Only",
}


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Send settings.SECURE_CSP and SECURE_CSP_REPORT_ONLY with every response, as Django 6's own middleware does."""
    policies = {header: policy(getattr(settings, name)) for name, header in POLICIES.items()}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for header, value in policies.items():
            if value:
                response.headers.setdefault(header, value)
        return response

    return middleware


def further_headers(get_response: GetResponse) -> GetResponse:
    """Send settings.FURTHER_HEADERS, which Django has no settings for."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for header, value in settings.FURTHER_HEADERS.items():
            response.headers.setdefault(header, value)
        return response

    return middleware


def policy(directives: Mapping[str, Sequence[str]]) -> str:
    """Return the header's value."""
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in directives.items())

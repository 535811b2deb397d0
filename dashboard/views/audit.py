"""Who changed what: the audit, newest first."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse

from botcore.audit.selectors import entries
from botcore.models import Channel
from dashboard import filters
from dashboard.access import needs
from dashboard.pages import show


@needs("botcore.view_auditentry")
def audit(request: HttpRequest) -> HttpResponse:
    """List entries, newest first."""
    chosen, cursor = filters.audit(request.GET), request.GET.get("cursor", "")
    page = entries(**asdict(chosen), cursor=cursor)
    return show(request, "audit", page=page, chosen=chosen, channels=Channel.choices, cursor=cursor)

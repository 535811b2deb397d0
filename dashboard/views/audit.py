"""Who changed what: the audit, newest first."""

from django.http import HttpRequest, HttpResponse

from dashboard.access import needs
from dashboard.lists.audit import AUDIT
from dashboard.tables.page import listing


@needs("botcore.view_auditentry")
def audit(request: HttpRequest) -> HttpResponse:
    """List entries, newest first."""
    return listing(request, AUDIT)

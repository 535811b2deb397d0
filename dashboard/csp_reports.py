"""What browsers report of the content security policy: counted, and each violation told of once an hour.

Anybody can send anything here. So everything is answered alike, little is read, and a flood is counted and forgotten.
Each directive that pages know has a place of its own, and all invented ones have one together: they crowd nobody out.
"""

import json
import logging
import re
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from botcore import metrics
from botcore.accounts import limits
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level
from botcore.texts.visible import visible

logger = logging.getLogger(__name__)

MOST_BYTES, MOST_REPORTS = 16_384, 10  # of one request
MINUTE, MOST_A_MINUTE = 60.0, 10  # that one process looks at, of a directive
ONCE = {timedelta(hours=1): 1}
TOLD = {timedelta(hours=1): 5}  # events of a directive
LENGTH = 120
DIRECTIVE = re.compile(r"[a-z-]{1,40}", re.ASCII)
_looked_at: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_A_MINUTE))  # by label, so few


@dataclass(frozen=True)
class Violation:
    """What was kept from what: a directive, where the blocked thing lies (no more than its host), and our page."""

    directive: str
    blocked: str
    page: str

    def __str__(self) -> str:
        return f"{self.page} wanted {self.blocked or 'something'}, which {self.directive} forbids"


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Take reports in both forms, of `report-uri` and of the Reporting API; whatever it was, say that it was taken."""
    for found in _violations(request):
        label = _label(found.directive)
        metrics.CSP_REPORTS.labels(label).inc()
        if _has_time(label):
            _tell(found, label)
    return HttpResponse(status=204)


def _violations(request: HttpRequest) -> Iterator[Violation]:
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()) or int(length[:10]) > MOST_BYTES:
        return
    try:
        said = json.loads(request.read(MOST_BYTES))
    except (ValueError, RecursionError, OSError):  # no JSON, or too deep, or cut off
        return
    for report in (said if isinstance(said, list) else [said])[:MOST_REPORTS]:
        if isinstance(report, dict) and (found := _violation(request, report)):
            yield found


def _violation(request: HttpRequest, report: dict[str, Any]) -> Violation | None:
    """Return what a report says, in either form; None for what is no report of one of our pages."""
    body = report.get("csp-report") or (report.get("body") if report.get("type") == "csp-violation" else None)
    if not isinstance(body, dict):
        return None
    directive = _text(body, "effective-directive", "effectiveDirective", "violated-directive").partition(" ")[0]
    page, blocked = _address(_text(body, "document-uri", "documentURL")), _text(body, "blocked-uri", "blockedURL")
    if not DIRECTIVE.fullmatch(directive) or page is None or page.netloc != request.get_host():
        return None
    return Violation(visible(directive, 40), visible(_host(blocked), LENGTH), visible(page.path, LENGTH))


def _text(body: dict[str, Any], *names: str) -> str:
    told = (value for name in names if isinstance(value := body.get(name), str) and value)
    return " ".join(next(told, "")[:2000].split())  # on one line: it goes to the log


def _address(text: str) -> Any:
    try:
        return urlsplit(text)
    except ValueError:
        return None


def _host(blocked: str) -> str:
    """Return where it lies: paths and queries of other sites may hold secrets; words such as "inline" stay."""
    found = _address(blocked)
    if found is None:
        return ""
    return f"{found.scheme}://{found.netloc.rpartition('@')[2]}" if found.netloc else blocked.partition(":")[0]


def _label(directive: str) -> str:
    name = directive.removesuffix("-elem").removesuffix("-attr")
    return name if name in metrics.CSP_DIRECTIVES else "other"


def _has_time(label: str) -> bool:
    """Tell whether this process has looked at few enough of the directive within the last minute."""
    now, before = time.monotonic(), _looked_at[label]
    if len(before) == MOST_A_MINUTE and now - before[0] < MINUTE:
        return False
    before.append(now)
    return True


def _tell(found: Violation, label: str) -> None:
    """Write an event and a line, unless this hour has it, or has had too many."""
    mark = f"csp:{blake2b(repr(found).encode(), digest_size=12).hexdigest()}"
    try:
        limits.take(mark, ONCE)
    except limits.TooMany:
        return
    try:
        limits.take(f"csp-told:{label}", TOLD)
    except limits.TooMany:
        limits.forget(mark)  # a flood leaves no rows
        return
    logger.warning("content security policy: %s", found)
    record_event("csp", f"Content security policy: {found}", level=Level.WARNING)

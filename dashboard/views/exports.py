"""Tables as files, for those who may see them; sent as they are read, so that no size is too great."""

from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from botcore.accounts import limits
from botcore.exports.forms import WRITERS, Form
from botcore.exports.kinds import EXPORTS
from botcore.exports.selectors import stream_export
from botcore.exports.services import note_download
from botcore.people.privacy import by_account
from dashboard.access import needs
from dashboard.lists.every import TABLES
from dashboard.tables.asked import read
from dashboard.tables.columns import Look
from dashboard.tables.table import Selection

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MOST_A_MINUTE = 5  # each holds a thread of the web process as long as it runs


@needs("botcore.export_data")
@require_GET
def export(request: HttpRequest, kind: str, form: str) -> StreamingHttpResponse:
    """Send all rows of a kind, or those that a list with the same address' query shows."""
    if kind not in EXPORTS or form not in list(Form):
        raise Http404
    words = ["botcore.read_messages"] if EXPORTS[kind].has_words else []
    if not request.user.has_perms([EXPORTS[kind].permission, *words]):
        raise PermissionDenied
    limits.take(f"export:{request.user.pk}", {MINUTE: MOST_A_MINUTE, HOUR: settings.EXPORTS_PER_HOUR})
    typed, chosen = _narrowed(request, kind)
    blocks = stream_export(kind, form, reader=by_account(request.user), chosen=chosen)
    first = next(blocks)  # a database that is away says so before the answer has begun
    note_download(kind=kind, form=form, by=request.user.get_username(), filters=typed)
    response = StreamingHttpResponse(chain([first], blocks), content_type=WRITERS[Form(form)].content_type)
    name = f"{kind}-{timezone.now():%Y-%m-%d}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _narrowed(request: HttpRequest, kind: str) -> tuple[dict[str, str], Selection | None]:
    """Return the filters as they were typed, and the selection that they make; None for the whole table."""
    table = next((one for one in TABLES.values() if one.export == kind), None)
    asked = read(table, request.GET, sees=Look(request).sees) if table else None
    if table is None or asked is None or not asked.typed:
        return {}, None
    chosen: Selection = table.chosen(asked.facts, request.user.pk)
    return asked.typed, chosen

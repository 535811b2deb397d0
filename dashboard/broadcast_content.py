"""What a form for a new broadcast sends: files with a caption, a file that Telegram has, or a text."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from botcore.enclosures.services import SHAPES, enclose
from botcore.exceptions import ValidationError
from botcore.outbox.content import Content, Text
from botcore.texts.markup import HTML
from dashboard.sent_files import sent_files


def content(request: HttpRequest, typed: str) -> Content | None:
    """Return it, None for an empty form; raise ValidationError for what cannot be."""
    files, file_id = sent_files(request), request.POST.get("file_id", "").strip()
    kind = request.POST.get("kind", "")
    if files and file_id:
        raise ValidationError(_("Choose files or write the file_id of one, not both."))
    if files:
        return enclose(files, wish=kind, caption=typed, parse_mode=HTML)
    if file_id:
        if kind not in SHAPES:
            raise ValidationError(_("Say as what the file goes, such as a photo."))
        return SHAPES[kind](file_id, typed, HTML)
    return Text(typed, HTML) if typed else None

"""Files of forms: only from staff, and no more than one message may hold; what is more is read and dropped.

So a form with too much comes whole but for its files, and what was typed beside them is not lost.
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from botcore.enclosures.services import MEGABYTE, MOST_MEGABYTES, too_large
from botcore.exceptions import ValidationError

FIELD = "files"
MOST_BYTES = (MOST_MEGABYTES + 1) * MEGABYTE  # of a form: its files, with a megabyte for everything else


class Bounded(FileUploadHandler):
    """Takes nothing itself; lets the handlers behind it have what is not too much."""

    is_refused = False

    def handle_raw_input(self, input_data: Any, meta: Any, content_length: int, *_rest: Any) -> None:
        """Look who sends how much."""
        visitor = getattr(self.request, "user", None)
        is_staff = visitor is not None and visitor.is_authenticated and visitor.is_staff
        self.is_refused = not is_staff or content_length > MOST_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Let a file be dropped, or be taken by the next handler."""
        super().new_file(*args, **kwargs)
        if self.is_refused:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand it on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave it to the next one."""


def sent_files(request: HttpRequest) -> "list[UploadedFile[Any]]":
    """Return the files of a form's field; raise ValidationError where they were too much to be taken."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise ValidationError(too_large())
    return request.FILES.getlist(FIELD)

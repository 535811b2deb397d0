"""Taking files from a page, holding them for what will send them, and letting them go once Telegram has them.

Nothing here serves a file: what was sent is looked at through media/download.py, by who may read the chat.
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botcore.enclosures.kinds import BEGINNING, DOCUMENT, kinds_of
from botcore.enclosures.models import Enclosure, EnclosurePiece
from botcore.exceptions import ValidationError
from botcore.media.names import safe_name
from botcore.outbox.content import (
    Album,
    Animation,
    Audio,
    Content,
    Document,
    Enclosed,
    Media,
    Photo,
    Video,
    Voice,
)

MOST_FILES = 10  # core.telegram.org/bots/api#sendmediagroup
MEGABYTE = 1_000_000
MOST_MEGABYTES = 50  # of one message with all its files: core.telegram.org/bots/api#sending-files
ROOM = 2_000 * MEGABYTE  # of all files that wait
PIECE = 2**20  # bytes; a file of 50 MB is never in memory as a whole
SHAPES: dict[str, type[Media]] = {shape.kind: shape for shape in (Photo, Video, Animation, Audio, Voice, Document)}


@transaction.atomic
def enclose(files: Sequence["File[Any]"], *, wish: str = "", caption: str = "", parse_mode: str = "") -> Content:
    """Keep one to ten files, and return what `outbox.services.send` sends them as: a file, or an album.

    `wish` is one of kinds.KINDS, or "" for each as it is. Whoever sends holds them, see hold(); what nobody holds goes
    after a day. A file that Telegram would refuse raises ValidationError, and nothing is kept.
    """
    named = [(safe_name(file.name or ""), file) for file in files]
    _check_sizes(named)
    kinds = kinds_of([(name, _beginning(file)) for name, file in named], wish)
    for kind, (name, file) in zip(kinds, named, strict=True):
        _check_kind(kind, name, file.size)
    kept = [_keep(file, name=name, kind=kind) for kind, (name, file) in zip(kinds, named, strict=True)]
    captioned = len(kept) - 1 if kinds[0] in ("document", "audio") else 0  # where Telegram's apps show it
    items = [
        SHAPES[kind](one, *((caption, parse_mode) if number == captioned else ()))
        for number, (kind, one) in enumerate(zip(kinds, kept, strict=True))
    ]
    return items[0] if len(items) == 1 else Album(items)


def hold(pks: Collection[int], *, holder: str, chat_id: int | None = None) -> None:
    """Keep files that nobody holds yet for what will send them; with the chat, if that is a single one."""
    Enclosure.objects.filter(pk__in=pks, holder="").update(holder=holder, chat_id=chat_id)


def release(holders: Collection[str]) -> None:
    """Let the files go that these have held."""
    EnclosurePiece.objects.filter(enclosure__holder__in=holders).delete()
    Enclosure.objects.filter(holder__in=holders).delete()


def _check_sizes(files: Sequence[tuple[str, "File[Any]"]]) -> None:
    if not files:
        raise ValidationError(_("Choose a file."))
    if len(files) > MOST_FILES:
        raise ValidationError(too_many())
    for name, file in files:
        if not file.size:
            raise ValidationError(_("%(name)s is empty.") % {"name": name})
    total = sum(file.size for _name, file in files)
    if total > MOST_MEGABYTES * MEGABYTE:
        raise ValidationError(too_large(files[0][0] if len(files) == 1 else ""))
    waiting = Enclosure.objects.aggregate(bytes=Sum("size"))["bytes"] or 0
    if waiting + total > ROOM:
        raise ValidationError(_("Too many files wait to be sent already. Try again when some of them are gone."))


def too_many() -> str:
    """Say that they are."""
    words = ngettext("At most %(most)s file goes at once.", "At most %(most)s files go at once.", MOST_FILES)
    return words % {"most": MOST_FILES}


def too_large(name: str = "") -> str:
    """Say so of one file, or of all together."""
    if name:
        return _("%(name)s is too large: bots can send up to %(most)s MB.") % {"name": name, "most": MOST_MEGABYTES}
    return _("These files are too large: bots can send up to %(most)s MB at once.") % {"most": MOST_MEGABYTES}


def _check_kind(kind: str, name: str, size: int) -> None:
    if kind != DOCUMENT and size > (most := SHAPES[kind].megabytes) * MEGABYTE:
        words = _("%(name)s is too large: Telegram takes photos up to %(most)s MB. Send it as a file.")
        raise ValidationError(words % {"name": name, "most": most})


def _beginning(file: "File[Any]") -> bytes:
    file.seek(0)
    found: bytes = file.read(BEGINNING)
    return found


def _keep(file: "File[Any]", *, name: str, kind: str) -> Enclosed:
    digest = hashlib.sha256()
    row = Enclosure.objects.create(name=name, kind=kind, size=file.size, sha256="", at=timezone.now())
    for number, data in enumerate(file.chunks(PIECE)):
        digest.update(data)
        EnclosurePiece.objects.create(enclosure=row, number=number, data=data)
    row.sha256 = digest.hexdigest()
    row.save(update_fields=["sha256"])
    return Enclosed(row.pk, name, row.sha256)

"""As what Telegram shows a file: by what its first bytes say, never by its name or by what a browser says of it. Pure.

What Telegram takes as which kind: core.telegram.org/bots/api, at sendPhoto, sendVideo, sendAudio, sendVoice.
"""

import re
from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botcore.exceptions import ValidationError

BEGINNING = 64  # bytes of a file that kinds are told by
DOCUMENT = "document"
KINDS: Mapping[str, str | Promise] = {
    "photo": gettext_lazy("Photo"),
    "video": gettext_lazy("Video"),
    "animation": gettext_lazy("Animation"),
    "audio": gettext_lazy("Audio"),
    "voice": gettext_lazy("Voice message"),
    DOCUMENT: gettext_lazy("File"),
}
USUAL = {
    "jpeg": "photo", "png": "photo", "webp": "photo", "gif": "animation", "mp4": "video", "mp3": "audio",
    "m4a": "audio", "opus": "voice",
}  # fmt: skip
TAKES: Mapping[str, tuple[frozenset[str], str | Promise]] = {
    "photo": (frozenset({"jpeg", "png", "webp"}), gettext_lazy("a JPEG, PNG or WebP picture")),
    "video": (frozenset({"mp4"}), gettext_lazy("an MP4 film")),
    "animation": (frozenset({"gif", "mp4"}), gettext_lazy("a GIF or an MP4 film")),
    "audio": (frozenset({"mp3", "m4a"}), gettext_lazy("an MP3 or M4A file")),
    "voice": (frozenset({"opus", "mp3", "m4a"}), gettext_lazy("an OGG file with Opus, an MP3 or an M4A file")),
}
TOGETHER = (frozenset({"photo", "video"}), frozenset({"audio"}), frozenset({DOCUMENT}))  # in one album
# What files begin with. An OGG file is told by its codec, an MP4 by its brand: www.ftyps.com
_BEGINNINGS: Sequence[tuple[str, re.Pattern[bytes]]] = tuple(
    (form, re.compile(pattern, re.DOTALL))
    for form, pattern in (
        ("jpeg", rb"\xff\xd8\xff"),
        ("png", rb"\x89PNG\r\n\x1a\n"),
        ("gif", rb"GIF8[79]a"),
        ("webp", rb"RIFF....WEBP"),
        ("opus", rb"OggS.{24,40}OpusHead"),
        ("m4a", rb"....ftypM4[AB] "),
        ("mp4", rb"....ftyp(?:iso[m2-6]|mp4[12]|avc1|M4V |MSNV|dash)"),
        ("mp3", rb"ID3|\xff[\xf2\xf3\xfa\xfb]"),
    )
)


def form_of(beginning: bytes) -> str:
    """Return what a file is by its first bytes, such as jpeg; "" for what is only a file to Telegram."""
    return next((form for form, pattern in _BEGINNINGS if pattern.match(beginning)), "")


def kinds_of(files: Sequence[tuple[str, bytes]], wish: str) -> list[str]:
    """Return as what files go, given by name and first bytes: all as `wish`, or with "" each as it is.

    Files that Telegram shows in no common album go as plain ones. What cannot be raises ValidationError.
    """
    if wish and wish not in KINDS:
        raise ValidationError(_("There is no such kind of file."))
    forms = [form_of(beginning) for _name, beginning in files]
    if not wish:
        kinds = [USUAL.get(form, DOCUMENT) for form in forms]
        return kinds if len(kinds) == 1 or _go_together(kinds) else [DOCUMENT] * len(kinds)
    for (name, _beginning), form in zip(files, forms, strict=True):
        if wish in TAKES and form not in TAKES[wish][0]:
            words = _("%(name)s cannot go as “%(kind)s”: that takes %(needed)s. Send it as a file.")
            raise ValidationError(words % {"name": name, "kind": KINDS[wish], "needed": TAKES[wish][1]})
    kinds = [wish] * len(files)
    if len(kinds) > 1 and not _go_together(kinds):
        raise ValidationError(_("“%(kind)s” goes one by one: send each by itself.") % {"kind": KINDS[wish]})
    return kinds


def _go_together(kinds: Sequence[str]) -> bool:
    return any(set(kinds) <= album for album in TOGETHER)

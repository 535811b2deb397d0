"""The files of a broadcast: kept until a test has brought them to Telegram, then named by what Telegram calls them.

So 100 000 deliveries upload nothing. What Telegram does not know any more pauses the broadcast, see feeding.py.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from botcore.broadcasts import deliveries, wording
from botcore.broadcasts.models import Broadcast
from botcore.enclosures import services as enclosures
from botcore.exceptions import ValidationError
from botcore.media.attachments import KINDS, WRONG, Attachment, of_kept, of_parameters
from botcore.media.telling import kind_in_words
from botcore.outbox.calls import Call, calls_of, enclosed_in
from botcore.outbox.content import Album, Enclosed, Media, Text
from botcore.outbox.models import OutgoingMessage, OutgoingState

GONE = (*WRONG, "file is temporarily unavailable", "message to copy not found")  # as Telegram says it, in small letters
WHY = "Telegram does not have any more what it sends: {}"


def call(content: Media | Album) -> Call:
    """Return the call that sends files; raise ValidationError for a caption that somebody could not get."""
    for item in content.items if isinstance(content, Album) else [content]:
        wording.caption(Text(item.caption, item.parse_mode))
    return calls_of(content)[0]


def hold(row: Broadcast) -> None:
    """Keep the files that it sends for as long as only we have them."""
    found = enclosed_in(json.loads(row.payload))
    enclosures.hold([one.enclosure for one in found], holder=_holder(row))


def let_go(row: Broadcast) -> None:
    """Keep its files no more."""
    enclosures.release([_holder(row)])


def settle(row: Broadcast) -> None:
    """Name its files as Telegram does since the test, and keep them no more; needs the row locked, and a good test."""
    parameters: dict[str, Any] = json.loads(row.payload)
    if not enclosed_in(parameters):
        return
    test = OutgoingMessage.objects.filter(pk=row.test_message or 0, state=OutgoingState.SENT).first()
    row.method, parameters = _named(row.method, parameters, of_kept(test.files) if test else [])
    row.payload = Call(row.method, parameters).payload
    row.save(update_fields=["method", "payload"])
    let_go(row)


def files(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what files a call sends, in words, each with its name as long as that is known."""
    items = parameters.get("media")
    if isinstance(items, list):
        given = [(str(item["type"]), item["media"]) for item in items]
    else:
        given = [(kind, parameters[kind]) for kind in KINDS if kind in parameters]
    return tuple(_in_words(kind, Enclosed.read(file)) for kind, file in given)


def take_back(row: Broadcast) -> str:
    """Hold back what failed because of the files themselves, and return why it did; "" when nothing did."""
    parameters = json.loads(row.payload)
    if not (of_parameters(parameters) or "from_chat_id" in parameters):
        return ""
    failed = row.deliveries.filter(is_held=False, message__state=OutgoingState.FAILED)
    found = dict(failed.values_list("pk", "message__error"))
    gone = {pk: error for pk, error in found.items() if any(words in error.lower() for words in GONE)}
    deliveries.hold_ended(row, list(gone))
    return WHY.format(next(iter(gone.values()))) if gone else ""


def _named(method: str, parameters: Mapping[str, Any], found: list[Attachment]) -> tuple[str, dict[str, Any]]:
    """Return the call with Telegram's file_ids; Telegram may have made an animation of a film."""
    if method == wording.ALBUM:
        items = parameters["media"]
        if [item["type"] for item in items] != [file.kind for file in found]:
            raise ValidationError(_("Telegram did not say what became of the files: send another test."))
        named = [{**item, "media": file.file_id} for item, file in zip(items, found, strict=True)]
        return method, {**parameters, "media": named}
    if len(found) != 1 or found[0].kind == "video_note":
        raise ValidationError(_("Telegram did not say what became of the files: send another test."))
    (file,) = found
    rest = {name: value for name, value in parameters.items() if Enclosed.read(value) is None}
    return f"send{file.kind.capitalize()}", {file.kind: file.file_id, **rest}


def _in_words(kind: str, file: Enclosed | None) -> str:
    return f"{kind_in_words(kind)}: {file.name}" if file else kind_in_words(kind)


def _holder(row: Broadcast) -> str:
    return f"broadcast:{row.pk}"

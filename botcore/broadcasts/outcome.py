"""The end of a broadcast, told to the one who started it, once every delivery has ended; see feeding.py."""

from contextlib import suppress

from django.utils import translation
from django.utils.translation import gettext as _

from botcore.broadcasts import selectors
from botcore.broadcasts.models import Broadcast
from botcore.broadcasts.selectors import BroadcastFacts
from botcore.exceptions import ValidationError
from botcore.outbox import services as outbox
from botcore.outbox.content import Button, Template
from botcore.outbox.models import Priority
from botcore.outbox.recipients import language_of
from botcore.people.privacy import Reader

SOURCE = "broadcast"


def tell(row: Broadcast) -> None:
    """Queue the message when it is time, once; needs the caller's transaction, with the row locked and saved."""
    if row.tell_chat is None or row.finished_at is None:
        return
    facts = selectors.broadcast(row.pk, reader=Reader())
    if facts is None or not facts.is_over:
        return
    chat, row.tell_chat = row.tell_chat, None
    row.save(update_fields=["tell_chat"])
    _send(chat, facts, row.bot_id, key=f"broadcast_over:{row.pk}")


def tell_of_pause(row: Broadcast) -> None:
    """Queue a message that it paused by itself, under the same conditions; the end is told later all the same."""
    facts = selectors.broadcast(row.pk, reader=Reader())
    if row.tell_chat is not None and facts is not None:
        _send(row.tell_chat, facts, row.bot_id)


def _send(chat: int, facts: BroadcastFacts, bot_id: int, *, key: str | None = None) -> None:
    with suppress(ValidationError), translation.override(language_of(chat)):  # they cannot be written to any more
        outbox.send(
            chat_id=chat,
            content=Template("broadcast_over", {"broadcast": facts}, preview=False),
            buttons=[[Button(_("Card"), data=f"broadcast:{facts.pk}")]],
            priority=Priority.ALERT,
            bot_id=bot_id,
            source=SOURCE,
            key=key,
        )

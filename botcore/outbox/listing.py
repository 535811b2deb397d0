"""Reading the outbox for pages: what waits, what went wrong, what was sent, and what an update caused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from botcore.models import OutgoingMessage, OutgoingState, Priority
from botcore.outbox import words
from botcore.outbox.ledger import LEDGER_KEYS
from botcore.outbox.ledger_payload import unmarked
from botcore.outbox.models import WAITING
from botcore.outbox.selection import OutboxSelection
from botcore.paging import FIRST, SIZE, Keyset, Page, Place
from botcore.people import selectors as people
from botcore.people.privacy import Reader
from botcore.texts.visible import pretty

WINDOW = 50_000  # messages that one page looks through for a priority, which has no index
MOST_CAUSED = 50
NOT_KEPT = "What it said is no longer kept. Its key is, so that it is not said twice."
EVERYTHING = OutboxSelection()
AGAIN = (OutgoingState.FAILED, OutgoingState.UNCERTAIN, OutgoingState.CANCELLED)


@dataclass(frozen=True)
class OutgoingRow:
    """A message in a list; `chat` is empty when the chat is not known."""

    id: int
    method: str
    text: str
    media: str
    chat_id: int
    chat: str
    state: OutgoingState
    priority: str
    source: str
    attempts: int
    error: str
    update_pk: int | None
    created_at: datetime
    due_at: datetime
    latency_ms: float | None

    @property
    def is_waiting(self) -> bool:
        """Tell whether it is still to be sent."""
        return self.state in WAITING

    @property
    def is_later(self) -> bool:
        """Tell whether it waits for its time."""
        return self.state == OutgoingState.QUEUED and self.due_at > timezone.now()

    @property
    def can_cancel(self) -> bool:
        """Tell whether it can still be held back."""
        return self.state == OutgoingState.QUEUED

    @property
    def can_retry(self) -> bool:
        """Tell whether a person may have it sent once more."""
        return self.state in AGAIN


@dataclass(frozen=True)
class OutgoingDetail(OutgoingRow):
    """Everything about one message; `payload` is its JSON, indented."""

    bot_id: int
    message_id: int | None
    amends_pk: int | None
    key: str
    started_at: datetime | None
    finished_at: datetime | None
    payload: str


def outgoing(
    chosen: OutboxSelection = EVERYTHING, *, reader: Reader, place: Place = FIRST, size: int = SIZE
) -> Page[OutgoingRow]:
    """List messages, newest first; without the words that are not for the reader."""
    window = WINDOW if chosen.is_slow else 0
    whole = words.briefly(OutgoingMessage.objects.all())
    listed = Keyset(words.briefly(chosen.listed()), size=size, window=window, whole=whole, lead=chosen.lead)
    return listed.at(place).map(lambda rows: _rows(rows, reader))


def one(pk: int, *, reader: Reader) -> OutgoingDetail | None:
    """Return everything about one message, but for words that are not for the reader."""
    row = OutgoingMessage.objects.filter(pk=pk).first()
    if row is None:
        return None
    row.beginning = row.payload
    (listed,) = _rows([row], reader)
    return OutgoingDetail(
        **vars(listed),
        bot_id=row.bot_id,
        message_id=row.message_id,
        amends_pk=row.amends_id,
        key="" if row.key is None or row.key.startswith(LEDGER_KEYS) else row.key,  # the ledger's are nobody's words
        started_at=row.started_at,
        finished_at=row.finished_at,
        payload=_payload(row, reader),
    )


def _payload(row: OutgoingMessage, reader: Reader) -> str:
    if not reader.may_read(row.chat_id):
        return reader.hidden()
    return pretty(unmarked(row.payload)) if row.payload else NOT_KEPT


def caused_by(update_pk: int, *, reader: Reader) -> list[OutgoingRow]:
    """Return what an update made the bot say, in order, the first ones of many."""
    return _rows(
        words.briefly(OutgoingMessage.objects.filter(update_id=update_pk)).order_by("pk")[:MOST_CAUSED], reader
    )


def _rows(found: Iterable[OutgoingMessage], reader: Reader) -> list[OutgoingRow]:
    """Add the chats' titles, one query for all."""
    rows = list(found)
    titles = people.chat_titles(row.chat_id for row in rows)
    return [_row(row, titles.get(row.chat_id, ""), reader) for row in rows]


def _row(row: OutgoingMessage, title: str, reader: Reader) -> OutgoingRow:
    is_open = reader.may_read(row.chat_id)
    text, media = words.of_payload(row.beginning) if is_open else (reader.hidden(), "")
    return OutgoingRow(
        id=row.pk,
        method=row.method,
        text=text,
        media=media,
        chat_id=row.chat_id,
        chat=title,
        state=OutgoingState(row.state),
        priority=Priority(row.priority).label,
        source=row.source,
        attempts=row.attempts,
        error=row.error if is_open else "",  # Telegram quotes what it refuses
        update_pk=row.update_id,
        created_at=row.created_at,
        due_at=row.due_at,
        latency_ms=row.latency_ms,
    )

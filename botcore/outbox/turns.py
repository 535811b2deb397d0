"""Turns of a conversation: an update or a message of the bot as a transcript shows it, with files, quote and changes.

`told()` makes a page of turns one whole: albums are one turn, quotes lead to what they quote, and what was changed
later says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from botcore.inbox.models import State, Update
from botcore.media.attachments import Attachment, of_message, of_sent
from botcore.media.telling import in_words, kind_in_words
from botcore.outbox import amendments, words
from botcore.outbox.amendments import Amendment
from botcore.outbox.calls import enclosed_in
from botcore.outbox.models import OutgoingMessage, OutgoingState

LONGEST_QUOTE = 200  # characters
QUIET = (State.DONE, OutgoingState.SENT)  # of an album's parts the others matter more


@dataclass(frozen=True)
class Shown:
    """A file in a transcript: it is looked at by its row and its number in there."""

    incoming: bool
    pk: int
    number: int
    file: Attachment

    @property
    def name(self) -> str:
        """What it is called: by its sender, else by its kind."""
        return self.file.name or kind_in_words(self.file.kind)

    @property
    def number_text(self) -> str:
        """The number as an address has it."""
        return str(self.number)


@dataclass(frozen=True)
class Quote:
    """What a message answers; `anchor` is where that stands on the same page, "" when it does not."""

    message_id: int
    text: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Turn:
    """Something that came in or went out; `update_pk` is the update itself, or the one that caused the message.

    `kind` is the update's kind or the method, `source` the handler or caller behind a message. `text` is how it reads
    now.
    """

    at: datetime
    incoming: bool
    text: str
    media: str
    kind: str
    state: State | OutgoingState
    error: str
    update_pk: int | None
    outgoing_pk: int | None
    source: str = ""
    chat_id: int | None = None
    message_id: int | None = None
    files: tuple[Shown, ...] = ()
    shows: str = ""  # what is neither text nor file, in words
    quote: Quote | None = None
    album: str = ""
    is_edit: bool = False  # it says anew what an earlier message said
    later: str = ""  # the anchor of such a turn on the same page
    changes: tuple[Amendment, ...] = ()  # by operators, in their order
    took_ms: float | None = None

    @property
    def pk(self) -> int:
        """The row's key in its own table."""
        return (self.update_pk if self.incoming else self.outgoing_pk) or 0

    @property
    def anchor(self) -> str:
        """Where it stands on a page."""
        return f"{'in' if self.incoming else 'out'}-{self.pk}"

    @property
    def edited(self) -> Amendment | None:
        """The edit that it reads by now."""
        return next((one for one in reversed(self.changes) if one.is_done and not one.is_deletion), None)

    @property
    def deleted(self) -> Amendment | None:
        """What has taken it out of the chat."""
        return next((one for one in self.changes if one.is_done and one.is_deletion), None)

    @property
    def open_change(self) -> Amendment | None:
        """The newest change, unless it is done."""
        return self.changes[-1] if self.changes and not self.changes[-1].is_done else None

    @property
    def can_delete(self) -> bool:
        """Tell whether it makes sense to offer that; services say why not, if not."""
        is_there = self.state == OutgoingState.SENT and self.message_id is not None
        return is_there and amendments.makes_one(self.kind) and self.deleted is None

    @property
    def can_edit(self) -> bool:
        """Tell the same of an edit."""
        return self.can_delete and self.kind in amendments.EDITS


def incoming(row: Update) -> Turn:
    """Return an update as a turn."""
    update = words.read_object(row.raw)
    message, (text, media) = words.message_of(update), words.of_read_update(update)
    file = of_message(message)
    return Turn(
        at=row.received_at,
        incoming=True,
        text=text,
        media=media,
        kind=row.kind,
        state=State(row.state),
        error=row.error,
        update_pk=row.pk,
        outgoing_pk=None,
        chat_id=row.chat_id,
        message_id=_number(message.get("message_id")),
        files=(Shown(incoming=True, pk=row.pk, number=0, file=file),) if file else (),
        shows="" if file else in_words(message) or kind_in_words(media),
        quote=_quote(message),
        album=f"{row.chat_id} {group}" if isinstance(group := message.get("media_group_id"), str) else "",
        is_edit=row.kind.startswith("edited_"),
    )


def outgoing(row: OutgoingMessage) -> Turn:
    """Return a message of the bot as a turn that reads as it does now; `amended` is what amendments loaded."""
    parameters = words.read_parameters(row.beginning)
    text, media = words.of_payload(row.beginning)
    files = of_sent(row.files, parameters)
    is_edit = row.method in amendments.SAY_ANEW
    turn = Turn(
        at=row.finished_at or row.created_at,
        incoming=False,
        text=text or _caption(parameters),
        media=media,
        kind=row.method,
        state=OutgoingState(row.state),
        error=row.error,
        update_pk=row.update_id,
        outgoing_pk=row.pk,
        source=row.source,
        chat_id=row.chat_id,
        message_id=row.message_id or (_number(parameters.get("message_id")) if is_edit else None),
        files=tuple(Shown(incoming=False, pk=row.pk, number=at, file=file) for at, file in enumerate(files)),
        shows="" if files else in_words(parameters, row.method) or _waiting(parameters, media),
        quote=_reply(parameters),
        is_edit=is_edit,
        changes=amendments.read(row.amended),
        took_ms=row.latency_ms,
    )
    return replace(turn, text=edit.text) if (edit := turn.edited) else turn


def told(turns: Sequence[Turn]) -> list[Turn]:
    """Make a page of turns, newest first, one whole."""
    whole = _by_album(turns)
    first: dict[tuple[int | None, int | None], Turn] = {}
    edits: dict[tuple[int | None, int | None], str] = {}
    for turn in whole:
        place = turn.chat_id, turn.message_id
        if turn.is_edit:
            edits.setdefault(place, turn.anchor)  # the newest
        else:
            first[place] = turn
    return [_linked(turn, first, edits) for turn in whole]


def _linked(
    turn: Turn,
    first: Mapping[tuple[int | None, int | None], Turn],
    edits: Mapping[tuple[int | None, int | None], str],
) -> Turn:
    """Lead to what it quotes, to what it says anew, and from there to this."""
    if turn.quote:
        found = first.get((turn.chat_id, turn.quote.message_id))
        if found:
            text = turn.quote.text or found.text[:LONGEST_QUOTE] or found.shows or _names(found)
            turn = replace(turn, quote=replace(turn.quote, text=text, anchor=found.anchor))
    if turn.is_edit or turn.message_id is None:
        return turn
    return replace(turn, later=edits.get((turn.chat_id, turn.message_id), ""))


def _waiting(parameters: Mapping[str, Any], media: str) -> str:
    """Say what a message sends of which Telegram has told nothing yet."""
    names = ", ".join(file.name for file in enclosed_in(parameters))
    return f"{kind_in_words(media)}: {names}" if names else kind_in_words(media)


def _names(turn: Turn) -> str:
    return ", ".join(file.name for file in turn.files)


def _by_album(turns: Iterable[Turn]) -> list[Turn]:
    """Make one turn of an album's updates, at the place of the newest, with the files in their order."""
    whole: list[Turn] = []
    places: dict[str, int] = {}
    for turn in turns:
        if not turn.album or turn.is_edit or turn.album not in places:
            places.setdefault(turn.album, len(whole))
            whole.append(turn)
            continue
        place = places[turn.album]
        newer = whole[place]
        worse = newer if newer.state not in QUIET else turn
        whole[place] = replace(
            turn, at=newer.at, files=turn.files + newer.files, text=turn.text or newer.text, quote=turn.quote,
            state=worse.state, error=turn.error or newer.error,
        )  # fmt: skip
    return whole


def _caption(parameters: Mapping[str, Any]) -> str:
    """Return the first caption of an album that the bot sent."""
    items = parameters.get("media")
    captions = [words.said(item)[0] for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return next(filter(None, captions), "")


def _quote(message: Mapping[str, Any]) -> Quote | None:
    """Return what a message answers, in the words that its sender has chosen of it, else as it began."""
    answered = message.get("reply_to_message")
    if not isinstance(answered, dict) or (number := _number(answered.get("message_id"))) is None:
        return None
    text, media = words.said(answered)
    part = message.get("quote")
    if isinstance(part, dict) and (chosen := words.said(part)[0]):
        text = chosen
    return Quote(number, text[:LONGEST_QUOTE] or in_words(answered) or kind_in_words(media))


def _reply(parameters: Mapping[str, Any]) -> Quote | None:
    """Return what a message of the bot answers; its words are those of the turn that it leads to."""
    told = parameters.get("reply_parameters")
    number = _number(told.get("message_id")) if isinstance(told, dict) else None
    number = number or _number(parameters.get("reply_to_message_id"))
    return Quote(number) if number else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else None

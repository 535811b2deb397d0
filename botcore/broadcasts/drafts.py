"""Drafts: writing one, changing what it says and who gets it, testing it. Starting it is in services.py."""

import json
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.broadcasts import aim, audience, links, media, trial, wording
from botcore.broadcasts.launch import in_words
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.broadcasts.moves import locked, must_be, note
from botcore.exceptions import ValidationError
from botcore.outbox import checks
from botcore.outbox.amendments import DELETE
from botcore.outbox.calls import Call, calls_of, enclosed_in
from botcore.outbox.content import Album, Content, Copy, Media, Text
from botcore.outbox.recipients import default_bot, origin
from botcore.validators import storable

WHO_LENGTH, ABOUT_LENGTH = 150, 200


@transaction.atomic
def write(  # noqa: PLR0913
    *,
    by: str,
    content: Content,
    about: str = "",
    buttons: str = "",
    has_stop: bool = False,
    is_shown: bool = False,
    bot_id: int | None = None,
    update_pk: int | None = None,
) -> int:
    """Keep a broadcast that is not started and return its row; raise ValidationError for what cannot be sent.

    `buttons` are as links.py reads them, `has_stop` adds one for those who want no more; `about` says what a copied
    message is; `is_shown`: Telegram has taken it already, in the writer's chat. Another
    attempt at the same update returns the first one's row.
    """
    if update_pk is not None and (known := _row_of(update_pk)):
        return known
    call = _call(content)
    call.parameters.update(links.parameters(buttons))
    check_album(call.method, buttons, has_stop=has_stop)
    bot = default_bot() if bot_id is None else bot_id
    checks.positive(bot, what="bot's id")
    row = Broadcast.objects.create(
        bot_id=bot,
        method=call.method,
        payload=call.payload,
        about=storable(about)[:ABOUT_LENGTH],
        update_pk=update_pk,
        created_by=storable(by)[:WHO_LENGTH],
        created_at=timezone.now(),
        is_shown=is_shown,
        has_stop=has_stop,
        total=audience.count(),
    )
    media.hold(row)
    note("broadcasts.draft", row, f"{by} wrote broadcast {row.pk}.", by=by, method=row.method)
    return row.pk


@transaction.atomic
def copy(pk: int, *, by: str, update_pk: int | None = None) -> int:
    """Write a draft that says the same as another broadcast, and return its row; it is to be tested, too."""
    if update_pk is not None and (known := _row_of(update_pk)):
        return known
    same = locked(pk)
    _must_be_new(same)
    if enclosed_in(json.loads(same.payload)):
        trial.check(same)
        media.settle(same)
    row = Broadcast.objects.create(
        bot_id=same.bot_id,
        method=same.method,
        payload=same.payload,
        about=same.about,
        has_stop=same.has_stop,
        update_pk=update_pk,
        created_by=storable(by)[:WHO_LENGTH],
        created_at=timezone.now(),
        audience=same.audience,
        hours=same.hours,
        is_paid=same.is_paid,
        total=audience.count(aim.among(same)),
    )
    note("broadcasts.copy", row, f"{by} wrote broadcast {row.pk} as a copy of {pk}.", by=by, of=pk)
    return row.pk


@transaction.atomic
def edit(
    pk: int,
    *,
    by: str,
    content: Text,
    buttons: str | None = None,
    has_stop: bool | None = None,
    is_shown: bool = False,
) -> bool:
    """Let a draft say something else, to be tested anew unless it is a text that `is_shown`; False when it says so
    already.

    Without `buttons` or `has_stop` these stay as they are.
    """
    row = locked(pk)
    must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be changed."), BroadcastState.DRAFT)
    before = json.loads(row.payload)
    parameters = wording.reworded(row.method, before, content)
    typed = links.written(before) if buttons is None else buttons
    parameters.update(links.parameters(typed))
    is_shown = is_shown and wording.NAMES[row.method] == "text"
    payload = Call(row.method, parameters).payload
    stops = row.has_stop if has_stop is None else has_stop
    check_album(row.method, typed, has_stop=stops)
    if (row.payload, row.has_stop) == (payload, stops):
        return False
    row.payload, row.has_stop, row.is_shown, row.test_message = payload, stops, is_shown, None
    row.save(update_fields=["payload", "has_stop", "is_shown", "test_message"])
    note("broadcasts.edit", row, f"{by} changed what broadcast {pk} says.", by=by)
    return True


@transaction.atomic
def give_files(pk: int, *, by: str, content: Content) -> None:
    """Let a draft send other files with the same words, or one that is paused: it goes on after a test of these."""
    row = locked(pk)
    states = (BroadcastState.DRAFT, BroadcastState.PAUSED)
    must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be changed."), *states)
    before = json.loads(row.payload)
    if not (isinstance(content, Media | Album) and media.files(before) and row.amends_id is None):
        raise ValidationError(_("Only files of a broadcast that sends some are changed for others."))
    method = media.call(content).method
    words = wording.said(before)
    said = Text(words.get("caption", ""), words.get("parse_mode", ""))
    parameters = wording.reworded(method, media.call(content).parameters, said)
    parameters.update(links.parameters(links.written(before)))
    check_album(method, links.written(before), has_stop=row.has_stop)
    media.let_go(row)
    row.method, row.payload = method, Call(method, parameters).payload
    row.is_shown, row.test_message = False, None
    row.save(update_fields=["method", "payload", "is_shown", "test_message"])
    media.hold(row)
    note("broadcasts.files", row, f"{by} gave broadcast {pk} other files.", by=by, method=method)


@transaction.atomic
def aim_at(pk: int, *, by: str, words: Mapping[str, str]) -> bool:
    """Let those get a draft who fit these conditions, and count them; False when that is so already."""
    row = locked(pk)
    must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be changed."), BroadcastState.DRAFT)
    _must_be_new(row)
    wanted = aim.checked(words)
    if wanted == (row.audience or {}):
        return False
    row.audience, row.counted_at = wanted or None, timezone.now()
    row.total = audience.count(aim.among(row))
    row.save(update_fields=["audience", "counted_at", "total"])
    text = f"{by} chose who gets broadcast {pk}: {in_words(row.total)}."
    note("broadcasts.aim", row, text, by=by, audience=wanted, people=row.total)
    return True


@transaction.atomic
def test(pk: int, *, by: str, person: int | None) -> bool:
    """Send what a draft says now to the Telegram account of who wants it; `person` is None without one."""
    row = locked(pk)
    if not trial.is_due(row):
        must_be(row, _("Broadcast %(pk)s is %(state)s: only a draft is tested."), BroadcastState.DRAFT)
    if row.method == DELETE:
        raise ValidationError(_("There is nothing to test: it deletes what was sent."))
    if person is None:
        raise ValidationError(_("Link your Telegram account first, on the page Account: the test is sent there."))
    row.test_message = trial.send(row, person)
    row.save(update_fields=["test_message"])
    note("broadcasts.test", row, f"{by} tested broadcast {pk}.", by=by, message=row.test_message)
    return True


def _call(content: Content) -> Call:
    """Return the one call that says it: pieces of a long text could be torn apart by a pause."""
    if isinstance(content, Copy):
        origin(content.from_chat_id)
        return calls_of(content)[0]
    if isinstance(content, Media | Album):
        return media.call(content)
    if not isinstance(content, Text):
        raise ValidationError(_("A broadcast is a text, a file, an album, or a copy of a message."))
    return wording.call(content)


def check_album(method: str, buttons: str, *, has_stop: bool) -> None:
    """Refuse buttons under an album."""
    if method == wording.ALBUM and (has_stop or buttons.strip()):
        raise ValidationError(_("Telegram shows no buttons under an album: leave them out, or send one file."))


def _must_be_new(row: Broadcast) -> None:
    """Refuse what changes the messages of another one: it has these people, and says nothing by itself."""
    if row.amends_id is not None:
        raise ValidationError(_("It changes what broadcast %(pk)s has sent.") % {"pk": row.amends_id})


def _row_of(update_pk: int) -> int | None:
    return Broadcast.objects.filter(update_pk=update_pk).values_list("pk", flat=True).first()

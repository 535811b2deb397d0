"""What operators do with a conversation: answer, give, close, and talk in the bot's place. Each is one entry.

Whoever acts says what they saw; who was faster is named instead of overruled. The audit's lock comes before that of
access, as in its own services.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.access.selectors import role_now
from botcore.audit.services import record
from botcore.conversations import waits
from botcore.conversations.models import WHO_LENGTH, Conversation
from botcore.conversations.selectors import message_id
from botcore.enclosures.services import enclose
from botcore.exceptions import ValidationError
from botcore.outbox.content import Content, Text
from botcore.people import letters
from botcore.runtime.settings import value
from botcore.texts.split import is_blank
from botcore.validators import storable

TAKEOVER = "conversations.takeover_hours"
TAKE_ON_REPLY = "conversations.takeover_on_reply"


@transaction.atomic
def reply(  # noqa: PLR0913
    *,
    user_id: int,
    content: Content,
    by: str,
    answers: int | None,
    upto: int,
    below: str = "",
    reply_to: int | None = None,
    update_pk: int | None = None,
    files: Sequence["File[Any]"] = (),
    wish: str = "",
) -> int:
    """Queue an answer and return its row. `answers` and `upto` are the count and the last message the operator saw.

    None for `answers` is for where everybody sees what others answer. `below` is the turn that it answers, as
    selectors.answerable() names it, or `reply_to` the message's id in the chat. Another attempt at the same update
    queues nothing. `files` go as `wish` says, see enclosures.services.enclose(); a text is their caption then, and may
    be empty.
    """
    row = _begun(user_id)
    if answers is not None and row.answers != answers:
        words = _("%(who)s has answered meanwhile. Read that first, then send yours if it still fits.")
        raise ValidationError(words % {"who": row.answered_by})
    if below:
        reply_to = message_id(user_id, below)
    if files:
        said = content if isinstance(content, Text) else Text("")
        caption = "" if is_blank(said.text) else said.text
        content = enclose(files, wish=wish, caption=caption, parse_mode=said.parse_mode)
    pk = letters.write(user_id=user_id, content=content, by=by, reply_to=reply_to, upto=upto, update_pk=update_pk)
    _take_on_reply(user_id, by)
    return pk


def _take_on_reply(user_id: int, by: str) -> None:
    """Let the bot be silent where an operator has answered, if the setting says so and nobody else talks there."""
    row = _begun(user_id)
    is_others = row.is_taken and row.taken_by != storable(by)[:WHO_LENGTH]
    if value(TAKE_ON_REPLY) and not is_others and role_now(user_id) <= Role.MEMBER:
        take_over(user_id=user_id, by=by)


@transaction.atomic
def close(*, user_id: int, by: str, upto: int | None = None) -> bool:
    """Call it done: nothing waits, and the bot talks again; False when it is. What is newer than `upto` prevents it."""
    row, unread = _begun(user_id), waits.unread_of(user_id)
    if upto is not None and unread.filter(pk__gt=upto).exists():
        raise ValidationError(_("Something new has come meanwhile. Read that first."))
    if not row.is_open:
        return False
    unread.update(read_at=timezone.now())
    was_taken = row.is_taken
    _save(row, is_open=False, waiting_since=None, taken_until=None, taken_by="")
    record("conversations.close", f"person:{user_id}", before={"open": True}, after={"open": False}, by=by)
    if was_taken:
        access.forget()
    return True


@transaction.atomic
def reopen(*, user_id: int, by: str) -> bool:
    """Take it up again; False when it is open."""
    row = _begun(user_id)
    if row.is_open:
        return False
    _save(row, is_open=True)
    record("conversations.reopen", f"person:{user_id}", before={"open": False}, after={"open": True}, by=by)
    return True


@transaction.atomic
def assign(*, user_id: int, account_id: int | None, by: str, was: int | None = None) -> bool:
    """Give it to a member of the staff, or with None to nobody; False when it is theirs.

    `was` is who had it when the operator looked, 0 for nobody; None overrules whoever has it.
    """
    row = _begun(user_id)
    if row.assignee_id == account_id:
        return False
    before = row.assignee.get_username() if row.assignee else ""
    if was is not None and was != (row.assignee_id or 0):
        words = _("It was given to %(who)s meanwhile.") if before else _("It was given to nobody meanwhile.")
        raise ValidationError(words % {"who": before})
    found = None
    if account_id is not None:
        found = get_user_model().objects.filter(pk=account_id, is_staff=True, is_active=True).first()
        if found is None:
            raise ValidationError(_("A conversation can be given only to an active member of the staff."))
    _save(row, assignee=found)
    after = found.get_username() if found else ""
    record("conversations.assign", f"person:{user_id}", before={"assignee": before}, after={"assignee": after}, by=by)
    return True


@transaction.atomic
def take_over(*, user_id: int, by: str) -> bool:
    """Let the bot be silent in this chat for the hours that the settings say, again from now on if it is."""
    row = _begun(user_id)
    if role_now(user_id) > Role.MEMBER:
        raise ValidationError(_("This person has a role: the bot goes on serving them."))
    if row.is_taken and row.taken_by != by:
        raise ValidationError(_("%(who)s has taken over already.") % {"who": row.taken_by})
    until = timezone.now() + timedelta(hours=value(TAKEOVER))
    _save(row, is_open=True, taken_until=until, taken_by=storable(by)[:WHO_LENGTH])
    record("conversations.take_over", f"person:{user_id}", after={"until": until}, by=by)
    access.forget()
    return True


@transaction.atomic
def hand_back(*, user_id: int, by: str) -> bool:
    """Let the bot talk again; False when it does."""
    row = _begun(user_id)
    if not row.is_taken:
        return False
    until = row.taken_until
    _save(row, taken_until=None, taken_by="")
    record("conversations.hand_back", f"person:{user_id}", before={"until": until}, by=by)
    access.forget()
    return True


def _begun(user_id: int) -> Conversation:
    row = waits.began(user_id)
    if row is None:
        raise ValidationError(_("The bot does not know this person any more."))
    return row


def _save(row: Conversation, **facts: object) -> None:
    for name, fact in facts.items():
        setattr(row, name, fact)
    row.save(update_fields=list(facts))

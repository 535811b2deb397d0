"""What the guard asks before it runs a handler: the role it takes, who acts, what was typed, what was confirmed."""

import re
from typing import Any

from django.utils.translation import gettext as _
from telegram import Message, MessageOriginUser, User
from telegram.constants import ChatID, ChatType

from botcore.access import confirmations
from botcore.access.roles import BY_NAME, Role
from botcore.audit.actor import Actor
from botcore.audit.models import Channel
from botcore.database import in_database
from botcore.people import selectors as people
from botcore.pipeline.arguments import ArgumentError, Given, Typed, read
from botcore.pipeline.attempt import Attempt
from botcore.pipeline.terms import Terms
from botcore.runtime.setting_rules import HANDLERS, raised
from botcore.runtime.settings import held
from botcore.validators import ChatReference


def needed_role(terms: Terms) -> Role:
    """Return the role that a handler takes: what it declares, or what the setting access.handlers asks for, if more."""
    return max([terms.role, *(BY_NAME[role] for role in raised(held(HANDLERS), terms.name))])


def actor_of(attempt: Attempt) -> Actor:
    """Return who the audit shall name for what the handler changes."""
    pending = attempt.pending
    return Actor(Channel.TELEGRAM, attempt.by, pending.user_id, request_id=f"update {pending.pk}")


async def arguments_of(message: Message, terms: Terms) -> dict[str, Any]:
    """Return what stands behind the command, with the people in it looked up."""
    given = read(terms.arguments or (), typed := _typed(message))
    wanted = {name: value for name, value in given.values.items() if isinstance(value, ChatReference)}
    for name, reference in wanted.items():
        person = await in_database(people.find, reference.id, reference.username)
        if person is None:
            raise _unknown(reference, name, given, typed)
        given.values[name] = person
    return given.values


async def confirmed_by(attempt: Attempt, match: object, action: str) -> dict[str, Any]:
    """Return the arguments of the action whose button was pressed; `match` is what the handler's pattern found."""
    pending, key = attempt.pending, match.group(1) if isinstance(match, re.Match) else ""
    return await in_database(
        confirmations.use,
        key,
        user_id=pending.user_id,
        chat_id=pending.chat_id,
        action=action,
        update_pk=pending.pk,
    )


def _typed(message: Message) -> Typed:
    text = message.text or message.caption or ""
    behind = text.split(maxsplit=1)
    answered = _answered(message)
    origin = answered.forward_origin if answered and message.chat.type == ChatType.PRIVATE else None
    return Typed(
        behind[1] if len(behind) > 1 else "",
        reply_to=_person(answered.from_user) if answered else None,
        forwarded_from=_person(origin.sender_user) if isinstance(origin, MessageOriginUser) else None,
    )


def _answered(message: Message) -> Message | None:
    """Return the message that somebody chose to answer; in a topic each message answers the one that opened it."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created or answered.message_id == message.message_thread_id:
        return None
    return answered


def _person(user: User | None) -> int | None:
    """Return a person's id, None for a bot, also for those that stand for channels and anonymous admins."""
    return user.id if user and not user.is_bot and user.id != ChatID.SERVICE_CHAT else None


def _unknown(reference: ChatReference, name: str, given: Given, typed: Typed) -> ArgumentError:
    words = _("Nobody here is %(who)s: the bot knows those who have written to it.") % {"who": reference}
    return ArgumentError(words, typed=typed.text, wrong=given.words.get(name))

"""/talk: what operators do with a conversation beside answering: whose it is, whether it is done, who talks there."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.access.selectors import linked_account_id
from botcore.access.whose import account_meant
from botcore.conversations import selectors, services
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin.users import WHO
from botcore.people import notes
from botcore.people.privacy import by_person
from botcore.pipeline.arguments import Choice, Text
from botcore.pipeline.context import Context
from botcore.pipeline.sentences import label, outcome
from botcore.registry import command

Act = Callable[..., Any]


def give(*, user_id: int, by: str, words: str, person_id: int) -> bool:
    """Give the conversation to whom the words mean."""
    account_id = account_meant(words, person_id=person_id)
    return services.assign(user_id=user_id, account_id=account_id, by=by)


def keep(*, user_id: int, by: str, words: str, person_id: int) -> int:
    """Keep the words as a note, of their staff account if they have one."""
    return notes.write(user_id=user_id, text=words, account_id=linked_account_id(person_id), by=by)


def drop(*, user_id: int, by: str, words: str, person_id: int) -> bool:
    """Delete the operator's last note."""
    return notes.delete_last(user_id=user_id, account_id=linked_account_id(person_id), by=by)


ALONE: Mapping[str, tuple[Act, str | Promise]] = {
    "close": (services.close, gettext_lazy("%(who)s: closed.")),
    "reopen": (services.reopen, gettext_lazy("%(who)s: open again.")),
    "take": (services.take_over, gettext_lazy("%(who)s: the bot is silent in this chat now.")),
    "back": (services.hand_back, gettext_lazy("%(who)s: the bot talks again.")),
}
WORDY: Mapping[str, tuple[Act, str | Promise]] = {
    "assign": (give, gettext_lazy("%(who)s: given.")),
    "note": (keep, gettext_lazy("%(who)s: the note is kept.")),
    "unnote": (drop, gettext_lazy("%(who)s: your last note is deleted.")),
}
ACTION = Choice(
    "action",
    default="",
    among=(*ALONE, *WORDY),
    help=gettext_lazy(
        "close, reopen, take (the bot is silent), back (it talks again), assign, note or unnote (your last)"
    ),
)
WORDS = Text(
    "words", default="", most=notes.LONGEST, help=gettext_lazy("assign me, assign nobody, assign NAME · note …")
)


@command("talk", args=[WHO, ACTION, WORDS], help=gettext_lazy("A conversation, and what to do about it"),
         role=Role.SUPPORT, private=True)  # fmt: skip
async def talk(_update: Update, context: Context) -> None:
    """Say how it stands, or do what is asked for."""
    person, action, words = (context.arguments[name] for name in ("who", "action", "words"))
    if not action:
        stands = await in_database(selectors.standing, person.id)
        await context.answer("talk", who=label(person), stands=stands)
        return
    reader = await in_database(by_person, context.person.id)
    if not reader.may_read(person.id):
        raise UserError(reader.hidden())
    given = {"user_id": person.id, "by": context.by}
    if action in WORDY:
        act, done = WORDY[action]
        changed = await in_database(act, **given, words=words, person_id=context.person.id)
    else:
        act, done = ALONE[action]
        changed = await in_database(act, **given)
    if changed is False:
        raise UserError(_("It was so already."))
    await context.answer("sentence", **outcome(context, str(done) % {"who": label(person)}, person.id))

"""Whom an operator means in a filter: by @name, a link, an id, or by the name alone where one only has it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.people import selectors as people
from botcore.people.chat_selection import ChatSelection
from botcore.people.chat_selectors import ChatRow
from botcore.people.chat_selectors import chats as listed_chats
from botcore.people.selection import PeopleSelection
from botcore.people.selectors import Person
from botcore.validators import ChatReference, chat_reference, person_reference
from dashboard.tables.columns import Sees
from dashboard.tables.filters import Misread, Typed

MOST = 20  # of whom one may have just this name
PEOPLE, CHATS = ("view_user",), ("view_user", "view_chat")  # a person's name means their chat, too


@dataclass(frozen=True, kw_only=True)
class Named(Typed):
    """Somebody or a chat, by name for those with the permissions that it takes to look for them, by id for all."""

    takes: Sequence[str]

    def refusal(self, typed: Mapping[str, str], sees: Sees) -> str:
        """Refuse names to the others: what fits would tell whom the bot knows."""
        if typed[self.name].removeprefix("-").isdecimal() or all(map(sees, self.takes)):
            return ""
        return _("Your account may not look for people or chats by name: type an id.")


def sender(typed: str) -> int:
    """Return a person's id; one that nobody has fits nothing."""
    meant = _reference(typed, person_reference)
    if meant and meant.id is not None:
        return meant.id
    found = people.find(None, meant.username) if meant else _one(typed, _people(typed))
    if found is None:
        raise Misread(_("Nobody is called %(name)s.") % {"name": typed})
    return found.id


def chats(typed: str) -> tuple[int, ...]:
    """Return all ids of a chat, from before it moved, too; a person's name means their chat with the bot."""
    meant = _reference(typed, chat_reference)
    if meant and meant.id is not None:
        return tuple(people.ids_of(meant.id))
    known = _by_username(meant.username) if meant else _one(typed, [*_people(typed), *_groups(typed)])
    if known is None:
        raise Misread(_("No chat is called %(name)s.") % {"name": typed})
    return tuple(people.ids_of(known if isinstance(known, int) else known.id))


def person_words(user_id: int) -> str:
    """Return whose id it is."""
    return people.names([user_id]).get(user_id) or _unknown(user_id)


def chat_words(ids: Sequence[int]) -> str:
    """Return what the chat is called that has, or had, these ids."""
    return people.called(ids).get(ids[0]) or _unknown(ids[0])


def _unknown(number: int) -> str:
    return _("%(id)s, whom the bot does not know") % {"id": number}


def _reference(typed: str, refer: Callable[[str], ChatReference]) -> ChatReference | None:
    """Return what an id, a link or an @name says; None for words that may be somebody's name."""
    try:
        return refer(typed)
    except ValidationError:
        if not any(sign.isalpha() for sign in typed):
            raise
        return None


def _by_username(username: str) -> int | None:
    return people.chat_named(username) or getattr(people.find(None, username), "id", None)


def _people(typed: str) -> list[Person]:
    return people.people(PeopleSelection(search=typed.lstrip("#")), size=MOST).rows


def _groups(typed: str) -> list[ChatRow]:
    return listed_chats(ChatSelection(search=typed), size=MOST).rows


def _one(typed: str, found: Sequence[Person | ChatRow]) -> Person | ChatRow | None:
    """Return the only one, or the only one with just this name; None for none; of several raise Misread."""
    same = [row for row in found if typed.casefold() in {row.name.casefold(), row.username.casefold()}]
    likely = found if len(found) == 1 else same if len(found) < MOST else []
    if len(likely) == 1 or not found:
        return likely[0] if likely else None
    words = _("Several are called %(name)s: choose one, and take their @name or id.") % {"name": typed}
    raise Misread(words, link=f"{reverse('dashboard:find')}?{urlencode({'q': typed})}")

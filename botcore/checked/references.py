"""How people name a person or a chat: @name, a link, an id, or the message they answer."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from botcore.checked.numbers import chat_id, telegram_id
from botcore.checked.shown import bare
from botcore.exceptions import ValidationError

SHORTEST_NAME, LONGEST_NAME = 3, 32  # core.telegram.org/method/account.checkUsername; @gif and @vid have three
_LINK = r"(?:https?://)?(?:t\.me|telegram\.me|telegram\.dog)/|tg://resolve\?domain="
_NAME = r"[a-z](?:_?[a-z0-9])*"  # no _ at the end, nor two in a row
_NAMED = re.compile(rf"(?P<mark>@|{_LINK})?(?P<name>{_NAME})/?", re.ASCII | re.IGNORECASE)
_BY_ID = re.compile(r"tg://user\?id=(?P<id>[0-9]+)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class ChatReference:
    """A person or chat by id or by username, of which one is set."""

    id: int | None = None
    username: str = ""

    def __str__(self) -> str:
        """Return it as people write it."""
        return f"@{self.username}" if self.username else str(self.id)


def username(text: str) -> str:
    """Return a username without its @; a link to it will do."""
    found = _name(text)
    if not found:
        raise ValidationError(_("Write a username such as @alice_1: 3 to 32 letters a-z, digits and single _."))
    return found["name"]


def chat_reference(text: str) -> ChatReference:
    """Return whom @name, t.me/name, tg://user?id=1 or an id means; a name without @ might be any word."""
    found = _name(text)
    if found and found["mark"]:
        return ChatReference(username=found["name"])
    try:
        return ChatReference(id=_id(text))
    except ValidationError:
        raise ValidationError(_("Write @name, t.me/name or an id such as 123456789.")) from None


def person_reference(text: str, *, reply_to: int | None = None, forwarded_from: int | None = None) -> ChatReference:
    """Return whom the text names; without one the author of the forwarded message, else whom the message answers."""
    pointed_at = reply_to if forwarded_from is None else forwarded_from
    is_named = bare(text, len(text))
    found = chat_reference(text) if is_named else ChatReference(id=pointed_at)
    if not found.username and (found.id or 0) <= 0:  # nobody, or a group
        raise ValidationError(_("Name a person: answer a message of theirs, or write @name or their id."))
    return found


def _name(text: str) -> re.Match[str] | None:
    found = _NAMED.fullmatch(bare(text))
    return found if found and SHORTEST_NAME <= len(found["name"]) <= LONGEST_NAME else None


def _id(text: str) -> int:
    by_id = _BY_ID.fullmatch(bare(text))
    return telegram_id(by_id["id"]) if by_id else chat_id(text)

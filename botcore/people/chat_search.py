"""Finding groups and channels by what an operator types; private chats are found by their people."""

from django.db.models import Q

from botcore.models import Chat
from botcore.people.selectors import ChatProfile, chat_profile
from botcore.validators import storable

TYPES = ("channel", "group", "supergroup")


def chats_like(search: str, size: int) -> list[ChatProfile]:
    """Return those with this id, or a @username that begins so, or a title that contains it, last seen first."""
    text = storable(search).strip().removeprefix("@")
    digits = text.removeprefix("-")
    found = Chat.objects.filter(type__in=TYPES)
    if digits.isascii() and digits.isdigit():
        found = found.filter(id=int(text[:17]))
    else:
        found = found.filter(Q(username__istartswith=text) | Q(title__icontains=text))
    return [chat_profile(row) for row in found.order_by("-last_seen")[:size]]

"""Finding groups and channels by what an operator types; private chats are found by their people."""

from functools import reduce
from operator import or_

from django.db.models import Q

from botcore.models import Chat
from botcore.people.selectors import ChatProfile, chat_profile
from botcore.validators import storable

TYPES = ("supergroup", "group", "channel")
SEARCHED = 3000  # chats of each type, the newest ids first, whose titles are looked through


def chats_like(search: str, size: int) -> list[ChatProfile]:
    """Return those with this id, a @username that begins so, or a title that contains it."""
    text = storable(search).strip().removeprefix("@")
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit():
        return [chat_profile(row) for row in Chat.objects.filter(id=int(text[:17])).exclude(type="private")]
    newest = [Chat.objects.filter(type=kind).order_by("id").values("pk")[:SEARCHED] for kind in TYPES]
    within = reduce(or_, (Q(pk__in=ids) for ids in newest))
    found = Chat.objects.filter(within, Q(username__istartswith=text) | Q(title__icontains=text))
    return [chat_profile(row) for row in found.order_by("-last_seen")[:size]]

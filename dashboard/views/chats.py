"""A chat and all that was said in it, both ways."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from botcore.outbox.selectors import conversation
from botcore.people import selectors as people
from botcore.people.privacy import by_account
from dashboard.access import needs
from dashboard.pages import show

SIZE = 50
NEEDED = ("botcore.view_update", "botcore.view_outgoingmessage")  # a conversation is made of both


@needs("botcore.view_chat")
def chat(request: HttpRequest, chat_id: str) -> HttpResponse:
    """Show one chat with its conversation, as far as the visitor may see that."""
    found = people.chat(int(chat_id))
    if found is None:
        newest = people.newest_id(int(chat_id))
        if newest == int(chat_id):
            raise Http404
        return redirect("dashboard:chat", newest)
    before = request.GET.get("before", "")
    return show(request, "chat", chat=found, paged=bool(before), **talk(request, found.id, before=before, limit=SIZE))


def talk(request: HttpRequest, chat_id: int, *, limit: int, before: str = "") -> dict[str, Any]:
    """Return a chat's turns, newest first, and the place of older ones; None for a visitor who may not see them.

    `closed` says why they are not for the visitor, in words; "" when they are.
    """
    if not request.user.has_perms(NEEDED):
        return {"turns": None, "older": "", "closed": ""}
    reader = by_account(request.user.pk)
    if not reader.may_read(chat_id):
        return {"turns": None, "older": "", "closed": reader.hidden()}
    found = conversation(chat_id, before=before, limit=limit)
    return {"turns": found.turns, "older": found.older, "closed": ""}

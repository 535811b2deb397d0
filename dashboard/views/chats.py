"""A chat and all that was said in it, both ways."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from botcore.outbox.selectors import Turn, conversation
from botcore.people import selectors as people
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
    turns, older = talk(request, found.id, before=before, limit=SIZE)
    return show(request, "chat", chat=found, turns=turns, older=older, paged=bool(before))


def talk(request: HttpRequest, chat_id: int, *, limit: int, before: str = "") -> tuple[list[Turn] | None, str]:
    """Return a chat's turns, newest first, and the place of older ones; None for a visitor who may not see them."""
    if not request.user.has_perms(NEEDED):
        return None, ""
    found = conversation(chat_id, before=before, limit=limit)
    return found.turns, found.older

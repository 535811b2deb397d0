"""Chats: a list to search, and each with who writes there and all that was said, both ways."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from botcore.inbox import selectors as inbox
from botcore.inbox.selection import Selection
from botcore.outbox.selectors import conversation
from botcore.people import chat_selectors
from botcore.people import selectors as people
from botcore.people.privacy import Reader, by_account
from dashboard.access import needs
from dashboard.lists.chats import CHATS
from dashboard.pages import show
from dashboard.tables.page import listing

SIZE, NEWEST = 20, 10  # turns, updates
NEEDED = ("botcore.view_update", "botcore.view_outgoingmessage")  # a conversation is made of both


@needs("botcore.view_chat")
def chats(request: HttpRequest) -> HttpResponse:
    """List chats, last seen first."""
    return listing(request, CHATS)


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
    ids = people.ids_of(found.id)
    said = talk(request, found.id, reader=by_account(request.user), before=before, ids=ids)
    known = {} if before else _known(request, found, ids, said.get("arrived"))
    return show(request, "chat", chat=found, paged=bool(before), **known, **said)


def _known(
    request: HttpRequest, chat: people.ChatProfile, ids: list[int], arrived: list[inbox.UpdateRow] | None
) -> dict[str, Any]:
    """Return who writes there, and what failed; of a private chat its person's page says it.

    `arrived` are the updates of a conversation that is shown: they are not read again.
    """
    if chat.type == "private":
        return {}
    may, found = request.user.has_perm, chat_selectors.lately(ids)
    if arrived is None:
        arrived = inbox.updates(Selection(chats=(chat.id,)), size=NEWEST).rows
    newest = arrived[:NEWEST]
    names = people.names((*found.wrote, *(row.user_id for row in newest)))
    updates = [replace(row, person=names.get(row.user_id or 0, ""), chat=chat.name) for row in newest]
    sees_updates = may("botcore.view_update")
    return {
        "members": chat_selectors.members(found, names) if sees_updates and may("botcore.view_user") else None,
        "errors": chat_selectors.errors_in(found) if may("botcore.view_errorgroup") else None,
        "updates": updates if sees_updates else None,
    }


def talk(
    request: HttpRequest,
    chat_id: int,
    *,
    reader: Reader,
    limit: int = SIZE,
    before: str = "",
    ids: list[int] | None = None,
) -> dict[str, Any]:
    """Return a chat's turns, newest first, and the place of older ones; None for a visitor who may not see them.

    `closed` says why they are not for the visitor, in words; "" when they are.
    """
    if not request.user.has_perms(NEEDED):
        return {"turns": None, "older": "", "closed": ""}
    if not reader.may_read(chat_id):
        return {"turns": None, "older": "", "closed": reader.hidden()}
    found = conversation(chat_id, before=before, limit=limit, ids=ids)
    return {**vars(found), "closed": ""}

"""The Bot API. `call` is the one way in, for the HTTP server and for tests without sockets."""

from sandbox.api import (
    callbacks,
    chats,
    commands,
    contacts,
    copies,
    dice,
    downloads,
    drafts,
    inline,
    media,
    members,
    messages,
    paid,
    payments,
    photos,
    pins,
    places,
    polls,
    reactions,
    topics,
    updates,
)
from sandbox.api.registry import Answer, call

# Importing these rooms registers their methods.
METHOD_ROOMS = (
    callbacks, chats, commands, contacts, copies, dice, downloads, drafts, inline, media, members, messages, paid,
    payments, photos, pins, places, polls, reactions, topics, updates,
)  # fmt: skip

__all__ = ["METHOD_ROOMS", "Answer", "call"]

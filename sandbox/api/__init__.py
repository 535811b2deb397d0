"""The Bot API. `call` is the one way in, for the HTTP server and for tests without sockets."""

from sandbox.api import (
    accounts,
    callbacks,
    chats,
    commands,
    contacts,
    copies,
    deleting,
    dice,
    downloads,
    drafts,
    furnishing,
    general_topic,
    inline,
    introductions,
    join_queries,
    links,
    media,
    members,
    messages,
    moderation,
    paid,
    payments,
    photos,
    pins,
    places,
    polls,
    prepared,
    reactions,
    sessions,
    stickers,
    topics,
    updates,
    web_apps,
)
from sandbox.api.registry import Answer, call

# Importing these rooms registers their methods.
METHOD_ROOMS = (
    accounts, callbacks, chats, commands, contacts, copies, deleting, dice, downloads, drafts, furnishing,
    general_topic, inline, introductions, join_queries, links, media, members, messages, moderation, paid, payments,
    photos, pins, places, polls, prepared, reactions, sessions, stickers, topics, updates, web_apps,
)  # fmt: skip

__all__ = ["METHOD_ROOMS", "Answer", "call"]

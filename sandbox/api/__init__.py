"""The Bot API. `call` is the one way in, for the HTTP server and for tests without sockets."""

from sandbox.api import (
    callbacks,
    chats,
    commands,
    copies,
    downloads,
    furnishing,
    general_topic,
    inline,
    links,
    media,
    members,
    messages,
    moderation,
    payments,
    reactions,
    stickers,
    topics,
    updates,
)
from sandbox.api.registry import Answer, call

# Importing these rooms registers their methods.
METHOD_ROOMS = (
    callbacks, chats, commands, copies, downloads, furnishing, general_topic, inline, links, media, members, messages,
    moderation, payments, reactions, stickers, topics, updates,
)  # fmt: skip

__all__ = ["METHOD_ROOMS", "Answer", "call"]

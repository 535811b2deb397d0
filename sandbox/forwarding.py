"""What a message becomes when it is forwarded or copied. Whoever does it: people, or bots through copies.py."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.buttons import InlineKeyboard
from sandbox.chats import Draft, Post
from sandbox.entities.formatted import NO_TEXT, Formatted
from sandbox.files import new_album

_SERVICE = frozenset({
    "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message", "successful_payment", "refunded_payment",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "new_chat_members", "left_chat_member",
    "new_chat_title", "new_chat_photo", "delete_chat_photo", "web_app_data", "users_shared", "chat_shared",
})  # fmt: skip
_CREATION = frozenset({"migrate_from_chat_id", "forum_topic_created"})
_KEPT = (
    "show_caption_above_media", "has_media_spoiler", "link_preview_options",
    "contact", "dice", "location", "poll", "venue",
)  # fmt: skip


def is_service(post: Post) -> bool:
    """Whether a message only tells of something, so that it can be neither copied nor forwarded."""
    return not _SERVICE.isdisjoint(post.extra)


def is_creation(post: Post) -> bool:
    """Whether a message tells that a supergroup or a topic came into being: it stays as long as they do."""
    return not _CREATION.isdisjoint(post.extra)


def origin(post: Post) -> dict[str, Any]:
    """Where a message comes from, as a MessageOrigin: what was forwarded before keeps its first one."""
    if "forward_origin" in post.extra:
        first: dict[str, Any] = post.extra["forward_origin"]
        return first
    if post.chat.is_channel:
        place = {"chat": post.chat.to_json(), "message_id": post.message_id}
        return {"type": "channel", "date": post.date, **place}
    return {"type": "user", "date": post.date, "sender_user": post.sender.to_json()}


def albums_of(originals: Sequence[Post]) -> list[dict[str, str]]:
    """Which album each message comes into: a new one for two or more out of one, as in tdlib, else none."""
    old = [post.extra.get("media_group_id") for post in originals]
    new = {name: new_album() for name, parts in Counter(old).items() if name and parts > 1}
    return [new.get(name, {}) for name in old]


def forwarded(post: Post) -> Draft:
    extra = {**_kept(post), "forward_origin": origin(post)}
    return Draft(Formatted(post.text, post.entities), _links(post), media=post.media, extra=extra)


def copied(post: Post, *, bare: bool = False) -> Draft:
    """The same without its origin and buttons, and without its caption if it should be bare."""
    formatted = NO_TEXT if bare and post.media else Formatted(post.text, post.entities)
    return Draft(formatted, media=post.media, extra=_kept(post))


def _links(post: Post) -> InlineKeyboard | None:
    """What a forwarded message keeps of its buttons: those that only lead somewhere, and all or nothing."""
    return post.markup if post.markup and all(button.url for button in post.buttons) else None


def _kept(post: Post) -> Mapping[str, Any]:
    return {name: post.extra[name] for name in _KEPT if name in post.extra}

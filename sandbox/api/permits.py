"""Whether a bot may write in a group or channel, and of a restricted one which media: tdlib's rules and words."""

from sandbox.api.registry import Call
from sandbox.chats import Chat, Draft
from sandbox.errors import ApiError, bad_request

# By what a message holds: the permission that it needs, and what it is called in a refusal.
_MEDIA = {
    "animation": ("can_send_other_messages", "animations"),
    "audio": ("can_send_audios", "audios"),
    "document": ("can_send_documents", "documents"),
    "live_photo": ("can_send_photos", "live photos"),
    "paid_media": ("can_send_photos", "paid media"),
    "photo": ("can_send_photos", "photos"),
    "sticker": ("can_send_other_messages", "stickers"),
    "video": ("can_send_videos", "videos"),
    "video_note": ("can_send_video_notes", "video notes"),
    "voice": ("can_send_voice_notes", "voice notes"),
}
_EXTRA = {
    "contact": ("can_send_messages", "contacts"),
    "dice": ("can_send_other_messages", "dice"),
    "invoice": ("can_send_messages", "invoice messages"),
    "poll": ("can_send_polls", "polls"),
    "venue": ("can_send_messages", "venues"),  # before the location, which it has, too
    "location": ("can_send_messages", "locations"),
}
_TEXT = ("can_send_messages", "text messages")


def check_may_write(call: Call, chat: Chat, draft: Draft) -> None:
    """Raise ApiError where a bot is, but must not write this."""
    if chat.person:
        return
    standing = call.world.standing(chat, call.bot)
    if chat.is_channel:
        if not standing.may("can_post_messages"):
            raise bad_request("need administrator rights in the channel chat")
        return
    permission, words = _needed(draft)
    if not standing.is_administrator and permission not in standing.permissions & chat.profile.permissions:
        raise _refusal(words)


def _needed(draft: Draft) -> tuple[str, str]:
    if draft.media:
        return _MEDIA[draft.media.kind]
    kind = next((kind for kind in _EXTRA if kind in draft.extra), "")
    if kind == "location" and "live_period" in draft.extra["location"]:
        return "can_send_messages", "live locations"
    return _EXTRA.get(kind, _TEXT)


def _refusal(words: str) -> ApiError:
    return bad_request(f"not enough rights to send {words} to the chat")

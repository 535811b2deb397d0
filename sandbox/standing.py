"""What somebody is in a chat: owner, administrator with rights, member, restricted, gone or banned. Plain values."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sandbox.terms import ChatMemberStatus, ChatType

RIGHTS = (
    "can_manage_chat", "can_change_info", "can_post_messages", "can_edit_messages", "can_delete_messages",
    "can_invite_users", "can_restrict_members", "can_pin_messages", "can_manage_topics", "can_promote_members",
    "can_manage_video_chats", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_manage_direct_messages", "can_manage_tags", "can_send_welcome_messages",
)  # fmt: skip
PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip
ALL_RIGHTS, ALL_PERMISSIONS = frozenset(RIGHTS), frozenset(PERMISSIONS)
OF_CHANNELS = frozenset({"can_post_messages", "can_edit_messages", "can_manage_direct_messages"})
OF_GROUPS = frozenset({"can_pin_messages", "can_manage_topics", "can_manage_tags"})
SHORTEST_SECONDS, LONGEST_SECONDS = 30, 366 * 86_400  # Bot API: shorter and longer is for ever


@dataclass(frozen=True, slots=True)
class Standing:
    """What one account is in one chat; `until` is 0 for ever."""

    status: str = str(ChatMemberStatus.MEMBER)
    rights: frozenset[str] = frozenset()
    permissions: frozenset[str] = ALL_PERMISSIONS
    title: str = ""
    until: int = 0
    is_member: bool = True  # of the restricted: they may be gone
    is_anonymous: bool = False
    promoted_by: int = 0
    tag: str = ""  # of those who are no administrators

    @property
    def is_inside(self) -> bool:
        if self.status == ChatMemberStatus.RESTRICTED:
            return self.is_member
        return self.status not in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}

    @property
    def is_banned(self) -> bool:
        return self.status == ChatMemberStatus.BANNED

    @property
    def is_owner(self) -> bool:
        return self.status == ChatMemberStatus.OWNER

    @property
    def is_administrator(self) -> bool:
        return self.status in {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}

    def may(self, right: str) -> bool:
        """Tell whether this is an owner or administrator with a right."""
        return self.is_owner or (self.status == ChatMemberStatus.ADMINISTRATOR and right in self.rights)

    def at(self, now: float) -> "Standing":
        """What becomes of it by itself: restrictions and bans end."""
        if not self.until or now < self.until:
            return self
        inside = self.status == ChatMemberStatus.RESTRICTED and self.is_member
        return replace(MEMBER, tag=self.tag) if inside else LEFT

    def to_json(self, user: dict[str, Any], kind: str, viewer: int = 0) -> dict[str, Any]:
        """The ChatMember of this user in a chat of this kind, as one bot sees it: it may edit whom it promoted."""
        body = {"user": user, "status": self.status}
        titled = {"custom_title": self.title} if self.title else {"tag": self.tag} if self.tag else {}
        if self.is_owner:
            return {**body, "is_anonymous": self.is_anonymous, **titled}
        if self.status == ChatMemberStatus.ADMINISTRATOR:
            rights = rights_json(self.rights, kind, is_anonymous=self.is_anonymous)
            return {**body, "can_be_edited": bool(viewer) and self.promoted_by == viewer, **rights, **titled}
        if self.status == ChatMemberStatus.RESTRICTED:
            given = permissions_json(self.permissions)
            return {**body, "is_member": self.is_member, **given, "until_date": self.until, **titled}
        return {**body, "until_date": self.until} if self.is_banned else {**body, **titled}


MEMBER = Standing()
LEFT = Standing(str(ChatMemberStatus.LEFT))
BANNED = Standing(str(ChatMemberStatus.BANNED))
OWNER = Standing(str(ChatMemberStatus.OWNER))


def administrator(rights: Collection[str], by: int = 0, *, is_anonymous: bool = False, title: str = "") -> Standing:
    """Return the standing of one who has these rights; any of them includes the right to be one."""
    status, given = str(ChatMemberStatus.ADMINISTRATOR), ALL_RIGHTS & set(rights)
    return Standing(status, given | {"can_manage_chat"}, title=title, is_anonymous=is_anonymous, promoted_by=by)


# What a bot has where nobody said what it has: in channels and forums.
TRUSTED = administrator(
    ALL_RIGHTS
    - {
        "can_promote_members",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
        "can_manage_direct_messages",
    }
)


def restricted(permissions: frozenset[str], until: int, before: Standing) -> Standing:
    """Return the standing of one who may do only this; who may do everything is a member like any other."""
    if permissions == ALL_PERMISSIONS:
        return replace(MEMBER, tag=before.tag) if before.is_inside else LEFT
    status, inside = str(ChatMemberStatus.RESTRICTED), before.is_inside
    return Standing(status, permissions=permissions, until=until, is_member=inside, tag=before.tag)


def titled(before: Standing, title: str) -> Standing:
    return replace(before, title=title)


def banned(until: int = 0) -> Standing:
    return replace(BANNED, until=until)


def gone(before: Standing) -> Standing:
    """Return what one is who leaves: restrictions stay."""
    return replace(before, is_member=False) if before.status == ChatMemberStatus.RESTRICTED else LEFT


def come(before: Standing) -> Standing:
    """Return what one is who joins."""
    return replace(before, is_member=True) if before.status == ChatMemberStatus.RESTRICTED else MEMBER


def until_date(given: int, now: float) -> int:
    """Return when a ban or restriction ends, 0 for never, as Telegram reads it."""
    return given if SHORTEST_SECONDS <= given - now <= LONGEST_SECONDS else 0


def rights_json(rights: Collection[str], kind: str, *, is_anonymous: bool = False) -> dict[str, bool]:
    """The rights as a ChatAdministratorRights, those that a chat of this kind knows."""
    foreign = OF_GROUPS if kind == ChatType.CHANNEL else OF_CHANNELS
    return {name: name in rights for name in RIGHTS if name not in foreign} | {"is_anonymous": is_anonymous}


def permissions_json(permissions: Collection[str]) -> dict[str, bool]:
    return {name: name in permissions for name in PERMISSIONS}

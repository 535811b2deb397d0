"""What a group or channel says of itself, and the ways into it: its public name, its links, those who wait."""

from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

from sandbox.bots import Bot
from sandbox.files import StoredFile
from sandbox.people import Person
from sandbox.standing import ALL_PERMISSIONS


@dataclass(eq=False, slots=True)
class InviteLink:
    """A way in; the primary one of somebody has no limits. `waiting` and `joined` are people's ids."""

    creator: Person | Bot
    is_primary: bool = False
    name: str = ""
    expire_date: int = 0
    member_limit: int = 0
    creates_join_request: bool = False
    subscription: tuple[int, int] | None = None  # its period in seconds and price in Stars
    is_revoked: bool = False
    joined: int = 0
    waiting: set[int] = field(default_factory=set)
    url: str = field(default_factory=lambda: f"https://t.me/+{token_urlsafe(12)}")

    def is_open(self, now: float) -> bool:
        in_time = not self.expire_date or now < self.expire_date
        return not self.is_revoked and in_time and (not self.member_limit or self.joined < self.member_limit)

    def to_json(self) -> dict[str, Any]:
        """The link as a ChatInviteLink of the Bot API."""
        flags = {"creates_join_request": self.creates_join_request, "is_primary": self.is_primary}
        period, price = self.subscription or (0, 0)
        more = {
            "name": self.name, "expire_date": self.expire_date, "member_limit": self.member_limit,
            "pending_join_request_count": len(self.waiting), "subscription_period": period, "subscription_price": price,
        }  # fmt: skip
        shown = {name: value for name, value in more.items() if value}
        creator = self.creator.to_json()
        return {"invite_link": self.url, "creator": creator, **flags, "is_revoked": self.is_revoked, **shown}


@dataclass(frozen=True, slots=True)
class Entry:
    """How somebody came in without being added."""

    link: InviteLink | None = None
    by_request: bool = False

    def to_json(self) -> dict[str, Any]:
        """What a ChatMemberUpdated says of it."""
        link = {"invite_link": self.link.to_json()} if self.link else {}
        return {**link, "via_join_request": True} if self.by_request else link


@dataclass(eq=False, slots=True)
class Profile:
    """What one group or channel has besides its title and messages."""

    username: str = ""
    description: str = ""
    photo: StoredFile | None = None
    permissions: frozenset[str] = ALL_PERMISSIONS
    join_by_request: bool = False
    sticker_set: str = ""
    links: dict[str, InviteLink] = field(default_factory=dict)
    requests: dict[int, InviteLink | None] = field(default_factory=dict)  # who waits, and by which link
    guard: Bot | None = None  # which decides who may join
    banned_chats: set[int] = field(default_factory=set)

    def primary_link(self, who: Person | Bot) -> InviteLink | None:
        return next((link for link in self.links.values() if link.is_primary and link.creator is who
                     and not link.is_revoked), None)  # fmt: skip

    def photo_json(self) -> dict[str, str] | None:
        """The photo as a ChatPhoto of the Bot API: one file stands for both sizes."""
        if self.photo is None:
            return None
        shown = self.photo.to_json()
        ids = {name: str(shown[name]) for name in ("file_id", "file_unique_id")}
        return {f"{size}_{name}": value for size in ("small", "big") for name, value in ids.items()}

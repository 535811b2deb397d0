"""What a process knows of access, in memory: asked for each update without a query, read anew when it was changed.

A change in this process makes the book stale at once, one elsewhere within SECONDS, by the loop in watch.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from django.conf import settings

from botcore.access.roles import Role

SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A ban or a mute; `until` None: until it is lifted."""

    pk: int
    is_ban: bool
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of it at one moment; `version` tells it from others."""

    version: int = -1
    roles: Mapping[int, Role] = field(default_factory=dict)  # but for TELEGRAM_ADMIN_IDS
    kept_out: Mapping[int, KeptOut] = field(default_factory=dict)
    allowed: frozenset[int] = frozenset()
    taken: Mapping[int, datetime] = field(default_factory=dict)  # until when operators talk there in the bot's place


@dataclass(frozen=True, slots=True)
class Reading:
    """Which reading of the database it is, and how many changes of this process it can know."""

    number: int
    changes: int


class Book:
    """The snapshot that holds in this process, and whether it is known to be old."""

    def __init__(self) -> None:
        self.page = Snapshot()
        self._numbers = count(1)
        self._changes = 1  # made in this process
        self._known = 0  # how many of them the page knows
        self._turned = 0  # the number of the reading that the page is from

    @property
    def is_stale(self) -> bool:
        """Tell whether this process has changed something that the page does not know."""
        return self._known != self._changes

    def change(self) -> None:
        """Note that something has changed: the page is stale."""
        self._changes += 1

    def begin(self) -> Reading:
        """Say that a page is going to be read: what changes from now on may not be in it."""
        return Reading(next(self._numbers), self._changes)

    def turn(self, page: Snapshot, reading: Reading) -> None:
        """Take a page, unless one is here whose reading began later."""
        if reading.number > self._turned:
            self.page, self._known, self._turned = page, reading.changes, reading.number

    def role_of(self, user_id: int | None) -> Role:
        """Return the role of a Telegram account."""
        if user_id in settings.TELEGRAM_ADMIN_IDS:
            return Role.OWNER
        return self.page.roles.get(user_id or 0, Role.MEMBER)


BOOK = Book()


def role_of(user_id: int | None) -> Role:
    """Return the role of a Telegram account, as far as this process knows."""
    return BOOK.role_of(user_id)

"""Every page that the side, the phone's bar, the search and the shortcuts lead to: declared once, here.

Pages that only other pages lead to are found by the search, too: a new one stands among MORE.
"""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Visitor = AbstractUser | AnonymousUser


@dataclass(frozen=True)
class Entry:
    """A page. `key` follows a G on the keyboard; `badge` is its count in show(), with a part of that name."""

    name: str
    label: str | Promise
    permission: str = ""  # none: for everyone of the staff
    key: str = ""
    badge: str = ""
    is_in_bar: bool = False  # of a phone, which has room for four
    view: str = ""  # of another place than the dashboard
    symbol: str = ""  # in icons.svg, where it is not the name

    @property
    def icon(self) -> str:
        """Return the symbol's name in icons.svg."""
        return self.symbol or self.name

    @cached_property
    def address(self) -> str:
        """Where it is: each page names all of them."""
        return reverse(self.view or f"dashboard:{self.name}")

    @property
    def badge_part(self) -> str:
        """Return the template that shows its count."""
        return f"dashboard/parts/{self.badge}.html"

    def is_open_to(self, visitor: Visitor) -> bool:
        """Tell whether the visitor may see it."""
        return not self.permission or visitor.has_perm(f"botcore.{self.permission}")


@dataclass(frozen=True)
class Shortcut:
    """A key that does something on the page; keys.js knows the deed by its name."""

    does: str
    key: str
    label: str | Promise


@dataclass(frozen=True)
class Group:
    """Pages that belong together."""

    name: str
    label: str | Promise
    entries: tuple[Entry, ...]


GROUPS = (
    Group(
        "today",
        _("Today"),
        (
            Entry("overview", _("Overview"), "view_update", "o", is_in_bar=True),
            Entry("updates", _("Updates"), "view_update", "u", is_in_bar=True),
            Entry("outbox", _("Outbox"), "view_outgoingmessage", "b"),
        ),
    ),
    Group(
        "people",
        _("People"),
        (
            Entry("conversations", _("Conversations"), "view_conversation", "i", badge="waiting_badge"),
            Entry("people", _("People"), "view_user", "p", is_in_bar=True),
            Entry("chats", _("Chats"), "view_chat", "h"),
            Entry("access", _("Access"), "view_restriction", "c"),
            Entry("feedback", _("Feedback"), "view_feedback", "f", badge="unread"),
            Entry("broadcasts", _("Broadcasts"), "view_broadcast", "r"),
        ),
    ),
    Group(
        "health",
        _("Health"),
        (
            Entry("errors", _("Errors"), "view_errorgroup", "e", badge="error_badge", is_in_bar=True),
            Entry("monitoring", _("Monitoring"), "view_heartbeat", "m"),
            Entry("alerts", _("Alerts"), "view_alert", "l", badge="alert_badge"),
            Entry("jobs", _("Jobs"), "view_job", "j"),
            Entry("events", _("Events"), "view_event", "v"),
        ),
    ),
    Group(
        "house",
        _("House"),
        (
            Entry("audit", _("Audit"), "view_auditentry", "a"),
            Entry("settings", _("Settings"), "view_runtimesetting", "s"),
            Entry("admin", _("Django admin"), key="d", view="admin:index"),
        ),
    ),
)
ACCOUNT = Entry("account", _("Your account"), key="y", symbol="user")  # shown by its own name, below all others
MORE = (
    Entry("growth", _("Growth"), "view_user", symbol="people"),
    Entry("segments", _("Segments"), "view_user", symbol="people"),
    Entry("tags_import", _("Import of tags"), "change_user", symbol="people"),
    Entry("usage", _("What is used"), "view_user", symbol="people"),
    Entry("sources", _("Sources"), "view_user", symbol="people"),
    Entry("funnels", _("Funnels"), "view_user", symbol="people"),
    Entry("answers", _("Answers"), "view_user", symbol="people"),
    Entry("quick_replies", _("Quick replies"), "change_quickreply", symbol="conversations"),
    Entry("restart", _("Restart the bot"), "restart_bot", symbol="monitoring"),
    Entry("retention", _("Retention"), "view_runtimesetting", symbol="jobs"),
    Entry("commands", _("Commands"), "view_runtimesetting", symbol="settings"),
    Entry("texts", _("Texts"), "view_runtimesetting", symbol="settings"),
    Entry("intake", _("Webhook and polling"), "view_runtimesetting", symbol="settings"),
    Entry("logs", _("Levels of logs"), "view_runtimesetting"),
    Entry("accounts", _("Staff accounts"), "manage_accounts", symbol="user"),
    Entry("account_factor", _("Second factor"), symbol="user"),
    Entry("account_password", _("Change password"), symbol="user"),
)
SHORTCUTS = (
    Shortcut("find", "k", _("Search everything")),  # with Ctrl or Cmd
    Shortcut("search", "/", _("Search in this list")),
    Shortcut("next", "j", _("Next row; in a conversation, the next one that waits")),
    Shortcut("previous", "k", _("Previous row")),
    Shortcut("answer", "r", _("Write an answer")),
    Shortcut("help", "?", _("This help")),
)
BY_NAME = {entry.name: entry for entry in (*(entry for group in GROUPS for entry in group.entries), ACCOUNT)}


def groups_for(visitor: Visitor) -> list[Group]:
    """Return what the visitor may see, without groups that would be empty."""
    seen = [
        Group(group.name, group.label, tuple(entry for entry in group.entries if entry.is_open_to(visitor)))
        for group in GROUPS
    ]
    return [group for group in seen if group.entries]


def entries_for(visitor: Visitor) -> list[Entry]:
    """Return the pages of the side that the visitor may see."""
    return [entry for entry in BY_NAME.values() if entry.is_open_to(visitor)]


def more_for(visitor: Visitor) -> list[Entry]:
    """Return the other pages that the visitor may see."""
    return [entry for entry in MORE if entry.is_open_to(visitor)]

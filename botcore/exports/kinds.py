"""What can be exported: a table, who may see it, and its columns. One entry here is all that another kind needs.

Not among the columns: what an error's occurrence held (frames, variables), long data of buttons, and keys.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet

from botcore.audit.models import AuditEntry
from botcore.conversations.models import Conversation
from botcore.errors.models import ErrorGroup
from botcore.feedback.models import Feedback
from botcore.inbox.models import Update
from botcore.monitoring.models import Event, Step, UpdateSum
from botcore.outbox import words
from botcore.outbox.models import OutgoingMessage, Priority
from botcore.people.activity.models import AnswerDay, CohortWeek, FunnelWeek, PeopleDay, SourceCount
from botcore.people.models import Chat, User
from botcore.people.privacy import Reader

BATCH = 2000  # rows that are in memory at once
BIG = 200  # the same of tables whose rows may hold a million characters


@dataclass(frozen=True)
class Made:
    """Columns that are made of a stored one."""

    names: tuple[str, ...]
    source: str
    make: Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True)
class Export:
    """Rows of one table, the highest key first.

    `permission` is that of the pages which show them, beside that of exports. Of a `talk` only what the reader may read
    elsewhere goes. What `has_words` of people takes the permission to read these. `among` are the rows that are meant
    where a table holds others, too.
    """

    name: str
    model: type[Model]
    permission: str
    columns: tuple[str | Made, ...]
    batch: int = BATCH
    talk: Callable[[Reader, QuerySet[Any]], QuerySet[Any]] | None = None
    has_words: bool = False
    among: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(name for one in self.columns for name in ((one,) if isinstance(one, str) else one.names))

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that are read for them."""
        return tuple(one if isinstance(one, str) else one.source for one in self.columns)

    def row(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return a row as it is exported, of what was read."""
        pairs = zip(self.columns, values, strict=True)
        return tuple(cell for one, value in pairs for cell in ((value,) if isinstance(one, str) else one.make(value)))


def _renamed(name: str, source: str) -> Made:
    return Made((name,), source, lambda value: (value,))


EXPORTS: dict[str, Export] = {
    export.name: export
    for export in (
        Export(
            "people",
            User,
            "botcore.view_user",
            ("id", "first_name", "last_name", "username", "language", "telegram_language", "is_bot", "messages_on",
             "source", "first_seen", "last_seen"),
        ),
        Export(
            "chats",
            Chat,
            "botcore.view_chat",
            ("id", "type", "title", "username", "is_forum", "reach", "reach_changed_at", "first_seen", "last_seen"),
        ),
        Export(
            "updates",
            Update,
            "botcore.view_update",
            ("id", "bot_id", "update_id", "kind", "state", "chat_id", "user_id", "handler", "attempts", "received_at",
             "started_at", "finished_at", "replayed_at", "error", "error_group",
             Made(("text", "media"), "raw", words.of_update)),
            BIG,
            partial(Reader.open_rows, has_sender=True),
            has_words=True,
        ),
        Export(
            "errors",
            ErrorGroup,
            "botcore.view_errorgroup",
            ("id", "state", "level", "source", "kind", "title", "culprit", "handler", "count", "people", "first_seen",
             "last_seen", "first_release", "last_release", _renamed("assignee", "assignee__username")),
        ),
        Export(
            "messages",
            OutgoingMessage,
            "botcore.view_outgoingmessage",
            ("id", "bot_id", "chat_id", "message_id", "method", "state",
             Made(("priority",), "priority", lambda number: (Priority(number).label,)), "source",
             _renamed("update", "update_id"), "attempts", "created_at", "due_at", "started_at", "finished_at", "error",
             Made(("text", "media"), "payload", words.of_payload)),
            BIG,
            Reader.open_rows,
            has_words=True,
        ),
        Export(
            "feedback",
            Feedback,
            "botcore.view_feedback",
            ("id", "user_id", "chat_id", "message_id", "kind", "text", "sent_at", "acknowledged", "read_at"),
            talk=Reader.open_rows,
            has_words=True,
        ),
        Export(
            "conversations",
            Conversation,
            "botcore.view_conversation",
            (_renamed("person", "person_id"), _renamed("first_name", "person__first_name"),
             _renamed("last_name", "person__last_name"), _renamed("username", "person__username"), "is_open",
             "waiting_since", "last_at", _renamed("assignee", "assignee__username"), "answers", "answered_by",
             "taken_until", "taken_by"),
        ),
        Export(
            "events",
            Event,
            "botcore.view_event",
            ("id", "at", "level", "kind", "text", "process", "bot_id"),
        ),
        Export(
            "audit",
            AuditEntry,
            "botcore.view_auditentry",
            ("id", "at", "channel", "actor", "actor_id", "action", "target", "before", "after", "ip", "request_id"),
        ),
        Export(
            "days",
            PeopleDay,
            "botcore.view_user",
            ("day", "new", "active", "week_active", "month_active"),
        ),
        Export("cohorts", CohortWeek, "botcore.view_user", ("cohort", "week", "people")),
        Export(
            "uses",
            UpdateSum,
            "botcore.view_user",
            (Made(("day",), "at", lambda at: (f"{at:%Y-%m-%d}",)), "handler", "kind", "state", "count"),
            among=lambda rows: rows.filter(step=Step.DAY).exclude(state="received").exclude(handler=""),
        ),
        Export("sources", SourceCount, "botcore.view_user", ("source", "people", "active", "last_at")),
        Export(
            "funnels",
            FunnelWeek,
            "botcore.view_user",
            (_renamed("funnel", "funnel__name"), "week",
             Made(("steps",), "funnel__steps", lambda steps: (" > ".join(map(str, steps)),)), "reached"),
        ),
        Export("answers", AnswerDay, "botcore.view_user", ("day", "asked", "answered", "half_seconds", "most_seconds")),
    )
}  # fmt: skip

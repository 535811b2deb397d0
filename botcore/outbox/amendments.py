"""Edits and deletions of what the bot has sent: rows of the outbox that name the message which they change.

The message's own row stays as it was sent; how it reads now follows from the changes that were made.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, CharField, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce, JSONObject

from botcore import sql
from botcore.outbox import words
from botcore.outbox.models import OutgoingMessage, OutgoingState

DELETE = "deleteMessage"
# What changes the words of a message that was sent by a method, and the parameter with them.
TEXT, CAPTION = ("editMessageText", "text"), ("editMessageCaption", "caption")
EDITS = {
    "sendMessage": TEXT,
    **dict.fromkeys(("sendPhoto", "sendVideo", "sendAnimation", "sendAudio", "sendVoice", "sendDocument"), CAPTION),
}
SAY_ANEW = frozenset({"editMessageText", "editMessageCaption", "editMessageMedia"})
_ONE = re.compile(r"send(?!MediaGroup$)\w+|copyMessage|forwardMessage")
DELETABLE = timedelta(hours=48)  # core.telegram.org/bots/api#deletemessage


def makes_one(method: str) -> bool:
    """Tell whether a call of this method makes one message: of several only the first one's number is kept."""
    return _ONE.fullmatch(method) is not None


@dataclass(frozen=True)
class Amendment:
    """One change of a message; `text` is what it reads by it."""

    pk: int
    is_deletion: bool
    text: str
    state: OutgoingState
    error: str
    at: datetime

    @property
    def is_done(self) -> bool:
        """Tell whether Telegram has made it."""
        return self.state == OutgoingState.SENT


class _AsList(Aggregate):
    """The rows of a group as one text, a JSON list."""

    template = "CAST(JSON_AGG(%(expressions)s) AS text)"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Say the same in SQLite's words."""
        return super().as_sql(compiler, connection, template="JSON_GROUP_ARRAY(%(expressions)s)", **more)


def with_changes(found: QuerySet[OutgoingMessage]) -> QuerySet[OutgoingMessage]:
    """Load with each message what read() knows its changes by: no query more for a page of them."""
    facts = JSONObject(
        pk="pk",
        method="method",
        said=words.BEGINNING["beginning"],
        state="state",
        error="error",
        at=Cast(Coalesce("finished_at", "created_at"), CharField()),
    )
    made = OutgoingMessage.objects.filter(amends=OuterRef("pk")).order_by().values("amends")
    annotation: dict[str, Any] = {"amended": Subquery(made.annotate(listed=_AsList(facts)).values("listed"))}
    return found.annotate(**annotation)


def read(text: str | None) -> tuple[Amendment, ...]:
    """Return the changes of a message by their times, from what with_changes() has loaded."""
    made = [_amendment(facts) for facts in json.loads(text or "[]")]
    return tuple(sorted(made, key=lambda one: (one.at, one.pk)))


def of(pk: int) -> tuple[Amendment, ...]:
    """Return the changes of one message by their times."""
    row = with_changes(OutgoingMessage.objects.filter(pk=pk).only("pk")).first()
    return read(row.amended) if row else ()


def _amendment(facts: Mapping[str, Any]) -> Amendment:
    return Amendment(
        pk=facts["pk"],
        is_deletion=facts["method"] == DELETE,
        text=words.of_payload(facts["said"])[0],
        state=OutgoingState(facts["state"]),
        error=facts["error"],
        at=sql.read_time(facts["at"]),
    )

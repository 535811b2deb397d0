"""What a restored database must not do by itself: say again what was said, or let somebody in who was shown out.

The bot went on after the backup was made: what waited then was most likely sent. The statements run with the restore,
in its transaction, or on the copy before it takes the database's place: no bot ever sees it without.
"""

from dataclasses import dataclass

from django.db import connection

from botcore import sql

HELD = "it waited when the backup was made that was restored: it may have been sent since"
PAUSED = "A backup was restored: whoever got it since the backup was made would get it again."


@dataclass(frozen=True)
class HeldBack:
    """What waits for a decision now."""

    messages: int
    broadcasts: int

    def __str__(self) -> str:
        """Say it in a sentence for the operator; nothing when there is nothing."""
        found = {"messages": self.messages, "broadcasts": self.broadcasts}
        words = ", ".join(f"{name} {count:,}" for name, count in found.items() if count)
        return f"Held back: {words}; decide about them on the pages Outbox and Broadcasts." if words else ""


def statements() -> list[str]:
    """Return plain SQL, without parameters, for the restored tables."""
    now = sql.now().replace("%%", "%")
    messages = f"SET state = 'uncertain', finished_at = {now}, error = '{HELD}'"
    drafts = f"SET state = 'draft', scheduled_at = NULL, why = '{PAUSED}'"
    return [
        f"UPDATE botcore_outgoingmessage {messages} WHERE state = 'sending' OR state = 'queued' AND due_at <= {now}",
        f"UPDATE botcore_broadcast SET state = 'paused', why = '{PAUSED}' WHERE state = 'running'",
        f"UPDATE botcore_broadcast {drafts} WHERE state = 'scheduled' AND scheduled_at <= {now}",
        "UPDATE botcore_heartbeat SET state = 'stopped' WHERE state <> 'died'",
        "DELETE FROM django_session",
    ]


def held_back() -> HeldBack:
    """Count what the statements held back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM botcore_outgoingmessage WHERE state = 'uncertain' AND error = %s", [HELD])
        messages = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM botcore_broadcast WHERE why = %s AND state <> 'done'", [PAUSED])
        return HeldBack(messages, cursor.fetchone()[0])

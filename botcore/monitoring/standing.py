"""How much waits, and whether anything is unusual: one statement for a page that asks all the time."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from botcore import sql
from botcore.access.gate_selectors import MODES
from botcore.alerts.selectors import set_up

CAP = 10_000  # of each number; more is not counted
LOOKED_AT = 1_000  # pending updates among which the oldest is looked for, see inbox/selectors.py

# Conditions are spelled like those of the partial indexes, which SQLite wants repeated.
_STANDING = """
    SELECT
        (SELECT count(*) FROM (SELECT 1 FROM botcore_update
            WHERE NOT (state = 'done') AND state = 'pending' LIMIT %(cap)s) AS pending),
        (SELECT min(COALESCE(replayed_at, received_at)) FROM (SELECT replayed_at, received_at FROM botcore_update
            WHERE NOT (state = 'done') AND state >= 'pending' AND state <= 'pending'
            ORDER BY state, id LIMIT %(looked_at)s) AS oldest),
        (SELECT count(*) FROM (SELECT 1 FROM botcore_outgoingmessage
            WHERE NOT (state = 'sent') AND state = 'queued' LIMIT %(cap)s) AS queued),
        (SELECT count(*) FROM (SELECT 1 FROM botcore_outgoingmessage
            WHERE NOT (state = 'sent') AND state = 'sending' LIMIT %(cap)s) AS sending),
        (SELECT count(*) FROM (SELECT 1 FROM botcore_outgoingmessage
            WHERE NOT (state = 'sent') AND state = 'failed' LIMIT %(cap)s) AS failed),
        (SELECT count(*) FROM (SELECT 1 FROM botcore_outgoingmessage
            WHERE NOT (state = 'sent') AND state = 'uncertain' LIMIT %(cap)s) AS uncertain),
        (SELECT due_at FROM botcore_outgoingmessage
            WHERE NOT (state = 'sent') AND state = 'queued' AND due_at <= %(now)s ORDER BY id LIMIT 1),
        (SELECT count(*) FROM botcore_condition WHERE fired_at IS NOT NULL),
        (SELECT count(*) FROM botcore_alertchannel WHERE failing_since IS NOT NULL AND name IN ({channels})),
        (SELECT count(*) FROM botcore_runtimesetting
            WHERE name IN ({modes}) AND (until IS NULL OR until > %(now)s))
"""


@dataclass(frozen=True)
class Standing:
    """Updates that wait and since when; messages to be sent, since when one is due, and those that went wrong.

    `firing` are conditions that have fired, also those that somebody took on, `failing` channels that are set up and
    fail; `changed` are the settings of whom the bot serves that are not at their default.
    """

    pending: int
    oldest_pending: datetime | None
    queued: int
    sending: int
    failed: int
    uncertain: int
    oldest_due: datetime | None
    firing: int
    failing: int
    changed: int

    @property
    def alarms(self) -> int:
        """What has fired or fails."""
        return self.firing + self.failing

    @property
    def to_be_sent(self) -> int:
        """Messages that are to be sent or are under way."""
        return self.queued + self.sending


def standing() -> Standing:
    """Return how it stands now."""
    now = sql.adapt(timezone.now())
    channels, modes = (", ".join(f"'{name}'" for name in names) or "NULL" for names in (set_up(), MODES))
    query = _STANDING.format(channels=channels, modes=modes)
    (row,) = sql.execute(query, {"cap": CAP + 1, "looked_at": LOOKED_AT, "now": now})
    pending, oldest, queued, sending, failed, uncertain, due, firing, failing, changed = row
    return Standing(pending, _time(oldest), queued, sending, failed, uncertain, _time(due), firing, failing, changed)


def _time(value: datetime | str | None) -> datetime | None:
    return sql.read_time(value) if value else None

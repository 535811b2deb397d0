"""How much waits, and whether anything is unusual: one statement for a page that asks all the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from botcore import sql
from botcore.access.gate_selectors import MODES
from botcore.alerts.models import ChannelName
from botcore.alerts.selectors import set_up
from botcore.monitoring.badges import Badges, waits

CAP = 10_000  # of each number; more is not counted
LOOKED_AT = 1_000  # pending updates among which the oldest is looked for, see inbox/selectors.py

# Conditions are spelled like those of the partial indexes, which SQLite wants repeated.
_STANDING = """
        (SELECT count(*) FROM (SELECT 1 FROM botcore_update
            WHERE NOT (state = 'done') AND state = 'pending' LIMIT %s) AS pending),
        (SELECT min(COALESCE(replayed_at, received_at)) FROM (SELECT replayed_at, received_at FROM botcore_update
            WHERE NOT (state = 'done') AND state >= 'pending' AND state <= 'pending'
            ORDER BY state, id LIMIT %s) AS oldest),
        (SELECT count(*) FROM (SELECT 1 FROM botcore_outgoingmessage
            WHERE NOT (state = 'sent') AND state = 'queued' LIMIT %s) AS queued),
        (SELECT count(*) FROM (SELECT 1 FROM botcore_outgoingmessage
            WHERE NOT (state = 'sent') AND state = 'sending' LIMIT %s) AS sending),
        (SELECT count(*) FROM (SELECT 1 FROM botcore_outgoingmessage
            WHERE NOT (state = 'sent') AND state = 'failed' LIMIT %s) AS failed),
        (SELECT count(*) FROM (SELECT 1 FROM botcore_outgoingmessage
            WHERE NOT (state = 'sent') AND state = 'uncertain' LIMIT %s) AS uncertain),
        (SELECT due_at FROM botcore_outgoingmessage
            WHERE NOT (state = 'sent') AND state = 'queued' AND due_at <= %s ORDER BY id LIMIT 1),
        (SELECT count(*) FROM botcore_condition WHERE fired_at IS NOT NULL),
        {failing}
        (SELECT count(*) FROM botcore_runtimesetting
            WHERE name IN ({modes}) AND (until IS NULL OR until > %s))
"""
_FAILING = "(SELECT failing_since FROM botcore_alertchannel WHERE name = '{}'),"
_MODES = ", ".join(f"'{name}'" for name in MODES)


@dataclass(frozen=True)
class Standing:
    """Updates that wait and since when; messages to be sent, since when one is due, and those that went wrong.

    `firing` are conditions that have fired, also those that somebody took on; `failing` channels that are set up and
    fail, by their labels, and since when; `changed` the settings of whom the bot serves that are not at their default.
    """

    pending: int
    oldest_pending: datetime | None
    queued: int
    sending: int
    failed: int
    uncertain: int
    oldest_due: datetime | None
    firing: int
    failing: tuple[tuple[str, datetime], ...]
    changed: int
    badges: Badges

    @property
    def alarms(self) -> int:
        """What has fired or fails."""
        return self.firing + len(self.failing)

    @property
    def to_be_sent(self) -> int:
        """Messages that are to be sent or are under way."""
        return self.queued + self.sending


def standing(may: Callable[[str], bool]) -> Standing:
    """Return how it stands now, with the badges of a visitor."""
    now, channels, counted = sql.adapt(timezone.now()), set_up(), waits(may)
    badges, params = sql.counting(counted.values())
    query = _STANDING.format(failing="".join(_FAILING.format(name) for name in channels), modes=_MODES)
    params += [CAP + 1, LOOKED_AT, *[CAP + 1] * 4, now, now]
    (row,) = sql.execute(f"SELECT {', '.join(filter(None, (badges, query)))}", params)
    found, rest = row[: len(counted)], row[len(counted) :]
    pending, oldest, queued, sending, failed, uncertain, due, firing, *failing, changed = rest
    since = zip(channels, map(_time, failing), strict=True)
    return Standing(
        pending=pending,
        oldest_pending=_time(oldest),
        queued=queued,
        sending=sending,
        failed=failed,
        uncertain=uncertain,
        oldest_due=_time(due),
        firing=firing,
        failing=tuple((str(ChannelName(name).label), at) for name, at in since if at),
        changed=changed,
        badges=Badges(**dict(zip(counted, found, strict=True))),
    )


def _time(value: datetime | str | None) -> datetime | None:
    return sql.read_time(value) if value else None

"""Which entries of the audit somebody means: conditions from an address or a command, as a query."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from botcore import timeline
from botcore.audit.models import AuditEntry

ACCOUNT = re.compile(r"[0-9]{1,18}")  # Telegram's ids have 52 bits at most


@dataclass(frozen=True)
class AuditSelection:
    """All entries that fit every condition; empty means any.

    Words are whole ones; an action without a dot is a room: `errors` means all of it. An actor that is a number is a
    Telegram account, whatever its name was then.
    """

    action: str = ""
    actor: str = ""
    target: str = ""
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_slow(self) -> bool:
        """Tell whether no index leads to them."""
        is_indexed = bool(self.actor or self.target or "." in self.action)
        return not is_indexed and bool(self.action or self.channel)

    def listed(self) -> QuerySet[AuditEntry]:
        """Return what fits."""
        found = AuditEntry.objects.filter(timeline.between(AuditEntry, "at", self.since, self.until))
        if self.action:
            is_room = "." not in self.action
            found = found.filter(**{"action__startswith": f"{self.action}."} if is_room else {"action": self.action})
        who = "actor_id" if ACCOUNT.fullmatch(self.actor) else "actor"
        exact = {who: self.actor, "target": self.target, "channel": self.channel}
        return found.filter(**{name: word for name, word in exact.items() if word})

"""The conditions, each declared once: how it is seen, when it fires, how often it is told, which channel it breaks."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from botcore.alerts.conditions.policy import Timing
from botcore.alerts.models import ChannelName

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Severity(StrEnum):
    """How soon somebody has to look."""

    PAGE = "page"  # now, also in the quiet hours: people get no answers, or something is about to be lost
    TICKET = "ticket"  # in the next working hours


@dataclass(frozen=True)
class Rule:
    """A condition. It fires when it `lasts` so long, and is told again after `repeat`.

    It is seen when one of these `checks` of health fails, with `warns` also when one warns; without checks by a sight
    of its own. `breaks` is the channel that does not work while it is so: others tell of it, when there are any.
    """

    name: str
    title: str
    severity: Severity
    lasts: timedelta
    repeat: timedelta
    checks: tuple[str, ...] = ()
    warns: bool = False
    breaks: str = ""

    @property
    def timing(self) -> Timing:
        """What the policy wants to know."""
        return Timing(self.lasts, self.repeat)


PAGE, TICKET, TELEGRAM = Severity.PAGE, Severity.TICKET, ChannelName.TELEGRAM.value
RULES = (
    Rule("poller_stalled", _("Polling stands still"), PAGE, MINUTE, HOUR, ("poller",), breaks=TELEGRAM),
    Rule("webhook_failing", _("The webhook fails"), PAGE, 2 * MINUTE, HOUR, ("webhook",), breaks=TELEGRAM),
    Rule("breaker_open", _("Calls to Telegram fail"), PAGE, MINUTE, HOUR, ("breaker",), breaks=TELEGRAM),
    Rule("backlog_old", _("Updates wait for too long"), PAGE, MINUTE, HOUR, ("backlog",)),
    Rule("disk_low", _("The disk is almost full"), PAGE, MINUTE, 4 * HOUR, ("disk",)),
    Rule(
        "writer_spilling",
        _("Records wait in files"),
        TICKET,
        2 * MINUTE,
        4 * HOUR,
        ("spool", "writer_queue"),
        warns=True,
    ),
    Rule("database_slow", _("The database is slow"), TICKET, 2 * MINUTE, 4 * HOUR),
    Rule("error_spike", _("Many more errors than before"), TICKET, MINUTE, 4 * HOUR),
    Rule("dead_letters", _("Updates became dead letters"), TICKET, MINUTE, 24 * HOUR),
    Rule("job_stale", _("A scheduled job does not run"), TICKET, MINUTE, 24 * HOUR, ("jobs",)),
)
BY_NAME = {rule.name: rule for rule in RULES}

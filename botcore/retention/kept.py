"""For how long each kind of rows is kept if nobody says otherwise: plain numbers; kinds.py has the rows.

Each is a runtime setting named retention.<kind>, see runtime/setting_table.py.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from botcore.monitoring.history.periods import KEPT_DAYS
from botcore.monitoring.history.samples import KEPT_AT_LEAST
from botcore.monitoring.models import Step

SETTING = "retention."  # what the names of their settings begin with
TELEGRAM_REPEATS = 2  # days: it delivers what was not confirmed for one, and the row is what makes a repeat one
MOST_DAYS = 36_500


@dataclass(frozen=True)
class Kept:
    """What goes after so many days; 0 keeps it for ever. `least` is the smallest number that may be set."""

    words: str | Promise
    days: int
    least: int = 1


KEPT: dict[str, Kept] = {
    "messages": Kept(
        _("What the bot said: messages that were sent, refused, cancelled, or in doubt; those with a key stay, empty"),
        90,
    ),
    "updates_raw": Kept(
        _("The text of updates that were handled; the row stays, and cannot be replayed any more"),
        30,
    ),
    "updates": Kept(_("Updates that were handled, were nobody's, or came too late"), 90, TELEGRAM_REPEATS),
    "updates_failed": Kept(
        _("Dead letters and updates in quarantine, but those of errors that are still open"),
        365,
        TELEGRAM_REPEATS,
    ),
    "events": Kept(_("Events of the bot and its operators"), 365),
    "errors": Kept(_("Details of occurrences, but the first and each 2^k-th; counts by the hour"), 90),
    "error_groups": Kept(
        _("Errors that are resolved or muted and did not occur since, with all that was counted"),
        180,
    ),
    "alerts": Kept(_("Alerts that were told, and how"), 90),
    "samples_minutes": Kept(_("Metrics by the minute"), KEPT_DAYS[Step.MINUTE], KEPT_AT_LEAST.days),
    "samples_hours": Kept(
        _("Metrics, and updates by kind, handler and outcome, by the hour"),
        KEPT_DAYS[Step.HOUR],
        KEPT_AT_LEAST.days,
    ),
    "samples_days": Kept(_("Metrics, and updates by kind, handler and outcome, by the day"), KEPT_DAYS[Step.DAY]),
    "update_counts": Kept(_("Updates counted by the minute"), KEPT_AT_LEAST.days, KEPT_AT_LEAST.days),
    "people_days": Kept(_("On which days each person wrote; what days and weeks came to stays"), 400, 14),
    "people_names": Kept(_("Names that people had before"), 365),
    "job_runs": Kept(_("Runs of jobs"), 30),
    "feedback": Kept(_("What people wrote, once it was read"), 0),
}

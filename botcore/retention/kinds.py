"""Every kind of rows that goes when it is old, with for how many days it is kept if nobody says otherwise.

Not here, for it never goes by itself: people, chats, what handlers remember, settings, and who decided what (audit).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from botcore.alerts.models import Alert, AlertState, DeliveryState
from botcore.broadcasts.models import BroadcastDelivery
from botcore.errors.kinds import WRITERS, GroupState
from botcore.errors.models import ErrorEvent, ErrorFingerprint, ErrorGroup, ErrorHour
from botcore.feedback.models import Feedback
from botcore.inbox.models import FailedAttempt, OnceKey, State, Update
from botcore.monitoring.history.periods import KEPT_DAYS
from botcore.monitoring.history.samples import KEPT_AT_LEAST
from botcore.monitoring.history.waiting import needed_no_more, newest
from botcore.monitoring.models import Event, MetricSample, Step, UpdateCount, UpdateSum
from botcore.outbox.checks import BROADCAST_KEYS
from botcore.outbox.ledger import LEDGER_KEYS
from botcore.outbox.models import WAITING, OutgoingMessage
from botcore.retention.sweeps import ByAge, ByKey, Emptied, EmptiedFirst, Related, Rows, Sweep
from botcore.runtime.models import JobRun, RunState

HANDLED = (State.DONE, State.IGNORED, State.EXPIRED)
FAILED = (State.DEAD, State.QUARANTINED)
SETTLED = (GroupState.RESOLVED, GroupState.MUTED)
SAID = ("payload", "error", "source")  # of a message, by whatever words people can be known
TELEGRAM_REPEATS = 2  # days: it delivers what was not confirmed for one, and the row is what makes a repeat one
MOST_DAYS = 36_500
GROUPS = 200  # error groups in one transaction: each takes all that it counted with it


@dataclass(frozen=True)
class Kind:
    """Rows that go after so many days; 0 keeps them for ever. `least` is the smallest number that may be set."""

    name: str
    words: str
    days: int
    sweeps: tuple[Sweep, ...]
    least: int = 1


def is_possible(kind: Kind, days: int) -> bool:
    """Tell whether a kind can be kept for so many days."""
    return days == 0 or kind.least <= days <= MOST_DAYS


def _update(states: tuple[State, ...], among: Callable[[], Q] = Q) -> ByKey:
    children = ((FailedAttempt, "update_id"), (OnceKey, "update_id"))
    return ByKey(Update, "received_at", "finished_at", lambda: Q(state__in=states) & among(), children)


def _nobody_looks_into_it() -> Q:
    """Leave dead letters of errors that are not settled: they are replayed when the bug is mended."""
    open_marks = ErrorFingerprint.objects.exclude(group__state__in=SETTLED).values("value")
    return Q(error_group="") | ~Q(error_group__in=open_marks)


def _our_own() -> Q:
    """Return those whose key is needed only until they have ended; what a pause holds back has not."""
    open_ones = BroadcastDelivery.objects.values("pk")  # a few hundred
    return Q(key__startswith=LEDGER_KEYS) | (Q(key__startswith=BROADCAST_KEYS) & ~Q(pk__in=open_ones))


def _said_without_key() -> Q:
    return ~Q(state__in=WAITING) & (Q(key=None) | _our_own())


def _said_with_key() -> Q:
    """Return those whose caller chose a key: it is promised to hold for all time."""
    is_ours = Q(key__startswith=LEDGER_KEYS) | Q(key__startswith=BROADCAST_KEYS)
    return ~Q(state__in=WAITING) & Q(key__isnull=False) & ~is_ours


def _told() -> Q:
    waiting = Alert.objects.filter(deliveries__state__in=[DeliveryState.QUEUED, DeliveryState.HANDED])
    return ~Q(state__in=[AlertState.PENDING, AlertState.HELD]) & ~Q(pk__in=waiting.values("pk"))


def _rolled_up(step: Step, into: Step) -> Callable[[], Rows]:
    def rows() -> Rows:
        last, samples = newest(into), MetricSample.objects.filter(step=step)
        return samples.filter(at__lt=last) if last else samples.none()

    return rows


def _hourly_sums() -> Rows:
    """Leave those of the last day that the history has: it is summed again when another hour comes."""
    day, sums = newest(Step.DAY), UpdateSum.objects.filter(step=Step.HOUR)
    return sums.filter(at__lt=day) if day else sums


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "messages",
            "What the bot said: messages that were sent, refused, cancelled, or in doubt; those with a key stay, empty",
            90,
            (
                ByKey(OutgoingMessage, "created_at", "finished_at", _said_without_key),
                Emptied(OutgoingMessage, "created_at", "finished_at", _said_with_key, columns=SAID),
            ),
        ),
        Kind(
            "updates_raw",
            "The text of updates that were handled; the row stays, and cannot be replayed any more",
            30,
            (EmptiedFirst(Update, "received_at", "finished_at", lambda: Q(state__in=HANDLED), columns=("raw",)),),
        ),
        Kind(
            "updates",
            "Updates that were handled, were nobody's, or came too late",
            90,
            (_update(HANDLED),),
            TELEGRAM_REPEATS,
        ),
        Kind(
            "updates_failed",
            "Dead letters and updates in quarantine, but those of errors that are still open",
            365,
            (_update(FAILED, _nobody_looks_into_it),),
            TELEGRAM_REPEATS,
        ),
        Kind("events", "Events of the bot and its operators", 365, (ByKey(Event, "at"),)),
        Kind(
            "errors",
            "Details of occurrences, but the first and each 2^k-th; counts by the hour",
            90,
            (ByKey(ErrorHour, "hour"), ByKey(ErrorEvent, "at", among=lambda: Q(is_milestone=False))),
        ),
        Kind(
            "error_groups",
            "Errors that are resolved or muted and did not occur since, with all that was counted",
            180,
            (ByAge(lambda: ErrorGroup.objects.filter(state__in=SETTLED), "last_seen", GROUPS, WRITERS),),
        ),
        Kind("alerts", "Alerts that were told, and how", 90, (Related(Alert, "at", among=_told),)),
        Kind(
            "samples_minutes",
            "Metrics by the minute",
            KEPT_DAYS[Step.MINUTE],
            (ByAge(_rolled_up(Step.MINUTE, Step.HOUR), "at"),),
            KEPT_AT_LEAST.days,
        ),
        Kind(
            "samples_hours",
            "Metrics, and updates by kind, handler and outcome, by the hour",
            KEPT_DAYS[Step.HOUR],
            (ByAge(_rolled_up(Step.HOUR, Step.DAY), "at"), ByAge(_hourly_sums, "at")),
            KEPT_AT_LEAST.days,
        ),
        Kind(
            "samples_days",
            "The same by the day",
            KEPT_DAYS[Step.DAY],
            (
                ByAge(lambda: MetricSample.objects.filter(step=Step.DAY), "at"),
                ByAge(lambda: UpdateSum.objects.filter(step=Step.DAY), "at"),
            ),
        ),
        Kind(
            "update_counts",
            "Updates counted by the minute",
            KEPT_AT_LEAST.days,
            (ByAge(lambda: needed_no_more(UpdateCount), "minute"),),
            KEPT_AT_LEAST.days,
        ),
        Kind("job_runs", "Runs of jobs", 30, (ByKey(JobRun, "started_at", among=lambda: ~Q(state=RunState.RUNNING)),)),
        Kind(
            "feedback",
            "What people wrote, once it was read",
            0,
            (ByKey(Feedback, "sent_at", among=lambda: Q(read_at__isnull=False)),),
        ),
    )
}

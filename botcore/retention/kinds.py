"""Every kind of rows that goes when it is old; kept.py says for how many days it is kept if nobody says otherwise.

Not here, for it never goes by itself: people with their conversations and the notes on them, chats, what handlers
remember, settings, and who decided what (audit).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise

from botcore.alerts.models import Alert, AlertState, DeliveryState
from botcore.broadcasts.models import BroadcastDelivery
from botcore.errors.kinds import WRITERS, GroupState
from botcore.errors.models import ErrorEvent, ErrorFingerprint, ErrorGroup, ErrorHour
from botcore.feedback.models import Feedback
from botcore.inbox.models import EarlierRun, FailedAttempt, OnceKey, State, Update
from botcore.monitoring.history.waiting import needed_no_more, newest
from botcore.monitoring.models import Event, MetricSample, Step, UpdateCount, UpdateSum
from botcore.operators.models import GroupPost, PostState
from botcore.outbox.checks import BROADCAST_KEYS
from botcore.outbox.ledger import LEDGER_KEYS
from botcore.outbox.models import WAITING, OutgoingMessage
from botcore.people.activity.models import PersonDay
from botcore.people.models import EarlierName
from botcore.retention.kept import KEPT
from botcore.retention.sweeps import ByAge, ByKey, Emptied, EmptiedFirst, Related, Rows, Sweep
from botcore.runtime.models import JobRun, RunState

HANDLED = (State.DONE, State.IGNORED, State.EXPIRED)
FAILED = (State.DEAD, State.QUARANTINED)
SETTLED = (GroupState.RESOLVED, GroupState.MUTED)
SAID = ("payload", "error", "source", "files")  # of a message, by whatever words people can be known
GROUPS = 200  # error groups in one transaction: each takes all that it counted with it


@dataclass(frozen=True)
class Kind:
    """Rows that go after so many days; 0 keeps them for ever. `least` is the smallest number that may be set."""

    name: str
    words: str | Promise
    days: int
    sweeps: tuple[Sweep, ...]
    least: int = 1


def _update(states: tuple[State, ...], among: Callable[[], Q] = Q) -> ByKey:
    children = ((FailedAttempt, "update_id"), (EarlierRun, "update_id"), (OnceKey, "update_id"))
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


def _rows(name: str, *sweeps: Sweep) -> Kind:
    kept = KEPT[name]
    return Kind(name, kept.words, kept.days, sweeps, kept.least)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _rows(
            "messages",
            ByKey(OutgoingMessage, "created_at", "finished_at", _said_without_key),
            Emptied(OutgoingMessage, "created_at", "finished_at", _said_with_key, columns=SAID),
            ByKey(GroupPost, "at", among=lambda: Q(state=PostState.DONE)),
        ),
        _rows(
            "updates_raw",
            EmptiedFirst(Update, "received_at", "finished_at", lambda: Q(state__in=HANDLED), columns=("raw",)),
        ),
        _rows("updates", _update(HANDLED)),
        _rows("updates_failed", _update(FAILED, _nobody_looks_into_it)),
        _rows("events", ByKey(Event, "at")),
        _rows("errors", ByKey(ErrorHour, "hour"), ByKey(ErrorEvent, "at", among=lambda: Q(is_milestone=False))),
        _rows(
            "error_groups",
            ByAge(lambda: ErrorGroup.objects.filter(state__in=SETTLED), "last_seen", GROUPS, WRITERS),
        ),
        _rows("alerts", Related(Alert, "at", among=_told)),
        _rows("samples_minutes", ByAge(_rolled_up(Step.MINUTE, Step.HOUR), "at")),
        _rows("samples_hours", ByAge(_rolled_up(Step.HOUR, Step.DAY), "at"), ByAge(_hourly_sums, "at")),
        _rows(
            "samples_days",
            ByAge(lambda: MetricSample.objects.filter(step=Step.DAY), "at"),
            ByAge(lambda: UpdateSum.objects.filter(step=Step.DAY), "at"),
        ),
        _rows("update_counts", ByAge(lambda: needed_no_more(UpdateCount), "minute")),
        _rows("people_days", ByAge(PersonDay.objects.all, "day")),
        _rows("people_names", ByAge(EarlierName.objects.all, "replaced_at")),
        _rows("job_runs", ByKey(JobRun, "started_at", among=lambda: ~Q(state=RunState.RUNNING))),
        _rows("feedback", ByKey(Feedback, "sent_at", among=lambda: Q(read_at__isnull=False))),
    )
}

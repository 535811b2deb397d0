"""Writes of retention: for how many days a kind is kept, and the run that lets the old rows go."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, transaction

from botcore import metrics
from botcore.audit.services import record
from botcore.exceptions import BotdeckError, ValidationError, safe_execute
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level
from botcore.retention.clock import EVENT, trusted_now
from botcore.retention.kept import SETTING
from botcore.retention.kinds import KINDS, Kind
from botcore.retention.selectors import days_of
from botcore.runtime.jobs.run import Run, RunOver
from botcore.runtime.settings import SETTINGS, change

LONGEST_PAUSE = 0.5  # seconds after a batch, of as many as it took: half of the time is for others


def count_from_start() -> None:
    """Let the series of every kind begin at 0."""
    for name in KINDS:
        metrics.RETENTION_DELETED.labels(name)


def checked_days(wanted: Mapping[str, str]) -> dict[str, int]:
    """Return the days that people typed for kinds; raise ValidationError with one sentence for each that is wrong."""
    if unknown := [name for name in wanted if name not in KINDS]:
        raise ValidationError(" ".join(f"There is no kind {name[:40]!r}." for name in unknown))
    if wrong := wrong_days(wanted):
        raise ValidationError(" ".join(f"{name}: {words}" for name, words in wrong.items()))
    return {name: SETTINGS[SETTING + name].parse(text) for name, text in wanted.items()}


def wrong_days(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each kind for which people typed what cannot be."""
    wrong = {}
    for name, text in wanted.items():
        try:
            SETTINGS[SETTING + name].parse(text)
        except ValidationError as exc:
            wrong[name] = str(exc)
    return wrong


@transaction.atomic
def set_days(days: Mapping[str, int], *, by: str) -> list[str]:
    """Keep kinds for so many days from the next run on; return what changed, in words."""
    done = [change(SETTING + name, wanted, by=by) for name, wanted in days.items()]
    return [changed.words.removeprefix(SETTING) for changed in done if changed.is_new]


def in_words(name: str, days: int) -> str:
    """Say such as "90 days"."""
    return SETTINGS[SETTING + name].in_words(days)


def let_go(kinds: Iterable[Kind], run: Run) -> str:
    """Let the old rows of these kinds go, and return in words how many went; a kind that fails holds up no other.

    It raises BotdeckError, and nothing goes, while the time may be wrong.
    """
    now = trusted_now()
    gone: Counter[str] = Counter()
    try:
        failed = [kind.name for kind in kinds if not _swept(kind, now, run, gone)]
    finally:  # what went is gone, whatever ends the run
        _note(+gone, run)
    if failed:
        raise BotdeckError(f"These kinds failed: {', '.join(failed)}; of the others went: {told(+gone)}.")
    return told(+gone)


@transaction.atomic
def _note(gone: Mapping[str, int], run: Run) -> None:
    """Tell what went, as an event and in the audit."""
    if gone:
        record_event(EVENT, f"Old rows went: {told(gone)}.", level=Level.INFO)
        record("retention.run", f"job:{run.name}", after=dict(gone), by=run.by or run.name)


def told(counts: Mapping[str, int]) -> str:
    """Return such as "updates 12, events 1,024"."""
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "nothing was old enough"


@safe_execute(reraise=(DatabaseError, InterfaceError, RunOver))
def _swept(kind: Kind, now: datetime, run: Run, gone: Counter[str]) -> bool:
    """Let one kind's old rows go, batch by batch, with time for others in between; count them. None when it failed."""
    if not (days := days_of(kind)):
        return True
    limit = now - timedelta(days=days)
    for sweep in kind.sweeps:
        began = time.monotonic()
        for count in sweep.batches(limit):
            metrics.RETENTION_DELETED.labels(kind.name).inc(count)
            gone[kind.name] += count
            run.pause(min(time.monotonic() - began, LONGEST_PAUSE))
            began = time.monotonic()
    return True

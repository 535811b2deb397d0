"""What became of an update, as steps in the order of time: attempts, messages, its ends, and how long lay between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from botcore.inbox.selectors import Attempt, Run, UpdateDetail
from botcore.models import State
from botcore.outbox.listing import OutgoingRow

DOTS = {State.DONE: "good", State.IGNORED: "idle", State.EXPIRED: "idle", State.PENDING: "late"}
GAP_MS = 1.0  # less is not worth a word


@dataclass(frozen=True)
class Step:
    """One thing that happened. `attempt` and `message` are those that it is about; `gap_ms` is since the step before.

    `took_ms` is how long it lasted itself; None is not known.
    """

    at: datetime
    kind: str
    title: str
    dot: str
    words: str = ""
    took_ms: float | None = None
    attempt: Attempt | None = None
    message: OutgoingRow | None = None
    gap_ms: float | None = None


def timeline(update: UpdateDetail, caused: Sequence[OutgoingRow]) -> list[Step]:
    """Return the steps, the oldest first; what happened at the same time stands in the order of its causes."""
    known = {attempt.started_at for attempt in update.failures}
    last = Run(update.state, update.handler, update.started_at, update.finished_at)
    before = [step for run in update.earlier for step in _run(run, known)]
    steps = sorted(
        [*_arrival(update), *map(_failed, update.failures), *before, *_replays(update), *_run(last, known),
         *map(_said, caused)],
        key=_place,
    )  # fmt: skip
    gaps = [None, *((after.at - before.at).total_seconds() * 1000 for before, after in pairwise(steps))]
    return [
        replace(step, gap_ms=gap if gap is not None and gap >= GAP_MS else None)
        for step, gap in zip(steps, gaps, strict=True)
    ]


def _place(step: Step) -> tuple[datetime, bool]:
    return step.at, step.kind == "end"


def _arrival(update: UpdateDetail) -> Iterator[Step]:
    yield Step(update.received_at, "received", _("Received and stored"), "good")


def _replays(update: UpdateDetail) -> Iterator[Step]:
    """Yield each time it was sent through again; of those before this release nobody noted who did it."""
    for run in update.earlier:
        yield Step(run.at, "replayed", _("Sent through again by %(who)s") % {"who": run.by}, "good")
    if update.replayed_at and update.replayed_at not in {run.at for run in update.earlier}:
        yield Step(update.replayed_at, "replayed", _("Sent through again by an operator"), "good")


def _failed(attempt: Attempt) -> Step:
    title = _("Attempt %(n)s failed") % {"n": attempt.number}
    return Step(attempt.started_at, "attempt", title, "down", attempt.handler, attempt.took_ms, attempt=attempt)


def _run(run: Run, known: set[datetime]) -> Iterator[Step]:
    """Yield the attempt that did not fail, and the end; the start of a failed one is that attempt's own step."""
    at = run.started_at
    if at is not None and at not in known and run.state not in {State.DEAD, State.QUARANTINED}:
        took = None if run.finished_at is None else (run.finished_at - at).total_seconds() * 1000
        title = _("A handler took it") if run.handler else _("Its turn came")
        yield Step(at, "handler", title, "good", run.handler, took)
    yield from _end(run)


def _said(message: OutgoingRow) -> Step:
    dot = "down" if message.state == "failed" else "good" if message.state == "sent" else "late"
    return Step(message.created_at, "message", message.method, dot, message.text, message.latency_ms, message=message)


def _end(run: Run) -> Iterator[Step]:
    if run.finished_at and run.state != State.PENDING:
        titles = {
            State.DONE: _("Done"),
            State.IGNORED: _("No handler wanted it"),
            State.DEAD: _("Given up: a dead letter"),
            State.QUARANTINED: _("It could not be read: in quarantine"),
            State.EXPIRED: _("Too old to be answered"),
        }
        title, dot = titles.get(run.state, run.state), DOTS.get(run.state, "down")
        yield Step(run.finished_at, "end", title, dot, run.error)

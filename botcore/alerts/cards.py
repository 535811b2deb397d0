"""An error as a card in a chat: what an alert says of it, its figures, rule, newest history, and its dead letters."""

from dataclasses import dataclass
from datetime import datetime

from botcore.alerts.told import LINE, TITLE, link_to, safe
from botcore.alerts.triage import find, gone
from botcore.errors import detail
from botcore.errors.kinds import GroupState
from botcore.errors.selectors import fingerprints_of
from botcore.inbox.replay import AT_ONCE, Plan, plan
from botcore.inbox.selection import Selection

HISTORY = 4  # newest lines
MARKS = 8  # fingerprints that are listed


@dataclass(frozen=True)
class Line:
    """A line of the history; `by` is empty when it happened by itself."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True)
class Card:
    """An error for a chat: its texts are safe elsewhere. `again` are dead letters that can be sent through again."""

    id: int
    title: str
    culprit: str
    state: GroupState
    count: int
    people: int
    first_seen: datetime
    last_seen: datetime
    releases: tuple[str, str]
    assignee: str
    muted_until: datetime | None
    mute_limit: int | None
    mute_minutes: int
    mute_seen: int
    resolved_release: str
    reference: str
    message: str
    marks: tuple[detail.Mark, ...]
    lines: tuple[Line, ...]
    again: int
    link: str

    @property
    def is_closed(self) -> bool:
        """Tell whether it can be reopened."""
        return self.state in {GroupState.MUTED, GroupState.RESOLVED}


def card(typed: str) -> Card:
    """Return the card of the error that an id or a code means; raise ValidationError for one that is gone."""
    group_id = find(typed)
    group = detail.group(group_id)
    if group is None:  # merged away between two queries
        raise gone()
    event = detail.occurrence(group_id)
    return Card(
        id=group.id,
        title=safe(group.title, TITLE),
        culprit=safe(group.culprit, LINE),
        state=group.state,
        count=group.count,
        people=group.people,
        first_seen=group.first_seen,
        last_seen=group.last_seen,
        releases=(group.first_release, group.last_release),
        assignee=group.assignee,
        muted_until=group.muted_until,
        mute_limit=group.mute_limit,
        mute_minutes=int(group.mute_window.total_seconds() // 60) if group.mute_window else 0,
        mute_seen=group.mute_seen,
        resolved_release=group.resolved_release,
        reference=event.reference if event else "",
        message=_message(event, group.title),
        marks=group.marks[:MARKS],
        lines=tuple(_line(change) for change in group.changes[:HISTORY]),
        again=dead_letters(group_id).total,
        link=link_to("dashboard:error", group_id),
    )


def dead_letters(group_id: int) -> Plan:
    """Return what a replay of an error's dead letters would do."""
    chosen = selection_of(group_id)
    return plan(chosen, most=AT_ONCE) if chosen else Plan()


def selection_of(group_id: int) -> Selection | None:
    """Return which updates are an error's dead letters; None for an error without a fingerprint."""
    marks = fingerprints_of(group_id)
    return Selection(states=("dead",), group=marks[0]) if marks else None


def _message(event: detail.Occurrence | None, title: str) -> str:
    """Return what the newest occurrence said, when the title does not say it."""
    message = safe(event.message, TITLE) if event else ""
    return "" if message and message in title else message


def _line(change: detail.Change) -> Line:
    words = " ".join(word for word in (change.state, change.text) if word)
    return Line(change.at, change.by, safe(words or change.kind, LINE))


def titles(group_ids: list[int]) -> list[str]:
    """Name errors, for a question about them."""
    found = (detail.group(pk) for pk in group_ids)
    return [f"{group.id} {safe(group.title, LINE)}" for group in found if group]

"""Which updates an operator means: conditions from an address, a form or a command line, checked, as a query."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from botcore import timeline
from botcore.errors.models import ErrorFingerprint
from botcore.exceptions import ValidationError
from botcore.inbox.models import ELSEWHERE, State, Update
from botcore.paging import Branch

MOST_IDS = 10_000
SHOWN_IDS = 20  # in an entry of the audit
MOST_BRANCHES = 50  # fingerprints of a merged error group that are read one by one, each in order
BIGGEST = 2**63 - 1  # a bigint


@dataclass(frozen=True, slots=True)
class Selection:
    """All updates that fit every condition. Times are of arrival: from `since` on, before `until`.

    `group` is a fingerprint; it means all fingerprints that are merged with it. `chats` are all ids of one chat, from
    before it moved, too; `person` is the sender.
    """

    ids: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    kind: str = ""
    handler: str = ""
    group: str = ""
    since: datetime | None = None
    until: datetime | None = None
    chats: tuple[int, ...] = ()
    person: int | None = None

    def check(self) -> None:
        """Raise ValidationError for conditions that can mean nothing, or everything by mistake."""
        if self == Selection():
            raise ValidationError(
                _("Nothing is selected: name updates, a state, a kind, a handler, a group or a time.")
            )
        if unknown := sorted(set(self.states) - set(State.values)):
            raise ValidationError(
                _("There is no state %(state)s; the states are %(states)s.")
                % {"state": repr(unknown[0]), "states": ", ".join(State.values)}
            )
        if self.since and self.until and self.since >= self.until:
            raise ValidationError(_("The end of the time is not after its beginning: no update can lie between them."))
        if len(self.ids) > MOST_IDS:
            raise ValidationError(
                _("At most %(most)s updates can be named by number; select more by a condition.")
                % {"most": f"{MOST_IDS:,}"}
            )

    def unknown(self) -> tuple[int, ...]:
        """Return the ids that no update has."""
        asked = set(self.ids)
        stored = Update.objects.filter(pk__in=_possible(asked)).values_list("pk", flat=True) if asked else ()
        return tuple(sorted(asked - set(stored)))

    def merged(self) -> list[str]:
        """Return the fingerprints of the error group that is meant, at least the one that was named."""
        found = ErrorFingerprint.objects.filter(group__fingerprints__value=self.group) if self.group else ()
        return sorted({self.group, *(row.value for row in found)} - {""})

    def find(self) -> QuerySet[Update]:
        """Return what fits; spelled like the partial indexes' conditions, because SQLite uses them only then."""
        found = Update.objects.all()
        if self.ids:
            found = found.filter(pk__in=_possible(self.ids))
        if self.states:
            one = len(self.states) == 1
            found = found.filter(state=self.states[0]) if one else found.filter(state__in=self.states)
            found = found if State.DONE in self.states else found.filter(~Q(state=State.DONE))
        if self.group:
            found = found.filter(~Q(error_group=""), error_group__in=self.merged())
        rest = {
            "kind": self.kind,
            "handler": self.handler,
            "received_at__gte": self.since,
            "received_at__lt": self.until,
            "chat_id__in": self.chats,
            "user_id": self.person,
        }
        return found.filter(**{name: value for name, value in rest.items() if value})

    def listed(self) -> QuerySet[Update]:
        """Return what fits for people's eyes, found fast: but for rows that stand far from their time."""
        narrow = {"chat_id__range": self.chats * 2 if len(self.chats) == 1 else (), "user_id__range": self._sender}
        rest = replace(self, chats=() if narrow["chat_id__range"] else self.chats, person=None).find()
        found = rest.filter(timeline.between(Update, "received_at", self.since, self.until))
        return found.filter(**{name: ends for name, ends in narrow.items() if ends})

    @property
    def lead(self) -> str:
        """The column that leads the index of a single chat."""
        return "-chat_id" if len(self.chats) == 1 and not self.group else ""

    @property
    def _sender(self) -> tuple[int, ...]:
        return (self.person, self.person) if self.person else ()

    @property
    def is_slow(self) -> bool:
        """Tell whether no index leads to what fits."""
        return bool(self.kind or self.handler) and not (self.group or self.chats or self.person)

    def branches(self) -> tuple[Branch, ...]:
        """Return conditions of which what fits has one, where each has an index and all together have none."""
        marks = self.merged()
        if len(marks) > 1:
            return tuple(Branch(Q(error_group=mark)) for mark in marks) if len(marks) <= MOST_BRANCHES else ()
        if self.person and not (self.group or self.chats):
            return Branch(Q(chat_id__range=self._sender), "-chat_id"), Branch(ELSEWHERE, "-user_id")
        return ()

    def facts(self) -> dict[str, Any]:
        """Return the conditions for an entry of the audit; of many ids the first and how many there are."""
        named = {
            name: getattr(self, name) for name in ("kind", "handler", "group", "since", "until", "chats", "person")
        }
        more = {"ids_in_all": len(self.ids)} if len(self.ids) > SHOWN_IDS else {}
        facts = {"ids": self.ids[:SHOWN_IDS], "states": self.states, **named, **more}
        return {name: value for name, value in facts.items() if value}


def _possible(ids: Iterable[int]) -> list[int]:
    """Leave out what no column can hold: a database refuses to compare with it."""
    return [pk for pk in ids if 0 < pk <= BIGGEST]

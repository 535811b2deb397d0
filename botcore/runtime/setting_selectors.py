"""Reading runtime settings for people: each as it is now, and what became of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botcore.audit.models import AuditEntry, Channel
from botcore.exceptions import ValidationError
from botcore.runtime.setting_base import Setting
from botcore.runtime.setting_cache import Row, changed_rows
from botcore.runtime.setting_table import SETTINGS, declared

PAST = 50  # changes that history() returns


@dataclass(frozen=True)
class Past:
    """A change that was made; values in words, `until` when it was to end, `channel` empty where nobody said it."""

    at: datetime
    by: str
    channel: str
    before: str
    after: str
    until: datetime | None


@dataclass(frozen=True)
class Described:
    """A setting as it is now, for a page or a command; `typed` is its value as it is written, the rest is in words.

    `pk` is its row's; None while the default holds.
    """

    pk: int | None
    name: str
    group: str
    kind: str
    help: str
    limits: str
    choices: tuple[str, ...]
    typed: str
    value: str
    default: str
    until: datetime | None
    by: str
    at: datetime | None
    needs_restart: bool
    is_changed: bool
    is_broken: bool


def history(name: str, *, most: int = PAST) -> list[Past]:
    """Return the changes of a setting, newest first."""
    setting = declared(name)
    rows = AuditEntry.objects.filter(target=setting.target).order_by("-pk")[:most]
    return [_past(setting, row) for row in rows]


def _past(setting: Setting, row: AuditEntry) -> Past:
    after = _read(row.after)
    return Past(
        at=row.at,
        by=row.actor,
        channel="" if row.actor and row.channel == Channel.SYSTEM else str(Channel(row.channel).label),
        before=_said(setting, _read(row.before)),
        after=_said(setting, after),
        until=datetime.fromisoformat(after["until"]) if "until" in after else None,
    )


def _read(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:  # of what looked like a secret only a part is kept
        return {}
    return found if isinstance(found, dict) else {}


def _said(setting: Setting, facts: Mapping[str, Any]) -> str:
    """Say a value of the past; one that may not be set any more as its JSON."""
    try:
        return setting.in_words(setting.restored(facts.get("value")))
    except ValidationError:
        return json.dumps(facts.get("value"), ensure_ascii=False)


def described() -> list[Described]:
    """Return every setting as it is now, read from the database."""
    rows = changed_rows()
    return [_described(setting, rows.get(setting.name)) for setting in SETTINGS.values()]


def _described(setting: Setting, row: Row | None) -> Described:
    now = row.value if row else setting.default
    return Described(
        pk=row.pk if row else None,
        name=setting.name,
        group=setting.name.partition(".")[0],
        kind=setting.kind.name.lower(),
        help=str(setting.help),
        limits=setting.limits(),
        choices=setting.choices,
        typed=setting.typed(now),
        value=setting.in_words(now),
        default=setting.in_words(setting.default),
        until=row.until if row else None,
        by=row.by if row else "",
        at=row.at if row else None,
        needs_restart=setting.needs_restart,
        is_changed=row is not None,
        is_broken=row is not None and row.is_broken,
    )

"""Settings that operators change while everything runs: reading them, changing them, and what became of each.

The web, jobs and commands ask value(), the event loop held(); setting_table.py says which there are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from botcore import sql
from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level
from botcore.runtime.setting_base import Kind, Setting
from botcore.runtime.setting_cache import CACHE, Row, changed_rows
from botcore.runtime.setting_selectors import Described, Past, described, history
from botcore.runtime.setting_table import SETTINGS, declared
from botcore.runtime.settings_store import clear_setting, set_setting
from botcore.validators import duration

__all__ = [
    "SETTINGS", "Change", "Described", "Kind", "Past", "Setting", "change", "declared", "described", "held", "history",
    "refresh", "reset", "until_after", "value",
]  # fmt: skip

CHANGE, RESET = "settings.change", "settings.reset"  # the audit's words
EVENT, LOCK = "settings", "settings"
LONGEST = timedelta(days=365)  # that a change may be for a while


@dataclass(frozen=True)
class Change:
    """What a change came to; without `is_new` it was so already, and nothing was written."""

    setting: Setting
    before: Any
    after: Any
    until: datetime | None
    is_new: bool

    @property
    def words(self) -> str:
        """Say such as "alerts.cap from 10 to 20"."""
        words = {
            "name": self.setting.name,
            "before": self.setting.in_words(self.before),
            "after": self.setting.in_words(self.after),
        }
        return _("%(name)s from %(before)s to %(after)s") % words


def value(name: str) -> Any:
    """Return the value of a setting, five seconds old at most; it may query, and raise while the database is away."""
    return CACHE.value(name)


def held(name: str) -> Any:
    """Return the value that this process last read, the default before; it never queries."""
    return CACHE.held(name)


def refresh() -> None:
    """Read every changed setting in one query, for held()."""
    CACHE.refresh()


def until_after(length: str) -> datetime | None:
    """Return when a duration that a person typed is over; None for none, which means: until it is changed."""
    if not length.strip():
        return None
    return timezone.now() + duration(length, least=timedelta(minutes=1), most=LONGEST)


@transaction.atomic
def change(name: str, wanted: Any, *, by: str, until: datetime | None = None) -> Change:
    """Let a setting have this value, as text or typed, until a time or for good; the default's value is no change.

    When `until` is over the default holds. Raise ValidationError for what may not be set.
    """
    setting = declared(name)
    after = setting.parse(wanted) if isinstance(wanted, str) else setting.checked(wanted)
    if until is not None and until <= timezone.now():
        raise ValidationError(_("That time is over already."))
    is_default = after == setting.default
    row = _locked_row(setting)
    done = Change(
        setting, setting.default if row is None else row.value, after, None if is_default else until, is_new=True
    )
    if _is_so(row, done):
        return Change(setting, done.before, after, done.until, is_new=False)
    if is_default:
        clear_setting(setting.name, by)
    else:
        set_setting(setting.name, setting.stored(after), by, until)
    _note(CHANGE, done, row, by)
    return done


@transaction.atomic
def reset(name: str, *, by: str) -> bool:
    """Let the default hold again; tell whether anything was set."""
    setting = declared(name)
    if (row := _locked_row(setting)) is None:
        return False
    clear_setting(setting.name, by)
    _note(RESET, Change(setting, row.value, setting.default, None, is_new=True), row, by)
    return True


def _locked_row(setting: Setting) -> Row | None:
    """Return what is set now, and let nobody else change a setting until the commit."""
    sql.one_at_a_time(LOCK)
    return changed_rows().get(setting.name)


def _is_so(row: Row | None, wanted: Change) -> bool:
    if row is None:
        return bool(wanted.after == wanted.setting.default)
    return (
        not row.is_broken
        and wanted.after != wanted.setting.default
        and ((row.value, row.until) == (wanted.after, wanted.until))
    )


def _note(action: str, done: Change, row: Row | None, by: str) -> None:
    """Put a change on record, and let this process know of it at once, and again when it is committed."""
    before = _facts(done.setting, done.before, row.until if row else None)
    record(action, done.setting.target, before=before, after=_facts(done.setting, done.after, done.until), by=by)
    with override("en"):  # whatever the language of who did it
        until = f", until {done.until:%Y-%m-%d %H:%M} UTC" if done.until else ""
        record_event(EVENT, f"{by} changed {done.words}{until}.", level=Level.INFO)
    CACHE.forget()
    transaction.on_commit(CACHE.refresh, robust=True)


def _facts(setting: Setting, found: Any, until: datetime | None) -> dict[str, Any]:
    ends = {"until": until.isoformat()} if until else {}
    return {"value": setting.stored(found), **ends}

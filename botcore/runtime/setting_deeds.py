"""Changing a setting so that one press takes it back, for buttons and commands; settings.change() does the change.

`person` is the Telegram account that does it: its role counts as it is now (setting_rules.py), and only it takes back.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore import sql
from botcore.access import selectors as access
from botcore.exceptions import PermissionDenied, ValidationError
from botcore.runtime.setting_base import Setting
from botcore.runtime.setting_cache import changed_rows
from botcore.runtime.setting_rules import check_names, may_change
from botcore.runtime.setting_selectors import Described, described
from botcore.runtime.settings import LOCK, Change, change, declared, reset


@dataclass(frozen=True)
class Deed:
    """What was changed in words, and the note that undo() takes; both are empty when nothing was."""

    name: str
    words: str
    note: str


def one(name: str) -> Described:
    """Return a setting as it is now; raise ValidationError when there is none of this name."""
    wanted = declared(name).name
    return next(row for row in described() if row.name == wanted)


def changeable(name: str, *, person: int) -> Setting:
    """Return a setting that this person may change; raise PermissionDenied, or ValidationError when there is none."""
    setting = declared(name)
    if not may_change(setting, access.role_now(person)):
        raise PermissionDenied(_("Only owners change this setting."))
    return setting


def wanted(name: str, typed: str, *, person: int) -> tuple[Setting, Any]:
    """Return a setting and the value that a person typed for it, when they may change it to that."""
    setting = changeable(name, person=person)
    value = setting.parse(typed)
    check_names(setting, value)
    return setting, value


@transaction.atomic
def set_to(name: str, typed: str, *, by: str, person: int) -> Deed:
    """Let a setting have the value that a person typed, until it is changed."""
    setting, _value = wanted(name, typed, person=person)
    before = _state(setting)
    done = change(setting.name, typed, by=by)
    note = _note(setting, before, person) if done.is_new else ""
    return Deed(setting.name, done.words if done.is_new else "", note)


@transaction.atomic
def set_back(name: str, *, by: str, person: int) -> Deed:
    """Let the default hold again."""
    setting = changeable(name, person=person)
    before = _state(setting)
    if not reset(setting.name, by=by):
        return Deed(setting.name, "", "")
    return Deed(setting.name, _words(setting, before[0]), _note(setting, before, person))


def undoable(note: str, *, person: int) -> tuple[Setting, str]:
    """Return the setting that a note is of, and the value that was, in words, when this person may take it back."""
    name, was, _until, _became, doer = _read(note)
    if doer != person:
        raise PermissionDenied(_("Only who has changed it takes it back with this button."))
    setting = changeable(name, person=person)
    return setting, setting.in_words(setting.default if was is None else setting.parse(was))


@transaction.atomic
def undo(note: str, *, by: str, person: int) -> Deed:
    """Let it be as it was before; raise ValidationError when somebody has changed it meanwhile."""
    setting, _words_before = undoable(note, person=person)
    _name, was, until, became, _doer = _read(note)
    before = _state(setting)
    if before[0] != became:
        raise ValidationError(_("It was changed meanwhile: nothing is undone."))
    if was is None:
        reset(setting.name, by=by)
    else:
        change(setting.name, was, by=by, until=until if until and until > timezone.now() else None)
    return Deed(setting.name, _words(setting, became), "")


def _state(setting: Setting) -> tuple[str, bool, datetime | None]:
    """Return the value as it is typed, whether it is the default's, and until when it holds."""
    sql.one_at_a_time(LOCK)
    row = changed_rows().get(setting.name)
    return setting.typed(row.value if row else setting.default), row is None, row.until if row else None


def _words(setting: Setting, typed: str) -> str:
    """Say what it was, and what it is now."""
    return Change(setting, setting.parse(typed), setting.parse(_state(setting)[0]), None, is_new=True).words


def _note(setting: Setting, before: tuple[str, bool, datetime | None], person: int) -> str:
    typed, is_default, until = before
    was = None if is_default else typed
    return json.dumps([setting.name, was, until.isoformat() if until else None, _state(setting)[0], person])


def _read(note: str) -> tuple[str, str | None, datetime | None, str, int]:
    try:
        name, was, until, became, person = json.loads(note)
        ends = datetime.fromisoformat(until) if until else None
        return str(name), was if was is None else str(was), ends, str(became), int(person)
    except (ValueError, TypeError):
        raise ValidationError(_("This button is too old.")) from None

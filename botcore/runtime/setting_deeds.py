"""Changing a setting so that one press takes it back, for buttons and commands; settings.change() does the change."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore import sql
from botcore.exceptions import ValidationError
from botcore.runtime.setting_base import Setting
from botcore.runtime.setting_cache import changed_rows
from botcore.runtime.setting_selectors import Described, described
from botcore.runtime.settings import LOCK, Change, change, declared, reset

GRAVE = ("access.", "maintenance")  # whose change shuts people out


@dataclass(frozen=True)
class Deed:
    """What was changed in words, and the note that undo() takes; both are empty when nothing was."""

    name: str
    words: str
    note: str


def must_ask(setting: Setting) -> bool:
    """Tell whether a change of this setting is to be confirmed first."""
    return setting.needs_restart or setting.name.startswith(GRAVE)


def one(name: str) -> Described:
    """Return a setting as it is now; raise ValidationError when there is none of this name."""
    wanted = declared(name).name
    return next(row for row in described() if row.name == wanted)


@transaction.atomic
def set_to(name: str, wanted: str, *, by: str) -> Deed:
    """Let a setting have the value that a person typed, until it is changed."""
    setting = declared(name)
    before = _state(setting)
    done = change(setting.name, wanted, by=by)
    return Deed(setting.name, done.words, _note(setting, before)) if done.is_new else Deed(setting.name, "", "")


@transaction.atomic
def set_back(name: str, *, by: str) -> Deed:
    """Let the default hold again."""
    setting = declared(name)
    before = _state(setting)
    if not reset(setting.name, by=by):
        return Deed(setting.name, "", "")
    return Deed(setting.name, _words(setting, before[0]), _note(setting, before))


@transaction.atomic
def undo(note: str, *, by: str) -> Deed:
    """Let it be as it was before; raise ValidationError when somebody has changed it meanwhile."""
    name, was, until, became = _read(note)
    setting = declared(name)
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


def _note(setting: Setting, before: tuple[str, bool, datetime | None]) -> str:
    typed, is_default, until = before
    was = None if is_default else typed
    return json.dumps([setting.name, was, until.isoformat() if until else None, _state(setting)[0]])


def _read(note: str) -> tuple[str, Any, datetime | None, str]:
    try:
        name, was, until, became = json.loads(note)
        return str(name), was if was is None else str(was), datetime.fromisoformat(until) if until else None, became
    except (ValueError, TypeError):
        raise ValidationError(_("This button is too old.")) from None

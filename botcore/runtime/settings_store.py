"""Rows of what operators change while everything runs: a value, until when, and by whom; settings.py types them.

Without a row, or when its time is over, the default holds. Values are whatever JSON can say; of a row that somebody
wrote by hand, and that is none, a warning tells, and the default holds.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.runtime.models import RuntimeSetting

logger = logging.getLogger(__name__)

NAME_LENGTH = 150
_DEFAULT: Any = object()


@dataclass(frozen=True)
class Changed:
    """A setting that is not at its default; `until` None: until it is changed again."""

    name: str
    value: Any
    until: datetime | None
    by: str
    at: datetime


def setting(name: str, default: Any = None, *, broken: Any = _DEFAULT) -> Any:
    """Return the value that holds now; `broken`, if given, instead of the default for a row that cannot be read."""
    value = in_force().filter(name=name).values_list("value", flat=True).first()
    if value is None:
        return default
    found = _read(name, value)
    if found is not _DEFAULT:
        return found
    return default if broken is _DEFAULT else broken


def all_settings(prefix: str = "") -> list[Changed]:
    """Return the settings that are changed now, those whose names begin so, by name."""
    rows = in_force().filter(name__startswith=prefix).order_by("name")
    read = ((row, _read(row.name, row.value)) for row in rows)
    return [Changed(row.name, value, row.until, row.by, row.at) for row, value in read if value is not _DEFAULT]


def set_setting(name: str, value: Any, by: str, until: datetime | None = None) -> None:
    """Change a setting until a time, or for good; raise ValidationError for a time that is over."""
    now = timezone.now()
    if until is not None and until <= now:
        raise ValidationError("That time is over already.")
    if not 0 < len(name) <= NAME_LENGTH:
        raise ValidationError(f"A setting's name has 1 to {NAME_LENGTH} characters.")
    facts = {"value": json.dumps(value), "until": until, "by": by[:NAME_LENGTH], "at": now}
    RuntimeSetting.objects.update_or_create(name=name, defaults=facts)
    RuntimeSetting.objects.filter(until__lte=now).delete()  # what is over


def clear_setting(name: str, by: str = "") -> bool:
    """Let the default hold again; tell whether anything else did."""
    held = in_force().filter(name=name).exists()
    RuntimeSetting.objects.filter(name=name).delete()
    return held


def _read(name: str, text: str) -> Any:
    """Return a row's value; _DEFAULT when it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        logger.warning("the setting %s is no JSON and counts for nothing: %.60r", name, text)
        return _DEFAULT


def in_force() -> QuerySet[RuntimeSetting]:
    """Choose the rows whose time is not over."""
    return RuntimeSetting.objects.filter(Q(until=None) | Q(until__gt=timezone.now()))

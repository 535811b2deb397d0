"""Text from people → values of runtime settings. Pure; a wrong one raises ValidationError with one sentence.

Signatures are those of botcore/validators.py, so that setting_kinds.py may take them from there.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError

ON, OFF = ("on", "yes", "true", "1"), ("off", "no", "false", "0")
SECONDS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
DURATION = re.compile(r"(?:\d{1,8}[wdhms])+", re.ASCII)
WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
LONGEST_MAP = 50_000  # characters


def integer(text: str, *, least: int, most: int) -> int:
    """Return the whole number."""
    value = int(text) if WHOLE.fullmatch(text := text.strip()) else None
    if value is None or not least <= value <= most:
        raise ValidationError(
            _("Write a whole number from %(least)s to %(most)s.") % {"least": f"{least:,}", "most": f"{most:,}"}
        )
    return value


def number(text: str, *, least: float, most: float) -> float:
    """Return the number."""
    value = float(text) if NUMBER.fullmatch(text := text.strip()) else None
    if value is None or not least <= value <= most:
        raise ValidationError(
            _("Write a number from %(least)s to %(most)s.") % {"least": f"{least:,g}", "most": f"{most:,g}"}
        )
    return value


def duration(text: str, *, least: timedelta, most: timedelta) -> timedelta:
    """Return the duration that is written such as 90s, 30m, 1h30m, 2d or 1w."""
    text = "".join(text.split()).lower()
    value = _length(text) if DURATION.fullmatch(text) else None
    if value is None or not least <= value <= most:
        limits = {"least": as_duration(least), "most": as_duration(most)}
        raise ValidationError(_("Write a duration from %(least)s to %(most)s, such as 30m, 2h or 1d.") % limits)
    return value


def _length(text: str) -> timedelta | None:
    try:
        return timedelta(seconds=sum(int(part[:-1]) * SECONDS[part[-1]] for part in re.findall(r"\d+.", text)))
    except OverflowError:
        return None


def as_duration(value: timedelta) -> str:
    """Write a duration as people type it: 1h30m."""
    left, parts = int(value.total_seconds()), ""
    for unit in "dhms":
        count, left = divmod(left, SECONDS[unit])
        parts += f"{count}{unit}" if count else ""
    return parts or "0s"


def boolean(text: str) -> bool:
    """Return whether it says yes."""
    word = text.strip().lower()
    if word not in ON + OFF:
        raise ValidationError(_one_of(word, ("on", "off")))
    return word in ON


def choice(value: str, allowed: Collection[str]) -> str:
    """Return the word when it is one of the allowed ones."""
    word = value.strip().lower()
    if word not in allowed:
        raise ValidationError(_one_of(word, allowed))
    return word


def json_value(text: str) -> Any:
    """Return what the JSON says; names that come twice in an object are refused, for the last would win unseen."""
    try:
        if len(text) <= LONGEST_MAP:
            return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        pass  # the sentence below says what to write
    raise ValidationError(_("Write JSON in which no name comes twice, such as {} for nothing."))


def as_json(value: Mapping[str, str]) -> str:
    """Write a map as people type it."""
    return json.dumps(dict(value), ensure_ascii=False)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _one_of(word: str, allowed: Iterable[str]) -> str:
    choices = {"choices": ", ".join(allowed), "guess": closest(word, allowed)}
    if choices["guess"]:
        return _("Did you mean %(guess)s? Choose one of: %(choices)s.") % choices
    return _("Choose one of: %(choices)s.") % choices


def closest(word: str, allowed: Iterable[str]) -> str:
    """Return what was probably meant; "" when nothing is like it."""
    return next(iter(get_close_matches(word[:100].strip().lower(), list(allowed), n=1)), "")

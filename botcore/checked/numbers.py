"""Typed numbers, switches and Telegram's ids → int, float and bool. Digits are ASCII."""

import math
import re

from django.utils.translation import gettext as _

from botcore.checked.shown import bare
from botcore.exceptions import ValidationError

BIGGEST = 2**63 - 1  # what a column can hold
IDS = 2**52  # "at most 52 significant bits": core.telegram.org/bots/api#chat
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_GROUPS = re.compile(r"[+-]?[0-9]{1,3}(?:[, \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}][0-9]{3})+")  # 36 500
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")  # 1,500: a thousand and a half, or one and a half?
_SWITCHES = {
    **dict.fromkeys(("on", "yes", "true", "1", "да", "вкл"), True),
    **dict.fromkeys(("off", "no", "false", "0", "нет", "выкл"), False),
}


def integer(text: str, *, least: int | None = None, most: int | None = None) -> int:
    """Return a whole number within limits, in any case one that a column holds; its thousands may be parted."""
    typed = bare(text)
    if _GROUPS.fullmatch(typed):
        typed = "".join(typed.replace(",", " ").split())
    if not _INTEGER.fullmatch(typed):
        raise ValidationError(_("Write a whole number, such as 42."))
    found = int(typed)
    if abs(found) > BIGGEST:
        least, most = -BIGGEST if least is None else least, BIGGEST if most is None else most
    return int(_within(found, least, most))


def whole(text: str) -> int:
    """Return the number of a row, as addresses and buttons carry it; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def number(text: str, *, least: float | None = None, most: float | None = None) -> float:
    """Return a finite number within limits; its fraction may begin with a comma."""
    typed = bare(text)
    found = float(typed.replace(",", ".")) if _NUMBER.fullmatch(typed) else math.nan
    if not math.isfinite(found) or _THOUSANDS.fullmatch(typed):
        raise ValidationError(_("Write a number, such as 12 or 12.5."))
    return _within(found, least, most)


def boolean(text: str) -> bool:
    """Return what a switch shall be: on or off, yes or no, true or false, 1 or 0, in Russian too."""
    typed = bare(text).lower()
    if typed not in _SWITCHES:
        raise ValidationError(_("Write on or off."))
    return _SWITCHES[typed]


def telegram_id(text: str) -> int:
    """Return a person's id."""
    found = _id(text)
    if found <= 0:
        raise ValidationError(_("Write a person's id, which is a number such as 123456789."))
    return found


def chat_id(text: str) -> int:
    """Return a chat's id: a person's, or a negative one of a group or channel."""
    found = _id(text)
    if not found:
        raise ValidationError(
            _("Write a chat's id: a number such as 123456789, with a minus in front if it is a group.")
        )
    return found


def _id(text: str) -> int:
    """Return one of Telegram's numbers, 0 for what is none."""
    typed = bare(text)
    found = int(typed) if _INTEGER.fullmatch(typed) else 0
    return found if abs(found) < IDS else 0


def _within(found: float, least: float | None, most: float | None) -> float:
    too_small, too_big = least is not None and found < least, most is not None and found > most
    if not too_small and not too_big:
        return found
    limits = {"least": least, "most": most}
    if least is not None and most is not None:
        raise ValidationError(_("Write a number from %(least)s to %(most)s.") % limits)
    if too_big:
        raise ValidationError(_("Write a number that is %(most)s at most.") % limits)
    raise ValidationError(_("Write a number that is %(least)s at least.") % limits)

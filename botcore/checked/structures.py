"""Typed text with a grammar of its own: addresses, data of buttons, cron lines, JSON."""

import json
import math
import re
from datetime import UTC, datetime
from ipaddress import IPv6Address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from cronsim import CronSim, CronSimError
from django.utils.translation import gettext as _

from botcore.checked.shown import LONGEST_VALUE, bare, shown
from botcore.exceptions import ValidationError
from botcore.texts.visible import INVISIBLE

LONGEST_URL = 2048  # characters
LONGEST_HOST = 253  # characters; RFC 1035, 2.3.4
PAYLOAD_BYTES = 64  # core.telegram.org/bots/api#inlinekeyboardbutton
DEEPEST = 50  # lists and objects within each other
CRON_FIELDS = 5  # a sixth would be seconds, which Debian's cron does not know
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_IN_URL = re.compile(rf'[\s<>"\\`]|{INVISIBLE.pattern}')
_LABELS = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\[[^\]]*\](?::[0-9]*)?")
_PAYLOAD = re.compile(r"[^:\x00]+:[^\x00]*")
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.?)*+"?|[\[{]|[\]}]', re.DOTALL)  # strings first: brackets in them do not count


def url(text: str, *, schemes: tuple[str, ...] = ("https", "http")) -> str:
    """Return a whole address with a host and without credentials, as it was typed."""
    typed = bare(text, LONGEST_URL)
    if _NOT_IN_URL.search(typed) or not _leads_somewhere(typed, schemes):
        example = f"{schemes[0]}://example.org/page"
        raise ValidationError(_("Write a whole address, such as %(example)s.") % {"example": example})
    return typed


def callback_payload(text: str) -> str:
    """Return data of a button: a handler's name, a colon and a value, 64 bytes at most."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # half of a character
        size = 0
    if not 0 < size <= PAYLOAD_BYTES or not _PAYLOAD.fullmatch(text):
        raise ValidationError(
            _("Write a button's data as name:value, %(most)s bytes at most.") % {"most": PAYLOAD_BYTES}
        )
    return text


def cron(line: str) -> str:
    """Return a cron line that comes some day, its five fields one space apart."""
    fields = bare(line).split()
    if len(fields) != CRON_FIELDS or not _comes(" ".join(fields)):
        raise ValidationError(_("Write a cron line of five fields, such as 0 9 * * 1-5."))
    return " ".join(fields)


def json_value(text: str, *, most: int = 10_000) -> object:
    """Return what the JSON means: no NaN, no name twice, nothing too deep, no half characters."""
    if len(text) > most:
        raise ValidationError(_("Write at most %(most)s characters of JSON.") % {"most": most})
    if _depth(text) > DEEPEST:
        raise ValidationError(_("Write JSON with at most %(most)s levels.") % {"most": DEEPEST})
    try:
        found: object = json.loads(text, object_pairs_hook=_unique, parse_float=_finite, parse_constant=_finite)
        json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as exc:
        place = {"line": exc.lineno, "column": exc.colno}
        sentence = _("Write JSON; what stands at line %(line)s, column %(column)s cannot be read.")
        raise ValidationError(sentence % place) from None
    except (ValueError, RecursionError):  # an endless number, half of a character
        raise ValidationError(_("Write JSON with finite numbers and whole characters.")) from None
    return found


def _comes(line: str) -> bool:
    try:
        return bool(next(CronSim(line, EPOCH)))
    except (CronSimError, StopIteration):
        return False


def _leads_somewhere(typed: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(typed)
        _ignored = parts.port  # a wrong one raises
        return parts.scheme in schemes and "@" not in parts.netloc and _is_host(parts)
    except ValueError:  # of IDNA, IPv6 and ports
        return False


def _is_host(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if parts.netloc.startswith("["):
        return _IN_BRACKETS.fullmatch(parts.netloc) is not None and bool(IPv6Address(host))
    if not 0 < len(host) <= LONGEST_HOST:
        return False
    return _LABELS.fullmatch(host.encode("idna").decode()) is not None


def _depth(text: str) -> int:
    deepest = depth = 0
    for mark in _BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValidationError(_("Write each name once; “%(name)s” comes twice.") % {"name": shown(name)})
        found[name] = value
    return found


def _finite(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError(text[:LONGEST_VALUE])
    return found

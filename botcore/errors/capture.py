"""capture(): the one path of every error, from wherever it was caught, to the rows that people read.

handlers, the log handler, hooks → capture → tally (counts) → recorder → store. It never raises and never waits.
"""

import logging
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from botcore import integrations, metrics
from botcore.errors import crumbs
from botcore.errors.fingerprint import (
    VERSION,
    chain,
    class_name,
    fingerprint,
    fingerprint_of_words,
    our_functions,
    type_name,
)
from botcore.errors.frames import message_of, snapshot
from botcore.errors.kinds import Severity, Source
from botcore.errors.reference import make_reference
from botcore.errors.tally import Tally
from botcore.errors.values import HIDDEN, shown_as
from botcore.logs import CONTEXT, is_secret_name, shortened, text_of
from botcore.monitoring.identity import process_name

logger = logging.getLogger(__name__)

TITLE_LENGTH, NAME_LENGTH = 300, 200
SAME_SECONDS = 5.0  # an error that comes by again on its way up is no second occurrence
MARK = "_botdeck_captured"
OWN_FIELDS = BaseException.__dict__["__dict__"].__get__  # whatever a class makes of its __dict__
# What stands around the code of features, and is seldom what they look for.
PLUMBING = ("botcore.connection.", "botcore.pipeline.", "botcore.exceptions.", "botcore.database.", "botcore.loops.")
COLUMNS = ("update_id", "chat_id", "user_id", "handler", "attempt", "request_id", "trace_id")

_busy = threading.local()
_tally: Tally | None = None


def use(tally: Tally | None) -> Tally | None:
    """Send what is captured in this process to the tally, and return the one before; None: it is only a metric."""
    global _tally
    before, _tally = _tally, tally
    return before


def capture(
    error: BaseException | None,
    *,
    source: Source,
    level: Severity = Severity.ERROR,
    words: tuple[str, ...] = (),
    message: str = "",
    fields: Mapping[str, object] | None = None,
    **facts: object,
) -> str:
    """Record an error and return its reference; "" when that cannot be done.

    `fields` and `facts` are further fields beside those of the log's context. Without an error, `words` are what makes
    occurrences one (a logger and its template) and `message` is what happened.
    """
    if error is not None and (known := captured_as(error)):
        return known
    if getattr(_busy, "now", False):
        return ""  # recording itself fails: the log has it
    _busy.now = True
    facts = {**CONTEXT.get(), **(fields or {}), **facts}
    try:
        return _capture(error, source, level, words, message, facts)
    except BaseException as exc:  # whatever the error's own code raises, the error at hand matters more
        metrics.ERRORS_UNRECORDED.inc()
        logger.warning("an error could not be shown: %s", text_of(exc), extra={"capture": False})
        return _capture_in_short(error, source, level, facts)
    finally:
        _busy.now = False


def captured_as(error: BaseException) -> str:
    """Return the reference of an error that was captured a moment ago, in the same update or request; else ""."""
    mark = OWN_FIELDS(error).get(MARK)
    if not mark:
        return ""
    reference, trail, at = mark
    same = trail is crumbs.current() and time.monotonic() - at < SAME_SECONDS
    return str(reference) if same else ""


def _capture(
    error: BaseException | None,
    source: Source,
    level: Severity,
    words: tuple[str, ...],
    message: str,
    facts: Mapping[str, object],
) -> str:
    metrics.ERRORS.labels(level.value, source.value).inc()
    handler = str(facts.get("handler") or "")
    word = fingerprint(error, handler) if error is not None else fingerprint_of_words(*words)
    update = _number(facts.get("update"))
    reference = make_reference(word, update)
    if error is not None:
        OWN_FIELDS(error)[MARK] = reference, crumbs.current(), time.monotonic()
    said = {"source": source.value, "level": level.value, "message": message, "reference": reference}
    integrations.forward(error, {**facts, **said, "fingerprint": word})
    if _tally is None:
        return reference
    text = message_of(error) if error is not None else shortened(message, 2000)
    head = _head(error, source, level, handler, text, words)
    at = datetime.now(UTC)
    if _tally.count(word, head, at=at, user_id=_number(facts.get("user_id"))):
        picture = _picture(error, facts)
        rest = {"at": at, "reference": reference, "message": text, "process": process_name(), "update_pk": update}
        columns = {name: facts[name] for name in COLUMNS if facts.get(name) is not None}
        _tally.picture(word, {**columns, **rest, "payload": picture})
    else:
        metrics.ERROR_PICTURES_SKIPPED.inc()
    return reference


def _capture_in_short(error: BaseException | None, source: Source, level: Severity, facts: Mapping[str, object]) -> str:
    """Record an error of which nothing but its class' name can be had."""
    name = type_name(error) if error is not None else "an error"
    known = {name: value for name, value in facts.items() if name in {*COLUMNS, "update"}}
    try:
        return _capture(None, source, level, (name,), f"{name}: it cannot be shown", known)
    except BaseException as exc:  # such as a recorder that fails; the log has it
        logger.warning("an error could not be recorded: %s", text_of(exc), extra={"capture": False})
        return ""


def _head(
    error: BaseException | None, source: Source, level: Severity, handler: str, text: str, words: tuple[str, ...]
) -> dict[str, Any]:
    """Return what a group shows of its newest occurrence."""
    first_line = text.strip().partition("\n")[0]
    name = type_name(error) if error is not None else ""
    return {
        "version": VERSION,
        "kind": class_name(error)[:NAME_LENGTH] if error is not None else "",
        "title": ": ".join(filter(None, (name, first_line)))[:TITLE_LENGTH],
        "culprit": (_culprit(error) if error is not None else words[0] if words else "")[:NAME_LENGTH],
        "handler": handler,
        "source": source.value,
        "level": level.value,
        "release": settings.RELEASE,
    }


def _culprit(error: BaseException) -> str:
    """Return our innermost function on the way to the error or to what it came from, rather not what only passed it."""
    functions = [name for link in chain(error) for name in reversed(list(our_functions(link)))]
    return next((name for name in functions if not name.startswith(PLUMBING)), functions[0] if functions else "")


def _picture(error: BaseException | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything known about an occurrence, as an event keeps it."""
    rest = {name: value for name, value in facts.items() if name not in {*COLUMNS, "request"}}
    further = {name: _said(name, value) for name, value in rest.items()}
    request = facts.get("request")
    return {
        "exceptions": snapshot(error) if error is not None else [],
        "breadcrumbs": crumbs.crumbs_as_data(),
        "request": {name: shortened(text, TITLE_LENGTH) for name, text in request.items()} if request else None,
        "context": {**further, "python": sys.version.split()[0]},
    }


def _said(name: str, value: object) -> str:
    """Return a field's value for people: a text as it is, anything else as a local would be shown."""
    if is_secret_name(name):
        return HIDDEN
    return shortened(value if type(value) is str else shown_as(name, value), TITLE_LENGTH)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None

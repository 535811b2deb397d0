"""Captured errors on their way to Sentry: built and sent by threads, without secrets, texts of people or their ids.

Imported only when SENTRY_DSN is set. The SDK watches nothing by itself: the errors room forwards each error once.
"""

import logging
import queue
import threading
import time
from typing import Any, cast
from urllib.parse import urlsplit

import sentry_sdk
from django.conf import settings
from sentry_sdk.envelope import Envelope
from sentry_sdk.types import Event, Hint

from botcore.integrations import FLUSH_SECONDS, Facts
from botcore.logs import keep_secret, redact

logger = logging.getLogger(__name__)

WAITING = 100  # errors that wait to be built; beyond that they are counted only
DEEPEST = 20  # levels of an event that are looked into
LONGEST = 4000  # characters of a text that leave
TAGS = ("handler", "source", "job", "reference", "release")
CONTEXT = ("update", "update_id", "attempt", "process", "request_id", "trace_id", "view", "path", "message")
LEVELS = ("debug", "info", "warning", "error", "fatal")

Waiting = tuple[BaseException | None, Facts]


class Sentry:
    """One thread that makes events; the SDK's own thread sends them."""

    def __init__(self) -> None:
        keep_secret(urlsplit(settings.SENTRY_DSN).username or "")
        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            release=f"botdeck@{settings.RELEASE}",
            environment=settings.SENTRY_ENVIRONMENT,
            default_integrations=False,  # no hooks, no log handler: nothing is captured twice
            auto_enabling_integrations=False,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            max_value_length=2 * LONGEST,
            in_app_include=["botcore", "botproject", "dashboard"],
            before_send=_clean,
            send_client_reports=False,
            auto_session_tracking=False,
            shutdown_timeout=FLUSH_SECONDS,
        )
        self._waiting: queue.Queue[Waiting | None] = queue.Queue(WAITING)
        self._lost = 0
        self._thread: threading.Thread | None = None  # made at the first error: gunicorn may fork before

    def forward(self, error: BaseException | None, facts: Facts) -> None:
        """Take the error; when too many wait, it is only counted."""
        try:
            self._waiting.put_nowait((error, facts))
        except queue.Full:
            self._lost += 1
            return
        if self._thread is None or not self._thread.is_alive():
            self._start_threads()

    def stop(self, seconds: float) -> None:
        """Deliver what waits, in that time at most."""
        end = time.monotonic() + seconds
        if self._thread is not None:
            try:
                self._waiting.put(None, timeout=seconds)
            except queue.Full:
                logger.warning("the end came before all errors had gone to Sentry")
            self._thread.join(max(0.0, end - time.monotonic()))
        sentry_sdk.get_client().close(timeout=max(0.0, end - time.monotonic()))

    def _start_threads(self) -> None:
        """Start this thread and the SDK's own, now: a process that is about to end may start none any more."""
        self._thread = threading.Thread(target=self._run, name="sentry-events", daemon=True)
        self._thread.start()
        if transport := sentry_sdk.get_client().transport:
            transport.capture_envelope(Envelope())  # empty: nothing is sent

    def _run(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            try:
                _send(*waiting)
            except Exception as exc:  # an error about an error must end here
                extra = {"capture": False}
                logger.warning("an error could not be made an event for Sentry: %s", type(exc).__name__, extra=extra)
            if self._lost and self._waiting.empty():
                self._tell_lost()
        if self._lost:
            self._tell_lost()

    def _tell_lost(self) -> None:
        lost, self._lost = self._lost, 0
        logger.warning("%d errors were too many at once for Sentry", lost, extra={"capture": False})


def _send(error: BaseException | None, facts: Facts) -> None:
    """Make an event of an error, or of a line of the log."""
    with sentry_sdk.new_scope() as scope:
        level = _text(facts.get("level"))
        scope.set_level(cast("Any", level if level in LEVELS else "error"))
        for name in TAGS:
            if facts.get(name):
                scope.set_tag(name, _text(facts[name]))
        scope.set_context("botdeck", {name: _text(facts[name]) for name in CONTEXT if facts.get(name)})
        if facts.get("fingerprint"):  # the same groups there as here
            scope.fingerprint = [_text(facts["fingerprint"])]
        if error is None:
            scope.capture_message(_text(facts.get("message", "")))
        else:
            scope.capture_exception(error)


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception as exc:  # a text that cannot be made must not cost the event
        return f"[{type(exc).__name__}]"


def _clean(event: Event, _hint: Hint) -> Event:
    """Take secrets out of every text; an event that cannot be cleaned does not leave."""
    event.pop("server_name", None)
    return cast("Event", _cleaned(event, DEEPEST))


def _cleaned(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return redact(value[: 2 * LONGEST])[:LONGEST]  # cut twice: no secret must be cut in half
    if depth == 0:
        return None
    if isinstance(value, dict):
        return {name: _cleaned(part, depth - 1) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(part, depth - 1) for part in value]
    return value

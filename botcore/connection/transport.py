"""HTTP to Telegram: python-telegram-bot's own transport, with every call counted and timed by method and outcome."""

import time
from typing import Any

from telegram.error import TelegramError, TimedOut
from telegram.request import HTTPXRequest

from botcore import metrics
from botcore.connection.salvage import salvage


class NotSent:
    """Marks errors of calls that certainly did not reach Telegram: these can be made again."""


class CountedRequest(HTTPXRequest):
    """The default transport with metrics."""

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Send one call; `url` ends with the method's name."""
        method = url.rpartition("/")[2]
        started = time.perf_counter()
        outcome = "network"
        try:
            with metrics.API_IN_PROGRESS.track_inprogress():
                status, body = await super().do_request(url, *args, **kwargs)
            outcome = outcome_of(status)
        except TimedOut:
            outcome = "timeout"
            raise
        finally:
            metrics.API_REQUESTS.labels(method, outcome).inc()
            metrics.API_DURATION.labels(method).observe(time.perf_counter() - started)
        return status, body


def outcome_of(status: int) -> str:
    """Return the label for an HTTP status."""
    if status < 300:
        return "ok"
    if status == 429:
        return "flood"
    return "client" if status < 500 else "server"


class PollRequest(CountedRequest):
    """The transport of getUpdates: one entry that cannot be read must not hold up the others of its batch."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer; of one that is no JSON as a whole, what can be read of it."""
        try:
            return CountedRequest.parse_json_payload(payload)
        except (TelegramError, RecursionError):
            entries = salvage(payload)
            if not entries:
                raise
            return {"ok": True, "result": entries}

"""The series whose past is kept: what a page can show over an hour, a day or a year. Where they come from: sources.py.

A series that counts or measures something else than before gets a new name: its past keeps the old meaning.
"""

from dataclasses import dataclass
from enum import StrEnum

from botcore.instruments import SECONDS
from botcore.metrics import CALL_SECONDS, LAG_SECONDS, LATENCY_SECONDS


class Kind(StrEnum):
    """How values of several processes and times become one."""

    COUNTER = "counter"  # increases are added up
    GAUGE = "gauge"  # added up over processes, averaged over time
    HISTOGRAM = "histogram"  # buckets are added up


@dataclass(frozen=True, slots=True)
class Series:
    """One series. `bounds` are the upper bounds of a histogram's buckets; above the last there is one more."""

    name: str
    unit: str
    kind: Kind
    help: str
    bounds: tuple[float, ...] = ()


COUNTERS = {
    "updates_received": ("updates", "Updates written to the inbox."),
    "updates_processed": ("updates", "Updates that left the inbox, however they ended."),
    "updates_failed": ("updates", "Updates that became dead letters or could not be read."),
    "updates_retried": ("attempts", "Attempts at updates that failed and were made once more."),
    "updates_duplicate": ("updates", "Updates that Telegram delivered again."),
    "handler_errors": ("errors", "Runs of handlers that raised."),
    "leases_lost": ("lanes", "Chat lanes whose lease ran out before their work was completed."),
    "polls": ("calls", "getUpdates calls."),
    "poll_errors": ("calls", "getUpdates calls that failed."),
    "webhook_requests": ("requests", "Deliveries to the webhook of a bot process."),
    "api_requests": ("calls", "Bot API calls, each attempt; getUpdates apart."),
    "api_errors": ("calls", "Bot API calls that failed: network, timeout, 4xx and 5xx; floods apart."),
    "flood_waits": ("answers", "Times that Telegram said 429: too many calls."),
    "flood_seconds": ("seconds", "Seconds that it asked to wait then."),
    "api_retries": ("calls", "Bot API calls made again."),
    "messages_sent": ("messages", "Messages of the outbox that were sent."),
    "messages_said": ("messages", "Messages that Telegram took: answers, and those of the outbox."),
    "messages_failed": ("messages", "Messages of the outbox that failed for good."),
    "messages_uncertain": ("messages", "Messages of the outbox that may have arrived."),
    "chats_lost": ("chats", "Chats that the bot cannot write to any more."),
    "errors": ("errors", "Errors that bot processes caught."),
    "alerts_sent": ("alerts", "Alerts that somebody was told of."),
    "alerts_failed": ("alerts", "Tries to tell somebody that failed for good."),
    "records_written": ("records", "Records that the database took."),
    "records_spilled": ("records", "Records written to SPOOL_DIR, because the database did not take them."),
    "records_dropped": ("records", "Records that are only in the log."),
    "database_errors": ("calls", "Database calls of the bot's loops that failed."),
    "cache_requests": ("questions", "Questions about the bot, chats, members and files."),
    "cache_hits": ("questions", "Questions that needed no call of their own."),
    "cpu": ("seconds", "CPU time of all bot processes."),
}
GAUGES = {
    "updates_in_progress": ("updates", "Updates whose handler runs."),
    "inbox_pending": ("updates", "Updates that wait for a handler."),
    "inbox_oldest": ("seconds", "Age of the oldest update that waits."),
    "api_in_progress": ("calls", "Bot API calls under way."),
    "outbox_waiting": ("messages", "Messages of the outbox that wait to be sent."),
    "outbox_oldest": ("seconds", "Since when the oldest due message of the outbox could have been sent."),
    "error_groups_open": ("groups", "Groups of errors that are open."),
    "records_spooled": ("records", "Records that wait for the database."),
    "memory": ("bytes", "Memory of all bot processes (resident)."),
    "processes": ("processes", "Bot processes that reported."),
    "people": ("people", "People that the bot knows."),
    "people_active": ("people", "People seen within 24 hours."),
}
HISTOGRAMS = {
    "update_delay": (SECONDS, "From the inbox to the handler's start."),
    "update_processing": (SECONDS, "From there to the end of an attempt."),
    "update_latency": (LATENCY_SECONDS, "From the inbox, or a replay, to the end of an update."),
    "handler_duration": (SECONDS, "A handler's run."),
    "api_duration": (CALL_SECONDS, "A Bot API call; getUpdates apart."),
    "loop_lag": (LAG_SECONDS, "By how much the event loops of the bot processes were late."),
}
SERIES: dict[str, Series] = {
    **{name: Series(name, unit, Kind.COUNTER, words) for name, (unit, words) in COUNTERS.items()},
    **{name: Series(name, unit, Kind.GAUGE, words) for name, (unit, words) in GAUGES.items()},
    **{name: Series(name, "seconds", Kind.HISTOGRAM, words, bounds) for name, (bounds, words) in HISTOGRAMS.items()},
}

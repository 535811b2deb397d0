"""Words that are stored or declared in English, as pages say them: states, levels, kinds, ranges of time."""

from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import pgettext

CONTEXT = "word"  # of the catalogue
WORDS = frozenset({
    # states of updates, messages, runs, errors and broadcasts
    "pending", "done", "ignored", "dead letter", "quarantined", "expired", "queued", "sending", "sent", "failed",
    "uncertain", "cancelled", "running", "timed out", "lost", "new", "ongoing", "regressed", "muted", "resolved",
    "banned", "draft", "paused", "open", "all",
    # alerts and their deliveries
    "held", "digested", "suppressed", "handed over", "unmuted", "spike", "condition", "recovered", "digest", "test",
    # levels, lights, checks, and where an error was caught
    "info", "warning", "error", "fatal", "ok", "unknown", "handler", "update", "intake", "outbox", "job",
    "web request", "command", "log", "task", "thread", "poller", "webhook", "worker", "backlog", "queue", "spool",
    "disk", "clock", "database", "jobs", "process", "processes", "memory", "heartbeat",
    # what was decided about an error
    "state", "assignee", "note", "merge", "split",
    # processes and their links
    "starting", "stopping", "stopped", "silent", "died", "connecting", "up", "degraded", "down",
    # chats, priorities and channels
    "private", "group", "supergroup", "channel", "blocked by the person", "bot is not a member", "account is deleted",
    "reply", "admin", "alert", "broadcast", "dashboard", "Django's admin", "command line", "Botdeck itself",
    # lengths of time, and groups of settings
    "hour", "day", "week", "month", "year", "minute", "15 minutes", "30 minutes", "1 hour", "4 hours", "8 hours",
    "10 minutes", "1 day", "7 days", "access", "alerts", "broadcasts", "errors", "maintenance", "retention", "updates",
    "logs",
})  # fmt: skip


def worded(word: object) -> str:
    """Return the word in the language of the page; one that is not known stays as it is."""
    text = str(word)
    return pgettext(CONTEXT, text) if text in WORDS else text


def _as_label(word: object) -> str:
    return capfirst(worded(word))


in_words = lazy(worded, str)  # a word where a text may be lazy
as_label = lazy(_as_label, str)  # a word as the label of a tab or an option, in the language of each page

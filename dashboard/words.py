"""Words that are stored or declared in English, as pages say them: states, levels, kinds, ranges of time."""

import re

from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from botcore.monitoring.models import Step

CONTEXT = "word"  # of the catalogue
WORDS = frozenset({
    # states of updates, messages, runs, errors and broadcasts
    "pending", "done", "ignored", "dead letter", "quarantined", "expired", "queued", "sending", "sent", "failed",
    "uncertain", "cancelled", "running", "timed out", "lost", "new", "ongoing", "regressed", "muted", "resolved",
    "banned", "draft", "scheduled", "paused", "open", "closed", "all",
    # alerts and their deliveries
    "held", "digested", "suppressed", "handed over", "unmuted", "spike", "condition", "recovered", "digest", "test",
    # levels, lights, checks, and where an error was caught
    "info", "warning", "error", "fatal", "ok", "unknown", "handler", "update", "intake", "outbox", "job",
    "web request", "command", "log", "task", "thread", "poller", "webhook", "worker", "backlog", "queue", "spool",
    "disk", "clock", "database", "migrations", "breaker", "writer queue", "duplicate poller",
    "jobs", "process", "processes", "memory", "heartbeat",
    # lines of charts
    "received", "processed", "of handlers", "flood waits", "calls again", "mean", "highest", "message", "cores",
    # what was decided about an error
    "state", "assignee", "note", "merge", "split",
    # processes and their links
    "starting", "stopping", "stopped", "silent", "died", "connecting", "up", "degraded", "down",
    # chats, priorities and channels
    "private", "group", "supergroup", "channel", "blocked by the person", "bot is not a member", "account is deleted",
    "e-mail", "messages", "people", "chats", "feedback", "events", "audit",
    "days", "cohorts", "uses", "sources", "funnels", "answers",
    "reply", "admin", "alert", "broadcast", "dashboard", "Django's admin", "command line", "Botdeck itself",
    # lengths of time, and groups of settings
    "until changed", "hour", "day", "week", "month", "year", "minute", "15 minutes", "30 minutes", "1 hour", "4 hours",
    "8 hours", "10 minutes", "1 day", "7 days", "access", "alerts", "broadcasts", "errors", "maintenance", "retention",
    "updates", "logs", "conversations",
})  # fmt: skip


DAILY = re.compile(r"at (?P<time>[\d:]+) every day \((?P<zone>[^)]+)\)")
EVERY = re.compile(r"every (?:(?P<n>\d+) )?(?P<unit>second|minute|hour)s?")


def worded(word: object) -> str:
    """Return the word in the language of the page; one that is not known stays as it is."""
    text = str(word)
    return pgettext(CONTEXT, text) if text in WORDS else text


def _as_label(word: object) -> str:
    return capfirst(worded(word))


def scheduled(said: str) -> str:
    """Return a job's schedule, such as "every 5 minutes"; a rarer kind stays as it is."""
    if found := DAILY.fullmatch(said):
        return _("at %(time)s every day (%(zone)s)") % found.groupdict()
    if not (found := EVERY.fullmatch(said)):
        return said
    if not found["n"]:
        return {"second": _("every second"), "minute": _("every minute"), "hour": _("every hour")}[found["unit"]]
    count = int(found["n"])
    forms = {
        "second": ngettext("every %(n)s second", "every %(n)s seconds", count),
        "minute": ngettext("every %(n)s minute", "every %(n)s minutes", count),
        "hour": ngettext("every %(n)s hour", "every %(n)s hours", count),
    }
    return forms[found["unit"]] % {"n": count}


def lasting(count: int, unit: Step) -> str:
    """Return a length of time, such as "15 minutes"."""
    forms = {
        Step.MINUTE: ngettext("%(n)s minute", "%(n)s minutes", count),
        Step.HOUR: ngettext("%(n)s hour", "%(n)s hours", count),
        Step.DAY: ngettext("%(n)s day", "%(n)s days", count),
    }
    return forms[unit] % {"n": count}


in_words = lazy(worded, str)  # a word where a text may be lazy
as_label = lazy(_as_label, str)  # a word as the label of a tab or an option, in the language of each page

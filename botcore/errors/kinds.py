"""The closed sets of words for errors; apart from the tables, for logging is set up before there are any."""

from django.db.models import TextChoices

WRITERS = "errors"  # of groups, one at a time: sql.one_at_a_time()


class GroupState(TextChoices):
    """Where a problem stands."""

    NEW = "new", "new"
    ONGOING = "ongoing", "ongoing"  # known: a person has looked at it, or it is a week old
    REGRESSED = "regressed", "regressed"  # it was resolved, and came again
    MUTED = "muted", "muted"
    RESOLVED = "resolved", "resolved"


class Severity(TextChoices):
    """How bad an occurrence is."""

    WARNING = "warning", "warning"  # passing trouble that is tried again, such as a timeout
    ERROR = "error", "error"
    FATAL = "fatal", "fatal"  # a process ended


class Source(TextChoices):
    """Where an occurrence was caught."""

    HANDLER = "handler", "handler"
    UPDATE = "update", "update"  # around the handlers: decoding, people, filters
    INTAKE = "intake", "intake"
    OUTBOX = "outbox", "outbox"
    JOB = "job", "job"
    WEB = "web", "web request"
    COMMAND = "command", "command"
    LOG = "log", "log"
    TASK = "task", "task"
    THREAD = "thread", "thread"
    ALERT = "alert", "alert"  # an alert that failed: never alerted about

"""Tables of monitoring: who is alive, what happened, how many updates came and went each minute, and metrics' past."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """A process that reports every few seconds that it lives."""

    process = models.CharField(max_length=100, unique=True, help_text="host:pid-random")
    role = models.CharField(max_length=20, help_text="bot")
    version = models.CharField(max_length=20)
    bot_id = models.BigIntegerField(null=True)
    bot_username = models.CharField(max_length=32, blank=True, default="")
    state = models.CharField(max_length=20, help_text="starting, running, stopping, stopped, died")
    machine = models.CharField(
        max_length=120,
        blank=True,
        default="",
        help_text="Boot and process namespace: tells whether it can be looked up.",
    )
    intake = models.CharField(max_length=10, blank=True, default="", help_text="polling, standby, webhook")
    trouble = models.CharField(
        max_length=300, blank=True, default="", help_text="One sentence; empty when all is well."
    )
    connection = models.CharField(
        max_length=12, blank=True, db_default="", help_text="The link to Telegram: connecting, up, degraded, down."
    )
    connection_words = models.CharField(
        max_length=500, blank=True, db_default="", help_text="One sentence; empty when the link is up."
    )
    circuit = models.CharField(
        max_length=10, blank=True, db_default="", help_text="Whether calls to Telegram go: closed, half-open, open."
    )
    spooled = models.PositiveIntegerField(default=0, help_text="Records that wait for the database.")
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(db_index=True)
    last_poll_at = models.DateTimeField(null=True, help_text="The last getUpdates that Telegram answered.")
    metrics_port = models.PositiveIntegerField(null=True)
    metrics = models.TextField(
        blank=True, default="", help_text="The process' own counters in Prometheus' text format."
    )
    vitals = models.TextField(blank=True, db_default="{}", help_text="A JSON object, see monitoring/vitals.py.")

    def __str__(self) -> str:
        return f"{self.role} {self.process}"


class UpdateCount(models.Model):
    """Updates of a minute by kind, handler and state; `received` counts arrivals. Written with the updates."""

    minute = models.DateTimeField()
    kind = models.CharField(max_length=40)
    handler = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=12, help_text="received, or the state the updates ended in")
    count = models.PositiveIntegerField()
    seconds = models.FloatField(help_text="Sum of the time from arrival to the end, in seconds.")
    in_history = models.BooleanField(db_default=False, help_text="Whether the history has all of it.")

    class Meta:
        """One row for each combination."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["minute", "kind", "handler", "state"], name="update_count_once"),
        ]
        indexes: ClassVar = [  # holds all that the overview sums
            models.Index(
                fields=["minute", "count"], condition=models.Q(state="received"), name="update_count_received"
            ),
            models.Index(fields=["minute"], condition=models.Q(in_history=False), name="update_count_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M} {self.kind} {self.state}: {self.count}"


class Level(models.TextChoices):
    """How much an event should trouble an operator."""

    INFO = "info", "info"
    WARNING = "warning", "warning"
    ERROR = "error", "error"


class Event(models.Model):
    """Something that happened to the bot as a whole and that an operator may want to know later."""

    key = models.UUIDField(unique=True, help_text="Made with the event: a spool that is replayed writes it once.")
    at = models.DateTimeField()
    level = models.CharField(max_length=10, choices=Level)
    kind = models.CharField(max_length=40, help_text="Such as outage, gap, foreign_poller.")
    text = models.TextField()
    process = models.CharField(max_length=100, blank=True)
    bot_id = models.BigIntegerField(null=True)

    class Meta:
        """The newest of a level, and of a kind."""

        indexes: ClassVar = [
            models.Index(fields=["level", "id"], name="event_by_level"),
            models.Index(fields=["kind", "id"], name="event_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[:60]}"


class ProcessSample(models.Model):
    """What one process counted and measured in one minute; kept while late ones of its minute may still come.

    A clock that is set back lives a minute twice: then a process has two rows for it, and both count.
    """

    key = models.UUIDField(unique=True, help_text="Made with the sample: a spool that is replayed writes it once.")
    process = models.CharField(max_length=100)
    minute = models.DateTimeField()
    values = models.TextField(help_text="A JSON object, see monitoring/history/samples.py.")
    in_history = models.BooleanField(db_default=False)

    class Meta:
        """The samples of a minute, and those that wait."""

        indexes: ClassVar = [
            models.Index(fields=["minute"], name="process_sample_minute"),
            models.Index(fields=["minute"], condition=models.Q(in_history=False), name="process_sample_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.minute:%Y-%m-%d %H:%M}"


class Step(models.IntegerChoices):
    """How long a sample is, in seconds."""

    MINUTE = 60, "minute"
    HOUR = 3600, "hour"
    DAY = 86400, "day"


class MetricSample(models.Model):
    """All series in one minute, hour or day (UTC), of all processes together: one row, read and replaced as a whole."""

    step = models.IntegerField(choices=Step)
    at = models.DateTimeField(help_text="Where it begins.")
    values = models.TextField(help_text="A JSON object, see monitoring/history/values.py.")

    class Meta:
        """One row for each time: a rollup that is made again replaces it."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["step", "at"], name="metric_sample_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} ({self.get_step_display()})"


class UpdateSum(models.Model):
    """UpdateCount by hours and days: what the minutes tell is kept longer than they are."""

    step = models.IntegerField(choices=Step)
    at = models.DateTimeField(help_text="Where it begins.")
    kind = models.CharField(max_length=40)
    handler = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=12)
    count = models.BigIntegerField()
    seconds = models.FloatField()

    class Meta:
        """One row for each combination."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "at", "kind", "handler", "state"], name="update_sum_once"),
        ]
        indexes: ClassVar = [  # holds all that a chart of arrivals sums
            models.Index(
                fields=["step", "at", "count"], condition=models.Q(state="received"), name="update_sum_received"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} ({self.get_step_display()}) {self.kind} {self.state}: {self.count}"

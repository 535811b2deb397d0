"""Tables of the runtime: duties that one process may have, the bot, its webhook, its files, its budget of calls.

RuntimeSetting is what operators change while everything runs; Job and JobRun are what is done by schedule.
"""

from typing import ClassVar

from django.db import models


class Lease(models.Model):
    """A duty of one process, such as polling, for as long as it renews the lease."""

    name = models.CharField(max_length=60, unique=True)
    owner = models.CharField(max_length=100, blank=True, default="", help_text="The process; empty when nobody has it.")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.owner or 'free'}"


class BotFacts(models.Model):
    """What getMe last answered for a bot, so that a process knows itself while Telegram is away."""

    token_number = models.BigIntegerField(unique=True, help_text="The digits before the colon of the token.")
    facts = models.TextField(help_text="A JSON object, Telegram's User.")
    at = models.DateTimeField(help_text="When it last changed.")

    class Meta:
        """Names for Django's pages."""

        verbose_name_plural = "bot facts"

    def __str__(self) -> str:
        return str(self.token_number)


class Webhook(models.Model):
    """A bot's webhook: the secret that its deliveries carry, and what Telegram last said about it."""

    bot_id = models.BigIntegerField(unique=True)
    secret = models.CharField(max_length=256)
    url = models.CharField(max_length=2000, blank=True, default="", help_text="What was last given to setWebhook.")
    told_secret = models.CharField(max_length=256, blank=True, default="", help_text="The secret given with it.")
    checked_at = models.DateTimeField(null=True, help_text="The last getWebhookInfo.")
    waiting = models.PositiveIntegerField(default=0, help_text="Updates that Telegram keeps for us.")
    last_error_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")
    ip_address = models.CharField(max_length=45, blank=True, db_default="", help_text="Where Telegram delivers to.")
    max_connections = models.PositiveIntegerField(null=True)
    allowed_updates = models.TextField(blank=True, db_default="", help_text="The types it delivers, parted by commas.")
    has_certificate = models.BooleanField(null=True, help_text="Whether Telegram was given a certificate to trust.")
    sync_failed_at = models.DateTimeField(null=True, help_text="When data centres last failed to agree on updates.")

    def __str__(self) -> str:
        return self.url or "not set"


class CallBudget(models.Model):
    """A scope of Telegram's limits: all calls of a bot, paid ones, or one chat."""

    bot_id = models.BigIntegerField()
    scope = models.CharField(max_length=100, help_text="overall, paid, or chat:<id>.")
    next_at = models.DateTimeField(help_text="Up to here all slots are handed out.")
    taken_by = models.CharField(max_length=100, blank=True, default="", help_text="The process that took the last.")
    flooded_until = models.DateTimeField(null=True, help_text="What the last 429 said.")
    lowered_at = models.DateTimeField(null=True, help_text="When the rate was last lowered.")
    lowered_to = models.FloatField(default=1.0, help_text="By this factor; it grows again with time.")

    class Meta:
        """One row for each scope."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["bot_id", "scope"], name="call_budget_once")]

    def __str__(self) -> str:
        return f"{self.scope} of {self.bot_id}"


class UploadedFile(models.Model):
    """A file that Telegram has: sent again by its file_id, it need not be uploaded."""

    bot_id = models.BigIntegerField(help_text="A file_id belongs to one bot.")
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, help_text="As what it was sent: photo, document, video …")
    file_id = models.CharField(max_length=300)
    used_at = models.DateTimeField(help_text="Exact to a day.")

    class Meta:
        """One row for each content and kind; those not used for longest go first."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["bot_id", "sha256", "kind"], name="uploaded_once")]
        indexes: ClassVar = [models.Index(fields=["bot_id", "-used_at", "-id"], name="uploaded_by_use")]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class RuntimeSetting(models.Model):
    """A value that operators changed while everything runs; without a row the default holds."""

    name = models.CharField(max_length=150, unique=True, help_text="Such as log_level:botcore.inbox.")
    value = models.TextField(help_text="JSON.")
    until = models.DateTimeField(null=True, help_text="When the default holds again; None: until it is changed.")
    by = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()

    class Meta:
        """What else concerns the bot as a whole."""

        permissions: ClassVar = [
            ("export_data", "Can download whole tables"),
            ("restart_bot", "Can restart all bot processes"),
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.value[:60]}"


class Job(models.Model):
    """What is done by schedule. The code declares it (runtime/jobs/registry.py); the row says when and by whom."""

    name = models.CharField(max_length=60, unique=True)
    schedule = models.CharField(max_length=100, help_text="As declared: every 60 s, or a cron line with its zone.")
    is_paused = models.BooleanField(db_default=False)
    paused_by = models.CharField(max_length=150, blank=True, db_default="")
    next_at = models.DateTimeField(null=True, help_text="When it is due; empty: no longer declared.")
    wanted_at = models.DateTimeField(null=True, help_text="When somebody asked for a run out of turn.")
    wanted_by = models.CharField(max_length=150, blank=True, db_default="")
    owner = models.CharField(max_length=120, blank=True, db_default="", help_text="The claim that runs it.")
    lease_until = models.DateTimeField(null=True)
    last_started_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(db_default=0, help_text="In a row.")

    def __str__(self) -> str:
        return self.name


class RunState(models.TextChoices):
    """How a run of a job stands."""

    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    TIMED_OUT = "timed_out", "timed out"
    LOST = "lost", "lost"  # its process ended, or could not renew the lease


class JobRun(models.Model):
    """One run of a job."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="runs")
    owner = models.CharField(max_length=120, help_text="The claim, which begins with the process.")
    by = models.CharField(max_length=150, blank=True, help_text="Who asked for it; empty: the schedule.")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    due_at = models.DateTimeField(help_text="When it should have begun.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=500, blank=True, help_text="What it did, or why it failed.")

    class Meta:
        """A job's runs are read newest first."""

        indexes: ClassVar = [models.Index(fields=["job", "-id"], name="job_run_newest")]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.state}"


class BotFeature(models.Model):
    """One thing that a bot can do, as its registry described it at the start."""

    bot_id = models.BigIntegerField()
    position = models.PositiveSmallIntegerField(help_text="Its turn to be asked.")
    name = models.CharField(max_length=100, help_text="As in the updates that it handled.")
    order = models.CharField(max_length=12, help_text="conversation, link, command, button, message or fallback.")
    usage = models.CharField(max_length=300, blank=True, help_text="The command with its arguments.")
    help = models.JSONField(default=dict, blank=True, help_text="By language.")
    role = models.PositiveSmallIntegerField(help_text="The lowest that may use it, as its code says.")
    private = models.BooleanField(help_text="In private chats only.")
    in_menu = models.BooleanField(help_text="Shown in Telegram's menu to those who may use it.")
    retry = models.BooleanField(help_text="Tried again after a failure.")
    file = models.CharField(max_length=300, blank=True)

    class Meta:
        """One for each turn."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["bot_id", "position"], name="bot_feature_once")]

    def __str__(self) -> str:
        return self.usage or self.name

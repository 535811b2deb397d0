"""Tables of errors: a group is one problem, a fingerprint what makes occurrences one, an event an occurrence kept.

Counts stand at the fingerprint, so that groups can be merged and split without losing any.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from botcore.errors.kinds import GroupState, Severity, Source


class ErrorGroup(models.Model):
    """One problem, with all its occurrences counted."""

    kind = models.CharField(max_length=200, help_text="The exception's class with its module; empty for a log line.")
    title = models.CharField(max_length=300, help_text="Class and first line of the newest occurrence.")
    culprit = models.CharField(max_length=200, blank=True, help_text="The function of ours that it came from.")
    handler = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=10, choices=Source)
    level = models.CharField(max_length=10, choices=Severity)
    state = models.CharField(max_length=10, choices=GroupState, default=GroupState.NEW)
    state_at = models.DateTimeField(help_text="When the state last changed.")
    muted_until = models.DateTimeField(null=True, blank=True, help_text="None: for ever, or until `mute_limit`.")
    mute_limit = models.PositiveIntegerField(null=True, blank=True, help_text="Occurrences that end the mute …")
    mute_window = models.PositiveIntegerField(null=True, blank=True, help_text="… within so many seconds.")
    mute_seen = models.PositiveIntegerField(default=0, help_text="Occurrences in the window that runs now.")
    mute_started_at = models.DateTimeField(null=True, blank=True, help_text="When that window began.")
    resolved_release = models.CharField(
        max_length=40, blank=True, help_text="Resolved in the release after this one; empty: resolved now."
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    count = models.PositiveBigIntegerField(default=0)
    people = models.PositiveIntegerField(default=0, help_text="Different people affected.")
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    first_release = models.CharField(max_length=40, blank=True)
    last_release = models.CharField(max_length=40, blank=True)
    alerted_at = models.DateTimeField(null=True, blank=True, help_text="The newest alert that was sent about it.")
    spiked_at = models.DateTimeField(null=True, blank=True, help_text="The hour of the newest spike.")

    class Meta:
        """Lists by state in each order."""

        permissions: ClassVar = [("triage_errorgroup", "Can mute, resolve, assign, merge and split errors")]
        indexes: ClassVar = [
            models.Index(fields=["state", "last_seen", "id"], name="error_by_last_seen"),
            models.Index(fields=["state", "count", "id"], name="error_by_count"),
            models.Index(fields=["state", "people", "id"], name="error_by_people"),
            models.Index(fields=["last_seen", "id"], name="error_all_by_last_seen"),
        ]

    def __str__(self) -> str:
        return self.title[:100]


class ErrorFingerprint(models.Model):
    """What makes occurrences one; a group has one, or several when it was merged."""

    value = models.CharField(max_length=16, unique=True, help_text="Also in Update.error_group.")
    version = models.PositiveSmallIntegerField(help_text="Of the rules that made it.")
    group = models.ForeignKey(ErrorGroup, on_delete=models.CASCADE, related_name="fingerprints")
    title = models.CharField(max_length=300)
    count = models.PositiveBigIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    def __str__(self) -> str:
        return self.value


class ErrorEvent(models.Model):
    """An occurrence that is kept with everything known about it: the first, the newest, every 2^k-th."""

    key = models.UUIDField(unique=True, help_text="Made with the record: a spool that is replayed writes it once.")
    fingerprint = models.ForeignKey(ErrorFingerprint, on_delete=models.CASCADE, related_name="events")
    ordinal = models.PositiveBigIntegerField(help_text="Which occurrence of the fingerprint it was, from 1.")
    is_milestone = models.BooleanField(default=False, help_text="One of the first, or a 2^k-th: kept for good.")
    at = models.DateTimeField()
    reference = models.CharField(max_length=24, db_index=True, help_text="The code that an apology names.")
    level = models.CharField(max_length=10, choices=Severity)
    source = models.CharField(max_length=10, choices=Source)
    message = models.TextField(blank=True)
    handler = models.CharField(max_length=100, blank=True)
    process = models.CharField(max_length=100, blank=True)
    release = models.CharField(max_length=40, blank=True)
    update_pk = models.BigIntegerField(null=True, help_text="The row in the inbox; it may be gone.")
    update_id = models.BigIntegerField(null=True)
    chat_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    attempt = models.PositiveSmallIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    trace_id = models.CharField(max_length=32, blank=True)
    payload = models.TextField(help_text="JSON: exceptions with frames, breadcrumbs, request; see errors/payload.py.")

    class Meta:
        """A group's events, newest first; and those of an update."""

        indexes: ClassVar = [
            models.Index(fields=["fingerprint", "ordinal"], name="error_event_in_order"),
            models.Index(
                fields=["update_pk"], condition=models.Q(update_pk__isnull=False), name="error_event_by_update"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ErrorHour(models.Model):
    """How often a fingerprint occurred within an hour."""

    fingerprint = models.ForeignKey(ErrorFingerprint, on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        """One row an hour."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["fingerprint", "hour"], name="error_hour_once")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}: {self.count}"


class ErrorPerson(models.Model):
    """A person whom a fingerprint has met."""

    fingerprint = models.ForeignKey(ErrorFingerprint, on_delete=models.CASCADE, related_name="people")
    user_id = models.BigIntegerField()

    class Meta:
        """Each person once, and all problems of a person."""

        verbose_name_plural = "error people"
        constraints: ClassVar = [models.UniqueConstraint(fields=["fingerprint", "user_id"], name="error_person_once")]
        indexes: ClassVar = [models.Index(fields=["user_id"], name="error_person_by_user")]

    def __str__(self) -> str:
        return str(self.user_id)


class ErrorReceipt(models.Model):
    """The key of a record that is counted: one that comes a second time changes nothing."""

    key = models.UUIDField(primary_key=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.key)


class GroupChange(models.Model):
    """What became of a group, and a person's notes: who, when, what."""

    class Kind(models.TextChoices):
        """What changed."""

        STATE = "state", "state"
        ASSIGNEE = "assignee", "assignee"
        NOTE = "note", "note"
        MERGE = "merge", "merge"
        SPLIT = "split", "split"

    group = models.ForeignKey(ErrorGroup, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True, help_text="Who; empty when it happened by itself.")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, blank=True, choices=GroupState, help_text="The new one.")
    text = models.TextField(blank=True)

    class Meta:
        """A group's history, newest first."""

        indexes: ClassVar = [models.Index(fields=["group", "-id"], name="group_change_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

"""Tables of alerts: an Alert is a reason to tell somebody, a Delivery one try on one channel, a Channel its health.

A Condition is what is looked at again and again: it fires, is told of, and ends.
"""

from typing import ClassVar

from django.db import models

from botcore.errors.models import ErrorGroup


class Reason(models.TextChoices):
    """Why somebody is told."""

    NEW = "new", "new"
    REGRESSED = "regressed", "regressed"
    UNMUTED = "unmuted", "unmuted"
    SPIKE = "spike", "spike"
    CONDITION = "condition", "condition"  # of the whole: a poller that stands still, a disk that is full
    RECOVERED = "recovered", "recovered"  # the condition is over
    DIGEST = "digest", "digest"  # many alerts in one
    TEST = "test", "test"


class AlertState(models.TextChoices):
    """What became of an alert."""

    PENDING = "pending", "pending"
    HELD = "held", "held"  # quiet hours or maintenance: told in a digest afterwards
    SENT = "sent", "sent"
    DIGESTED = "digested", "digested"  # told within a digest
    SUPPRESSED = "suppressed", "suppressed"  # its group was told of a short while ago


class ChannelName(models.TextChoices):
    """The ways to tell somebody."""

    TELEGRAM = "telegram", "Telegram"
    EMAIL = "email", "e-mail"
    WEBHOOK = "webhook", "webhook"


class DeliveryState(models.TextChoices):
    """Where a try on a channel stands."""

    QUEUED = "queued", "queued"
    HANDED = "handed", "handed over"  # a row of the outbox; its end is not known yet
    SENT = "sent", "sent"
    FAILED = "failed", "failed"


WITHDRAWN = "withdrawn: "  # so begins the error of a delivery that failed because nobody wants it any more
UNDER_WAY = (DeliveryState.QUEUED, DeliveryState.HANDED)


class Alert(models.Model):
    """A reason to tell somebody."""

    reason = models.CharField(max_length=10, choices=Reason)
    group = models.ForeignKey(ErrorGroup, null=True, on_delete=models.CASCADE, related_name="alerts")
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True, help_text="What more is to say; plain text.")
    condition = models.CharField(max_length=40, blank=True, db_default="")
    avoids = models.CharField(max_length=10, blank=True, db_default="", help_text="The channel that is broken itself.")
    state = models.CharField(max_length=10, choices=AlertState, default=AlertState.PENDING)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    digest = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="digested")

    class Meta:
        """What waits for a decision, and what was sent last."""

        indexes: ClassVar = [
            models.Index(
                fields=["state", "id"], condition=models.Q(state__in=["pending", "held"]), name="alert_waiting"
            ),
            models.Index(fields=["-decided_at"], condition=models.Q(state="sent"), name="alert_sent_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class AlertDelivery(models.Model):
    """An alert on its way over one channel to one address."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=ChannelName)
    target = models.CharField(max_length=300, help_text="A chat's id, an e-mail address, the webhook's host.")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="When to try (again), or to look what became of it.")
    outgoing = models.BigIntegerField(null=True, help_text="The row in the outbox, for Telegram.")
    error = models.CharField(max_length=500, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """What is due; one row for each alert, channel and address."""

        verbose_name_plural = "alert deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "channel", "target"], name="alert_delivery_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], condition=models.Q(state__in=["queued", "handed"]), name="alert_delivery_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class AlertChannel(models.Model):
    """A channel's health: what operators see in red when it fails."""

    name = models.CharField(max_length=10, choices=ChannelName, unique=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    last_error = models.CharField(max_length=500, blank=True)
    last_sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Condition(models.Model):
    """Something that must not be so for long, such as a backlog that is old; one row for each that there is."""

    name = models.CharField(max_length=40, unique=True, help_text="A name of alerts/conditions/rules.py.")
    words = models.CharField(
        max_length=300, blank=True, default="", help_text="What was seen last; empty: all is well."
    )
    seen_since = models.DateTimeField(null=True, help_text="Since when it has been so; empty: all is well.")
    seen_at = models.DateTimeField(null=True, help_text="When it was seen last, while it is so.")
    fired_at = models.DateTimeField(null=True, help_text="When it had been so for too long; empty: not firing.")
    told_at = models.DateTimeField(null=True, help_text="When somebody was told last.")
    ended_at = models.DateTimeField(null=True, help_text="When it was over the last time.")
    looked_at = models.DateTimeField(null=True, help_text="When somebody looked last.")
    acked_at = models.DateTimeField(null=True, help_text="When somebody took it on; ends with the condition.")
    acked_by = models.CharField(max_length=150, blank=True, default="")
    silenced_until = models.DateTimeField(null=True)
    silenced_by = models.CharField(max_length=150, blank=True, default="")
    silence_reason = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.name

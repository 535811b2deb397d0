"""The tables of everything the bot says: what waits to be sent and how it went, its lanes, long data of buttons."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from botcore.inbox.models import Update
from botcore.lanes.models import LaneColumns


class Priority(models.IntegerChoices):
    """Whose turn it is when there is more to send than Telegram allows: the lowest number first."""

    REPLY = 0, "reply"
    ADMIN = 1, "admin"
    ALERT = 2, "alert"
    BROADCAST = 3, "broadcast"


class OutgoingState(models.TextChoices):
    """How far a message came."""

    QUEUED = "queued", "queued"
    SENDING = "sending", "sending"  # the call to Telegram may be under way
    SENT = "sent", "sent"
    FAILED = "failed", "failed"  # Telegram refused it
    UNCERTAIN = "uncertain", "uncertain"  # no answer came: it may have arrived, so it is never sent again by itself
    CANCELLED = "cancelled", "cancelled"


WAITING = (OutgoingState.QUEUED, OutgoingState.SENDING)


class OutgoingMessage(models.Model):
    """One call that says something in a chat: queued by `outbox.services.send`, or made by a handler and recorded."""

    bot_id = models.BigIntegerField()
    chat_id = models.BigIntegerField(help_text="Telegram's id of the chat.")
    method = models.CharField(max_length=40, help_text="The Bot API's method, such as sendMessage.")
    payload = models.TextField(
        help_text="The method's parameters beside chat_id, a JSON object; empty when they are no longer kept."
    )
    priority = models.PositiveSmallIntegerField(choices=Priority, db_default=Priority.REPLY)
    state = models.CharField(max_length=10, choices=OutgoingState, db_default=OutgoingState.QUEUED)
    due_at = models.DateTimeField(help_text="Not to be sent earlier.")
    attempts = models.PositiveSmallIntegerField(db_default=0)
    error = models.TextField(blank=True, db_default="")
    message_id = models.BigIntegerField(null=True, help_text="Telegram's id of the message, once it is sent.")
    update = models.ForeignKey(
        Update,
        null=True,
        on_delete=models.SET_NULL,
        db_index=False,  # most have none: see the index below
        db_constraint=False,  # the ledger is written in batches, apart from the inbox
        related_name="outgoing",
        help_text="The update that caused it.",
    )
    source = models.CharField(max_length=100, blank=True, db_default="", help_text="The handler or caller.")
    key = models.CharField(max_length=100, null=True, help_text="The same key is kept once.")  # noqa: DJ001 (unique)
    files = models.TextField(
        blank=True, db_default="", help_text="What Telegram has made of its files: JSON, as media.attachments keeps it."
    )
    amends = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        db_index=False,  # most change nothing: see the index below
        db_constraint=False,  # old messages are deleted in batches, without a look at their changes
        related_name="amendments",
        help_text="The message that it changes, or deletes.",
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, help_text="When the last call to Telegram began.")
    finished_at = models.DateTimeField(null=True)
    beginning: str  # of the payload, in lists: see words.briefly()
    amended: str | None  # its changes, in conversations: see outbox/amendments.py

    class Meta:
        """A chat's conversation, what waits, what went wrong, what an update caused."""

        permissions: ClassVar = [
            ("resend_outgoingmessage", "Can cancel messages and send them again"),
            ("amend_outgoingmessage", "Can edit and delete what the bot has sent"),
        ]
        # A row changes state twice within a second: each index that need not hold it makes sending faster.
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bot_id", "key"], condition=Q(key__isnull=False), name="outgoing_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["update", "id"], condition=Q(update__isnull=False), name="outgoing_by_update"),
            models.Index(fields=["chat_id", "-id"], name="outgoing_by_chat"),
            models.Index(fields=["amends", "id"], condition=Q(amends__isnull=False), name="outgoing_by_amended"),
            models.Index(
                fields=["bot_id", "chat_id", "priority", "due_at", "id"],
                condition=Q(state__in=["queued", "sending"]),
                name="outgoing_waiting",
            ),
            models.Index(fields=["state", "id"], condition=~Q(state="sent"), name="outgoing_open_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.method} to {self.chat_id}"

    @property
    def latency_ms(self) -> float | None:
        """Milliseconds that Telegram took for the last call; None before its answer."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds() * 1000


class OutboxLane(LaneColumns):
    """A chat's queue of one priority, so that a broadcast never holds up an alert."""

    chat_id = models.BigIntegerField()
    priority = models.PositiveSmallIntegerField(choices=Priority)

    class Meta:
        """One lane per chat and priority, and the queue of those with work."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bot_id", "chat_id", "priority"], name="outbox_lane_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["bot_id", "priority", "ready_at"], condition=Q(ready_at__isnull=False), name="outbox_lane_ready"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_priority_display()} lane of {self.chat_id}"


class OutboxWake(models.Model):
    """A note that a lane has work from a time on. Who queues leaves one; the sender turns it into a lane that is ready.

    Who queues touches no lane: a caller's long transaction would hold up the sender, and two could deadlock.
    """

    bot_id = models.BigIntegerField()
    chat_id = models.BigIntegerField()
    priority = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()

    class Meta:
        """Found by their time, the most urgent first."""

        indexes: ClassVar = [models.Index(fields=["bot_id", "priority", "due_at"], name="outbox_wake_due")]

    def __str__(self) -> str:
        return f"work for {self.chat_id}"


class CallbackData(models.Model):
    """What a button means when it is too long for Telegram's 64 bytes; only its owner can look it up."""

    key = models.CharField(max_length=32, primary_key=True, help_text="Random; the button carries it.")
    chat_id = models.BigIntegerField(null=True, help_text="The chat that owns it.")
    user_id = models.BigIntegerField(null=True, help_text="The person who owns it.")
    data = models.TextField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        """A name for Django's pages."""

        verbose_name_plural = "callback data"

    def __str__(self) -> str:
        return self.key

"""Tables of the inbox: an Update is what Telegram delivered, a Lane is a chat's queue and its lease.

FailedAttempt keeps the error of each attempt, EarlierRun how an update had ended before it was replayed, OnceKey what a
handler must not do twice.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from botcore.lanes.models import LaneColumns

# What somebody sent elsewhere than in their own chat with the bot, where the chat's index finds it.
ELSEWHERE = Q(user_id__isnull=False) & (Q(chat_id__isnull=True) | ~Q(chat_id=models.F("user_id")))


class State(models.TextChoices):
    """Where an update stands."""

    PENDING = "pending", "pending"
    DONE = "done", "done"
    IGNORED = "ignored", "ignored"  # no handler wanted it
    DEAD = "dead", "dead letter"  # its handler failed for good
    QUARANTINED = "quarantined", "quarantined"  # it could not be decoded
    EXPIRED = "expired", "expired"  # nobody waits for its answer any more; see freshness.py


class Update(models.Model):
    """One update, stored before it is confirmed to Telegram."""

    bot_id = models.BigIntegerField()
    update_id = models.BigIntegerField(help_text="Telegram's number; random again after a week without updates.")
    lane_key = models.BigIntegerField(help_text="The chat, else the person, else 0: what order is kept for.")
    kind = models.CharField(max_length=40, help_text="Telegram's name of the type, such as message.")
    chat_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    # Text, not jsonb: it keeps what jsonb refuses (null characters, lone surrogates) and costs less to write.
    raw = models.TextField(help_text="The JSON as it came, in ASCII.")
    state = models.CharField(max_length=12, choices=State, db_default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    handler = models.CharField(max_length=100, blank=True, db_default="")
    error = models.TextField(blank=True, db_default="", help_text="The newest attempt's.")
    error_group = models.CharField(
        max_length=16, blank=True, db_default="", help_text="The same for errors of one class from one place."
    )
    received_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, help_text="Start of the newest attempt.")
    finished_at = models.DateTimeField(null=True)
    replayed_at = models.DateTimeField(null=True, help_text="When an operator last sent it through again.")

    class Meta:
        """Keys for accepting once, claiming in order, and listing."""

        permissions: ClassVar = [
            ("replay_update", "Can replay updates"),
            ("read_messages", "Can read what people and the bot have written"),
        ]

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bot_id", "update_id"], name="update_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["bot_id", "lane_key", "id"], condition=Q(state=State.PENDING), name="update_pending_by_lane"
            ),
            models.Index(fields=["state", "id"], condition=~Q(state=State.DONE), name="update_open_by_state"),
            models.Index(fields=["chat_id", "id"], name="update_by_chat"),
            models.Index(fields=["error_group", "id"], condition=~Q(error_group=""), name="update_by_error_group"),
            models.Index(fields=["user_id", "id"], condition=ELSEWHERE, name="update_by_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.update_id}"

    @property
    def latency_ms(self) -> float | None:
        """Milliseconds from arrival to the end of its handling; None while it is pending."""
        if self.finished_at is None:
            return None
        return (self.finished_at - (self.replayed_at or self.received_at)).total_seconds() * 1000


class Lane(LaneColumns):
    """A chat's queue."""

    key = models.BigIntegerField()

    class Meta:
        """One lane per chat, and the queue of those with work."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["bot_id", "key"], name="lane_once")]
        indexes: ClassVar = [
            models.Index(fields=["bot_id", "ready_at"], condition=Q(ready_at__isnull=False), name="lane_ready"),
        ]

    def __str__(self) -> str:
        return f"lane {self.key}"


class FailedAttempt(models.Model):
    """One attempt at an update that failed, with its error."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="failures")
    number = models.PositiveSmallIntegerField(
        help_text="1 for the first attempt since the update came or was replayed."
    )
    handler = models.CharField(max_length=100, blank=True)
    error = models.TextField()
    error_group = models.CharField(max_length=16, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"attempt {self.number}"


class EarlierRun(models.Model):
    """How an update had ended when an operator sent it through again, which makes its row anew."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="earlier")
    state = models.CharField(max_length=12, choices=State)
    handler = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField()
    error = models.TextField(blank=True, help_text="Of a dead letter empty: its failed attempts have it.")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    replayed_at = models.DateTimeField(help_text="When it was sent through again.")
    replayed_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"{self.state} before {self.replayed_at:%Y-%m-%d %H:%M}"


class OnceKey(models.Model):
    """Something that a handler has begun and must not do a second time: `context.once(key)`.

    What must not happen twice within one update goes with it; a key for all updates belongs to none, and stays.
    Forms of the panel have keys too, for a day; see panel/presses.py.
    """

    bot_id = models.BigIntegerField(help_text="0 for a form of the panel.")
    key = models.CharField(max_length=200)
    update = models.ForeignKey(
        Update,
        null=True,
        on_delete=models.CASCADE,
        related_name="once_keys",
        help_text="The one that the key is for; empty: for all.",
    )
    at = models.DateTimeField()
    answer = models.TextField(
        blank=True, db_default="", help_text="What the form was answered, for who sends it a second time."
    )

    class Meta:
        """Once for each bot."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["bot_id", "key"], name="once_key")]

    def __str__(self) -> str:
        return self.key

"""The tables of broadcasts: what is sent to everybody, deliveries without end, presses of buttons, cards in chats."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from botcore.outbox.models import OutgoingMessage

ENDS = ("sent", "failed", "blocked", "uncertain", "cancelled", "too_old")  # the columns of Broadcast that count them


class BroadcastState(models.TextChoices):
    """How far a broadcast came: draft ⇄ scheduled, then running ⇄ paused → done or cancelled."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class Broadcast(models.Model):
    """One message to everybody who may be written to. Its counts are of deliveries that have ended."""

    bot_id = models.BigIntegerField()
    amends = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.CASCADE,
        related_name="amendments",
        help_text="The broadcast whose messages it edits or deletes.",
    )
    state = models.CharField(max_length=10, choices=BroadcastState, default=BroadcastState.DRAFT)
    method = models.CharField(max_length=40, help_text="The Bot API's method, such as copyMessage.")
    payload = models.TextField(help_text="The method's parameters beside chat_id, a JSON object.")
    about = models.CharField(
        max_length=200, blank=True, default="", help_text="What a copied message says, for people who look."
    )
    update_pk = models.BigIntegerField(
        null=True, unique=True, help_text="The update that asked for it: another attempt at that writes no second one."
    )
    created_by = models.CharField(max_length=150, help_text="Who wrote it.")
    created_at = models.DateTimeField()
    is_shown = models.BooleanField(
        default=False, db_default=False, help_text="Its writer was shown it in a chat: it needs no test."
    )
    test_message = models.BigIntegerField(null=True, help_text="The outbox' row of the last test of what it says now.")
    scheduled_at = models.DateTimeField(null=True, help_text="When it shall begin, or was to begin, by itself.")
    started_at = models.DateTimeField(null=True, help_text="Who came later does not get it.")
    fed_at = models.DateTimeField(null=True, help_text="When everybody was queued.")
    finished_at = models.DateTimeField(null=True)
    tell_chat = models.BigIntegerField(null=True, help_text="Who is told of the end; none: nobody, or they were.")
    canary = models.IntegerField(
        default=0,
        db_default=0,
        help_text="So many deliveries end before the rest are made; 0: they went well, or there are none.",
    )
    why = models.TextField(blank=True, default="", db_default="", help_text="Why it paused by itself.")
    audience = models.JSONField(null=True, help_text="Conditions on who gets it, as words; none: everybody.")
    has_stop = models.BooleanField(
        default=False, db_default=False, help_text="Under it is a button that switches messages off."
    )
    stopped = models.IntegerField(default=0, db_default=0, help_text="People who pressed that button.")
    is_paid = models.BooleanField(default=False, db_default=False, help_text="Stars are paid so that it goes faster.")
    stars = models.IntegerField(null=True, help_text="So many Stars were agreed to at most; none: no bound.")
    hours = models.CharField(
        max_length=11,
        blank=True,
        default="",
        db_default="",
        help_text="At which hours of their own day people get it, such as 10:00-20:00; empty: at any.",
    )
    deferred = models.IntegerField(default=0, db_default=0, help_text="People who wait for these hours, unqueued.")
    counted_at = models.DateTimeField(null=True, help_text="When these were counted; none: when it was written.")
    cursor = models.BigIntegerField(default=0, help_text="Everybody up to this id was queued, or may not get it.")
    total = models.IntegerField(null=True, help_text="People, as they were counted last; none: too many to count.")
    queued = models.IntegerField(default=0, help_text="Deliveries that were made, ended or not.")
    sent = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    blocked = models.IntegerField(default=0, help_text="The chat could not be written to any more.")
    uncertain = models.IntegerField(default=0)
    cancelled = models.IntegerField(default=0)
    too_old = models.IntegerField(default=0, db_default=0, help_text="Telegram lets nobody delete them any more.")
    rate = models.FloatField(null=True, help_text="Deliveries a second that ended lately.")
    rated_at = models.DateTimeField(null=True, help_text="When the rate was last measured.")
    rated_ended = models.IntegerField(default=0, help_text="How many had ended by then.")

    def __str__(self) -> str:
        return f"broadcast {self.pk}"

    @property
    def ended(self) -> int:
        """How many deliveries have ended, however."""
        return sum(getattr(self, name) for name in ENDS)


class BroadcastDelivery(models.Model):
    """A delivery that has no end yet, or is held back by a pause: a few hundred rows, however many people there are."""

    message = models.OneToOneField(OutgoingMessage, primary_key=True, on_delete=models.CASCADE, related_name="delivery")
    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="deliveries")
    is_held = models.BooleanField(default=False, help_text="Cancelled by a pause, and queued again afterwards.")
    held_until = models.DateTimeField(null=True, help_text="When the person's hours begin again; none: of a pause.")

    class Meta:
        """A name for Django's pages."""

        verbose_name_plural = "broadcast deliveries"

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class BroadcastButton(models.Model):
    """A button under a broadcast that somebody has pressed, by what it says; also after an edit of the messages."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="buttons")
    text = models.CharField(max_length=256)
    people = models.IntegerField(default=0, help_text="Who pressed it, each once; also those who are forgotten.")

    class Meta:
        """One for each text."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["broadcast", "text"], name="broadcast_button_once")]

    def __str__(self) -> str:
        return self.text


class BroadcastPress(models.Model):
    """That a person has pressed a button."""

    button = models.ForeignKey(BroadcastButton, on_delete=models.CASCADE, related_name="presses")
    user_id = models.BigIntegerField(help_text="Telegram's id of the person.")

    class Meta:
        """Each is counted once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user_id", "button"], name="broadcast_press_once")]
        verbose_name_plural = "broadcast presses"

    def __str__(self) -> str:
        return f"press by {self.user_id}"


class BroadcastWait(models.Model):
    """Somebody whose turn came outside their hours: looked at again when these begin. No message is queued before."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, db_index=False, related_name="waits")
    person = models.BigIntegerField()
    due_at = models.DateTimeField()

    class Meta:
        """One for each person, and those whose hours have begun."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["broadcast", "person"], name="broadcast_wait_once")]
        indexes: ClassVar = [
            models.Index(fields=["broadcast", "due_at", "id"], name="broadcast_wait_due"),
            models.Index(fields=["person"], name="broadcast_wait_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} waits"


class BroadcastCard(models.Model):
    """A message in an operator's chat that shows how a broadcast stands, and is edited when that changes."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="cards")
    bot_id = models.BigIntegerField()
    chat_id = models.BigIntegerField()
    message_id = models.BigIntegerField()
    opened_at = models.DateTimeField(help_text="When a person looked at it last.")
    due_at = models.DateTimeField(db_index=True, help_text="When it is compared with the broadcast again.")
    shown = models.TextField(blank=True, default="", help_text="What its last edit said, as that call's parameters.")
    edit = models.BigIntegerField(null=True, help_text="The outbox' row of its edits, which is queued again each time.")

    class Meta:
        """One for each message."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bot_id", "chat_id", "message_id"], name="broadcast_card_once")
        ]

    def __str__(self) -> str:
        return f"card {self.pk}"

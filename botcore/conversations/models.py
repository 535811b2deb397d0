"""Tables of the operators' inbox. What was said lies in the inbox and the outbox, what is unread in the feedback."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

WHO_LENGTH = 150
NAME_LENGTH = 40
TEXT_LENGTH = 4096  # core.telegram.org/bots/api#sendmessage


class Conversation(models.Model):
    """A person's talk with the operators, since either wrote to the other. It keeps no words, and goes with the person.

    `answers` counts what operators wrote: who answers says which count they saw, and hears of whoever was faster.
    """

    person = models.OneToOneField(
        "botcore.User", primary_key=True, on_delete=models.CASCADE, related_name="conversation"
    )
    is_open = models.BooleanField(default=True)
    waiting_since = models.DateTimeField(null=True, help_text="When the first message came that nobody has read.")
    last_at = models.DateTimeField(help_text="When the person or an operator wrote last.")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    answers = models.PositiveIntegerField(default=0, help_text="How many messages operators wrote.")
    answered_by = models.CharField(max_length=WHO_LENGTH, blank=True, default="", help_text="Who wrote the last one.")
    taken_until = models.DateTimeField(null=True, help_text="Until then the bot itself is silent in this chat.")
    taken_by = models.CharField(max_length=WHO_LENGTH, blank=True, default="")

    class Meta:
        """The list in its orders, whole and by each tab; and the few chats in which the bot is silent."""

        indexes: ClassVar = [
            models.Index(fields=["last_at", "person"], name="conversation_by_time"),
            models.Index(
                fields=["last_at", "person"], condition=Q(waiting_since__isnull=False), name="conversation_waiting"
            ),
            models.Index(
                fields=["assignee", "is_open", "last_at", "person"],
                condition=Q(assignee__isnull=False),
                name="conversation_of_staff",
            ),
            models.Index(fields=["last_at", "person"], condition=Q(is_open=False), name="conversation_closed"),
            models.Index(
                fields=["waiting_since", "person"],
                condition=Q(waiting_since__isnull=False),
                name="conversation_by_wait",
            ),
            models.Index(fields=["taken_until"], condition=Q(taken_until__isnull=False), name="conversation_taken"),
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"

    @property
    def is_taken(self) -> bool:
        """Tell whether an operator talks there in the bot's place."""
        return self.taken_until is not None and self.taken_until > timezone.now()


class QuickReply(models.Model):
    """A text that operators send often; {first_name} and such stand for what the person is called."""

    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    text = models.TextField()
    parse_mode = models.CharField(max_length=12, blank=True, default="", help_text="HTML, MarkdownV2, or empty.")
    by = models.CharField(max_length=WHO_LENGTH, help_text="Who changed it last.")
    at = models.DateTimeField()

    class Meta:
        """A name for Django's pages."""

        verbose_name_plural = "quick replies"

    def __str__(self) -> str:
        return self.name

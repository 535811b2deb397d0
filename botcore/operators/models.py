"""Tables of the operators' group: what is known of it, where each person stands in it, and what was brought there.

They keep no words: these lie in the inbox and the outbox.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from botcore.conversations.models import WHO_LENGTH


class OperatorsGroup(models.Model):
    """A group that is or was the operators'."""

    chat_id = models.BigIntegerField(primary_key=True)
    is_forum = models.BooleanField(default=False, help_text="It has topics.")
    reacts = models.BooleanField(default=True, help_text="Telegram takes reactions there.")
    reaction = models.BigIntegerField(null=True, help_text="The outbox' row of the newest one.")

    class Meta:
        """A name for Django's pages."""

        verbose_name = "operators' group"

    def __str__(self) -> str:
        return f"group {self.chat_id}"


class Step(models.TextChoices):
    """What a place waits for."""

    OPEN = "open", "a topic is opened"
    REOPEN = "reopen", "a topic is opened again"
    BRING = "bring", "a message is brought"


class GroupPlace(models.Model):
    """Where a person's messages go in the group: a topic of their own, or a chain of replies.

    One call of the outbox at a time is under way for it, `call`, so that all comes in order.
    """

    person = models.OneToOneField("botcore.User", primary_key=True, on_delete=models.CASCADE, related_name="+")
    chat_id = models.BigIntegerField(help_text="The group.")
    topic = models.BigIntegerField(null=True, help_text="The topic's message_thread_id.")
    is_closed = models.BooleanField(default=False, help_text="The topic was closed.")
    last = models.BigIntegerField(null=True, help_text="Telegram's id of the newest message that was brought.")
    step = models.CharField(max_length=6, choices=Step, blank=True, default="")
    call = models.BigIntegerField(null=True, help_text="The outbox' row that is waited for.")
    heading = models.BigIntegerField(null=True, help_text="The row before it, of the same post.")
    post = models.BigIntegerField(null=True, help_text="The post that it brings.")

    class Meta:
        """Topics lead to their person."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["chat_id", "topic"], condition=Q(topic__isnull=False), name="group_topic_of_one"
            )
        ]

    def __str__(self) -> str:
        return f"place of {self.pk}"


class PostState(models.TextChoices):
    """How far a post came."""

    WAITING = "waiting", "waiting"
    FOLLOWED = "followed", "followed"  # an answer that was written in the group: did it arrive?
    DONE = "done", "done"


class Instead(models.TextChoices):
    """Why words stand for a message."""

    REFUSED = "refused", "it cannot be shown"
    DOUBT = "doubt", "it may be missing"


class GroupPost(models.Model):
    """A message of the group about a person: what they wrote, what an operator answered elsewhere, or in the group."""

    person = models.ForeignKey("botcore.User", on_delete=models.CASCADE, db_index=False, related_name="+")
    feedback = models.BigIntegerField(null=True, help_text="What the person wrote.")
    answer = models.BigIntegerField(null=True, help_text="The outbox' row of what an operator wrote.")
    by = models.CharField(max_length=WHO_LENGTH, blank=True, default="", help_text="The operator.")
    state = models.CharField(max_length=8, choices=PostState, default=PostState.WAITING)
    instead = models.CharField(max_length=7, choices=Instead, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    chat_id = models.BigIntegerField(null=True, help_text="The group, once it is there.")
    message_id = models.BigIntegerField(null=True)
    heading_id = models.BigIntegerField(null=True, help_text="The message that says who it is from.")
    at = models.DateTimeField()

    class Meta:
        """Each message once; what is to be done; and whom an answer means."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["feedback"], condition=Q(feedback__isnull=False), name="group_post_of_feedback"
            ),
            models.UniqueConstraint(fields=["answer"], condition=Q(answer__isnull=False), name="group_post_of_answer"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "id"], name="group_post_of_person"),
            models.Index(fields=["state", "id"], condition=~Q(state="done"), name="group_post_open"),
            models.Index(fields=["chat_id", "message_id"], name="group_post_message"),
            models.Index(
                fields=["chat_id", "heading_id"], condition=Q(heading_id__isnull=False), name="group_post_heading"
            ),
        ]

    def __str__(self) -> str:
        return f"post {self.pk}"

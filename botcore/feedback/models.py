"""The table of feedback: private messages that no feature wanted."""

from typing import ClassVar

from django.db import models


class Feedback(models.Model):
    """One private message to the operators."""

    # The inbox row it came with: Telegram's message numbers repeat with another bot or a new sandbox.
    update_pk = models.BigIntegerField(unique=True)
    chat_id = models.BigIntegerField()
    message_id = models.BigIntegerField()
    user = models.ForeignKey("botcore.User", on_delete=models.CASCADE, db_index=False, related_name="feedback")
    kind = models.CharField(max_length=20, help_text="text, photo, voice …")
    text = models.TextField(blank=True, help_text="The text or the caption.")
    sent_at = models.DateTimeField()
    acknowledged = models.BooleanField(help_text="Was the person told that it was passed on?")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When an operator wrote to the person next.")
    read_at = models.DateTimeField(null=True, blank=True, help_text="When an operator marked it as read.")

    class Meta:
        """Newest first, all of them and a person's; the unread ones apart."""

        verbose_name_plural = "feedback"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(read_at__isnull=True), name="feedback_unread"),
            models.Index(fields=["user", "id"], name="feedback_of_person"),
            models.Index(
                fields=["user", "id"], condition=models.Q(read_at__isnull=True), name="feedback_unread_of_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

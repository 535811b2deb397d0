"""The tables of files on their way from a page to Telegram. The bot may run on another machine than the pages."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from botcore.media.names import LONGEST_NAME

HOLDER_LENGTH = 40
MESSAGE = "message:{}"  # the holder that is a message of the outbox


class Enclosure(models.Model):
    """A file, kept for what will send it: the message or broadcast that `holder` names. Its content is in pieces."""

    holder = models.CharField(
        max_length=HOLDER_LENGTH, blank=True, default="", help_text="Such as message:17; empty: of nothing yet."
    )
    chat_id = models.BigIntegerField(null=True, help_text="The chat that it goes to, if that is a single one.")
    name = models.CharField(max_length=LONGEST_NAME)
    kind = models.CharField(max_length=12, help_text="As what it is sent, such as photo.")
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """What a message holds, what goes to a person, what is old."""

        indexes: ClassVar = [
            models.Index(fields=["holder"], name="enclosure_by_holder"),
            models.Index(fields=["chat_id"], condition=Q(chat_id__isnull=False), name="enclosure_by_chat"),
            models.Index(fields=["at"], name="enclosure_by_time"),
        ]

    def __str__(self) -> str:
        return f"enclosure {self.pk}"


class EnclosurePiece(models.Model):
    """A part of a file's content; its pieces are numbered from 0."""

    enclosure = models.ForeignKey(Enclosure, on_delete=models.CASCADE, db_index=False, related_name="pieces")
    number = models.PositiveSmallIntegerField()
    data = models.BinaryField()

    class Meta:
        """A file's pieces in their order."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enclosure", "number"], name="enclosure_piece_once"),
        ]

    def __str__(self) -> str:
        return f"piece {self.number} of enclosure {self.enclosure_id}"

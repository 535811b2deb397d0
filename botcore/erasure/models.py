"""The table of erasures: what is still to do, and afterwards the proof that it was done, which names nobody."""

from typing import ClassVar

from django.db import models


class Erasure(models.Model):
    """A person whom the bot forgets. Id and marks are there until it is done; then a keyed hash is all that is left."""

    digest = models.CharField(
        max_length=64, db_index=True, help_text="HMAC-SHA-256 of the id with the project's secret key."
    )
    person_id = models.BigIntegerField(null=True, unique=True, help_text="Telegram's id; empty when it is done.")
    marks = models.TextField(blank=True, help_text="JSON of what the person is known by; empty when it is done.")
    by = models.CharField(max_length=150, help_text="Who wanted it.")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=60, blank=True, default="", help_text="The table that is walked …")
    cursor = models.CharField(max_length=200, blank=True, default="", help_text="… and up to which key.")
    counts = models.TextField(default="{}", help_text="JSON: how many rows of each table went or were masked.")

    class Meta:
        """Who may let the bot forget somebody, and take out what it keeps of them."""

        permissions: ClassVar = [("erase_person", "Can export and erase all that is kept of a person")]

    def __str__(self) -> str:
        return f"erasure {self.pk}"

"""The table of persistence: one row for each person, chat or conversation that something is remembered of."""

from typing import ClassVar

from django.db import models


class PersistentData(models.Model):
    """A dict of handlers; `key` is user:<id>, chat:<id> or conversation:<chat>:<user>."""

    bot_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    # Text, not jsonb: it keeps what jsonb refuses (null characters, lone surrogates).
    data = models.TextField(help_text="A JSON object.")
    changed_at = models.DateTimeField()

    class Meta:
        """One row for each key."""

        verbose_name_plural = "persistent data"
        constraints: ClassVar = [models.UniqueConstraint(fields=["bot_id", "key"], name="persistent_data_once")]

    def __str__(self) -> str:
        return self.key

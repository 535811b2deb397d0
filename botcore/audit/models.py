"""The table of the audit. PostgreSQL refuses to change or delete its rows (see the migration)."""

from typing import ClassVar

from django.db import models


class Channel(models.TextChoices):
    """Where somebody did it."""

    WEB = "web", "dashboard"
    ADMIN = "admin", "Django's admin"
    TELEGRAM = "telegram", "Telegram"
    CLI = "cli", "command line"
    SYSTEM = "system", "Botdeck itself"


class AuditEntry(models.Model):
    """One change that somebody made."""

    at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel)
    actor = models.CharField(max_length=150, help_text="Who: a staff account, a Telegram account, or a job.")
    actor_id = models.BigIntegerField(null=True, help_text="Of the Telegram account, where it was one.")
    action = models.CharField(max_length=60, help_text="Such as access.ban.")
    target = models.CharField(max_length=200, blank=True, help_text="Such as person:42.")
    before = models.TextField(blank=True, help_text="JSON of what was; empty: nothing.")
    after = models.TextField(blank=True, help_text="JSON of what is; empty: nothing.")
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True, help_text="Of the request, or the update's row.")
    previous = models.CharField(max_length=64, blank=True, help_text="The digest of the row before; empty: the first.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of this row and `previous`.")

    class Meta:
        """Read newest first, by who, by what and by whom it concerns."""

        verbose_name_plural = "audit entries"
        indexes: ClassVar = [
            models.Index(fields=["action", "-id"], name="audit_by_action"),
            models.Index(fields=["target", "-id"], name="audit_by_target"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["actor_id", "-id"], name="audit_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.target}".strip()

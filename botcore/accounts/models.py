"""Tables of staff accounts: where one is logged in, browsers that are remembered, and what is counted."""

from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models

BROWSER_LENGTH, IP_LENGTH, HOW_LENGTH, KEY_LENGTH = 200, 45, 60, 80


class AccountSession(models.Model):
    """A session with whose it is; it goes with the session, and the session with it."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ip = models.CharField(max_length=IP_LENGTH, blank=True)
    browser = models.CharField(max_length=BROWSER_LENGTH, blank=True, help_text="What it says of itself.")

    class Meta:
        """Who may end those of others."""

        permissions: ClassVar = [("manage_accounts", "Can reset second factors and end sessions of others")]

    def __str__(self) -> str:
        return f"{self.account} since {self.created_at:%Y-%m-%d %H:%M}"


class KnownBrowser(models.Model):
    """A browser that an account's code was given in, which is asked for none for a while; only a hash is kept."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the cookie and what it depends on.")
    at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.account} until {self.until:%Y-%m-%d}"


class LimitUse(models.Model):
    """Something was done that may be done so often in a while; all processes count together."""

    key = models.CharField(max_length=KEY_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """Found by what it is, the newest first."""

        indexes: ClassVar = [models.Index(fields=["key", "at"], name="limit_use_by_key")]

    def __str__(self) -> str:
        return self.key

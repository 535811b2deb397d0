"""Tables of access: who has a role, who is kept out, which chats are let in, and what was asked to be confirmed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from botcore.access.roles import GRANTED, Role

WHO_LENGTH = 150
REASON_LENGTH = 300


class RoleGrant(models.Model):
    """A role of a Telegram account; of one that is linked with a staff account the groups of that one count instead."""

    user_id = models.BigIntegerField(primary_key=True, help_text="Telegram's id.")
    role = models.PositiveSmallIntegerField(choices=[(role.value, role.label) for role in GRANTED])
    by = models.CharField(max_length=WHO_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """Only roles that exist."""

        constraints: ClassVar = [models.CheckConstraint(condition=Q(role__in=[*GRANTED]), name="role_exists")]
        permissions: ClassVar = [("grant_role", "Can grant and revoke roles")]

    def __str__(self) -> str:
        return f"{self.user_id} is {Role(self.role).label}"


class Keep(models.TextChoices):
    """How a person is kept out."""

    BANNED = "banned", "banned"  # told once why, then silence
    MUTED = "muted", "muted"  # silence


class Restriction(models.Model):
    """A person whom the bot does not serve, for a while or for good."""

    user_id = models.BigIntegerField(help_text="Telegram's id.")
    kind = models.CharField(max_length=8, choices=Keep)
    until = models.DateTimeField(null=True, help_text="Empty: until somebody lifts it.")
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    by = models.CharField(max_length=WHO_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """One ban and one mute for each person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "kind"], name="restriction_once"),
            models.CheckConstraint(condition=Q(user_id__gt=0), name="restriction_of_a_person"),
        ]
        permissions: ClassVar = [("restrict_user", "Can ban, mute and lift both")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.kind}"


class AllowedChat(models.Model):
    """A person, or a group with a negative id, that is on the list of those whom the bot serves."""

    chat_id = models.BigIntegerField(primary_key=True, help_text="A person's id, or a group's.")
    by = models.CharField(max_length=WHO_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """Who may change the list."""

        permissions: ClassVar = [("allow_chat", "Can change who is on the list")]

    def __str__(self) -> str:
        return str(self.chat_id)


class AccessVersion(models.Model):
    """One row that counts the changes above: processes look at it to know whether what they hold is still so."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class StaffLink(models.Model):
    """A staff account and the Telegram account of the same person."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="telegram_link")
    user_id = models.BigIntegerField(unique=True, help_text="Telegram's id.")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account} is {self.user_id}"


class Purpose(models.TextChoices):
    """What a one-time code is for."""

    LINK = "link", "link a Telegram account"
    LOGIN = "login", "log in"
    RECOVERY = "recovery", "log in without the second factor"


class OneTimeCode(models.Model):
    """A code that opens one thing once; only its hash is kept."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the code.")
    purpose = models.CharField(max_length=8, choices=Purpose)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class Confirmation(models.Model):
    """A dangerous action that waits for its button: for one person, in one chat, for a minute, once."""

    key = models.CharField(max_length=32, primary_key=True)
    user_id = models.BigIntegerField()
    chat_id = models.BigIntegerField()
    action = models.CharField(max_length=100)
    arguments = models.TextField(help_text="JSON.")
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.BigIntegerField(null=True, help_text="The update of the press: only that one may repeat it.")

    def __str__(self) -> str:
        return f"{self.action} by {self.user_id}"


class ThrottleDebt(models.Model):
    """How far a busy person or chat is ahead of the pace, as all processes together have seen it."""

    key = models.CharField(max_length=80, primary_key=True)
    until = models.DateTimeField(db_index=True, help_text="When nothing is owed any more.")

    def __str__(self) -> str:
        return self.key


class PublishedMenu(models.Model):
    """The commands that Telegram shows to a person with a role, as they were last told to it."""

    bot_id = models.BigIntegerField()
    user_id = models.BigIntegerField(help_text="Telegram's id.")
    digest = models.CharField(max_length=32, help_text="Of the commands in all languages.")

    class Meta:
        """One menu for each person and bot."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["bot_id", "user_id"], name="menu_once")]

    def __str__(self) -> str:
        return f"menu of {self.user_id}"

"""Tables of people: a User is a Telegram account, a Chat is where messages go."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _


class User(models.Model):
    """A Telegram account, as Telegram last described it, and what it chose here."""

    id = models.BigIntegerField(primary_key=True, help_text="Telegram's id.")
    first_name = models.CharField(max_length=64, blank=True)  # 64: the server's own limit for names
    last_name = models.CharField(max_length=64, blank=True, default="")
    username = models.CharField(max_length=32, blank=True, default="", db_index=True)
    telegram_language = models.CharField(max_length=35, blank=True, default="", help_text="IETF tag from Telegram.")
    is_bot = models.BooleanField(default=False)
    language = models.CharField(
        max_length=10, blank=True, default="", help_text="Chosen in /settings; empty: Telegram's."
    )
    messages_on = models.BooleanField(default=True, help_text="May the bot write first?")
    source = models.CharField(max_length=64, blank=True, default="", help_text="Payload of the first /start.")
    first_seen = models.DateTimeField(db_index=True)
    last_seen = models.DateTimeField(db_index=True, help_text="Exact to a minute.")

    class Meta:
        """Names for Django's pages. PostgreSQL has indexes of names in any case, too: see migration 0013."""

        verbose_name = "person"
        verbose_name_plural = "people"
        indexes: ClassVar = [
            models.Index(fields=["last_seen", "id"], condition=Q(messages_on=False), name="user_without_messages"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name, else @username, else "No name"."""
        full = f"{self.first_name} {self.last_name}".strip()
        return full or (f"@{self.username}" if self.username else _("No name"))


class PersonTag(models.Model):
    """A word that operators put on a person, to find them and others like them again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="tags")
    name = models.CharField(max_length=32, help_text="Letters, digits and _, in lower case.")

    class Meta:
        """A person's tags by their names, and all people with a tag."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="tag_once")]
        indexes: ClassVar = [models.Index(fields=["name", "user"], name="tag_by_name")]

    def __str__(self) -> str:
        return f"#{self.name}"


class EarlierName(models.Model):
    """What a person was called before: each name once, with the last time at which another one took its place."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="earlier_names")
    first_name = models.CharField(max_length=64, blank=True)
    last_name = models.CharField(max_length=64, blank=True)
    username = models.CharField(max_length=32, blank=True)
    replaced_at = models.DateTimeField(db_index=True, help_text="When the bot saw another name.")

    class Meta:
        """A person's names."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "first_name", "last_name", "username"], name="earlier_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or f"@{self.username}"


class PersonNote(models.Model):
    """What an operator wants others to know of a person; it stands on their page, and among what was said with them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="notes")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Whose it is."
    )
    by = models.CharField(max_length=150)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """A person's notes in their order."""

        indexes: ClassVar = [models.Index(fields=["user", "at"], name="note_of_person")]

    def __str__(self) -> str:
        return f"note {self.pk} by {self.by}"


class PersonAttribute(models.Model):
    """Something that operators or handlers know of a person, such as plan: pro."""

    TIME_ZONE = "time_zone"  # the name of the one that says at which hours a person gets broadcasts

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="attributes")
    name = models.CharField(max_length=32, help_text="Letters, digits and _, in lower case.")
    value = models.CharField(max_length=200)

    class Meta:
        """A person's attributes by their names, and whose time zone is known."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="attribute_once")]
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=Q(name="time_zone"), name="attribute_time_zone"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"


class Segment(models.Model):
    """A named set of conditions on people: who fits is asked anew each time; see conditions.py."""

    name = models.CharField(max_length=40, unique=True)
    conditions = models.JSONField(default=dict, help_text="Such as language: ru; as in the address of the list.")
    by = models.CharField(max_length=150)
    at = models.DateTimeField(help_text="When it was last changed.")

    def __str__(self) -> str:
        return self.name


class TagImport(models.Model):
    """A file of tags that was read and waits for its yes; it goes when that comes, or after a day."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    pairs = models.TextField(help_text="JSON: ids of people, each with tags.")
    report = models.JSONField(default=dict, help_text="What the page shows of the file.")

    def __str__(self) -> str:
        return f"import {self.pk}"


class Reach(models.TextChoices):
    """Can the bot write to a chat?"""

    OPEN = "open", "open"
    BLOCKED = "blocked", "blocked by the person"
    KICKED = "kicked", "bot is not a member"
    DEACTIVATED = "deactivated", "account is deleted"


class Chat(models.Model):
    """A private chat, group, supergroup or channel."""

    id = models.BigIntegerField(primary_key=True, help_text="Telegram's id; up to 52 bits.")
    type = models.CharField(max_length=12)
    title = models.CharField(
        max_length=255, blank=True, default="", help_text="A group's title, else the person's name."
    )
    username = models.CharField(max_length=32, blank=True, default="")
    is_forum = models.BooleanField(default=False)
    reach = models.CharField(max_length=12, choices=Reach, db_default=Reach.OPEN, help_text="Can the bot write here?")
    reach_changed_at = models.DateTimeField(null=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(db_index=True, help_text="Exact to a minute.")

    class Meta:
        """Names for Django's pages."""

        indexes: ClassVar = [
            models.Index(fields=["type", "id"], name="chat_by_type"),
            # The few that are not like most, in the order of the list.
            models.Index(fields=["last_seen", "id"], condition=~Q(type="private"), name="chat_not_private"),
            models.Index(fields=["reach", "last_seen", "id"], condition=~Q(reach="open"), name="chat_unreachable"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.id)


class ChatAlias(models.Model):
    """A group's id from before it became a supergroup: what is sent to it goes to the new one."""

    old_id = models.BigIntegerField(primary_key=True)
    new_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        """A name for Django's pages."""

        verbose_name_plural = "chat aliases"

    def __str__(self) -> str:
        return f"{self.old_id} is now {self.new_id}"

"""The table of saved views: how somebody likes to look at a list of the panel."""

from typing import ClassVar

from django.conf import settings
from django.db import models

NAME_LENGTH, QUERY_LENGTH = 40, 1000


class SavedView(models.Model):
    """What an address asks of a list, under a name; without a name: the columns that the account has chosen there."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    table = models.CharField(max_length=20, help_text="The list, such as updates.")
    name = models.CharField(max_length=NAME_LENGTH, blank=True, help_text="Empty: the columns chosen for the list.")
    query = models.CharField(max_length=QUERY_LENGTH, blank=True, help_text="Such as state=dead&kind=message.")
    is_shared = models.BooleanField(default=False, help_text="Does everybody see it who may see the list?")
    at = models.DateTimeField(help_text="When it was last changed.")

    class Meta:
        """A name once for each account and list."""

        permissions: ClassVar = [("share_savedview", "Can share views of lists with everybody")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "table", "name"], name="saved_view_once")]
        indexes: ClassVar = [
            models.Index(fields=["table"], condition=models.Q(is_shared=True), name="saved_view_shared"),
        ]

    def __str__(self) -> str:
        return f"{self.table}: {self.name or 'columns'}"

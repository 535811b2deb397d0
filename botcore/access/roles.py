"""The roles, from the lowest to the highest. Who has one: selectors.py; what everybody is asked for: book.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.IntegerChoices):
    """A higher role may do all that a lower one may. Owners are named in TELEGRAM_ADMIN_IDS or are superusers."""

    MEMBER = 0, _("member")
    SUPPORT = 20, _("support")
    MODERATOR = 40, _("moderator")
    ADMIN = 60, _("admin")
    OWNER = 100, _("owner")


GRANTED = (Role.SUPPORT, Role.MODERATOR, Role.ADMIN, Role.OWNER)
BY_NAME = {role.name.lower(): role for role in Role}

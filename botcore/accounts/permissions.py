"""What a staff account may do, read in one statement: its own permissions and those of its groups."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q


class OneLookBackend(ModelBackend):
    """Django's own backend, which would ask once for the account's permissions and once for its groups'."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return them as Django does, kept on the account for this request."""
        if user_obj.is_superuser or not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            given = Permission.objects.filter(Q(user=user_obj) | Q(group__user=user_obj)).order_by().distinct()
            names = given.values_list("content_type__app_label", "codename")
            user_obj._perm_cache = {f"{label}.{name}" for label, name in names}  # noqa: SLF001 (Django's own place for them)
        found: set[str] = user_obj._perm_cache  # noqa: SLF001
        return found

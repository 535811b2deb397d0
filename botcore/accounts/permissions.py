"""A staff account with what it may do, read in one statement: its own permissions and those of its groups."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, User
from django.db.models import Case, OuterRef, Q, Value, When
from django.db.models.functions import Concat

from botcore.sql import Listed

NAME = Concat("content_type__app_label", Value("."), "codename")


class OneLookBackend(ModelBackend):
    """Django's own backend, which would ask for the account, for its permissions and for those of its groups."""

    def get_user(self, user_id: int) -> User | None:
        """Return the account of a session as Django does, with its permissions, kept on it for this request."""
        given = _given(Q(user=OuterRef("pk")) | Q(group__user=OuterRef("pk")))
        listed = Case(When(is_superuser=False, then=Listed(given, NAME)))
        found = User.objects.annotate(given=listed).filter(pk=user_id).first()
        if found is None or not self.user_can_authenticate(found):
            return None
        if not found.is_superuser:
            found._perm_cache = set((found.given or "").split())  # type: ignore[attr-defined]  # noqa: SLF001 (Django's own place for them)
        return found

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return them as Django does; an account that does not come from a session is asked for now."""
        if user_obj.is_superuser or not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            names = _given(Q(user=user_obj) | Q(group__user=user_obj)).values_list(NAME, flat=True)
            user_obj._perm_cache = set(names)  # noqa: SLF001
        found: set[str] = user_obj._perm_cache  # noqa: SLF001
        return found


def rights_of(visitor: Any) -> frozenset[str] | None:
    """Return what somebody may do, to remember things by; None for who may everything."""
    return None if visitor.is_superuser and visitor.is_active else frozenset(visitor.get_all_permissions())


def _given(of_whom: Q) -> Any:
    return Permission.objects.filter(of_whom).order_by().distinct()

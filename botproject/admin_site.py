"""The site of Django's admin: it remembers which tables somebody may see."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import get_language

from botcore.accounts.permissions import rights_of

MOST = 200  # lists: of so many kinds of visitors


class PanelSite(AdminSite):
    """Django's own, which would ask for the rights and addresses of all tables again on each page."""

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._lists: dict[tuple[object, ...], Any] = {}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return what Django does; who has the same rights sees the same tables."""
        key = (rights_of(request.user), get_language(), app_label)
        if key not in self._lists:
            if len(self._lists) >= MOST:
                self._lists.clear()
            self._lists[key] = super().get_app_list(request, app_label)
        return self._lists[key]

"""Admin page of saved views: what staff accounts keep of the panel's lists; they are changed there."""

from django.contrib import admin

from botcore.admin.base import HistoryAdmin
from botcore.models import SavedView


@admin.register(SavedView)
class SavedViewAdmin(HistoryAdmin):
    """Views of lists."""

    list_display = ("id", "account", "table", "name", "query", "is_shared", "at")
    list_filter = ("table", "is_shared")
    list_select_related = ("account",)

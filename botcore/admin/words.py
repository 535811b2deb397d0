"""Columns and fields that show what people and the bot have written, or what errors say: for those who may see it."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from botcore.admin.audited import Audited

READ = "botcore.read_messages"
SEE_ERRORS = "botcore.view_errorgroup"  # whose pages show titles and what was in variables
WHY = {
    READ: "Not shown: your account may not read what people write.",
    SEE_ERRORS: "Not shown: your account may not see errors.",
}


class Worded(Audited):
    """An admin page of a table that has such `words`."""

    words: ClassVar[tuple[str, ...]] = ()
    takes: ClassVar[str] = READ

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave those columns out."""
        return self._shown(request, super().get_list_display(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Say in their place that they are not shown."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.has_perm(self.takes) else [*self._shown(request, fields), "not_shown"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Leave those fields out."""
        return self._shown(request, super().get_fields(request, obj))

    @admin.display(description="Words")
    def not_shown(self, _row: Model) -> str:
        """Stand in for them."""
        return WHY[self.takes]

    def _shown(self, request: HttpRequest, names: Any) -> list[Any]:
        return [name for name in names if name not in self.words or request.user.has_perm(self.takes)]

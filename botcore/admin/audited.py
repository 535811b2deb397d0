"""What every admin page of the site has, also those of other apps: each form that is saved is an entry of the audit."""

from typing import TYPE_CHECKING, Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime, FilteredSelectMultiple, RelatedFieldWidgetWrapper
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from botcore.admin.widgets import ManyChoices
from botcore.audit.services import record
from botcore.logs import is_secret_name
from botcore.logs.patterns import HIDDEN

if TYPE_CHECKING:  # at run time it is not generic
    AnyModelAdmin = admin.ModelAdmin[Any]
else:
    AnyModelAdmin = admin.ModelAdmin

# The kind in a target and the attribute that is the id, where they are not the model's name and the primary key.
KINDS = {
    "auth.user": ("account", "username"),
    "auth.group": ("group", "name"),
    "botcore.condition": ("condition", "name"),
    "botcore.errorgroup": ("error", "pk"),
    "botcore.outgoingmessage": ("message", "pk"),
    "botcore.runtimesetting": ("setting", "name"),
    "botcore.savedview": ("view", "pk"),
    "botcore.user": ("person", "pk"),
}
NAMED = 20  # rows of a deletion that its entry names
# Pages of other apps, with what else changes: axes removes what is over by itself, at each login that fails.
OTHERS: dict[type[Model], dict[str, Any]] = {
    get_user_model(): {},
    Group: {},
    AccessAttempt: {"actions": ()},
    AccessFailureLog: {},
    AccessLog: {},
}


class Audited(AnyModelAdmin):
    """Writes down what is added, changed and deleted, last in the transaction: an entry makes others wait."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name both parts of a moment, which Django leaves without a label of their own; draw many choices faster."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            inner = field.widget.widget
            if type(inner) is FilteredSelectMultiple:
                field.widget.widget = ManyChoices(inner.verbose_name, inner.is_stacked, inner.attrs, inner.choices)
        if field and isinstance(field.widget, AdminSplitDateTime):
            for part, word in zip(field.widget.widgets, ("date", "time"), strict=True):
                part.attrs["aria-label"] = f"{field.label}, {word}"
        return field

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002 (Django's)
        """Write the entry, too: only here has Django both the form and all of it saved."""
        if add or form.changed_data:
            row = form.instance if hasattr(form, "instance") else form.user  # a form for passwords has no instance
            before = None if add else {name: _plain(name, form.initial.get(name)) for name in form.changed_data}
            after = {name: _plain(name, form.cleaned_data.get(name)) for name in form.changed_data}
            record("admin.add" if add else "admin.change", target(row), before=before, after=after)
        return super().construct_change_message(request, form, formsets, add)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete a row; what it said is not kept in the audit, which is for ever."""
        named = target(obj)
        with transaction.atomic():
            super().delete_model(request, obj)
            record("admin.delete", named)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete the chosen rows, with one entry."""
        count, named = len(queryset), [target(row) for row in queryset[:NAMED]]
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            if count == 1:
                record("admin.delete", named[0])
            elif count:
                record("admin.delete", f"{_kind(queryset.model)[0]}:selected", before={"rows": named, "count": count})


def target(row: Model) -> str:
    """Return what means this row."""
    kind, attribute = _kind(type(row))
    return f"{kind}:{getattr(row, attribute)}"


def audit_others() -> None:
    """Let the pages of other apps write entries, too."""
    for model, changes in OTHERS.items():
        plain = type(admin.site.get_model_admin(model))
        admin.site.unregister(model)
        admin.site.register(model, type(plain.__name__, (Audited, plain), changes))


def _kind(model: type[Model]) -> tuple[str, str]:
    return KINDS.get(model._meta.label_lower, (model._meta.model_name or "", "pk"))


def _plain(name: str, value: Any) -> Any:
    """Return a field's value for an entry: of rows their names, of secrets nothing."""
    if is_secret_name(name):
        return HIDDEN
    if isinstance(value, list | QuerySet):
        return sorted(str(one) for one in value)
    return value.pk if isinstance(value, Model) else value

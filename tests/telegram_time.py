"""Time travel for what is written down: SQL asks the database for the time, so the past moves, not the clock."""

from datetime import timedelta

from django.apps import apps
from django.db.models import DateTimeField, F, Model


def make_older(passed: timedelta) -> None:
    """Make every moment in the bot's tables so much older, as if that time had passed since."""
    for model in apps.get_app_config("botcore").get_models():
        moments = _moments(model)
        if moments:
            model._default_manager.update(**{name: F(name) - passed for name in moments})


def _moments(model: type[Model]) -> list[str]:
    """Return the columns with moments; those that must be unique are counts of a minute and stay where they are."""
    unique = {name for fields in _unique(model) for name in fields}
    fields = [field for field in model._meta.local_concrete_fields if isinstance(field, DateTimeField)]
    return [field.name for field in fields if field.name not in unique and not field.primary_key]


def _unique(model: type[Model]) -> list[tuple[str, ...]]:
    constraints = [tuple(constraint.fields) for constraint in model._meta.total_unique_constraints]
    return [*constraints, *[tuple(names) for names in model._meta.unique_together]]

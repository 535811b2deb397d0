"""A row of any table, for tests that want one whatever it says."""

import itertools
import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Model
from django.utils import timezone

_numbers = itertools.count(1001)  # no id of an owner, and no chat that is closed
PLAIN: list[tuple[type[Any], Any]] = [
    (models.BooleanField, lambda: False),
    (models.DateTimeField, timezone.now),
    (models.DateField, lambda: timezone.now().date()),
    (models.DurationField, timedelta),
    (models.FloatField, lambda: 1.0),
    (models.UUIDField, uuid.uuid4),
    (models.JSONField, lambda: [1]),  # steps of a funnel and their people, such as
    (models.PositiveSmallIntegerField, lambda: 0),  # a role, such as
    (models.IntegerField, lambda: next(_numbers)),
    (models.TextField, lambda: "{}"),
    (models.BinaryField, lambda: b"{}"),
    (models.CharField, lambda: f"x{next(_numbers)}"),
]


def one(model: type[Model]) -> Model:
    """Return a row, which is made when there is none."""
    row = model._default_manager.first()
    return row if row is not None else model._default_manager.create(**_facts(model))


def _facts(model: type[Model]) -> dict[str, Any]:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    return {field.name: _value(field) for field in fields if not field.null and not field.has_default()}


def _value(field: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        return one(field.remote_field.model)
    if field.choices:
        return field.choices[0][0]
    return next(make for kind, make in PLAIN if isinstance(field, kind))()

"""Every column of every table is declared: what it holds of a person, or that it holds nothing of anybody."""

from collections import Counter
from typing import Any

from django.apps import apps
from django.db import models
from django.test import SimpleTestCase

from botcore.erasure.tables import ELSEWHERE_TABLES, TABLES
from botcore.models import User

WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.GenericIPAddressField)
NUMBERS = (models.BigIntegerField,)
HOW = """ can hold something of a person. Say in botcore/erasure/tables.py, in the Table of the model, what it holds:
  ids     a person's id, or that of their private chat: the row is theirs, and goes with them
  keys    a text with such an id in it, like chat:42: the row is theirs
  own     something of the row's person alone: it goes with a row that has `ids`
  quotes  words of people, or about them (a name, a note, an error, a payload): masked in rows of others
  drops   the same, where the row is of no use without: it goes
  never   nothing of a person
A new model: add Table(m.Model, ...) to TABLES, in front of Chat and User when rows of it are a person's, and a row to
tests/database/dashboard/one_of_each.py: tests/database/test_erasure.py plants a person in it, and looks for them.
"""


def can_hold_a_person(column: "models.Field[Any, Any]") -> bool:
    """Tell whether a column is to be declared: a text, a big number, or a key of a person."""
    if isinstance(column, models.ForeignKey):
        return column.related_model is User
    if column.choices or isinstance(column, models.AutoField):
        return False
    return isinstance(column, WORDS) or type(column) in NUMBERS


class ColumnTests(SimpleTestCase):
    """What a new column makes its author do."""

    maxDiff = None

    def test_every_column_that_can_hold_something_of_a_person_is_declared(self) -> None:
        declared = {table.model: set(table.declared) for table in TABLES}
        missing = [
            f"{model.__name__}.{column.name}"
            for model in apps.get_models()
            if model._meta.app_label not in ELSEWHERE_TABLES
            for column in model._meta.concrete_fields
            if can_hold_a_person(column) and column.name not in declared.get(model, set())
        ]
        self.assertFalse(missing, ", ".join(missing) + HOW)

    def test_every_table_is_named_once_and_every_column_once_and_there_is_none_that_is_gone(self) -> None:
        self.assertEqual([name for name, count in Counter(table.name for table in TABLES).items() if count > 1], [])
        models_ = {model for model in apps.get_models() if model._meta.app_label not in ELSEWHERE_TABLES}
        self.assertEqual(models_ - {table.model for table in TABLES}, set(), HOW)
        for table in TABLES:
            known = {column.name for column in table.model._meta.concrete_fields}
            with self.subTest(table.name):
                self.assertEqual([name for name, n in Counter(table.declared).items() if n > 1], [])
                self.assertLessEqual(set(table.declared) | set(table.hidden.split()), known)

    def test_what_refers_to_a_person_goes_before_them(self) -> None:
        order = [table.model for table in TABLES if table.ids]
        self.assertEqual(order[-1], User)
        for table in TABLES:
            for column in table.model._meta.concrete_fields:
                if isinstance(column, models.ForeignKey) and column.related_model is User:
                    self.assertIn(column.name, table.id_columns, table.name)

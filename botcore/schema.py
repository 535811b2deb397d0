"""Operations for migrations that run beside a bot: an index is built or dropped without holding up writes.

A migration with one of them says `atomic = False`, and does nothing else. SQLite knows no such thing: it has one bot.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations import AddIndex, RemoveIndex
from django.db.migrations.operations.base import Operation

ON_SQLITE: dict[type[Operation], type[Operation]] = {
    AddIndexConcurrently: AddIndex,
    RemoveIndexConcurrently: RemoveIndex,
}


class _Beside(Operation):
    """Do what the next class does on PostgreSQL, and the plain thing elsewhere."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Do it."""
        self._kind(schema_editor).database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Take it back."""
        self._kind(schema_editor).database_backwards(self, app_label, schema_editor, from_state, to_state)

    def _kind(self, schema_editor: Any) -> Any:
        kind = next(kind for kind in ON_SQLITE if isinstance(self, kind))
        return kind if schema_editor.connection.vendor == "postgresql" else ON_SQLITE[kind]


class AddIndexBeside(_Beside, AddIndexConcurrently):
    """CREATE INDEX CONCURRENTLY where there is such a thing."""


class RemoveIndexBeside(_Beside, RemoveIndexConcurrently):
    """DROP INDEX CONCURRENTLY where there is such a thing."""

"""May a migration run while the version before it still does? The rules of django-migration-linter, and some more."""

import re
from collections.abc import Sequence

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

# A check of all rows under a lock; NOT VALID and a later VALIDATE CONSTRAINT do without.
CHECKED = re.compile(r'ALTER TABLE ("\w+") ADD CONSTRAINT "\w+" (FOREIGN KEY|CHECK)(?!.*NOT VALID)')
# A new table on disk, under a lock: what each row gets differs.
REWRITTEN = re.compile(
    r"ADD COLUMN .* DEFAULT \(?(clock_timestamp|statement_timestamp|random|gen_random_uuid|nextval)\b"
)


def findings(migration: Migration, state: ProjectState) -> list[str]:
    """Return a sentence for each reason why not; the state is that before the migration."""
    sql = statements(migration, state)
    errors, _ignored, warnings = analyse_sql_statements(PostgresqlAnalyser, sql, [])
    linter = MigrationLinter(no_cache=True, no_output=True)
    data = linter.analyse_data_migration(migration)
    issues = [*errors, *warnings, *data[0], *data[2]]
    return sorted({f"{issue.code}: {issue.message}" for issue in issues} | set(_ours(sql)))


def statements(migration: Migration, state: ProjectState) -> list[str]:
    """Return what would be run, as `sqlmigrate` shows it."""
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state.clone(), editor, collect_sql=True)
        collected = [line for text in editor.collected_sql for line in text.splitlines()]
    return ["BEGIN;", *collected, "COMMIT;"] if migration.atomic else collected


def _ours(sql: Sequence[str]) -> list[str]:
    made = {match[1] for line in sql if (match := re.match(r'CREATE TABLE ("\w+")', line))}
    found: list[str] = []
    for line in sql:
        if (match := CHECKED.match(line)) and match[1] not in made:
            found.append(f"CHECK_ALL_ROWS: {match[2]} is checked against all rows of {match[1]} under a lock")
        if REWRITTEN.search(line):
            found.append("REWRITE: a default that differs from row to row writes the whole table anew under a lock")
    return found

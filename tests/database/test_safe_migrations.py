"""Migrations run while the version before still does: each one after the base line is judged, and the judge is, too."""

from unittest import skipUnless

from django.db import connection, migrations, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.test import TransactionTestCase

from botcore.schema import AddIndexBeside, RemoveIndexBeside
from tests.database.migration_rules import findings

# What 0.1.0, the first release, begins with: nothing older can run beside it.
BASE = {"botcore": 33}
OURS = ("botcore", "dashboard", "sandbox")
INDEX = models.Index(fields=["created_at"], name="outgoing_by_creation")


def nothing(apps: object, schema_editor: object) -> None:
    """Change no data."""


@skipUnless(connection.vendor == "postgresql", "SQLite has one bot, which is stopped for an upgrade")
class SafeMigrationTests(TransactionTestCase):
    """On PostgreSQL, where several versions run beside each other."""

    def judge(self, *operations: Operation, atomic: bool = True) -> list[str]:
        """Return the findings about a migration that would be the next one."""
        loader = MigrationLoader(connection)
        body = {"operations": list(operations), "atomic": atomic}
        migration = type("Next", (Migration,), body)("9999_next", "botcore")
        return findings(migration, loader.project_state())

    def refused(self, rule: str, *operations: Operation) -> None:
        """Check that this rule speaks."""
        found = self.judge(*operations)
        self.assertIn(rule, [finding.partition(":")[0] for finding in found])

    def test_every_migration_after_the_base_line(self) -> None:
        loader = MigrationLoader(connection)
        for (app, name), migration in sorted(loader.disk_migrations.items()):
            if app in OURS and int(name[:4]) > BASE.get(app, 0):
                with self.subTest(f"{app}.{name}"):
                    before = loader.project_state((app, name), at_end=False)
                    self.assertEqual(findings(migration, before), [])

    def test_what_an_older_version_still_reads_or_writes_does_not_go(self) -> None:
        self.refused("DROP_COLUMN", migrations.RemoveField("outgoingmessage", "error"))
        self.refused("DROP_TABLE", migrations.DeleteModel("callbackdata"))
        self.refused("RENAME_COLUMN", migrations.RenameField("outgoingmessage", "error", "reason"))
        self.refused("RENAME_TABLE", migrations.RenameModel("callbackdata", "buttondata"))
        self.refused(
            "ALTER_COLUMN", migrations.AlterField("outgoingmessage", "chat_id", models.CharField(max_length=20))
        )

    def test_what_an_older_version_does_not_write_may_be_left_out(self) -> None:
        field = models.IntegerField(default=0)  # Django's own default: the database knows none
        self.refused("NOT_NULL", migrations.AddField("outgoingmessage", "weight", field))
        unique = models.UniqueConstraint(fields=["chat_id", "key"], name="once_more")
        self.refused("ADD_UNIQUE", migrations.AddConstraint("outgoingmessage", unique))

    def test_nothing_holds_up_writes_for_long(self) -> None:
        check = models.CheckConstraint(condition=models.Q(attempts__lt=100), name="few_attempts")
        moment = models.DateTimeField(db_default=models.Func(function="clock_timestamp"))
        self.refused("CREATE_INDEX", migrations.AddIndex("outgoingmessage", INDEX))
        self.refused("DROP_INDEX", migrations.RemoveIndex("outgoingmessage", "outgoing_by_chat"))
        self.refused("CHECK_ALL_ROWS", migrations.AddConstraint("outgoingmessage", check))
        self.refused("REWRITE", migrations.AddField("outgoingmessage", "seen_at", moment))

    def test_data_can_be_taken_back(self) -> None:
        self.refused("RUNPYTHON_REVERSIBLE", migrations.RunPython(nothing))

    def test_what_expands_is_free_to_go(self) -> None:
        self.assertEqual(
            self.judge(
                migrations.AddField("outgoingmessage", "weight", models.IntegerField(db_default=0)),
                migrations.AddField("outgoingmessage", "hue", models.CharField(max_length=9, null=True)),
                migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))]),
                migrations.AddIndex("thing", models.Index(fields=["id"], name="thing_by_id")),
                migrations.RunPython(nothing, nothing),
            ),
            [],
        )
        self.assertEqual(self.judge(AddIndexBeside("outgoingmessage", INDEX), atomic=False), [])
        self.assertEqual(self.judge(RemoveIndexBeside("outgoingmessage", "outgoing_by_chat"), atomic=False), [])


class IndexBesideTests(TransactionTestCase):
    """The operations for indexes, on both databases."""

    def test_an_index_is_built_and_taken_back(self) -> None:
        loader = MigrationLoader(connection)
        before = loader.project_state()
        operation = AddIndexBeside("outgoingmessage", INDEX)
        after = before.clone()
        operation.state_forwards("botcore", after)
        for forwards, expected in ((True, True), (False, False)):
            with connection.schema_editor(atomic=False) as editor:
                if forwards:
                    operation.database_forwards("botcore", editor, before, after)
                else:
                    operation.database_backwards("botcore", editor, after, before)
            with connection.cursor() as cursor:
                found = connection.introspection.get_constraints(cursor, "botcore_outgoingmessage")
            self.assertEqual(INDEX.name in found, expected)

"""What a web process measures of itself: each statement once, whatever the pool does with its connections."""

from django.core.signals import request_finished
from django.db import ProgrammingError, connection, connections
from django.db.backends.signals import connection_created
from django.db.utils import OperationalError
from django.test import TransactionTestCase
from prometheus_client import REGISTRY

from botcore import metrics
from botcore.monitoring import web
from botcore.people.models import Chat


class StatementTests(TransactionTestCase):
    """django-prometheus' metrics of the database."""

    def setUp(self) -> None:
        """Measure, until the end of the test."""
        connection.close()
        web.measure()
        self.addCleanup(connection.execute_wrappers.clear)
        self.addCleanup(request_finished.disconnect, dispatch_uid=web.__name__)
        self.addCleanup(connection_created.disconnect, dispatch_uid=web.__name__)

    def counted(self, name: str, **labels: str) -> float:
        """Return a sample's value."""
        labels = {"alias": "default", "vendor": connection.vendor, **labels}
        return REGISTRY.get_sample_value(name, labels) or 0.0

    def test_statements_are_counted_once_however_often_the_connection_is_given_back(self) -> None:
        for _ in range(5):
            Chat.objects.exists()
            connection.close()
        before = self.counted("django_db_execute_total"), self.counted("django_db_query_duration_seconds_count")
        Chat.objects.exists()
        after = self.counted("django_db_execute_total"), self.counted("django_db_query_duration_seconds_count")
        self.assertEqual([now - then for now, then in zip(after, before, strict=True)], [1, 1])
        self.assertEqual(connection.execute_wrappers, [web.measured])

    def test_errors_are_counted_by_their_class(self) -> None:
        kind = "ProgrammingError" if connection.vendor == "postgresql" else "OperationalError"
        before = self.counted("django_db_errors_total", type=kind)
        with self.assertRaises((ProgrammingError, OperationalError)), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")
        self.assertEqual(self.counted("django_db_errors_total", type=kind), before + 1)

    def test_the_pools_connections_are_shown_while_they_are_used(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("SQLite has no pool")
        Chat.objects.exists()
        self.assertGreaterEqual(metrics.DATABASE_POOL_CONNECTIONS.labels("used")._value.get(), 1)
        connections["default"].close()
        request_finished.send(type(self))
        self.assertEqual(metrics.DATABASE_POOL_CONNECTIONS.labels("used")._value.get(), 0)
        self.assertGreaterEqual(metrics.DATABASE_POOL_CONNECTIONS.labels("idle")._value.get(), 1)
        self.assertEqual(metrics.DATABASE_POOL_WAITING._value.get(), 0)

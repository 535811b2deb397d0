"""The queries of the runbooks are ones that PostgreSQL takes on our tables."""

import unittest

from django.db import DatabaseError, connection, transaction
from django.test import TestCase

from tests.unit.deploy.runbooks import blocks, books


@unittest.skipUnless(connection.vendor == "postgresql", "the runbooks' queries are for PostgreSQL")
class QueryTests(TestCase):
    """Nothing is read: PostgreSQL only plans."""

    def test_postgresql_plans_every_query(self) -> None:
        queries = [(name, query) for name, text in books().items() for query in blocks(text, "sql")]
        self.assertGreater(len(queries), 40)
        for name, query in queries:
            with self.subTest(name, query=query), transaction.atomic(), connection.cursor() as cursor:
                try:
                    cursor.execute(f"EXPLAIN {query}")
                except DatabaseError as exc:
                    self.fail(str(exc))

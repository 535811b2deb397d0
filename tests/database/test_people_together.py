"""Who changes or forgets a person, and who brings a row that refers to them at that moment: neither is in the way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from unittest import skipUnless

from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from botcore.erasure import theirs
from botcore.erasure.marks import Marks
from botcore.models import PersonHandler
from botcore.people import attributes, notes, tags
from tests.database.dashboard.data import person
from tests.environment import SERVER


@skipUnless(SERVER, "SQLite has one writer at a time")
class LockTests(TransactionTestCase):
    """Alice is changed by Dora, or forgotten, and uses a command meanwhile."""

    def use(self, handler: str) -> None:
        """Note what she used; who waits for a lock gives up."""
        now = timezone.now()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                PersonHandler.objects.create(user_id=1, handler=handler, first_at=now, last_at=now, count=1)
        finally:
            connection.close()

    def test_a_row_of_the_person_is_written_before_the_change_is(self) -> None:
        person(1, "Alice")
        deeds: dict[str, Callable[[], object]] = {
            "tag": partial(tags.tag, user_id=1, name="vip", by="dora"),
            "note": partial(notes.write, user_id=1, text="Calls on Mondays", account_id=None, by="dora"),
            "attribute": partial(attributes.put, user_id=1, name="plan", value="pro", by="dora"),
        }
        with ThreadPoolExecutor(1) as pool:
            for name, deed in deeds.items():
                with self.subTest(name), transaction.atomic():
                    deed()
                    pool.submit(self.use, name).result()
        self.assertEqual(PersonHandler.objects.count(), 3)

    def test_an_erasure_meets_a_row_that_came_at_that_moment_the_next_time(self) -> None:
        person(1, "Alice")
        with ThreadPoolExecutor(1) as pool:

            def come(execute: Any, sql: str, *rest: Any) -> Any:
                if sql.startswith('DELETE FROM "botcore_user"'):
                    pool.submit(self.use, "start.start").result()
                return execute(sql, *rest)

            with connection.execute_wrapper(come):
                theirs.forget(Marks(1), lambda: None)
        self.assertTrue(theirs.is_left(1))
        theirs.forget(Marks(1), lambda: None)
        self.assertFalse(theirs.is_left(1) or PersonHandler.objects.exists())

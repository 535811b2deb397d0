"""Two operators press start at the same moment: one broadcast begins, once, and the other one is told so."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from unittest import skipUnless

from django.db import connection
from django.test import TransactionTestCase

from botcore.broadcasts import services
from botcore.models import AuditEntry, Broadcast
from tests.database.broadcasts import add_people, feed, send, write
from tests.environment import SERVER

ROUNDS = 5


@skipUnless(SERVER, "SQLite has one writer at a time")
class StartTests(TransactionTestCase):
    """Dora and Bob, in requests of their own."""

    def press(self, gate: Barrier, pk: int, by: str) -> bool:
        """Press as soon as both are ready."""
        try:
            gate.wait()
            return services.start(pk, by=by)
        finally:
            connection.close()

    def test_one_of_two_presses_starts_it(self) -> None:
        add_people(3)
        for _round in range(ROUNDS):
            pk = write()
            with ThreadPoolExecutor(2) as pool:
                done = list(pool.map(partial(self.press, Barrier(2), pk), ("dora", "bob")))
            self.assertEqual(sorted(done), [False, True])
            self.assertEqual(AuditEntry.objects.filter(action="broadcasts.start", target=f"broadcast:{pk}").count(), 1)
            feed(pk)
            self.assertEqual(sorted(send()), [1, 2, 3])
            feed(pk)
            self.assertEqual(Broadcast.objects.get(pk=pk).sent, 3)

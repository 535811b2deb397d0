"""Several who give the same name at the same moment: one gets it, the others are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone

from botcore.conversations import replies
from botcore.conversations.models import QuickReply
from botcore.exceptions import ValidationError
from botcore.panel import services as views
from botcore.panel.models import SavedView
from botcore.people.activity import funnels
from botcore.people.activity.models import Funnel
from tests.database.access import account
from tests.database.dashboard.test_analytics import used

MANY, ROUNDS = 4, 5
STEPS = ["start.start", "feedback.keep"]
TAKEN = "taken"


class NamesTests(TransactionTestCase):
    """Threads with connections of their own."""

    def at_once(self, work: Callable[[int], object]) -> list[object]:
        """Do it in each thread at the same time; return what came of each, or that the name was taken."""
        gate = Barrier(MANY)

        def run(number: int) -> object:
            try:
                gate.wait(timeout=60)
                work(number)
            except ValidationError:
                return TAKEN
            finally:
                connection.close()
            return None

        with ThreadPoolExecutor(MANY) as pool:
            return list(pool.map(run, range(MANY)))

    def check_one_gets_it(self, work: Callable[[str, int], object]) -> None:
        """Do it some times, each with another name."""
        for number in range(ROUNDS):
            found = self.at_once(partial(work, f"Name {number}"))
            self.assertCountEqual(found, [None, *[TAKEN] * (MANY - 1)])

    def test_quick_replies(self) -> None:
        self.check_one_gets_it(lambda name, at: replies.save(name=name, words=f"Hi {at}", parse_mode="", by="alice"))
        self.assertEqual(QuickReply.objects.count(), ROUNDS)

    def test_funnels(self) -> None:
        for step in STEPS:
            used(step)
        self.check_one_gets_it(lambda name, _at: funnels.add_funnel(name=name, steps=STEPS, days="7", by="alice"))
        self.assertEqual(Funnel.objects.count(), ROUNDS)

    def test_views_that_get_another_name(self) -> None:
        carol = account()
        own = {"account": carol, "table": "updates", "query": "state=dead", "is_shared": False, "at": timezone.now()}
        rows = [SavedView.objects.create(name=f"View {number}", **own) for number in range(MANY * ROUNDS)]

        def rename(name: str, at: int) -> None:
            pk = rows[int(name.removeprefix("Name ")) * MANY + at].pk
            views.rename(account_id=carol.pk, pk=pk, name=name, may_share=True, by="carol")

        self.check_one_gets_it(rename)

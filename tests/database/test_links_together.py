"""Two who come with the same code at the same moment: one wins, on every database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.test import TransactionTestCase, override_settings

from botcore.access import links
from botcore.access.models import StaffLink
from botcore.access.roles import Role
from botcore.exceptions import ValidationError
from tests.database.access import account, linked_account

MANY, ROUNDS = 4, 5
BOB = 2


@override_settings(DASHBOARD_URL="https://bot.example.org")
class TogetherTests(TransactionTestCase):
    """Threads with connections of their own."""

    def at_once(self, work: list[object]) -> list[object]:
        """Call all of them at the same time; return what they return, or the error that they raise."""
        gate = Barrier(len(work))

        def run(call: object) -> object:
            try:
                gate.wait(timeout=30)
                assert callable(call)
                return call()
            except ValidationError as exc:
                return exc
            finally:
                connection.close()

        with ThreadPoolExecutor(len(work)) as pool:
            return list(pool.map(run, work))

    def test_one_of_many_logs_in(self) -> None:
        carol = linked_account(BOB, Role.SUPPORT)
        for _ in range(ROUNDS):
            secret = links.login_address(user_id=BOB).split("/")[-2]
            found = self.at_once([lambda secret=secret: links.enter(secret=secret)] * MANY)
            self.assertCountEqual(found, [carol.pk, *[None] * (MANY - 1)])

    def test_one_of_many_links(self) -> None:
        for number in range(ROUNDS):
            secret = links.link_code(account_id=account(f"carol{number}").pk)
            people = [100 * number + one for one in range(1, MANY + 1)]
            found = self.at_once([
                lambda secret=secret, one=one: links.link(user_id=one, secret=secret, by="x") for one in people
            ])  # fmt: skip
            self.assertEqual(sum(name == f"carol{number}" for name in found), 1, found)
            self.assertEqual(StaffLink.objects.count(), number + 1)

    def test_one_person_with_two_codes_is_linked_once(self) -> None:
        for number in range(ROUNDS):
            codes = [links.link_code(account_id=account(f"c{number}{one}").pk) for one in range(2)]
            found = self.at_once([
                lambda secret=secret, who=number + 1: links.link(user_id=who, secret=secret, by="x") for secret in codes
            ])  # fmt: skip
            self.assertEqual(sum(isinstance(name, str) for name in found), 1, found)
            self.assertEqual(StaffLink.objects.filter(user_id=number + 1).count(), 1)

"""Two who come with the same code, or change the same person, at the same moment: on every database one waits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.utils import timezone

from botcore.access import links, services
from botcore.access.models import Keep, RoleGrant, StaffLink
from botcore.access.roles import Role
from botcore.access.rules import Giver
from botcore.access.selectors import role_now
from botcore.exceptions import UserError
from tests.database.access import BOSS, account, link, linked_account

MANY, ROUNDS = 4, 5
MORE_ROUNDS = 25  # without the lock a few may pass by luck
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
            except UserError as exc:
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
                lambda secret=secret, one=one: link(one, secret) for one in people
            ])  # fmt: skip
            self.assertEqual(sum(name == f"carol{number}" for name in found), 1, found)
            self.assertEqual(StaffLink.objects.count(), number + 1)

    def test_one_person_with_two_codes_is_linked_once(self) -> None:
        for number in range(ROUNDS):
            codes = [links.link_code(account_id=account(f"c{number}{one}").pk) for one in range(2)]
            found = self.at_once([
                lambda secret=secret, who=number + 1: link(who, secret) for secret in codes
            ])  # fmt: skip
            self.assertEqual(sum(isinstance(name, str) for name in found), 1, found)
            self.assertEqual(StaffLink.objects.filter(user_id=number + 1).count(), 1)

    def test_a_grant_and_a_link_at_once_leave_one_of_both(self) -> None:
        for number in range(MORE_ROUNDS):
            who, secret = 1000 + number, links.link_code(account_id=account(f"d{number}", Role.SUPPORT).pk)
            code_id = links.offer(user_id=who, secret=secret).code_id
            self.at_once([
                lambda who=who, code_id=code_id: links.link(user_id=who, code_id=code_id, by="x"),
                lambda who=who: services.grant(user_id=who, role=Role.MODERATOR, by="x", giver=BOSS),
            ])  # fmt: skip
            rows = RoleGrant.objects.filter(user_id=who).count() + StaffLink.objects.filter(user_id=who).count()
            self.assertEqual((rows, role_now(who)), (1, Role.MODERATOR))

    def test_bans_and_lifts_at_once_are_one_after_the_other(self) -> None:
        for number in range(ROUNDS):
            found = self.at_once([
                lambda reason=f"{number} {one}": services.restrict(
                    user_id=BOB, kind=Keep.BANNED, by="x", reason=reason
                )
                for one in range(MANY)
            ] + [lambda: services.lift(user_id=BOB, by="x")] * MANY)  # fmt: skip
            self.assertTrue(all(isinstance(one, bool) for one in found), found)

    @override_settings(TELEGRAM_ADMIN_IDS=[])
    def test_two_owners_who_revoke_each_other_leave_one(self) -> None:
        for _ in range(ROUNDS):
            for who in (BOB, BOB + 1):
                facts = {"role": Role.OWNER, "by": "x", "at": timezone.now()}
                RoleGrant.objects.update_or_create(user_id=who, defaults=facts)
            self.at_once([
                lambda: services.revoke(user_id=BOB, by="x", giver=Giver(person_id=BOB + 1)),
                lambda: services.revoke(user_id=BOB + 1, by="x", giver=Giver(person_id=BOB)),
            ])  # fmt: skip
            self.assertEqual(RoleGrant.objects.count(), 1)

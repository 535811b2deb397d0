"""What staff accounts may do: the same as Django's own backend says, in one statement."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.contrib.auth.models import User as Account
from django.test import TestCase

from botcore.access.roles import Role
from botcore.accounts.permissions import OneLookBackend
from tests.database.access import account


class PermissionTests(TestCase):
    """Of an account, and of its groups."""

    def setUp(self) -> None:
        self.account = account("mona", Role.MODERATOR)
        self.account.groups.add(account("sam", Role.SUPPORT).groups.get())
        self.account.user_permissions.add(Permission.objects.get(codename="export_data"))

    def now(self) -> Account:
        """Return the account as a request has it."""
        return Account.objects.get(pk=self.account.pk)

    def test_they_are_djangos_in_one_statement(self) -> None:
        mine = self.now()
        with self.assertNumQueries(1):
            found = mine.get_all_permissions()
            self.assertTrue(mine.has_perm("botcore.export_data"))
        self.assertEqual(found, ModelBackend().get_all_permissions(self.now()))
        self.assertGreater(len(found), 10)
        self.assertFalse(mine.has_perm("botcore.export_data", obj=mine))

    def test_who_is_not_active_has_none_and_a_superuser_all(self) -> None:
        self.account.is_active = False
        self.account.save()
        self.assertEqual(self.now().get_all_permissions(), set())
        self.assertFalse(self.now().has_perm("botcore.export_data"))
        boss = Account.objects.create_superuser("olga")
        self.assertEqual(boss.get_all_permissions(), ModelBackend().get_all_permissions(boss))
        self.assertEqual(len(boss.get_all_permissions()), Permission.objects.count())

    def test_a_session_brings_the_account_with_its_permissions_in_one_statement(self) -> None:
        with self.assertNumQueries(1):
            mine = OneLookBackend().get_user(self.account.pk)
            found = mine.get_all_permissions() if mine else set()
        self.assertEqual(found, ModelBackend().get_all_permissions(self.now()))
        self.account.user_permissions.clear()
        again = OneLookBackend().get_user(self.account.pk)
        self.assertFalse(again and again.has_perm("botcore.export_data"))

    def test_a_session_of_who_may_nothing_of_a_superuser_and_of_nobody(self) -> None:
        nothing, boss = OneLookBackend().get_user(account("nemo").pk), Account.objects.create_superuser("olga")
        self.assertEqual(nothing and nothing.get_all_permissions(), set())
        found = OneLookBackend().get_user(boss.pk)
        self.assertEqual(len(found.get_all_permissions() if found else ()), Permission.objects.count())
        self.account.is_active = False
        self.account.save()
        self.assertEqual([OneLookBackend().get_user(pk) for pk in (self.account.pk, 0)], [None, None])

    def test_what_is_taken_away_is_gone_at_the_next_request(self) -> None:
        self.assertTrue(self.now().has_perm("botcore.export_data"))
        self.account.user_permissions.clear()
        self.assertFalse(self.now().has_perm("botcore.export_data"))

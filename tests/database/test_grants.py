"""Roles in the database: who may be given what by whom, who gets none, the last owner, and linked staff accounts."""

import itertools
from collections.abc import Callable

from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Account
from django.test import TestCase, override_settings
from django.utils import timezone

from botcore.access import selectors, services
from botcore.access.held import held
from botcore.access.models import AllowedChat, Keep, Restriction, RoleGrant, StaffLink
from botcore.access.roles import BY_NAME, GRANTED, Role
from botcore.access.rules import SHARED, Giver
from botcore.exceptions import PermissionDenied, ValidationError
from botcore.pipeline.gate import NOBODY
from tests.database.access import BOSS, account
from tests.database.dashboard.data import person
from tests.database.roles import audit, give, has, has_an_account, link

OWNER, BOB, CHARLIE, GIVER = 1, 2, 3, 500  # 1 is in TELEGRAM_ADMIN_IDS


class GrantTests(TestCase):
    """The rules of roles."""

    def test_nobody_but_an_owner_gives_what_is_not_below_their_own(self) -> None:
        for mine in Role:
            for wanted, made in itertools.product(GRANTED, (has, has_an_account)):
                has(BOB, Role.MEMBER)
                giver = made(GIVER + wanted, mine)
                with self.subTest(mine=mine.label, wanted=wanted.label):
                    if wanted < mine or mine == Role.OWNER:
                        self.assertTrue(give(BOB, wanted, giver))
                        self.assertEqual(selectors.role_now(BOB), wanted)
                    else:
                        self.assertRaises(PermissionDenied, give, BOB, wanted, giver)
                        self.assertEqual(selectors.role_now(BOB), Role.MEMBER)
                self.assertEqual(wanted in selectors.grantable(mine), wanted < mine or mine == Role.OWNER)

    def test_nobody_but_an_owner_changes_those_who_are_not_below(self) -> None:
        for mine in Role:
            for theirs in GRANTED:
                has(BOB, theirs)
                giver = has(GIVER, mine)
                with self.subTest(mine=mine.label, theirs=theirs.label):
                    if theirs < mine or mine == Role.OWNER:
                        self.assertTrue(services.revoke(user_id=BOB, by="x", giver=giver))
                    else:
                        with self.assertRaises(PermissionDenied):
                            services.revoke(user_id=BOB, by="x", giver=giver)
                        self.assertEqual(selectors.role_now(BOB), theirs)

    def test_owners_of_the_configuration_are_changed_by_nobody(self) -> None:
        with self.assertRaisesMessage(ValidationError, "TELEGRAM_ADMIN_IDS"):
            give(OWNER, Role.SUPPORT)
        with self.assertRaisesMessage(ValidationError, "TELEGRAM_ADMIN_IDS"):
            services.revoke(user_id=OWNER, by="x", giver=BOSS)

    def test_member_is_no_role_to_give(self) -> None:
        with self.assertRaisesMessage(ValidationError, "revoke it"):
            give(BOB, Role.MEMBER)

    def test_the_same_again_changes_nothing(self) -> None:
        self.assertTrue(give(BOB, Role.SUPPORT))
        version = selectors.version()
        self.assertFalse(give(BOB, Role.SUPPORT))
        self.assertFalse(services.revoke(user_id=CHARLIE, by="x", giver=BOSS))
        self.assertEqual(selectors.version(), version)
        self.assertEqual(len(audit()), 1)

    def test_each_change_is_in_the_audit(self) -> None:
        give(BOB, Role.SUPPORT)
        give(BOB, Role.ADMIN)
        services.revoke(user_id=BOB, by="x", giver=BOSS)
        member, support, admin = ({"role": name} for name in ("member", "support", "admin"))
        self.assertEqual(
            audit(),
            [
                ("access.grant", "person:2", member, support),
                ("access.grant", "person:2", support, admin),
                ("access.revoke", "person:2", admin, member),
            ],
        )

    def test_who_gives_is_looked_up_when_it_is_done(self) -> None:
        """A process may not know for two seconds that somebody's role is gone."""
        for made in (has, has_an_account):
            giver = made(GIVER, Role.ADMIN)
            self.assertTrue(give(BOB, Role.SUPPORT, giver))
            RoleGrant.objects.filter(user_id=GIVER).delete()
            Account.objects.update(is_active=False)
            with self.assertRaises(PermissionDenied):
                give(BOB, Role.MODERATOR, giver)
            with self.assertRaises(PermissionDenied):
                services.revoke(user_id=BOB, by="x", giver=giver)
            self.assertEqual(selectors.role_now(BOB), Role.SUPPORT)
            services.revoke(user_id=BOB, by="x", giver=BOSS)

    def test_nobody_in_particular_gives_nothing(self) -> None:
        with self.assertRaises(PermissionDenied):
            give(BOB, Role.SUPPORT, Giver())

    def test_a_role_ends_a_ban_and_a_mute_and_the_audit_says_so(self) -> None:
        services.restrict(user_id=BOB, kind=Keep.BANNED, by="x", reason="spam")
        services.restrict(user_id=BOB, kind=Keep.MUTED, by="x")
        version = selectors.version()
        give(BOB, Role.SUPPORT)
        self.assertFalse(Restriction.objects.exists())
        self.assertEqual(selectors.version(), version + 1)
        self.assertEqual([row[:2] for row in audit()[2:]], [("access.lift", "person:2"), ("access.grant", "person:2")])
        self.assertEqual(audit()[2][2], {
            "banned": {"until": None, "reason": "spam"}, "muted": {"until": None, "reason": ""},
        })  # fmt: skip


class NobodyTests(TestCase):
    """Bots, and Telegram's own accounts in whose name many people write."""

    def test_the_list_is_telegrams(self) -> None:
        self.assertEqual(SHARED, {int(number) for number in NOBODY})

    def test_they_get_no_role_no_ban_and_no_place_on_the_list(self) -> None:
        person(77, "Robot", is_bot=True)
        person(777000, "Telegram")
        deeds: list[Callable[[int], object]] = [
            lambda pk: give(pk, Role.SUPPORT),
            lambda pk: services.restrict(user_id=pk, kind=Keep.BANNED, by="x"),
            lambda pk: services.restrict(user_id=pk, kind=Keep.MUTED, by="x"),
            lambda pk: services.allow(chat_id=pk, by="x"),
        ]
        for pk, deed in itertools.product((77, *SHARED), deeds):
            with self.subTest(pk), self.assertRaisesMessage(ValidationError, "it is not one person's"):
                deed(pk)
        self.assertEqual(audit(), [])

    def test_what_they_have_can_be_taken_away(self) -> None:
        pk = min(SHARED)
        has(pk, Role.ADMIN)
        Restriction.objects.create(user_id=pk, kind=Keep.MUTED, by="x", at=timezone.now())
        AllowedChat.objects.create(chat_id=pk, by="x", at=timezone.now())
        self.assertTrue(services.revoke(user_id=pk, by="x", giver=BOSS))
        self.assertTrue(services.lift(user_id=pk, by="x"))
        self.assertTrue(services.disallow(chat_id=pk, by="x"))


@override_settings(TELEGRAM_ADMIN_IDS=[])
class LastOwnerTests(TestCase):
    """Somebody must be able to make owners."""

    WORDS = "This is the last owner"

    def test_the_last_owner_in_telegram_stays(self) -> None:
        bob = has(BOB, Role.OWNER)
        with self.assertRaisesMessage(ValidationError, self.WORDS):
            services.revoke(user_id=BOB, by="x", giver=bob)
        with self.assertRaisesMessage(ValidationError, self.WORDS):
            give(BOB, Role.ADMIN, bob)
        self.assertEqual(selectors.role_now(BOB), Role.OWNER)
        has(CHARLIE, Role.OWNER)
        self.assertTrue(services.revoke(user_id=BOB, by="x", giver=bob))

    def test_an_account_of_owners_or_a_superuser_is_enough_while_it_is_active(self) -> None:
        for facts in ({"role": Role.OWNER}, {"is_superuser": True}):
            bob, spare = has(BOB, Role.OWNER), account(f"spare {len(facts)} {next(iter(facts))}", **facts)
            Account.objects.filter(pk=spare.pk).update(is_active=False)
            with self.assertRaisesMessage(ValidationError, self.WORDS):
                services.revoke(user_id=BOB, by="x", giver=bob)
            Account.objects.filter(pk=spare.pk).update(is_active=True)
            self.assertTrue(services.revoke(user_id=BOB, by="x", giver=bob))
            spare.delete()

    def test_ones_own_account_is_nobody_else(self) -> None:
        link(BOB, role=Role.OWNER)
        with self.assertRaisesMessage(ValidationError, self.WORDS):
            services.revoke(user_id=BOB, by="x", giver=Giver(person_id=BOB))


class LinkedTests(TestCase):
    """Telegram accounts that belong to staff accounts."""

    def test_the_groups_of_the_account_count_and_the_highest_most(self) -> None:
        account = link(BOB, role=Role.SUPPORT)
        account.groups.add(Group.objects.get_or_create(name="admin")[0], Group.objects.get_or_create(name="readers")[0])
        self.assertEqual(selectors.role_now(BOB), Role.ADMIN)
        self.assertEqual(selectors.account_role(account.pk), Role.ADMIN)
        holder = selectors.holder(BOB, "Bob", held())
        assert holder is not None
        self.assertEqual((holder.source, holder.account, holder.by), ("account", "desk-2", ""))

    def test_a_grant_moves_the_account_to_that_group_and_a_revoke_takes_it_out(self) -> None:
        account = link(BOB, role=Role.SUPPORT)
        readers = Group.objects.create(name="readers")
        account.groups.add(readers)
        give(BOB, Role.MODERATOR)
        self.assertEqual(set(account.groups.values_list("name", flat=True)), {"moderator", "readers"})
        self.assertFalse(RoleGrant.objects.exists())
        services.revoke(user_id=BOB, by="x", giver=BOSS)
        self.assertEqual(set(account.groups.values_list("name", flat=True)), {"readers"})
        self.assertEqual(selectors.role_now(BOB), Role.MEMBER)

    def test_an_account_that_is_locked_or_no_staff_gives_no_role(self) -> None:
        account = link(BOB, role=Role.ADMIN)
        for facts in ({"is_active": False}, {"is_active": True, "is_staff": False}):
            Account.objects.filter(pk=account.pk).update(**facts)
            self.assertEqual(selectors.role_now(BOB), Role.MEMBER)
            self.assertEqual(selectors.account_role(account.pk), Role.MEMBER)

    def test_a_superuser_is_an_owner_whom_only_djangos_admin_changes(self) -> None:
        link(BOB, is_superuser=True)
        self.assertEqual(selectors.role_now(BOB), Role.OWNER)
        with self.assertRaisesMessage(ValidationError, "superuser"):
            services.revoke(user_id=BOB, by="x", giver=BOSS)

    def test_a_role_that_sleeps_with_its_account_is_changed_by_those_above_it_alone(self) -> None:
        boss = link(BOB, role=Role.OWNER)
        Account.objects.filter(pk=boss.pk).update(is_active=False)
        admin = has(CHARLIE, Role.ADMIN)
        with self.assertRaises(PermissionDenied):
            services.revoke(user_id=BOB, by="x", giver=admin)
        with self.assertRaises(PermissionDenied):
            give(BOB, Role.SUPPORT, admin)
        self.assertEqual([group.name for group in boss.groups.all()], ["owner"])
        self.assertTrue(services.revoke(user_id=BOB, by="x", giver=BOSS))
        self.assertFalse(boss.groups.exists())
        self.assertEqual(audit(), [("access.revoke", "person:2", {"role": "owner"}, {"role": "member"})])

    def test_an_account_that_is_not_active_is_given_no_role_that_would_not_count(self) -> None:
        for facts in ({"is_active": False}, {"is_active": True, "is_staff": False}):
            account = StaffLink.objects.get().account if StaffLink.objects.exists() else link(BOB)
            Account.objects.filter(pk=account.pk).update(**facts)
            with self.assertRaisesMessage(ValidationError, "The staff account desk-2 is not active."):
                give(BOB, Role.SUPPORT)
            self.assertFalse(account.groups.exists())

    def test_sources_in_the_list_of_holders(self) -> None:
        person(CHARLIE, "Charlie")
        link(BOB, role=Role.MODERATOR)
        give(CHARLIE, Role.SUPPORT)
        found = [(row.user_id, row.role, row.source, row.account) for row in selectors.holders()]
        self.assertEqual(
            found,
            [
                (OWNER, Role.OWNER, "settings", ""),
                (BOB, Role.MODERATOR, "account", "desk-2"),
                (CHARLIE, Role.SUPPORT, "grant", ""),
            ],
        )
        self.assertIsNone(selectors.holder(99, "", held()))

    @override_settings(TELEGRAM_ADMIN_IDS=[])
    def test_without_anybody_the_list_is_empty(self) -> None:
        self.assertEqual(selectors.holders_page().rows, [])

    def test_every_role_has_a_name(self) -> None:
        self.assertEqual(set(BY_NAME), {"member", "support", "moderator", "admin", "owner"})

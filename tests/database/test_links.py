"""Linking staff accounts with people, and login codes: what may be done with a code, once, and by whom."""

import itertools
from typing import Any

from django.contrib.auth.models import User as Account
from django.test import TestCase, override_settings

from botcore.access import codes, links, services
from botcore.access.models import Keep, OneTimeCode, Purpose, RoleGrant, StaffLink
from botcore.access.roles import GRANTED, Role
from botcore.access.rules import SHARED
from botcore.access.selectors import account_role, linked_roles, role_now
from botcore.audit.models import AuditEntry
from botcore.exceptions import ValidationError
from tests.database.access import BOSS, account, later, link, linked_account
from tests.database.dashboard.data import person

BOB, CHARLIE = 2, 3
BAD = "This code is wrong, used or too old. Make a new one on the dashboard's account page."
DASHBOARD = override_settings(DASHBOARD_URL="https://bot.example.org")


class LinkCase(TestCase):
    """Carol has a staff account."""

    def setUp(self) -> None:
        """Make it."""
        self.carol = account()

    def code(self) -> str:
        """Make a code as the page does."""
        return links.link_code(account_id=self.carol.pk)

    def link(self, secret: str, user_id: int = BOB) -> str:
        """Use it as the command does."""
        return link(user_id, secret, by="Bob (Telegram 2)")

    def refused(self, secret: str, words: str, user_id: int = BOB) -> None:
        """Expect that a code does nothing."""
        before = StaffLink.objects.count()
        with self.assertRaisesMessage(ValidationError, words):
            self.link(secret, user_id)
        self.assertEqual(StaffLink.objects.count(), before)


class LinkTests(LinkCase):
    """Codes that link."""

    def test_a_code_links_once(self) -> None:
        secret = self.code()
        self.assertEqual(self.link(secret), "carol")
        self.assertEqual(StaffLink.objects.get().user_id, BOB)
        self.refused(secret, BAD, CHARLIE)

    def test_capitals_and_hyphens_are_as_people_type_them(self) -> None:
        self.assertEqual(self.link(self.code().lower().replace("-", "")), "carol")

    def test_only_its_hash_is_kept(self) -> None:
        secret = self.code()
        row = str(OneTimeCode.objects.values().get())
        self.assertNotIn(secret, row)
        self.assertNotIn(secret.replace("-", ""), row)

    def test_wrong_old_and_voided_codes_are_told_the_same(self) -> None:
        first, second = self.code(), self.code()
        self.refused(first, BAD)
        for secret in ("", "x", "9" * 500, "\ud800", "A" * 16, f"{second}A"):
            self.refused(secret, BAD)
        later(minutes=10, seconds=1)
        self.refused(second, BAD)

    def test_nine_minutes_are_not_too_old(self) -> None:
        secret = self.code()
        later(minutes=9)
        self.assertEqual(self.link(secret), "carol")

    def test_a_login_code_does_not_link(self) -> None:
        secret = codes.make(account_id=self.carol.pk, purpose=Purpose.LOGIN)
        self.refused(secret, BAD)
        self.assertIsNone(OneTimeCode.objects.get().used_at)

    def test_who_is_linked_is_not_linked_again(self) -> None:
        self.link(self.code())
        dave = account("dave")
        self.refused(links.link_code(account_id=dave.pk), "You are linked with the staff account carol already.")

    def test_an_account_that_is_linked_gets_no_code_and_no_second_person(self) -> None:
        spare = self.code()
        StaffLink.objects.create(account=self.carol, user_id=CHARLIE, at=OneTimeCode.objects.get().created_at)
        self.refused(spare, "That staff account is linked with another Telegram account already.")
        with self.assertRaisesMessage(ValidationError, "Your staff account is linked already"):
            self.code()

    def test_accounts_that_are_not_active_staff_are_not_linked(self) -> None:
        for field in ("is_active", "is_staff"):
            secret = self.code()
            Account.objects.update(**{field: False})
            self.refused(secret, BAD)
            Account.objects.update(**{field: True})

    def test_a_code_that_was_read_by_others_is_void(self) -> None:
        secret = self.code()
        links.spoil(secret=secret)
        self.refused(secret, BAD)

    def test_an_offer_uses_nothing_up_and_says_what_both_will_be(self) -> None:
        services.put_in_group(self.carol.pk, Role.MODERATOR)
        services.grant(user_id=BOB, role=Role.SUPPORT, by="x", giver=BOSS)
        secret = self.code()
        found = [links.offer(user_id=BOB, secret=secret) for _ in range(2)][1]
        facts = (found.account, found.account_role, found.before, found.after)
        self.assertEqual(facts, ("carol", Role.MODERATOR, Role.SUPPORT, Role.MODERATOR))
        self.assertEqual(self.link(secret), "carol")

    def test_an_offer_ends_with_its_code(self) -> None:
        offer = links.offer(user_id=BOB, secret=self.code())
        self.code()
        with self.assertRaisesMessage(ValidationError, BAD):
            links.link(user_id=BOB, code_id=offer.code_id, by="x")

    def test_the_same_link_once_more_changes_nothing(self) -> None:
        offer = links.offer(user_id=BOB, secret=self.code())
        for _ in range(2):
            self.assertEqual(links.link(user_id=BOB, code_id=offer.code_id, by="x"), "carol")
        self.assertEqual(AuditEntry.objects.count(), 1)
        with self.assertRaisesMessage(ValidationError, BAD):
            links.link(user_id=CHARLIE, code_id=offer.code_id, by="x")

    def test_bots_and_accounts_of_many_are_not_linked(self) -> None:
        person(77, "Robot", is_bot=True)
        for user_id in (77, *SHARED):
            self.refused(self.code(), "it is not one person's", user_id)

    def test_who_is_kept_out_is_not_linked(self) -> None:
        services.restrict(user_id=BOB, kind=Keep.MUTED, by="x")
        self.refused(self.code(), "You are banned or muted here")
        services.lift(user_id=BOB, by="x")
        self.assertEqual(self.link(self.code()), "carol")

    def test_codes_of_days_ago_go(self) -> None:
        self.code()
        later(days=2)
        self.code()
        self.assertEqual(OneTimeCode.objects.count(), 1)


class RoleTests(LinkCase):
    """Roles of those who are linked."""

    def merged(self, granted: Role, of_account: Role) -> Role:
        """Link a person with one role and an account with another; return the account's."""
        if granted:
            services.grant(user_id=BOB, role=granted, by="x", giver=BOSS)
        services.put_in_group(self.carol.pk, of_account)
        self.link(self.code())
        self.assertFalse(RoleGrant.objects.exists())
        self.assertEqual(role_now(BOB), account_role(self.carol.pk))
        return role_now(BOB)

    def test_a_grant_never_lifts_the_account(self) -> None:
        """The code may be somebody else's, who wants the role of whoever opens it."""
        for granted, of_account in itertools.product(GRANTED, Role):
            RoleGrant.objects.all().delete()
            StaffLink.objects.all().delete()
            with self.subTest(granted=granted.label, of_account=of_account.label):
                if granted <= of_account:
                    self.assertEqual(self.merged(granted, of_account), of_account)
                    continue
                with self.assertRaisesMessage(ValidationError, "is higher than that of the staff account carol"):
                    self.merged(granted, of_account)
                self.assertEqual((account_role(self.carol.pk), role_now(BOB)), (of_account, granted))
                self.assertFalse(StaffLink.objects.exists())

    def test_a_role_given_after_the_question_is_not_carried_over(self) -> None:
        offer = links.offer(user_id=BOB, secret=self.code())
        services.grant(user_id=BOB, role=Role.ADMIN, by="x", giver=BOSS)
        with self.assertRaisesMessage(ValidationError, "is higher than"):
            links.link(user_id=BOB, code_id=offer.code_id, by="x")
        self.assertEqual((account_role(self.carol.pk), role_now(BOB)), (Role.MEMBER, Role.ADMIN))

    def test_the_audit_keeps_the_grant_that_goes(self) -> None:
        self.merged(Role.SUPPORT, Role.MODERATOR)
        row = AuditEntry.objects.get(action="account.link")
        self.assertEqual((row.before, row.after), ('{"grant": "support"}', '{"person": 2, "role": "moderator"}'))

    def test_an_owner_of_the_configuration_stays_one_and_the_account_what_it_is(self) -> None:
        services.put_in_group(self.carol.pk, Role.SUPPORT)
        offer = links.offer(user_id=1, secret=self.code())
        self.assertEqual((offer.before, offer.after, offer.account_role), (Role.OWNER, Role.OWNER, Role.SUPPORT))
        links.link(user_id=1, code_id=offer.code_id, by="x")
        self.assertEqual((role_now(1), account_role(self.carol.pk)), (Role.OWNER, Role.SUPPORT))

    def test_nobody_gets_a_role_out_of_nothing(self) -> None:
        self.assertEqual(self.merged(Role.MEMBER, Role.MEMBER), Role.MEMBER)

    def test_a_superuser_gets_no_group(self) -> None:
        Account.objects.update(is_superuser=True)
        self.assertEqual(self.merged(Role.ADMIN, Role.MEMBER), Role.OWNER)
        self.assertFalse(self.carol.groups.exists())

    def test_unlinking_leaves_the_account_and_takes_the_persons_role(self) -> None:
        services.put_in_group(self.carol.pk, Role.ADMIN)
        self.link(self.code())
        self.assertEqual(role_now(BOB), Role.ADMIN)
        self.assertTrue(links.unlink(account_id=self.carol.pk, by="carol"))
        self.assertEqual((role_now(BOB), account_role(self.carol.pk)), (Role.MEMBER, Role.ADMIN))
        self.assertFalse(links.unlink(account_id=self.carol.pk, by="carol"))
        self.assertFalse(links.unlink_person(user_id=BOB, by="x"))

    def test_grants_and_revocations_of_linked_people_change_the_group(self) -> None:
        self.link(self.code())
        services.grant(user_id=BOB, role=Role.MODERATOR, by="x", giver=BOSS)
        self.assertEqual([group.name for group in self.carol.groups.all()], ["moderator"])
        services.revoke(user_id=BOB, by="x", giver=BOSS)
        self.assertEqual((role_now(BOB), self.carol.groups.count()), (Role.MEMBER, 0))

    def test_roles_end_with_the_account(self) -> None:
        services.put_in_group(self.carol.pk, Role.ADMIN)
        self.link(self.code())
        for facts in ({"is_active": False}, {"is_staff": False}, {"is_active": False, "is_superuser": True}):
            Account.objects.update(**facts)
            with self.subTest(facts):
                self.assertEqual((role_now(BOB), linked_roles()), (Role.MEMBER, {}))
            Account.objects.update(is_active=True, is_staff=True, is_superuser=False)
        self.assertEqual(role_now(BOB), Role.ADMIN)

    def test_the_audit_says_who_was_linked_and_never_a_code(self) -> None:
        services.put_in_group(self.carol.pk, Role.ADMIN)
        secret = self.code()
        self.link(secret)
        links.unlink_person(user_id=BOB, by="Bob (Telegram 2)")
        rows = list(AuditEntry.objects.order_by("pk"))
        self.assertEqual([(row.action, row.target, row.actor) for row in rows], [
            ("account.link", "account:carol", "Bob (Telegram 2)"),
            ("account.unlink", "account:carol", "Bob (Telegram 2)"),
        ])  # fmt: skip
        self.assertEqual(rows[0].after, '{"person": 2, "role": "admin"}')
        self.assertEqual(rows[1].before, '{"person": 2}')
        self.assertNotIn(secret, str(AuditEntry.objects.values()))


@DASHBOARD
class LoginCodeTests(TestCase):
    """Codes that log in."""

    def secret(self, user_id: int = BOB, **facts: Any) -> str:
        """Ask for an address as the command does; return the code in it."""
        if not StaffLink.objects.exists():
            self.carol = linked_account(user_id, Role.SUPPORT, **facts)
        address = links.login_address(user_id=user_id)
        self.assertRegex(address, r"^https://bot\.example\.org/login/[\w-]{43}/$")
        return address.split("/")[-2]

    def test_it_is_looked_at_often_and_used_once(self) -> None:
        secret = self.secret()
        self.assertEqual([links.invited(secret) for _ in range(3)], ["carol"] * 3)
        self.assertEqual(links.enter(secret=secret), self.carol.pk)
        self.assertEqual((links.invited(secret), links.enter(secret=secret)), ("", None))

    def test_it_is_good_for_two_minutes(self) -> None:
        secret = self.secret()
        later(seconds=110)
        self.assertEqual(links.invited(secret), "carol")
        later(seconds=11)
        self.assertEqual((links.invited(secret), links.enter(secret=secret)), ("", None))

    def test_a_newer_one_voids_it(self) -> None:
        first, second = self.secret(), self.secret()
        self.assertEqual((links.enter(secret=first), links.enter(secret=second)), (None, self.carol.pk))

    def test_the_end_of_the_link_voids_it(self) -> None:
        secret = self.secret()
        links.unlink(account_id=self.carol.pk, by="carol")
        self.assertIsNone(links.enter(secret=secret))

    def test_a_code_of_another_purpose_logs_nobody_in(self) -> None:
        secret = links.link_code(account_id=account().pk)
        self.assertEqual((links.invited(secret), links.enter(secret=secret)), ("", None))
        self.assertIsNone(OneTimeCode.objects.get().used_at)

    def test_an_account_that_ended_meanwhile_does_not_come_in(self) -> None:
        for facts in ({"is_active": False}, {"is_staff": False}):
            secret = self.secret()
            Account.objects.update(**facts)
            with self.subTest(facts):
                self.assertEqual((links.invited(secret), links.enter(secret=secret)), ("", None))
                with self.assertRaisesMessage(ValidationError, "The staff account carol is not active."):
                    links.login_address(user_id=BOB)
            Account.objects.update(is_active=True, is_staff=True)

    def test_a_hostile_code_is_only_wrong(self) -> None:
        for secret in ("", "\x00", "\ud800", "x" * 100_000, "' OR 1=1 --"):
            self.assertEqual((links.invited(secret), links.enter(secret=secret)), ("", None))

    @override_settings(DASHBOARD_URL="")
    def test_without_an_address_there_is_no_link(self) -> None:
        linked_account(BOB)
        with self.assertRaisesMessage(ValidationError, "DASHBOARD_URL is not set"):
            links.login_address(user_id=BOB)

    def test_who_is_not_linked_is_told_so(self) -> None:
        with self.assertRaisesMessage(ValidationError, "No staff account is linked with you."):
            links.login_address(user_id=BOB)

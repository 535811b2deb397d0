"""Access in the database: who may be given what by whom, whom nobody bans, what processes read of it, and its audit."""

import itertools
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Account
from django.test import TestCase, override_settings
from django.utils import timezone

from botcore.access import gate_selectors as gate
from botcore.access import selectors, services
from botcore.access.book import BOOK
from botcore.access.models import AccessVersion, AllowedChat, Keep, Restriction, RoleGrant, StaffLink, ThrottleDebt
from botcore.access.roles import BY_NAME, GRANTED, Role
from botcore.access.rules import SHARED, Giver
from botcore.audit.models import AuditEntry
from botcore.exceptions import PermissionDenied, ValidationError
from botcore.models import State, Update
from botcore.people.services import move_chat
from botcore.pipeline.gate import NOBODY
from tests.database.access import BOSS, account
from tests.database.dashboard.data import group, person, update

OWNER, BOB, CHARLIE, GIVER = 1, 2, 3, 500  # 1 is in TELEGRAM_ADMIN_IDS


def give(user_id: int, role: Role, giver: Giver = BOSS) -> bool:
    """Grant a role."""
    return services.grant(user_id=user_id, role=role, by="the tests", giver=giver)


def has(user_id: int, role: Role) -> Giver:
    """Let somebody in Telegram have a role, or none."""
    RoleGrant.objects.filter(user_id=user_id).delete()
    if role:
        RoleGrant.objects.create(user_id=user_id, role=role, by="x", at=timezone.now())
    return Giver(person_id=user_id)


def has_an_account(user_id: int, role: Role) -> Giver:
    """Let somebody on the pages have a role, or none."""
    return Giver(account_id=account(f"desk {user_id} {role}", role).pk)


def link(user_id: int, *, role: Role = Role.MEMBER, **facts: Any) -> Account:
    """Make a staff account, put it in its role's group and link it."""
    account = Account.objects.create(username=f"desk-{user_id}", is_staff=True, **facts)
    services.put_in_group(account.pk, role)
    StaffLink.objects.create(account=account, user_id=user_id, at=timezone.now())
    return account


def audit() -> list[tuple[str, str, object, object]]:
    """Return what the audit says: action, target, before and after."""
    rows = AuditEntry.objects.order_by("pk")
    return [(r.action, r.target, r.before and json.loads(r.before), r.after and json.loads(r.after)) for r in rows]


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
        holder = selectors.holder(BOB)
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
        self.assertIsNone(selectors.holder(99))

    @override_settings(TELEGRAM_ADMIN_IDS=[])
    def test_without_anybody_the_list_is_empty(self) -> None:
        self.assertEqual(selectors.holders_page().rows, [])

    def test_every_role_has_a_name(self) -> None:
        self.assertEqual(set(BY_NAME), {"member", "support", "moderator", "admin", "owner"})


class RestrictionTests(TestCase):
    """Bans and mutes."""

    def restrict(self, user_id: int = BOB, kind: Keep = Keep.BANNED, **facts: Any) -> None:
        """Ban Bob."""
        services.restrict(user_id=user_id, kind=kind, by="the tests", **facts)

    def test_nobody_bans_or_mutes_those_with_a_role_whatever_its_source(self) -> None:
        give(BOB, Role.SUPPORT)
        link(CHARLIE, role=Role.SUPPORT)
        for user_id in (OWNER, BOB, CHARLIE):
            for kind in Keep:
                with self.subTest(user_id=user_id, kind=kind), self.assertRaisesMessage(ValidationError, "revoke it"):
                    self.restrict(user_id, kind)
        self.assertFalse(Restriction.objects.exists())

    def test_a_second_takes_the_place_of_the_first_and_a_ban_counts_more_than_a_mute(self) -> None:
        self.restrict(reason="one")
        self.restrict(kind=Keep.MUTED, reason="quiet")
        self.restrict(reason="two")
        self.assertEqual([row.reason for row in selectors.restriction_of(BOB)], ["two", "quiet"])
        self.assertTrue(selectors.snapshot().kept_out[BOB].is_ban)

    def test_a_time_that_is_over_is_refused_and_one_that_passes_ends_it(self) -> None:
        with self.assertRaisesMessage(ValidationError, "over already"):
            self.restrict(until=timezone.now() - timedelta(seconds=1))
        self.restrict(until=timezone.now() + timedelta(hours=1))
        Restriction.objects.update(until=timezone.now() - timedelta(seconds=1))
        self.assertEqual(selectors.restriction_of(BOB), [])
        self.assertEqual(selectors.snapshot().kept_out, {})
        self.assertFalse(services.lift(user_id=BOB, by="x"))

    def test_lifting_ends_both_once_with_its_audit(self) -> None:
        self.restrict(reason="one")
        self.restrict(kind=Keep.MUTED)
        self.assertTrue(services.lift(user_id=BOB, by="x"))
        self.assertFalse(services.lift(user_id=BOB, by="x"))
        self.assertEqual([row[:2] for row in audit()], [
            ("access.ban", "person:2"), ("access.mute", "person:2"), ("access.lift", "person:2"),
        ])  # fmt: skip

    def test_the_list_is_paged_newest_first(self) -> None:
        for number in range(10, 15):
            self.restrict(number)
        first = selectors.restrictions(size=3)
        second = selectors.restrictions(first.older, size=3)
        self.assertEqual([row.user_id for row in first.rows + second.rows], [14, 13, 12, 11, 10])
        self.assertEqual(second.older, "")


class AllowTests(TestCase):
    """The list."""

    def test_is_named_by_name_link_and_id(self) -> None:
        person(42, "Dora", username="dora_d")
        garden = group(-100, "Garden")
        garden.username = "the_garden"
        garden.save()
        for typed, found in {
            "@Dora_D": (42, "Dora"),
            "https://t.me/dora_d": (42, "Dora"),
            "tg://user?id=42": (42, "Dora"),
            "42": (42, "Dora"),
            "@the_garden": (-100, "Garden"),
            "-100": (-100, "Garden"),
            "777": (777, "777"),
        }.items():
            with self.subTest(typed):
                target = selectors.target(typed)
                self.assertEqual((target.chat_id, target.name), found)
        for typed in ("", "dora", "@", "0", "@nobody", "9" * 30, "\x00", "' OR 1=1", "-"):
            with self.subTest(typed), self.assertRaises(ValidationError):
                selectors.target(typed)

    def test_a_group_that_moved_is_put_on_it_by_its_new_id(self) -> None:
        group(-5, "Garden")
        move_chat(-5, -1005)
        self.assertEqual(selectors.target("-5").chat_id, -1005)

    def test_goes_on_and_off_once_with_its_audit(self) -> None:
        self.assertTrue(services.allow(chat_id=-5, by="x"))
        self.assertFalse(services.allow(chat_id=-5, by="x"))
        self.assertEqual(selectors.snapshot().allowed, {-5})
        self.assertTrue(services.disallow(chat_id=-5, by="x"))
        self.assertFalse(services.disallow(chat_id=-5, by="x"))
        self.assertFalse(AllowedChat.objects.exists())
        self.assertEqual([row[:2] for row in audit()], [("access.allow", "chat:-5"), ("access.disallow", "chat:-5")])


class VersionTests(TestCase):
    """How processes see that something has changed."""

    def test_every_change_counts_one_and_makes_the_book_stale(self) -> None:
        services.allow(chat_id=1, by="x")
        changes: list[Callable[[], object]] = [
            lambda: services.restrict(user_id=BOB, kind=Keep.BANNED, by="x"),
            lambda: services.lift(user_id=BOB, by="x"),
            lambda: give(BOB, Role.SUPPORT),
            lambda: services.revoke(user_id=BOB, by="x", giver=BOSS),
            lambda: services.disallow(chat_id=1, by="x"),
        ]
        for change in changes:
            before = selectors.version()
            BOOK.turn(selectors.snapshot(), changes=BOOK.changes)
            change()
            self.assertEqual(selectors.version(), before + 1)
            self.assertTrue(BOOK.is_stale)
        self.assertEqual(AccessVersion.objects.count(), 1)


class GateTests(TestCase):
    """What the page says of the gate."""

    def refused(self, reason: str, count: int, *, minutes_ago: int = 1) -> None:
        """Refuse some updates."""
        at = timezone.now() - timedelta(minutes=minutes_ago)
        for _ in range(count):
            update(State.IGNORED, error=f"refused: {reason}", received_at=at)

    def test_counts_what_was_refused_in_the_last_hour_by_reason(self) -> None:
        self.refused("muted", 9, minutes_ago=90)
        self.refused("throttled", 3)
        self.refused("banned", 1)
        update(State.IGNORED)
        update(State.DEAD, error="refused: banned")
        found = gate.refusals()
        self.assertEqual((found.reasons, found.total, found.capped), ({"throttled": 3, "banned": 1}, 4, False))

    def test_says_when_there_were_more_than_it_looked_at(self) -> None:
        now = timezone.now()
        rows = [
            Update(
                bot_id=1, update_id=10_000_000 + number, lane_key=1, kind="message", raw="{}", state=State.IGNORED,
                error="refused: banned", received_at=now,
            )
            for number in range(gate.LOOKED_AT + 1)
        ]  # fmt: skip
        Update.objects.bulk_create(rows, batch_size=1000)
        found = gate.refusals()
        self.assertEqual((found.total, found.capped), (gate.LOOKED_AT, True))
        Update.objects.order_by("id")[:1].get().delete()
        self.assertFalse(gate.refusals().capped)

    def test_lists_who_is_furthest_ahead_of_a_pace(self) -> None:
        person(BOB, "Bob")
        group(-5, "Garden")
        now = timezone.now()
        for key, seconds in {"2": 30, "-5": 60, "2:ping.ping": 10, "7": -5, "9": 5}.items():
            ThrottleDebt.objects.create(key=key, until=now + timedelta(seconds=seconds))
        found = [(row.chat_id, row.name, row.handler) for row in gate.busiest()]
        self.assertEqual(found[:3], [(-5, "Garden", ""), (2, "Bob", ""), (2, "Bob", "ping.ping")])
        self.assertEqual(len(found), 4)

    def test_tells_the_modes_and_the_paces(self) -> None:
        self.assertEqual([row.name for row in gate.modes()], ["access.people", "access.groups", "maintenance"])
        self.assertIn("throttle.person_per_minute", [row.name for row in gate.paces()])

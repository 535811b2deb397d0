"""Access in the database: whom nobody bans, the list, what processes read of it, and what the gate says."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import TestCase
from django.utils import timezone

from botcore.access import gate_selectors as gate
from botcore.access import selectors, services
from botcore.access.book import BOOK
from botcore.access.models import AccessVersion, AllowedChat, Keep, Restriction, ThrottleDebt
from botcore.access.roles import Role
from botcore.exceptions import ValidationError
from botcore.models import State, Update
from botcore.people.services import move_chat
from botcore.runtime.settings import described
from tests.database.access import BOSS
from tests.database.dashboard.data import group, person, update
from tests.database.roles import audit, give, link

OWNER, BOB, CHARLIE = 1, 2, 3  # 1 is in TELEGRAM_ADMIN_IDS


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
        first = selectors.lists(size=3).restrictions
        second = selectors.lists(kept_out=first.older, size=3).restrictions
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
            BOOK.turn(selectors.snapshot(), BOOK.begin())
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
        self.assertEqual(
            [row.name for row in gate.modes(described())], ["access.people", "access.groups", "maintenance"]
        )
        self.assertIn("throttle.person_per_minute", [row.name for row in gate.paces(described())])

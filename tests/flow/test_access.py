"""Who is served: bans, mutes, maintenance, lists, pace; what they hear, and what they never notice."""

import time
from datetime import timedelta
from typing import Any

from django.utils import timezone

from botcore.access import services as access
from botcore.access.book import role_of
from botcore.access.models import Keep, Restriction
from botcore.access.roles import Role
from botcore.access.throttle import Pace
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.errors.models import ErrorGroup
from botcore.inbox.models import State, Update
from botcore.inbox.replay import replay
from botcore.inbox.selection import Selection
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command
from botcore.runtime import settings as runtime
from sandbox.world import GROUP_ID
from tests.database.access import BOSS
from tests.telegram import BotTestCase

BOB, CHARLIE = 2, 3


@command("ping", help="Answer")
async def ping(_update: object, context: Context) -> None:
    """Answer, with a button."""
    await context.answer("sentence", sentence="pong", buttons=[[callback_button("Again", "again")]])


@button("again")
async def again(_update: object, context: Context) -> None:
    """Answer a press."""
    await context.toast("pong")


@command("rare", help="Answer seldom", pace=Pace(per_minute=1, burst=1))
async def rare(_update: object, context: Context) -> None:
    """Answer."""
    await context.answer("sentence", sentence="rare")


@command("work", help="For support", role=Role.SUPPORT)
async def work(_update: object, context: Context) -> None:
    """Answer."""
    await context.answer("sentence", sentence="done")


class AccessCase(BotTestCase):
    """A bot with a few commands."""

    features = (ping, again, rare, work)

    async def set(self, name: str, value: Any) -> None:
        """Change a setting, as an operator does."""
        await in_database(runtime.change, name, value, by="the tests")

    async def refused(self) -> str:
        """Return what the newest update was refused for."""
        update = await self.newest_update()
        self.assertEqual(update.state, State.IGNORED)
        return update.error


class BanTests(AccessCase):
    """Bans and mutes."""

    async def ban(self, **facts: Any) -> None:
        """Ban Bob."""
        await in_database(access.restrict, user_id=BOB, kind=Keep.BANNED, by="the tests", **facts)

    async def test_a_banned_person_hears_it_once_and_then_nothing(self) -> None:
        await self.bob.says("/ping")
        await self.ban(reason="spam <b>")
        await self.bob.says("/ping")
        self.assertEqual(self.bob.answers[1:], ["Вам нельзя пользоваться этим ботом. Причина: spam <b>"])
        await self.bob.says("/ping")
        self.assertEqual(len(self.bob.answers), 2)
        self.assertEqual(await self.refused(), "refused: banned")

    async def test_a_press_of_a_banned_person_does_nothing(self) -> None:
        await self.bob.says("/ping")
        await self.ban()
        self.assertEqual(await self.bob.presses("Again"), ["Вам нельзя пользоваться этим ботом."])
        self.assertEqual(await self.bob.presses("Again"), [None])

    async def test_a_ban_ends_by_itself_and_by_hand(self) -> None:
        await self.ban(until=timezone.now() + timedelta(hours=1))
        await self.bob.says("/ping")
        self.assertIn("UTC", self.bob.sees)
        await Restriction.objects.aupdate(until=timezone.now() - timedelta(seconds=1))
        await in_database(access.forget)
        await self.bob.says("/ping")
        self.assertEqual(self.bob.sees, "pong")
        await self.ban()
        await in_database(access.lift, user_id=BOB, by="the tests")
        await self.bob.says("/ping")
        self.assertEqual(self.bob.answers[1:], ["pong", "pong"])

    async def test_a_muted_person_hears_nothing(self) -> None:
        await in_database(access.restrict, user_id=BOB, kind=Keep.MUTED, by="the tests")
        await self.bob.says("/ping")
        self.assertEqual(self.bob.answers, [])
        self.assertEqual(await self.refused(), "refused: muted")

    async def test_others_are_served(self) -> None:
        await self.ban()
        await self.charlie.says("/ping")
        self.assertEqual(self.charlie.sees, "pong")


class ModeTests(AccessCase):
    """When the bot works, for whom and where."""

    async def test_maintenance_is_told_to_members_and_roles_pass(self) -> None:
        await self.set("maintenance", "on")
        await self.charlie.says("/ping")
        await self.charlie.says("/ping")
        self.assertEqual(self.charlie.answers, ["The bot is being worked on. Please come back a little later."])
        await self.bob.says("/ping")
        self.assertEqual(self.bob.sees, "Бот на обслуживании. Пожалуйста, зайдите чуть позже.")
        await self.alice.says("/ping")
        self.assertEqual(self.alice.sees, "pong")

    async def test_a_list_lets_in_whom_it_names(self) -> None:
        await self.set("access.people", "listed")
        await self.charlie.says("/ping")
        self.assertEqual(self.charlie.answers, ["This bot serves only people on its list. Your id is 3."])
        await in_database(access.allow, chat_id=CHARLIE, by="the tests")
        await self.charlie.says("/ping")
        self.assertEqual(self.charlie.sees, "pong")

    async def test_groups_are_served_nowhere_or_as_listed(self) -> None:
        for mode, served in (("nowhere", False), ("listed", False), ("everywhere", True)):
            with self.subTest(mode):
                await self.set("access.groups", mode)
                before = len(self.bob_in_group.answers)
                await self.bob_in_group.says("/ping")
                self.assertEqual(len(self.bob_in_group.answers) > before, served)
        await self.set("access.groups", "listed")
        await in_database(access.allow, chat_id=GROUP_ID, by="the tests")
        before = len(self.bob_in_group.answers)
        await self.bob_in_group.says("/ping")
        self.assertGreater(len(self.bob_in_group.answers), before)

    async def test_a_handler_can_be_kept_for_a_role(self) -> None:
        await self.set("access.handlers", f'{{"{ping.name}": "moderator"}}')
        await self.charlie.says("/ping")
        self.assertEqual(self.charlie.sees, "This is for the people behind this bot only.")
        await in_database(access.grant, user_id=CHARLIE, role=Role.MODERATOR, by="x", giver=BOSS)
        await self.charlie.says("/ping")
        self.assertEqual(self.charlie.sees, "pong")


class RoleTests(AccessCase):
    """Roles count from the next update on."""

    async def test_a_granted_role_and_one_that_was_revoked_a_moment_ago(self) -> None:
        await self.charlie.says("/work")
        self.assertEqual(self.charlie.sees, "This is for the people behind this bot only.")
        await in_database(access.grant, user_id=CHARLIE, role=Role.SUPPORT, by="x", giver=BOSS)
        await self.charlie.says("/work")
        self.assertEqual(self.charlie.sees, "done")
        self.assertEqual(role_of(CHARLIE), Role.SUPPORT)
        await in_database(access.revoke, user_id=CHARLIE, by="x", giver=BOSS)
        await self.charlie.says("/work")
        self.assertEqual(self.charlie.sees, "This is for the people behind this bot only.")

    async def test_an_anonymous_admin_is_told_why_not(self) -> None:
        await self.bot()
        anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        chat = {"id": GROUP_ID, "type": "supergroup", "title": "Botdeck team"}
        entities = [{"type": "bot_command", "offset": 0, "length": 5}]
        message = {"message_id": 900, "from": anonymous, "sender_chat": chat, "chat": chat, "date": 1_790_000_000}
        self.world.deliver({"message": message | {"text": "/work", "entities": entities}})
        await self.settle()
        self.assertEqual(self.bob_in_group.sees, "You write anonymously, so I cannot know who you are.")

    async def test_another_bot_is_not_answered(self) -> None:
        await self.bot()
        robot = {"id": 77, "is_bot": True, "first_name": "Robot"}
        chat = {"id": GROUP_ID, "type": "supergroup", "title": "Botdeck team"}
        entities = [{"type": "bot_command", "offset": 0, "length": 5}]
        message = {"message_id": 901, "from": robot, "chat": chat, "date": 1_790_000_000, "text": "/ping"}
        self.world.deliver({"message": message | {"entities": entities}})
        await self.settle()
        self.assertEqual(await self.refused(), "refused: bot")


class ReplayTests(AccessCase):
    """What an operator sends through again."""

    async def again(self) -> Update:
        """Replay the newest update; return it as it is then."""
        row = await self.newest_update()
        await Update.objects.filter(pk=row.pk).aupdate(state=State.DEAD)
        await in_database(replay, Selection(ids=(row.pk,)), by="the tests")
        await self.handle()
        return await self.newest_update()

    async def test_a_members_command_is_done_again(self) -> None:
        await self.charlie.says("/ping")
        self.assertEqual((await self.again()).state, State.DONE)
        self.assertEqual(self.charlie.answers, ["pong", "pong"])

    async def test_nobody_repeats_a_command_in_an_operators_name(self) -> None:
        await self.alice.says("/work")
        self.assertEqual((await self.again()).error, "refused: replayed")
        self.assertEqual(self.alice.answers, ["done"])


class ForgeryTests(AccessCase):
    """Data that no button of ours has."""

    async def test_what_a_database_cannot_keep(self) -> None:
        await self.charlie.says("/ping")
        for data in ("again:\x00", "again:\ud800"):
            with self.subTest(repr(data)):
                self.assertEqual(await self.charlie.forges(data), "This button is too old.")
                self.assertEqual((await self.newest_update()).state, State.DONE)


class PaceTests(AccessCase):
    """Who is too fast."""

    def setUp(self) -> None:
        """Three at once, one more each minute."""
        super().setUp()
        runtime.change("throttle.person_burst", 3, by="the tests")
        runtime.change("throttle.person_per_minute", 1, by="the tests")

    async def test_one_notice_then_silence(self) -> None:
        for _ in range(6):
            await self.charlie.says("/ping")
        self.assertEqual(self.charlie.answers[:3], ["pong"] * 3)
        self.assertEqual(len(self.charlie.answers), 4)
        self.assertRegex(self.charlie.sees, r"^That was a lot at once\. Please wait \d+ s")
        self.assertEqual(await self.refused(), "refused: throttled")

    async def test_a_flood_is_muted_for_a_while_and_audited(self) -> None:
        self.clock.advance(time.time() - self.clock.now())  # a backlog mutes nobody
        await self.set("throttle.mute_after", 4)
        for _ in range(9):
            await self.charlie.says("/ping")
        mute = await Restriction.objects.aget(user_id=CHARLIE)
        self.assertEqual((mute.kind, mute.reason), (Keep.MUTED, "flood"))
        self.assertIsNotNone(mute.until)
        self.assertEqual(await self.refused(), "refused: muted")
        entry = await AuditEntry.objects.aget(action="access.mute")
        self.assertEqual((entry.channel, entry.target), ("system", "person:3"))

    async def test_a_role_is_never_too_fast(self) -> None:
        for _ in range(6):
            await self.alice.says("/ping")
        self.assertEqual(self.alice.answers, ["pong"] * 6)

    async def test_a_command_with_a_pace_of_its_own(self) -> None:
        await self.charlie.says("/rare")
        await self.charlie.says("/rare")
        self.assertEqual(self.charlie.answers[0], "rare")
        self.assertIn("a lot at once", self.charlie.answers[1])
        await self.charlie.says("/ping")
        self.assertEqual(self.charlie.sees, "pong")

    async def test_talk_in_a_group_is_nobodys_flood(self) -> None:
        for _ in range(6):
            await self.bob_in_group.says("hello")
        await self.bob_in_group.says("/ping")
        self.assertEqual(self.bob_in_group.sees, "pong")

    async def test_what_is_for_another_bot_is_nobodys_flood(self) -> None:
        for _ in range(6):
            await self.bob_in_group.says("/ping@otherbot")
        await self.bob_in_group.says("/ping")
        self.assertEqual(self.bob_in_group.sees, "pong")

    async def test_messages_and_presses_share_no_clock_to_cancel_each_others_debt(self) -> None:
        await self.charlie.says("/ping")
        for _ in range(6):
            await self.charlie.says("/ping")
            await self.charlie.forges("again:")
        self.assertLessEqual(self.charlie.answers.count("pong"), 3)

    async def test_a_payment_is_a_fact_whatever_else_was_sent(self) -> None:
        for _ in range(6):
            await self.charlie.says("/ping")
        chat = {"id": CHARLIE, "type": "private", "first_name": "Charlie"}
        paid = {
            "currency": "XTR",
            "total_amount": 1,
            "invoice_payload": "x",
            "telegram_payment_charge_id": "1",
            "provider_payment_charge_id": "",
        }
        sender = self.world.people[CHARLIE].to_json()
        message = {"message_id": 900, "from": sender, "chat": chat, "date": 1_790_000_000, "successful_payment": paid}
        self.world.deliver({"message": message})
        await self.settle()
        self.assertEqual((await self.newest_update()).error, "")
        self.assertFalse(await ErrorGroup.objects.aexists())

    async def test_it_can_be_switched_off(self) -> None:
        await self.set("throttle.enabled", "off")
        for _ in range(6):
            await self.charlie.says("/ping")
        self.assertEqual(self.charlie.answers, ["pong"] * 6)
        self.assertFalse(await Update.objects.filter(state=State.IGNORED).aexists())

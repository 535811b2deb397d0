"""Questions before dangerous actions: for one person, in one chat, for a minute, once."""

from datetime import timedelta
from functools import partial

from django.utils import timezone

from botcore.access import confirmations
from botcore.access import services as access
from botcore.access.models import Confirmation
from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import ValidationError
from botcore.handlers.admin.confirm import cancel
from botcore.pipeline.context import Context
from botcore.registry import command, confirmed
from tests.database.access import BOSS
from tests.telegram import BotTestCase

CHARLIE = 3
done: list[object] = []


@command("drop", args=[], help="Drop it", role=Role.MODERATOR)
async def drop(_update: object, context: Context) -> None:
    """Ask first."""
    await context.ask("drop_ok", "sentence", yes="Drop", given={"what": "it"}, sentence="Drop it?")


@confirmed("drop_ok", role=Role.MODERATOR)
async def dropped(_update: object, context: Context) -> None:
    """Drop it."""
    done.append(context.confirmed["what"])
    await context.edit("sentence", sentence="Dropped.")


@confirmed("burn_ok", role=Role.MODERATOR)
async def burnt(_update: object, context: Context) -> None:
    """Do something else."""
    done.append("burnt")


class ConfirmationTests(BotTestCase):
    """Alice is an owner, Charlie a moderator."""

    features = (drop, dropped, burnt, cancel)

    def setUp(self) -> None:
        """Nothing was dropped yet."""
        super().setUp()
        done.clear()
        access.grant(user_id=CHARLIE, role=Role.MODERATOR, by="x", giver=BOSS)

    async def test_the_button_does_it_once(self) -> None:
        await self.alice.says("/drop")
        self.assertEqual((self.alice.sees, self.alice.buttons), ("Drop it?", ["Drop", "Cancel"]))
        notices = await self.alice.presses("Drop", times=2)
        self.assertEqual(done, ["it"])
        self.assertEqual(notices[1], "That was decided already.")
        self.assertEqual(self.alice.sees, "Dropped.")

    async def test_a_question_can_be_taken_back(self) -> None:
        await self.alice.says("/drop")
        await self.alice.presses("Cancel")
        self.assertEqual(self.alice.sees, "Cancelled. Nothing was done.")
        key = (await Confirmation.objects.aget()).key
        self.assertEqual(await self.alice.forges(f"drop_ok:{key}"), "That was decided already.")
        self.assertEqual(done, [])

    async def test_a_second_person_is_refused(self) -> None:
        await self.alice_in_group.says("/drop")
        key = (await Confirmation.objects.aget()).key
        for data in (f"drop_ok:{key}", f"unconfirm:{key}"):
            notice = await self.person_in_group(CHARLIE).forges(data)
            self.assertIn("for somebody else", str(notice))
        self.assertEqual(done, [])
        await self.alice_in_group.presses("Drop")
        self.assertEqual(done, ["it"])

    async def test_in_another_chat_it_is_worth_nothing(self) -> None:
        await self.alice.says("/drop")
        key = (await Confirmation.objects.aget()).key
        await self.alice_in_group.says("hello")
        self.assertEqual(await self.alice_in_group.forges(f"drop_ok:{key}"), "This button is for somebody else.")
        self.assertEqual(done, [])

    async def test_it_is_good_for_a_minute(self) -> None:
        await self.alice.says("/drop")
        row = await Confirmation.objects.aget()
        self.assertAlmostEqual((row.expires_at - timezone.now()).total_seconds(), 60, delta=30)
        await Confirmation.objects.aupdate(expires_at=timezone.now() - timedelta(seconds=1))
        self.assertEqual(await self.alice.presses("Drop"), ["This button is too old: give the command again."])
        self.assertEqual(done, [])

    async def test_it_does_what_was_asked_and_nothing_else(self) -> None:
        await self.alice.says("/drop")
        key = (await Confirmation.objects.aget()).key
        for data in (f"burn_ok:{key}", "drop_ok:", "drop_ok:" + "x" * 50, "drop_ok:' OR 1=1"):
            self.assertEqual(await self.alice.forges(data), "This button is too old: give the command again.")
        self.assertEqual(done, [])

    async def test_a_role_that_was_revoked_a_second_ago_confirms_nothing(self) -> None:
        await self.charlie.says("/drop")
        await in_database(access.revoke, user_id=CHARLIE, by="x", giver=BOSS)
        await self.charlie.presses("Drop")
        self.assertEqual(self.charlie.sees, "This is for the people behind this bot only.")
        self.assertEqual(done, [])
        self.assertIsNone((await Confirmation.objects.aget()).used_at)

    async def test_another_attempt_at_the_same_press_may_go_on(self) -> None:
        await self.alice.says("/drop")
        await self.alice.presses("Drop")
        row = await Confirmation.objects.aget()
        use = partial(confirmations.use, row.key, user_id=1, chat_id=1, action="drop_ok")
        self.assertEqual(await in_database(use, update_pk=row.used_by or 0), {"what": "it"})
        with self.assertRaisesMessage(ValidationError, "decided already"):
            await in_database(use, update_pk=(row.used_by or 0) + 1)

"""Telegram's bad days as one bot meets them: what a person sees, what becomes of the update, who is marked."""

from botcore.exceptions import Postponed
from botcore.inbox.models import State
from botcore.models import Chat, ChatAlias, Reach, Update
from sandbox.world import GROUP_ID
from tests.telegram import BotTestCase


class FaultTests(BotTestCase):
    """Faults of the sandbox on the way of a reply."""

    def calls(self, method: str) -> dict[str, int]:
        """Return how the calls of this method ended, and how often."""
        counts: dict[str, int] = self.world.stats.to_json()["calls"].get(method, {})
        return counts

    async def reach(self, chat: int) -> str:
        """Can the bot write there?"""
        return str((await Chat.objects.aget(pk=chat)).reach)

    async def states(self) -> list[str]:
        """Return the states of all updates."""
        return [row.state async for row in Update.objects.order_by("id")]

    async def test_a_reply_that_arrived_without_an_answer_is_not_sent_again(self) -> None:
        self.world.faults.add(kind="error", status=502, method="sendMessage", performed=True, count=1)
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.bob.says("/about")
        about, apology = self.bob.answers
        self.assertIn("Botdeck", about)
        self.assertNotIn("Botdeck", apology)
        update = await self.newest_update()
        self.assertEqual((update.state, update.attempts), (State.DEAD, 1))
        self.assertIn("Bad Gateway", update.error)

    async def test_a_reply_that_was_lost_is_not_sent_again_either_because_nobody_knows(self) -> None:
        self.world.faults.add(kind="error", status=500, method="sendMessage", count=1)
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.bob.says("/about")
        self.assertEqual(self.calls("sendMessage"), {"500": 1, "200": 1})
        self.assertNotIn("Botdeck", self.bob.sees)

    async def test_an_edit_is_made_again_until_it_works_and_the_person_notices_nothing(self) -> None:
        await self.bob.says("/settings")
        self.world.faults.add(kind="error", status=503, method="editMessageText", count=2)
        self.world.faults.add(kind="error", status=500, method="answerCallbackQuery", performed=True, count=1)
        self.assertEqual(await self.bob.presses("English"), ["Saved"])
        self.assertIn("✓ English", self.bob.buttons)
        self.assertEqual(self.calls("editMessageText"), {"503": 2, "200": 1})
        self.assertEqual(await self.states(), ["done", "done"])

    async def test_a_flood_that_lasts_long_is_asked_about_once_and_the_update_waits_for_it(self) -> None:
        self.world.faults.add(kind="flood", method="sendMessage", chat=2, retry_after=120)
        with self.assertLogs("botcore.pipeline.guard"), self.assertRaises(Postponed):
            await self.bob.says("/about")
        self.assertEqual(self.calls("sendMessage"), {"429": 1})
        self.assertEqual((await self.newest_update()).state, State.PENDING)

    async def test_a_short_flood_is_waited_for_within_the_call(self) -> None:
        self.world.faults.add(kind="flood", method="sendMessage", chat=2, count=1)
        await self.bob.says("/about")
        await self.charlie.says("/about")
        self.assertEqual((len(self.bob.answers), len(self.charlie.answers)), (1, 1))
        attempts = [(row.state, row.attempts) async for row in Update.objects.order_by("id")]
        self.assertEqual(attempts, [("done", 1), ("done", 1)], "the call is made again, not the handler")

    async def test_an_account_that_is_deleted_is_marked(self) -> None:
        await self.bob.says("/about")
        self.world.faults.add(kind="deactivated", chat=2)
        await self.bob.says("/about")
        self.assertEqual(await self.reach(2), Reach.DEACTIVATED)

    async def test_a_group_that_does_not_want_the_bot_is_marked_and_its_members_are_not(self) -> None:
        await self.bob.says("/about")
        for kind in ("kicked_supergroup", "not_member", "group_deleted"):
            await self.bob_in_group.says("/about")
            self.assertEqual(await self.reach(GROUP_ID), Reach.OPEN)
            self.world.faults.add(kind=kind, chat=GROUP_ID, count=1)
            await self.bob_in_group.says("/about")
            self.assertEqual(await self.reach(GROUP_ID), Reach.KICKED)
        self.assertEqual(await self.reach(2), Reach.OPEN)

    async def test_a_refusal_that_is_not_about_the_chat_marks_nobody(self) -> None:
        await self.bob.says("/about")
        self.world.faults.add(kind="chat_not_found", method="sendMessage", chat=2, count=3)
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.bob.says("/about")
        self.assertEqual(await self.reach(2), Reach.OPEN)

    async def test_a_group_that_moves_is_followed_before_the_bot_hears_of_it(self) -> None:
        old = self.world.add_group("Friends", "group")
        application = await self.bot()
        await application.bot.send_message(old.id, "hello")
        new = self.world.migrate(old.id)
        await application.bot.send_message(old.id, "still there?")
        await application.bot.send_message(old.id, "yes")
        self.assertEqual([post.text for post in self.world.messages(new.id) if post.text], ["still there?", "yes"])
        self.assertEqual(self.calls("sendMessage"), {"200": 3, "400": 1})
        self.assertEqual((await ChatAlias.objects.aget(pk=old.id)).new_id, new.id)

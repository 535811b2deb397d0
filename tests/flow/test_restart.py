"""/restart: it asks, wishes for it once, says when it is back, and who may. How a process obeys: tests/process."""

from django.test import override_settings

from botcore.audit.models import AuditEntry
from botcore.connection.deliver import Deliverer
from botcore.database import in_database
from botcore.outbox.models import OutgoingMessage
from botcore.outbox.store import Ready
from botcore.runtime import restart
from tests.database.dashboard.data import heartbeat
from tests.flow.people import DENIED
from tests.telegram import BotTestCase


class RestartTests(BotTestCase):
    """Alice, the owner."""

    async def test_it_asks_wishes_and_tells_when_it_is_back(self) -> None:
        old = await in_database(heartbeat, "host:1-a")
        await self.alice.says("/restart")
        self.assertIsNone(await in_database(restart.current))
        await self.alice.presses("Restart")
        self.assertEqual(self.alice.sees, "The restart begins. I tell you here when I am back.")
        wish = await in_database(restart.current)
        assert wish
        self.assertEqual((wish.by, wish.chat_id, wish.processes), ("Alice (Telegram 1)", 1, {"host:1-a"}))
        entry = await AuditEntry.objects.aget(action="bot.restart")
        self.assertEqual((entry.actor, entry.actor_id), ("Alice (Telegram 1)", 1))
        await in_database(old.delete)
        await in_database(heartbeat, "host:1-b")
        life = await in_database(restart.begin, "host:1-b", f"{wish.key} host:1-a")
        for _ in range(3):
            await in_database(restart.look, life)
        row = await OutgoingMessage.objects.aget(source="restart")
        application = await self.bot()
        deliver = Deliverer(application.bot, application.bot_data["entities"].files)
        await deliver(Ready(row.pk, row.chat_id, row.priority, row.method, row.payload))
        self.assertRegex(self.alice.sees, r"^Back: version \S+, after \d+ s\.$")

    async def test_a_second_wish_and_one_without_a_process_are_refused(self) -> None:
        await self.alice.says("/restart")
        self.assertEqual(await self.alice.presses("Restart"), ["No bot process is alive: there is none to restart."])
        await in_database(heartbeat, "host:1-a")
        await in_database(restart.want, by="bob")
        await self.alice.says("/restart")
        self.assertEqual(await self.alice.presses("Restart"), ["bob has asked for a restart already: it is under way."])

    async def test_cancelled_nothing_happens(self) -> None:
        await in_database(heartbeat, "host:1-a")
        await self.alice.says("/restart")
        await self.alice.presses("Cancel")
        self.assertIsNone(await in_database(restart.current))

    async def test_it_is_for_owners(self) -> None:
        await in_database(heartbeat, "host:1-a")
        await self.alice.says("/restart now")
        self.assertTrue(self.alice.sees.startswith("That is more than this command takes."))
        await self.charlie.says("/restart")
        self.assertEqual(self.charlie.sees, DENIED)
        await self.alice.says("/restart")
        with override_settings(TELEGRAM_ADMIN_IDS=[2]):
            await self.alice.presses("Restart")
            self.assertEqual(self.alice.sees, DENIED)
        self.assertIsNone(await in_database(restart.current))

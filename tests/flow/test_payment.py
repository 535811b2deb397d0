"""The tutorial's payment, and what every payment stands on: within 10 s, thanks once; nothing by oversight."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from django.test import SimpleTestCase
from django.utils import timezone
from telegram import Update as TelegramUpdate

from botcore.access import services as access
from botcore.access.book import BOOK
from botcore.access.models import Keep
from botcore.database import in_database
from botcore.inbox import replay, store
from botcore.inbox.completion import Progress, complete
from botcore.inbox.models import State, Update
from botcore.inbox.selection import Selection
from botcore.inbox.worker import Worker
from botcore.outbox.models import OutgoingMessage
from botcore.pipeline.checkout import PAYLOAD_BYTES
from botcore.pipeline.context import Context
from botcore.registry import Registry, checkout, command
from tests import tutorial
from tests.telegram import BotTestCase

PAYMENT = tutorial.load("payment")
TIP = tutorial.features_of(PAYMENT)
SLOW = asyncio.Event()
PATIENCE = 30  # seconds: a bound for a machine under load
OVERSIGHT = "This cannot be paid now. Nothing was charged."


@command("silent")
async def ask(_update: TelegramUpdate, context: Context) -> None:
    """Send an invoice whose question nobody answers."""
    await context.invoice("silent", "", title="Silence", description="Nothing", stars=1)


@checkout("silent")
async def forget(_update: TelegramUpdate, _context: Context) -> None:
    """Forget to answer."""


@command("broken")
async def ask_broken(_update: TelegramUpdate, context: Context) -> None:
    """Send an invoice whose question meets a bug."""
    await context.invoice("broken", "", title="Broken", description="Nothing", stars=1)


@checkout("broken")
async def fail(_update: TelegramUpdate, _context: Context) -> None:
    """Fail."""
    raise KeyError("stock")


@command("slow")
async def dawdle(_update: TelegramUpdate, _context: Context) -> None:
    """Take long."""
    await SLOW.wait()


@command("long")
async def ask_long(_update: TelegramUpdate, context: Context) -> None:
    """Ask for what no invoice carries."""
    await context.invoice("long", "x" * PAYLOAD_BYTES, title="Long", description="Nothing", stars=1)


class TipTests(BotTestCase):
    """What /tip does."""

    features = (dawdle, *TIP)

    async def thanks(self) -> list[Any]:
        """Return the texts that are queued."""
        return [json.loads(row.payload)["text"] async for row in OutgoingMessage.objects.filter(source="payment")]

    async def test_a_tip_is_paid_and_thanked_for(self) -> None:
        await self.charlie.says("/tip 70")
        self.assertEqual(await self.charlie.pays(), "")
        self.assertEqual(await self.thanks(), ["Thank you for 70 Stars!"])
        names = [name async for name in Update.objects.order_by("pk").values_list("handler", flat=True)]
        self.assertEqual(names, ["payment.tip", "payment.may_be_paid", "payment.thank"])

    async def test_a_payment_that_is_sent_through_again_is_thanked_for_once(self) -> None:
        await self.charlie.says("/tip")
        await self.charlie.pays()
        newest = await self.newest_update()
        await in_database(replay.replay, Selection(ids=(newest.pk,)), by="alice")
        await self.handle()
        self.assertEqual(await self.thanks(), ["Thank you for 50 Stars!"])

    async def test_who_is_muted_or_too_fast_can_still_pay(self) -> None:
        await self.charlie.says("/tip")
        for _ in range(30):
            self.world.say(3, 3, "hello")
        hour = timezone.now() + timedelta(hours=1)
        await in_database(access.restrict, user_id=3, kind=Keep.MUTED, until=hour, reason="flood", by="x")
        BOOK.change()
        await self.settle()
        refused = Update.objects.filter(error__startswith="refused")
        self.assertGreater(await refused.acount(), 20)
        self.assertEqual(await self.charlie.pays(), "")
        self.assertEqual(await self.thanks(), ["Thank you for 50 Stars!"])

    async def test_it_is_answered_while_all_places_are_taken(self) -> None:
        """Two slow handlers fill the worker, more wait behind them; the question passes them all."""
        await self.charlie.says("/tip")
        for person in (1, 2, 4):
            self.world.say(person, person, "/slow")
        await self._accept_batch()
        SLOW.clear()
        worker = Worker(bot_id=self.bot_id, owner="one", handling=self._pipeline, concurrency=2)
        running = asyncio.create_task(worker.run(stop_seconds=5))
        async with asyncio.timeout(PATIENCE):
            while worker.in_progress < 2:
                await asyncio.sleep(0.001)
            asked = self.world.pay(3, 3, self.world.messages(3)[-1].message_id)
            await self._accept_batch()
            worker.wake()
            while asked.answer is None:
                await asyncio.sleep(0.001)
            self.assertEqual(asked.answer, "")
            self.assertEqual(await Update.objects.filter(handler="test_payment.dawdle").acount(), 0)
            SLOW.set()
            while await Update.objects.filter(state=State.PENDING).aexists():
                await asyncio.sleep(0.001)
        worker.stop()
        await running

    async def test_it_waits_for_nothing_else_in_the_chat(self) -> None:
        """A handler is at work in the chat, for long; the question before the payment is answered meanwhile."""
        await self.charlie.says("/tip")
        self.world.say(3, 3, "/tip 60")
        await self._accept_batch()
        held = await in_database(
            store.claim, self.bot_id, owner="another", lanes=9, updates_per_lane=9, lease_seconds=60
        )
        self.assertEqual([lane.key for lane in held], [3])
        self.assertEqual(await self.charlie.pays(), "")
        states = {row.kind: row.state async for row in Update.objects.order_by("pk")}
        self.assertEqual(states["pre_checkout_query"], State.DONE)
        self.assertEqual(await self.thanks(), [], "what was paid is a message of the chat, and has its turn there")
        await in_database(complete, self.bot_id, [Progress(held[0], (), more=True)])
        await self.handle()
        self.assertEqual(await self.thanks(), ["Thank you for 50 Stars!"])


class LateTests(BotTestCase):
    """What happens when the answer comes too late: no money moves, and nobody is thanked."""

    features = TIP

    async def test_a_question_that_waited_for_longer_is_set_aside_without_a_call(self) -> None:
        await self.charlie.says("/tip")
        asked = self.world.pay(3, 3, self.world.messages(3)[-1].message_id)
        await self._accept_batch()
        late = timezone.now() - timedelta(seconds=11)
        await Update.objects.filter(state=State.PENDING).aupdate(received_at=late)
        calls = len(self.telegram.calls)
        await self.handle()
        update = await self.newest_update()
        self.assertEqual(update.state, State.EXPIRED)
        self.assertRegex(update.error, r"^\d+ s old; the answer to pre_checkout_query is waited for 10 s$")
        self.assertEqual((asked.answer, len(self.telegram.calls)), (None, calls))

    async def test_an_answer_that_telegram_refuses_is_a_dead_letter_at_once(self) -> None:
        await self.charlie.says("/tip")
        self.assertIsNone(await self.charlie.pays(seconds_late=11))
        update = await self.newest_update()
        self.assertEqual((update.kind, update.state, update.attempts), ("pre_checkout_query", State.DEAD, 1))
        self.assertIn("Query is too old", update.error)
        self.assertEqual(await OutgoingMessage.objects.filter(source="payment").acount(), 0)


class RefusalTests(BotTestCase):
    """How a payment ends before it has begun."""

    features = (ask, forget, ask_broken, fail, ask_long, *TIP)

    async def test_an_invoice_that_no_longer_holds_says_so(self) -> None:
        await self.charlie.says("/tip")
        post = self.world.messages(3)[-1]
        self.world.invoices[post].payload = "tip:1"  # as if the price had changed since
        self.assertEqual(await self.charlie.pays(), "This invoice is out of date. /tip makes a new one.")
        self.assertEqual((await self.newest_update()).state, State.DONE)

    async def test_a_handler_that_says_nothing_lets_nothing_through(self) -> None:
        await self.charlie.says("/silent")
        self.assertEqual(await self.charlie.pays(), OVERSIGHT)

    async def test_a_bug_ends_the_payment_with_an_apology(self) -> None:
        await self.charlie.says("/broken")
        self.assertRegex(await self.charlie.pays() or "", r"^Something went wrong here[^$]*Reference: [0-9A-Z]{4}-")
        self.assertEqual((await self.newest_update()).attempts, 1)

    async def test_what_no_invoice_carries_is_refused(self) -> None:
        await self.charlie.says("/long")
        self.assertIn("have 127 bytes together", (await Update.objects.aget()).error)


class RegistryTests(SimpleTestCase):
    """What Telegram is asked for."""

    def test_questions_before_payments_are_delivered(self) -> None:
        self.assertEqual(Registry(TIP).allowed_updates(), ["message", "my_chat_member", "pre_checkout_query"])

"""The test kit: people who write to the bot through an in-process Telegram; only the socket is left out.

class TestStart(BotTestCase):
    async def test_greets(self):
        await self.alice.says("/start")
        self.alice.sees("Hello")

What people can do is in telegram_people.py; fixtures for pytest in telegram_plugin.py; docs/testing.md tells of all.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.conf import settings
from django.test import TestCase
from django.utils import timezone

from botcore import handlers
from botcore.access.book import BOOK
from botcore.access.throttle import THROTTLE
from botcore.application import build_application
from botcore.connection.consequences import Consequences
from botcore.connection.deliver import Deliverer
from botcore.connection.menu import publish_menu
from botcore.database import in_database
from botcore.inbox import store
from botcore.inbox.completion import Outcome, Progress, complete
from botcore.inbox.envelope import Envelope, read_envelope
from botcore.inbox.models import State, Update
from botcore.inbox.store import ClaimedLane
from botcore.inbox.worker import Run
from botcore.outbox import store as outbox
from botcore.outbox.progress import Begin, Done, End, Sent, advance
from botcore.outbox.recipients import default_bot
from botcore.pipeline.context import BotApplication
from botcore.pipeline.pipeline import Pipeline
from botcore.pipeline.refusal import forget_notices
from botcore.registry import Feature, Registry
from sandbox import api
from sandbox.clock import ManualClock
from sandbox.faults import FaultBox
from sandbox.world import GROUP_ID, World
from tests.telegram_people import Writer, is_from_bot
from tests.telegram_time import make_older
from tests.telegram_transport import InProcessTelegram
from tests.ways import free_way_out

__all__ = ["BotTestCase", "InProcessTelegram", "Kit", "Writer", "is_from_bot"]

OWNER = "the tests"
FULL_BATCH = 100  # what getUpdates gives at most


class Kit:
    """Alice (an owner), Bob (Russian), Charlie, a person without a name, and a bot with all its features."""

    features: Iterable[Feature] | None = None  # None: those of botcore.handlers

    def open_sandbox(self) -> None:
        """Make a new sandbox."""
        BOOK.change()  # what an earlier test left behind
        THROTTLE.clear()
        forget_notices()
        self.clock = ManualClock()
        self.world = World(clock=self.clock)
        self.telegram = InProcessTelegram(self.world)
        self.alice, self.bob, self.charlie, self.nameless = (Writer(self, number, number) for number in (1, 2, 3, 4))
        self.alice_in_group, self.bob_in_group = (Writer(self, number, GROUP_ID) for number in (1, 2))
        self._application: BotApplication | None = None
        self.told: list[tuple[str, str, str]] = []  # kind, level and text of events

    @property
    def faults(self) -> FaultBox:
        """What goes wrong with calls and updates: `faults.add(kind="flood", method="send*", count=1)`."""
        return self.world.faults

    def person_in_group(self, person_id: int) -> Writer:
        """Return somebody of the sandbox in its group."""
        return Writer(self, person_id, GROUP_ID)

    async def bot(self) -> BotApplication:
        """Start the bot the first time; return its application."""
        if self._application is None:
            consequences = Consequences(bot_id=lambda: self.bot_id, tell=self.tell)
            self._application = build_application(
                settings.TELEGRAM_BOT_TOKEN,
                settings.TELEGRAM_API_URL,
                request=self.telegram,
                poll_request=InProcessTelegram(self.world),
                way_out=free_way_out(tell=self.tell, consequences=consequences),
            )
            registry = Registry.discover(handlers) if self.features is None else Registry(self.features)
            registry.install(self._application)
            await self._application.initialize()
            await self._application.bot.get_me()
            await publish_menu(self._application.bot, registry.menu)
            self._pipeline = Pipeline(self._application, observe=consequences.observe)
            self._offset = 0
        return self._application

    async def settle(self) -> None:
        """Take what Telegram has, as intake does, and handle it, as the worker does."""
        while len(await self._accept_batch()) == FULL_BATCH:
            pass
        await self.handle()

    async def handle(self) -> None:
        """Handle what waits in the inbox."""
        while lanes := await in_database(
            store.claim, self.bot_id, owner=OWNER, lanes=100, updates_per_lane=10, lease_seconds=60
        ):
            runs = await self._pipeline.prepare([update for lane in lanes for update in lane.updates])
            progress = [await self._handle(lane, runs) for lane in lanes]
            assert await in_database(complete, self.bot_id, progress) == []

    @staticmethod
    async def _handle(lane: ClaimedLane, runs: Mapping[int, Run]) -> Progress:
        """Handle a lane as the worker does; what shall be tried once more is, without the wait."""
        outcomes: list[Outcome] = []
        for update in lane.updates:
            outcomes.append(await runs[update.pk]())
            if outcomes[-1].state == State.PENDING:
                return Progress(lane, tuple(outcomes), more=True)
        return Progress(lane, tuple(outcomes), more=lane.more)

    async def send_due(self) -> int:
        """Send what is due in the outbox, as the sender does; return how much that was."""
        await self.bot()
        # Until a process has noted who the bot is, features queue for the number in its token.
        bots = {self.bot_id, await in_database(default_bot)}
        return sum([await self._send_due(bot_id) for bot_id in sorted(bots)])

    async def _send_due(self, bot_id: int) -> int:
        application, claim = await self.bot(), f"{timezone.now()}"
        deliver = Deliverer(application.bot, application.bot_data["entities"].files)
        lanes = await in_database(outbox.claim, bot_id, owner=claim, lanes=100, each=10, lease_seconds=60)
        ends = []
        for lane in lanes:
            begun = (await in_database(advance, [Begin(lane, one) for one in lane.messages], [], [])).begun
            for message in [one for one in lane.messages if one.pk in begun]:
                at, sent = timezone.now(), await deliver(message)
                assert isinstance(sent, Sent)
                ends.append(End(lane, message, sent, at, timezone.now()))
        await in_database(advance, [], ends, [Done(lane, more=lane.more) for lane in lanes])
        return len(ends)

    async def passes(self, **time: float) -> None:
        """Let time pass, `passes(hours=2)`: for the sandbox and for all that is written down; then send what is due."""
        passed = timedelta(**time)
        await self.bot()
        self.clock.advance(passed.total_seconds())
        await in_database(make_older, passed)
        await self.settle()
        while await self.send_due():
            pass

    async def _accept_batch(self) -> list[Envelope]:
        envelopes = await self._poll()
        await self.accept(envelopes)
        return envelopes

    async def accept(self, envelopes: list[Envelope]) -> None:
        """Write to the inbox."""
        await in_database(store.accept, self.bot_id, envelopes)

    async def _poll(self) -> list[Envelope]:
        await self.bot()
        answer = await api.call(self.world, settings.TELEGRAM_BOT_TOKEN, "getUpdates", {"offset": self._offset})
        updates = json.loads(json.dumps(answer.body["result"]))
        if updates:
            self._offset = updates[-1]["update_id"] + 1
        return [read_envelope(update) for update in updates]

    def tell(self, kind: str, text: str, *, level: str = "info") -> None:
        """Keep the events."""
        self.told.append((kind, level, text))

    @property
    def bot_id(self) -> int:
        """The bot's Telegram id."""
        assert self._application is not None
        return int(self._application.bot.id)

    async def newest_update(self) -> Update:
        """Return the inbox row that came last."""
        return await Update.objects.alatest("id")


class BotTestCase(Kit, TestCase):
    """A test with the kit."""

    def setUp(self) -> None:
        """Make a new sandbox."""
        self.open_sandbox()

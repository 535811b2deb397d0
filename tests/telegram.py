"""The test kit: people who write to the bot through an in-process Telegram; only the socket is left out.

class TestStart(BotTestCase):
    async def test_greets(self):
        await self.alice.says("/start")
        self.assertIn("Hello", self.alice.sees)
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.test import TestCase
from telegram.request import RequestData

from botcore import handlers
from botcore.access.book import BOOK
from botcore.access.throttle import THROTTLE
from botcore.application import build_application
from botcore.connection.consequences import Consequences
from botcore.connection.menu import publish_menu
from botcore.database import in_database
from botcore.inbox import store
from botcore.inbox.completion import Outcome, Progress, complete
from botcore.inbox.envelope import Envelope, read_envelope
from botcore.inbox.models import State, Update
from botcore.inbox.store import ClaimedLane
from botcore.inbox.worker import Run
from botcore.pipeline.context import BotApplication
from botcore.pipeline.pipeline import Pipeline
from botcore.pipeline.refusal import forget_notices
from botcore.registry import Feature, Registry
from sandbox import api
from sandbox.chats import Post
from sandbox.clock import ManualClock
from sandbox.files import Upload
from sandbox.queries import Inquiry
from sandbox.world import GROUP_ID, World
from tests.no_network import NoNetwork
from tests.ways import free_way_out

OWNER = "the tests"
FULL_BATCH = 100  # what getUpdates gives at most


class InProcessTelegram(NoNetwork):
    """python-telegram-bot's transport, wired to a sandbox in this process."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.calls: list[dict[str, Any]] = []  # the parameters of every call

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_args: Any, **_kwargs: Any
    ) -> tuple[int, bytes]:
        """Answer as the sandbox' server would."""
        token, name = url.rpartition("/bot")[2].split("/", 1)
        parameters: dict[str, Any] = dict(request_data.json_parameters) if request_data else {}
        files = (request_data.multipart_data if request_data else None) or {}
        for key, (name_of_file, content, kind) in files.items():
            parameters[key] = content if isinstance(content, bytes) else Upload(name_of_file, kind, content)
        self.calls.append(parameters)
        answer = await api.call(self._world, token, name, parameters)
        return answer.status, json.dumps(answer.body).encode()


class Writer:
    """A person of the sandbox in one chat with the bot."""

    def __init__(self, case: "BotTestCase", person_id: int, chat_id: int) -> None:
        self._case = case
        self.id = person_id
        self.chat_id = chat_id

    async def says(self, text: str) -> None:
        """Send a message; return when the bot has handled it."""
        await self._case.bot()
        self._case.world.say(self.id, self.chat_id, text)
        await self._case.settle()

    async def presses(self, label: str, *, times: int = 1) -> list[str | None]:
        """Press the newest button with this label, at once so many times; return the notices shown."""
        await self._case.bot()
        post, button = next(
            (post, button)
            for post in reversed(self._case.world.messages(self.chat_id))
            for button in post.buttons
            if button.text == label
        )
        data = str(button.callback_data)
        presses = [self._case.world.press(self.id, self.chat_id, post.message_id, data) for _ in range(times)]
        await self._case.settle()
        return [press.answer.text if press.answer else None for press in presses]

    async def pays(self, seconds_late: int = 0) -> str | None:
        """Pay the newest invoice; return why the bot refused, "" when it was paid, None without an answer in time."""
        await self._case.bot()
        post = next(post for post in reversed(self._case.world.messages(self.chat_id)) if "invoice" in post.extra)
        asked = self._case.world.pay(self.id, self.chat_id, post.message_id)
        self._case.clock.advance(seconds_late)
        await self._case.settle()
        await self._case.settle()  # the message that says so
        return asked.answer

    async def types(self, query: str) -> Inquiry:
        """Type behind the bot's name; return what the person sees then."""
        await self._case.bot()
        asked = self._case.world.ask_inline(self.id, query)
        await self._case.settle()
        return asked

    async def forges(self, data: str) -> str | None:
        """Send a pressed button with data that no button has; return the notice shown."""
        await self._case.bot()
        message = self._case.world.messages(self.chat_id)[-1].to_telegram().to_dict()
        sender = self._case.world.people[self.id].to_user().to_dict()
        query = {"id": "987654321", "from": sender, "message": message, "chat_instance": "1", "data": data}
        sent: list[dict[str, Any]] = self._case.telegram.calls
        sent.clear()
        self._case.world.deliver({"callback_query": query})
        await self._case.settle()
        return next((call.get("text") for call in sent if "callback_query_id" in call), None)

    @property
    def answers(self) -> list[str]:
        """The texts of the bot's messages in this chat, oldest first."""
        return [post.text for post in self._case.world.messages(self.chat_id) if is_from_bot(post)]

    @property
    def sees(self) -> str:
        """The text of the bot's newest message, "" when there is none."""
        return (self.answers or [""])[-1]

    @property
    def buttons(self) -> list[str]:
        """The labels under the newest message of the bot."""
        posts = [post for post in self._case.world.messages(self.chat_id) if is_from_bot(post)]
        return [button.text for button in posts[-1].buttons] if posts else []


class BotTestCase(TestCase):
    """Alice (an owner), Bob (Russian), Charlie, a person without a name, and a bot with all its features."""

    features: Iterable[Feature] | None = None  # None: those of botcore.handlers

    def setUp(self) -> None:
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
            self.assertEqual(await in_database(complete, self.bot_id, progress), [])

    @staticmethod
    async def _handle(lane: ClaimedLane, runs: Mapping[int, Run]) -> Progress:
        """Handle a lane as the worker does; what shall be tried once more is, without the wait."""
        outcomes: list[Outcome] = []
        for update in lane.updates:
            outcomes.append(await runs[update.pk]())
            if outcomes[-1].state == State.PENDING:
                return Progress(lane, tuple(outcomes), more=True)
        return Progress(lane, tuple(outcomes), more=lane.more)

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


def is_from_bot(post: Post) -> bool:
    """Tell whether the bot wrote the message."""
    return post.sender.to_user().is_bot

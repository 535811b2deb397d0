"""The webhook's keeper, against a sandbox in this process: sets what differs, once, and never deletes."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import telegram
from django.test import TestCase
from telegram.ext import ApplicationBuilder
from telegram.request import RequestData

from botcore import metrics
from botcore.connection.judge import TokenJudge
from botcore.connection.webhook import WebhookKeeper
from botcore.database import in_database
from botcore.exceptions import ConfigurationError
from botcore.models import Webhook as Row
from botcore.runtime import services
from sandbox.bots import Webhook, WebhookError
from sandbox.clock import ManualClock
from sandbox.world import World
from tests.telegram import InProcessTelegram

TOKEN = "1:sandbox"
URL = "https://bot.example/telegram/webhook/"
TYPES = ["message", "callback_query"]
LOG = "botcore.connection.webhook"
PATIENCE = 30  # seconds: a bound for a machine under load


class NotedTelegram(InProcessTelegram):
    """Notes the methods' names; answers something else first where a test says so."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.methods: list[str] = []
        self.instead: dict[str, list[tuple[int, str]]] = {}

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Note, then answer."""
        name = url.rpartition("/")[2]
        self.methods.append(name)
        if answers := self.instead.get(name):
            code, words = answers.pop(0)
            wait = {"parameters": {"retry_after": 0}} if code == 429 else {}
            return code, json.dumps({"ok": False, "error_code": code, "description": words, **wait}).encode()
        return await super().do_request(url, method, request_data, *args, **kwargs)

    def count(self, name: str) -> int:
        """How often was the method called?"""
        return self.methods.count(name)


class KeeperCase(TestCase):
    """A bot of the sandbox without a webhook."""

    def setUp(self) -> None:
        """Make the sandbox."""
        self.clock = ManualClock()
        self.world = World(self.clock)
        self.telegram = NotedTelegram(self.world)
        self.told: list[tuple[str, str, str]] = []

    def tell(self, kind: str, text: str, *, level: str = "info") -> None:
        """Keep the events."""
        self.told.append((kind, level, text))

    async def keeper(
        self, *, url: str = URL, types: list[str] = TYPES, secret: str = "", patience: float = 60
    ) -> WebhookKeeper:
        """Make what a new process makes."""
        builder = ApplicationBuilder().token(TOKEN).request(self.telegram).get_updates_request(self.telegram)
        bot: telegram.Bot = builder.updater(None).job_queue(None).build().bot
        await bot.initialize()
        await in_database(services.webhook_of, bot.id, secret=secret)
        judge = TokenJudge("http://telegram", tell=self.tell, patience=patience)
        judge.accepted()
        return WebhookKeeper(bot, url=url, allowed_updates=types, tell=self.tell, judge=judge)

    async def look(self, keeper: WebhookKeeper) -> None:
        """Look, later than the last time."""
        self.clock.advance(2)
        await keeper.look()

    @property
    def set_webhook(self) -> Webhook | None:
        """What the sandbox has."""
        return self.world.bot().webhook


class SettingTests(KeeperCase):
    """When setWebhook is called."""

    async def test_it_is_set_once_with_a_secret_that_is_made_and_kept(self) -> None:
        keeper = await self.keeper()
        for _ in range(3):
            await self.look(keeper)
        await self.look(await self.keeper())  # a new process
        row = await Row.objects.aget()
        self.assertEqual(self.set_webhook, Webhook(URL, 40, row.secret))
        self.assertGreaterEqual(len(row.secret), 40)
        self.assertEqual((row.url, row.told_secret), (URL, row.secret))
        self.assertEqual(self.world.bot().allowed_types, frozenset(TYPES))
        self.assertEqual((self.telegram.count("setWebhook"), self.told), (1, []))
        self.assertEqual(self.telegram.count("deleteWebhook"), 0)

    async def test_a_given_secret_replaces_the_kept_one(self) -> None:
        await self.look(await self.keeper())
        await self.look(await self.keeper(secret="given"))
        self.assertEqual(self.set_webhook, Webhook(URL, 40, "given"))
        self.assertEqual((self.telegram.count("setWebhook"), self.told), (2, []))

    async def test_another_address_or_other_types_of_a_new_process_are_set_without_an_alarm(self) -> None:
        await self.look(await self.keeper())
        await self.look(await self.keeper(types=["message"]))
        self.assertEqual(self.world.bot().allowed_types, frozenset({"message"}))
        await self.look(await self.keeper(url=f"{URL}?new", types=["message"]))
        self.assertEqual(self.set_webhook and self.set_webhook.url, f"{URL}?new")
        self.assertEqual((self.telegram.count("setWebhook"), self.told), (3, []))

    async def test_what_somebody_changed_or_removed_is_set_again_and_told(self) -> None:
        keeper = await self.keeper()
        await self.look(keeper)
        ours, bot = self.set_webhook, self.world.bot()
        assert ours

        def other_types() -> None:
            bot.allowed_types = frozenset({"message"})

        changes: list[Callable[[], Any]] = [
            lambda: bot.change_webhook(None),
            lambda: bot.change_webhook(Webhook("https://else.example/", 40, ours.secret_token)),
            lambda: bot.change_webhook(Webhook(URL, 1, ours.secret_token)),
            other_types,
        ]
        for number, change in enumerate(changes, start=1):
            change()
            await self.look(keeper)
            self.assertEqual((self.set_webhook, bot.allowed_types), (ours, frozenset(TYPES)))
            self.assertEqual(self.telegram.count("setWebhook"), 1 + number)
            self.assertEqual(len(self.told), number)
        self.assertEqual(self.told[0][:2], ("webhook", "warning"))

    async def test_updates_that_wait_are_kept_when_it_is_set(self) -> None:
        keeper = await self.keeper()
        self.world.say(1, 1, "hello")
        await self.look(keeper)
        self.assertEqual(self.world.bot().queue.waiting(self.clock.now()), 1)
        self.assertEqual((await Row.objects.aget()).waiting, 1)

    async def test_types_that_telegram_words_in_its_own_way_are_not_set_again_and_again(self) -> None:
        keeper = await self.keeper(types=["message", "of_the_future"])
        for _ in range(3):
            await self.look(keeper)
        self.assertEqual((self.telegram.count("setWebhook"), self.told), (1, []))


class TroubleTests(KeeperCase):
    """What Telegram cannot deliver, and Telegram itself in trouble."""

    async def run_until(self, keeper: WebhookKeeper, condition: Callable[[], bool]) -> None:
        """Run the keeper until the condition holds, or it ends with an error."""
        running = asyncio.create_task(keeper.run())
        async with asyncio.timeout(PATIENCE):
            while not condition() and not running.done():
                await asyncio.sleep(0.001)
        running.cancel()
        await asyncio.wait({running})
        if not running.cancelled():
            running.result()

    def fails(self, words: str) -> None:
        """Telegram could not deliver."""
        self.clock.advance(30)
        self.world.bot().webhook_error = WebhookError(int(self.clock.now()), words)

    async def test_a_failure_is_told_once_until_all_is_delivered_again(self) -> None:
        keeper = await self.keeper()
        await self.look(keeper)
        self.world.say(1, 1, "waits")
        for _ in range(5):
            self.fails("Connection refused")
            await self.look(keeper)
            await self.look(keeper)
        first = ("webhook", "warning", "Telegram could not deliver an update: Connection refused")
        self.assertEqual(self.told, [first])
        self.assertEqual((await Row.objects.aget()).last_error, "Connection refused")
        await self.look(await self.keeper())  # a new process knows what the row says
        self.assertEqual(self.told, [first])
        self.fails("Wrong response from the webhook: 403 Forbidden")
        await self.look(keeper)
        self.assertEqual(len(self.told), 2)
        self.world.bot().queue.clear()
        await self.look(keeper)
        self.fails("Wrong response from the webhook: 403 Forbidden")
        await self.look(keeper)
        self.assertEqual(len(self.told), 3)

    async def test_a_flood_and_other_failures_that_pass_are_waited_out(self) -> None:
        keeper = await self.keeper()
        self.telegram.instead = {
            "setWebhook": [(429, "Too Many Requests: retry after 0"), (502, "Bad Gateway")],
            "getWebhookInfo": [(401, "Unauthorized"), (404, "Not Found"), (400, "Bad Request: huh")],
        }
        with self.assertLogs(LOG, "WARNING") as logs:
            await self.run_until(keeper, lambda: self.set_webhook is not None)
        self.assertEqual((self.telegram.count("setWebhook"), self.told), (3, []))
        self.assertNotIn(TOKEN, "".join(logs.output))

    async def test_an_address_that_telegram_refuses_ends_the_process_with_a_sentence(self) -> None:
        keeper = await self.keeper()
        self.telegram.instead = {"setWebhook": [(400, "Bad Request: bad webhook: Failed to resolve host")]}
        with self.assertRaisesRegex(ConfigurationError, f"^WEBHOOK_URL: Telegram refused {URL}: .*resolve host"):
            await self.run_until(keeper, lambda: False)

    async def test_an_address_that_it_took_before_is_tried_again(self) -> None:
        await self.look(await self.keeper())
        self.world.bot().change_webhook(None)
        self.clock.advance(2)
        self.telegram.instead = {"setWebhook": [(400, "Bad Request: bad webhook: Failed to resolve host")]}
        with self.assertLogs(LOG, "WARNING"):
            await self.run_until(await self.keeper(), lambda: self.set_webhook is not None)
        self.assertEqual(self.set_webhook and self.set_webhook.url, URL)

    async def test_a_token_that_goes_on_being_rejected_ends_the_process_with_a_sentence(self) -> None:
        keeper = await self.keeper(patience=0)
        self.telegram.instead = {"getWebhookInfo": [(401, "Unauthorized")]}
        with self.assertRaisesRegex(ConfigurationError, "^TELEGRAM_BOT_TOKEN was rejected by http://telegram"):
            await self.run_until(keeper, lambda: False)

    async def test_it_is_not_deleted_at_the_end_and_its_figures_are_left_to_the_next_keeper(self) -> None:
        self.world.say(1, 1, "waits")
        await self.run_until(await self.keeper(), lambda: metrics.WEBHOOK_WAITING._value.get() == 1)
        self.assertEqual(metrics.WEBHOOK_WAITING._value.get(), 0)
        self.assertEqual((self.set_webhook is not None, self.telegram.count("deleteWebhook")), (True, 0))

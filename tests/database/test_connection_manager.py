"""The manager of the link: connects with patience, knows itself without Telegram, checks, ends at a rejected token."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from django.test import TestCase
from telegram.error import NetworkError

from botcore import metrics
from botcore.application import build_application
from botcore.connection.breaker import Breaker
from botcore.connection.known_bot import AnotherBotError
from botcore.connection.link import LinkState
from botcore.connection.link_watch import LinkWatch
from botcore.connection.manager import CHECK_SECONDS, LONGEST_PAUSE, ConnectionManager
from botcore.exceptions import ConfigurationError
from botcore.models import BotFacts
from botcore.pipeline.context import BotApplication
from tests.no_network import NoNetwork
from tests.ways import free_way_out

URL = "http://telegram"
LOG = "botcore.connection.manager"
PATIENCE = 30  # seconds: a bound for a machine under load
ME = {"id": 7, "is_bot": True, "first_name": "Garden", "username": "garden_bot"}
REFUSED = NetworkError("connection refused")
REJECTED = (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})

Answer = Exception | tuple[int, Any]


class Scripted(NoNetwork):
    """A transport that answers from a list, then with success; keeps the methods that were called."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.always: Answer | None = None
        self.methods: list[str] = []

    async def do_request(self, url: str, method: str, *_args: Any, **_kwargs: Any) -> tuple[int, bytes]:
        """Answer what the test says."""
        name = url.rpartition("/")[2]
        self.methods.append(name)
        answer = self.always or (self.answers.pop(0) if self.answers else None)
        if isinstance(answer, Exception):
            raise answer
        result: Any = {"url": "", "pending_update_count": 0, "has_custom_certificate": False}
        status, body = answer or (200, {"ok": True, "result": ME if name == "getMe" else result})
        return status, json.dumps(body).encode()


class ManagerTests(TestCase):
    """A manager whose clock moves by its own waits only."""

    def setUp(self) -> None:
        """Begin."""
        self.now = 0.0
        self.told: list[tuple[str, str, str]] = []
        self.greeted = 0

    def tell(self, kind: str, text: str, *, level: str = "info") -> None:
        """Keep the events."""
        self.told.append((kind, level, text))

    async def sleep(self, seconds: float) -> None:
        """Move the clock; let others run."""
        self.now += seconds
        await asyncio.sleep(0)

    async def greet(self) -> None:
        """Count."""
        self.greeted += 1

    def make(self, request: Scripted, *, token: str = "7:abc", polling: bool = True) -> ConnectionManager:
        """Make a manager as the wiring does."""
        self.watch = LinkWatch(URL, tell=self.tell, clock=lambda: self.now)
        way_out = free_way_out(tell=self.tell, watch=self.watch)
        way_out.breaker = Breaker(clock=lambda: self.now)
        self.application: BotApplication = build_application(
            token, URL, request=request, poll_request=request, way_out=way_out
        )
        return ConnectionManager(
            self.application,
            self.watch,
            api_url=URL,
            polling=polling,
            tell=self.tell,
            complain_after=15,
            clock=lambda: self.now,
            sleep=self.sleep,
        )

    async def run_until(self, manager: ConnectionManager, condition: Callable[[], bool]) -> None:
        """Run it until the condition holds, or it ends with an error."""
        await manager.open()
        running = asyncio.create_task(manager.run(self.greet))
        async with asyncio.timeout(PATIENCE):
            while not condition() and not running.done():
                await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait({running})
        await manager.close()
        if not running.cancelled():
            running.result()

    async def test_a_start_that_goes_well_asks_once_and_is_no_event(self) -> None:
        request = Scripted()
        await self.run_until(self.make(request), lambda: self.greeted > 0)
        self.assertEqual(request.methods, ["getMe", "getWebhookInfo"])
        self.assertEqual((self.watch.state, self.watch.words, self.told), (LinkState.UP, "", []))
        self.assertEqual(self.application.bot.username, "garden_bot")
        self.assertEqual(metrics.CONNECTION_STATE.labels("up")._value.get(), 1)
        self.assertEqual(metrics.CONNECTION_STATE.labels("connecting")._value.get(), 0)

    async def test_it_goes_on_asking_whatever_comes_and_says_so(self) -> None:
        request = Scripted(REFUSED, (502, "<html>"), (200, {"ok": True}), (200, None))
        request.answers += [(429, {"ok": False, "description": "x", "parameters": {"retry_after": 1}}), REFUSED]
        with self.assertLogs(LOG, "INFO") as logs:
            await self.run_until(self.make(request), lambda: self.greeted > 0)
        self.assertEqual(request.methods, ["getMe"] * 7 + ["getWebhookInfo"])
        self.assertIn("waiting for http://telegram: connection refused", logs.output[0])
        self.assertEqual(
            [(kind, level) for kind, level, _ in self.told], [("connection", "error"), ("connection", "info")]
        )
        self.assertRegex(
            self.told[0][2], r"^TELEGRAM_API_URL: http://telegram has not answered for \d+ s \(.*check the"
        )
        self.assertEqual(self.watch.words, "")

    async def test_while_it_waits_the_reason_stands_in_the_heartbeat(self) -> None:
        request = Scripted()
        request.always = REFUSED
        manager = self.make(request)
        with self.assertLogs(LOG, "INFO"):
            await self.run_until(manager, lambda: self.now > 3600)
        self.assertEqual(self.watch.state, LinkState.CONNECTING)
        self.assertEqual(self.watch.words, "Connecting to http://telegram: NetworkError: connection refused")
        self.assertEqual((len(self.told), self.greeted), (1, 0))
        self.assertGreater(len(request.methods), 3600 / 60)  # waits of 30 s, and the circuit's

    async def test_a_token_that_is_rejected_at_once_ends_the_start_with_a_sentence(self) -> None:
        with self.assertRaisesRegex(ConfigurationError, "^TELEGRAM_BOT_TOKEN was rejected by http://telegram"):
            await self.run_until(self.make(Scripted(REJECTED)), lambda: False)
        self.assertEqual([(kind, level) for kind, level, _ in self.told], [("token", "error")])

    async def test_a_server_that_starts_may_reject_the_token_for_a_moment(self) -> None:
        request = Scripted(REFUSED, REJECTED, (404, {"ok": False, "description": "Not Found"}))
        with self.assertLogs(LOG, "INFO") as logs:
            await self.run_until(self.make(request), lambda: self.greeted > 0)
        self.assertNotIn("7:abc", "".join(logs.output))

    async def test_a_bot_that_the_server_refuses_ends_the_start_with_its_words(self) -> None:
        request = Scripted((400, {"ok": False, "description": "Logged out"}))
        with self.assertRaisesRegex(ConfigurationError, "^TELEGRAM_API_URL: .* refused this bot .Logged out."):
            await self.run_until(self.make(request), lambda: False)

    async def test_an_answer_for_another_bot_ends_the_process_which_is_that_one_next_time(self) -> None:
        await self.run_until(self.make(Scripted()), lambda: self.greeted > 0)
        other = (200, {"ok": True, "result": {**ME, "id": 8}})
        with self.assertRaisesRegex(AnotherBotError, "getMe answered for bot 8, and this process runs bot 7"):
            await self.run_until(self.make(Scripted(other)), lambda: False)
        await self.run_until(self.make(Scripted(other)), lambda: self.greeted > 1)
        self.assertEqual(self.application.bot.id, 8)

    async def test_a_new_process_knows_itself_while_telegram_is_away(self) -> None:
        first = self.make(Scripted())
        bot = self.application.bot
        await first.open()
        self.assertFalse(bot.is_known)
        with self.assertRaisesRegex(RuntimeError, "not properly initialized"):
            _ = bot.id
        await self.run_until(first, lambda: self.greeted > 0)
        manager = self.make(Scripted())
        await manager.open()
        await asyncio.wait_for(manager.known(), PATIENCE)
        bot = self.application.bot
        self.assertEqual((bot.id, bot.username, bot.bot.to_dict()), (7, "garden_bot", ME))
        await manager.close()

    async def test_what_is_kept_is_written_once_and_again_when_it_changes(self) -> None:
        await self.run_until(self.make(Scripted()), lambda: self.greeted == 1)
        first = (await BotFacts.objects.aget()).at
        await self.run_until(self.make(Scripted()), lambda: self.greeted == 2)
        self.assertEqual((await BotFacts.objects.aget()).at, first)
        renamed = (200, {"ok": True, "result": {**ME, "username": "orchard_bot"}})
        await self.run_until(self.make(Scripted(renamed)), lambda: self.greeted == 3)
        self.assertIn("orchard_bot", (await BotFacts.objects.aget()).facts)

    async def test_kept_facts_that_cannot_be_read_hold_up_nothing(self) -> None:
        await self.run_until(self.make(Scripted()), lambda: self.greeted == 1)
        await BotFacts.objects.aupdate(facts='{"of": "the future"}')
        with self.assertLogs(LOG, "WARNING"):
            await self.run_until(self.make(Scripted()), lambda: self.greeted == 2)
        self.assertEqual(self.application.bot.username, "garden_bot")

    async def test_a_quiet_link_is_asked_once_a_minute_and_a_busy_one_never(self) -> None:
        request = Scripted()
        manager = self.make(request, polling=False)
        await self.run_until(manager, lambda: self.now >= 10 * CHECK_SECONDS)
        self.assertIn(request.methods.count("getMe"), (10, 11))
        request.methods.clear()

        def busy() -> bool:
            self.watch.note(ok=True, seconds=0.1, method="sendMessage")
            return self.now >= 20 * CHECK_SECONDS

        await self.run_until(manager, busy)
        self.assertEqual(request.methods, ["getMe"])
        self.assertAlmostEqual(metrics.CONNECTION_LATENCY._value.get(), 0.1)

    async def test_a_link_that_is_down_is_asked_ever_more_rarely_until_it_is_up_again(self) -> None:
        request = Scripted()
        manager = self.make(request, polling=False)

        def goes_down_and_comes_back() -> bool:
            if self.greeted and self.now < 300:
                request.always = REFUSED
            if self.now >= 300:
                request.always = None
            return self.now >= 400

        await self.run_until(manager, goes_down_and_comes_back)
        self.assertEqual(self.watch.state, LinkState.UP)
        self.assertEqual([level for _, level, _ in self.told if level != "warning"], ["error", "info"])
        self.assertLess(len(request.methods), 40)
        self.assertGreater(len(request.methods), 240 / LONGEST_PAUSE)

    async def test_a_token_that_goes_on_being_rejected_in_mid_run_ends_the_process_with_one_alert(self) -> None:
        request = Scripted()

        def rejected() -> bool:
            request.always = REJECTED if self.greeted else None
            return False

        with self.assertRaisesRegex(ConfigurationError, "^TELEGRAM_BOT_TOKEN was rejected"):
            await self.run_until(self.make(request), rejected)
        self.assertEqual([level for kind, level, _ in self.told if kind == "token"], ["error"])
        self.assertLess(self.now, 150)

    async def test_a_token_that_is_rejected_for_half_a_minute_ends_nothing(self) -> None:
        request = Scripted()
        began: list[float] = []

        def rejected_for_a_while() -> bool:
            if not began and self.watch.judge.in_doubt:
                began.append(self.now)
            hiccup = self.greeted and (not began or self.now - began[0] < 30)
            request.always = REJECTED if hiccup else None
            return bool(began) and self.now - began[0] > 200

        await self.run_until(self.make(request), rejected_for_a_while)
        self.assertFalse(self.watch.judge.in_doubt)
        self.assertEqual([event for event in self.told if event[0] == "token"], [])

    async def test_a_greeting_that_fails_does_not_end_the_process(self) -> None:
        async def fails() -> None:
            self.greeted += 1
            raise KeyError("garbled")

        self.greet = fails  # type: ignore[method-assign]
        manager = self.make(Scripted())
        with self.assertLogs(__name__, "ERROR"):
            await self.run_until(manager, lambda: self.now > 10)
        await asyncio.wait_for(manager.connected(), PATIENCE)

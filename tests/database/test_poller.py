"""Intake by polling: stored first, confirmed after; patience with a Telegram that is away."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from django.test import TestCase
from telegram.error import NetworkError
from telegram.ext import ApplicationBuilder
from telegram.request import RequestData

from botcore import metrics
from botcore.connection.judge import TokenJudge
from botcore.connection.link_watch import LinkWatch
from botcore.database import in_database
from botcore.exceptions import ConfigurationError
from botcore.inbox.envelope import Envelope
from botcore.inbox.models import Update
from botcore.intake.polling import Poller, stale_seconds
from botcore.intake.watch import Watch
from sandbox.clock import ManualClock
from sandbox.world import World
from tests.telegram import InProcessTelegram

PATIENCE = 30  # seconds: a bound for a machine under load


class WatchedTelegram(InProcessTelegram):
    """Notes, at each getUpdates, its offset and how many updates the database held; may answer something else first."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.seen: list[tuple[int, int]] = []
        self.instead: list[tuple[int, Any] | Exception] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Look at the database, then answer."""
        if not url.endswith("/getUpdates"):
            return await super().do_request(url, method, request_data, *args, **kwargs)
        stored = await in_database(Update.objects.count)
        parameters = request_data.json_parameters if request_data else {}
        self.seen.append((int(parameters.get("offset", 0)), stored))
        if self.instead:
            answer = self.instead.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer[0], json.dumps(answer[1]).encode()
        return await super().do_request(url, method, request_data, *args, **kwargs)


def failure(code: int, description: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
    """Return an error as the Bot API words it."""
    return code, {"ok": False, "error_code": code, "description": description, "parameters": parameters}


class PollerTests(TestCase):
    """A poller wired to a sandbox in this process."""

    def setUp(self) -> None:
        """Make a sandbox."""
        self.world = World(clock=ManualClock())
        self.telegram = WatchedTelegram(self.world)
        self.woken = 0
        self.events: list[tuple[str, str, str]] = []
        self.watch = Watch(self.tell)

    def wake(self, _new: Sequence[Envelope]) -> None:
        """Count the worker's wake-ups."""
        self.woken += 1

    def tell(self, kind: str, text: str, *, level: str = "info") -> None:
        """Keep the events."""
        self.events.append((kind, level, text))

    async def poll(self, until: Callable[[], bool], *, patience: float = 60) -> None:
        """Run a poller until the condition holds."""
        builder = ApplicationBuilder().token("1:sandbox").request(self.telegram).get_updates_request(self.telegram)
        bot = builder.updater(None).job_queue(None).build().bot
        await bot.initialize()
        judge = TokenJudge("http://telegram", tell=self.tell, patience=patience)
        judge.accepted()
        link = LinkWatch("http://telegram", tell=self.tell, judge=judge)
        poller = Poller(
            bot,
            allowed_updates=["message"],
            poll_seconds=1,
            on_updates=self.wake,
            watch=self.watch,
            link=link,
        )
        running = asyncio.create_task(poller.run())
        async with asyncio.timeout(PATIENCE):
            while not until() and not running.done():
                await asyncio.sleep(0.001)
        running.cancel()
        await asyncio.wait({running})
        if not running.cancelled() and (error := running.exception()):
            raise error

    async def test_nothing_is_confirmed_before_it_is_stored(self) -> None:
        self.world.bot("1:sandbox")
        for number in range(250):
            self.world.say(1, 1, f"message {number}")
        await self.poll(lambda: len(self.telegram.seen) >= 4)
        offsets = [offset for offset, _ in self.telegram.seen[:4]]
        first = (await Update.objects.order_by("update_id").afirst()).update_id  # type: ignore[union-attr]
        self.assertEqual(offsets, [0, first + 100, first + 200, first + 250])
        for offset, stored in self.telegram.seen[1:4]:
            self.assertEqual(stored, offset - first)
        self.assertEqual(self.woken, 3)

    async def test_a_failing_telegram_is_asked_again(self) -> None:
        self.world.say(1, 1, "hello")
        self.telegram.instead = [
            NetworkError("connection refused"),
            failure(502, "Bad Gateway"),
            failure(429, "Too Many Requests: retry after 0", retry_after=0),
            (200, {"ok": True, "result": "no list"}),
        ]
        with self.assertLogs("botcore.intake.polling", "WARNING"):
            await self.poll(lambda: self.woken > 0)
        self.assertEqual(await Update.objects.acount(), 1)

    async def test_a_garbled_answer_is_asked_again(self) -> None:
        self.world.say(1, 1, "hello")
        self.telegram.instead = [(200, {"ok": True}), (200, None), (500, [1]), (500, {"ok": False, "description": 5})]
        with self.assertLogs("botcore.intake.polling", "WARNING"):
            await self.poll(lambda: self.woken > 0)
        self.assertEqual(await Update.objects.acount(), 1)

    async def test_a_batch_that_comes_again_and_again_is_asked_for_ever_more_rarely(self) -> None:
        self.assertEqual([stale_seconds(batches) for batches in (1, 7, 10_000)], [0.15625, 10.0, 10.0])

    async def test_a_foreign_poller_is_named(self) -> None:
        conflicts = metrics.POLLS.labels("conflict")._value
        before = conflicts.get()
        self.telegram.instead = [failure(409, "Conflict: terminated by other getUpdates request")]
        with self.assertLogs("botcore.intake.watch", "INFO") as logs:
            await self.poll(lambda: conflicts.get() > before)
        self.assertIn("someone else polls this token", logs.output[0])

    async def test_a_rejected_token_ends_polling_with_a_sentence(self) -> None:
        self.telegram.instead = [failure(401, "Unauthorized")]
        with self.assertRaisesRegex(ConfigurationError, "^TELEGRAM_BOT_TOKEN was rejected"):
            await self.poll(lambda: False, patience=0)

    async def test_a_token_that_is_rejected_once_is_tried_again(self) -> None:
        self.world.say(1, 1, "hello")
        self.telegram.instead = [failure(401, "Unauthorized"), failure(404, "Not Found")]
        await self.poll(lambda: self.woken > 0)
        self.assertEqual(await Update.objects.acount(), 1)

    async def test_the_good_entries_of_a_batch_are_kept(self) -> None:
        good = {"update_id": 7, "message": {"chat": {"id": 1}, "text": "hi"}}
        self.telegram.instead = [(200, {"ok": True, "result": ["garbage", good]})]
        with self.assertLogs("botcore.intake.polling", "ERROR"):
            await self.poll(lambda: self.woken > 0)
        kept = [(update.update_id > 0, update.raw) async for update in Update.objects.order_by("-update_id")]
        self.assertEqual([real for real, _ in kept], [True, False])
        self.assertEqual(kept[1][1], '"garbage"')

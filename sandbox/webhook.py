"""Delivers updates to webhooks: each bot has a courier, which `Bot.enqueue` wakes and which posts what is due.

Follows telegram-bot-api's WebhookActor.cpp: one update per request, one request per lane, an update stays in the queue
until it is answered with 2xx. The request itself is in posting.py, the waits after failures in setbacks.py.
"""

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from sandbox import api
from sandbox.bots import Bot, Webhook, WebhookError
from sandbox.connections import Connections
from sandbox.lanes import Lane
from sandbox.posting import Delivered, Failed, open_session, post
from sandbox.setbacks import Setback
from sandbox.updates import Pending
from sandbox.world import Event, World

ANSWER_SECONDS = 60
GONE_SECONDS = 23 * 3600  # a webhook that says "410 Gone" for longer is removed
LANES_PER_CONNECTION = 2  # the real server looks no further into its queue
NO_ANSWER = "Read timeout expired"
FAULT = "The sandbox has a fault, see its log"
OUTAGE = Failed("")  # nothing is posted in an outage, and the webhook is not to blame

logger = logging.getLogger(__name__)


@asynccontextmanager
async def delivering(world: World) -> AsyncIterator[None]:
    """Serve the webhooks of all bots while the block runs, also of those that come later."""
    couriers: dict[Bot, Courier] = {}
    async with open_session() as http:

        def employ(_: Event) -> None:
            couriers.update({bot: Courier(world, bot, http) for bot in world.bots() if bot not in couriers})

        employ({"type": "bots"})
        stop_watching = world.watch(employ, "bots")
        try:
            yield
        finally:
            stop_watching()
            await asyncio.gather(*(courier.close() for courier in couriers.values()))


class Courier:
    """Delivers one bot's updates while it has a webhook. A webhook that changed is another object."""

    def __init__(self, world: World, bot: Bot, http: aiohttp.ClientSession) -> None:
        self._world = world
        self._bot = bot
        self._http = http
        self._clock = world.clock
        self._webhook: Webhook | None = None
        self._gone_since: float | None = None
        self._setbacks: dict[int, Setback] = {}
        self._overtaken: set[int] = set()
        self._connections = Connections()
        self._under_way: dict[Lane, asyncio.Task[None]] = {}
        self._news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rounds = asyncio.create_task(self._make_rounds())
        bot.wake_courier = self.wake

    def wake(self) -> None:
        """Look at once whether there is something to deliver."""
        if not self._news.done():
            self._news.set_result(None)

    async def close(self) -> None:
        """Stop, and give up the deliveries under way; their updates stay in the queue."""
        tasks = [self._rounds, *self._under_way.values()]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    async def _make_rounds(self) -> None:
        while True:
            self._news = asyncio.get_running_loop().create_future()
            pause = self._send_what_is_due()
            if pause is None:
                await self._news
            else:
                await self._clock.wait(self._news, pause)

    def _send_what_is_due(self) -> float | None:
        """Start deliveries; return the seconds until the next retry is due, None if none waits."""
        webhook, now = self._bot.webhook, self._clock.now()
        self._notice_change(webhook)
        if webhook is None:
            return None
        pauses = []
        for pending in self._bot.queue.heads(LANES_PER_CONNECTION * webhook.max_connections, now):
            setback = self._setbacks.get(pending.update_id)
            if pending.lane in self._under_way:
                continue
            if setback and setback.until > now:
                pauses.append(setback.until - now)
            elif wait := self._connections.take(now, webhook.max_connections):
                if wait < math.inf:  # else an end wakes
                    pauses.append(wait)
                break
            else:
                self._under_way[pending.lane] = asyncio.create_task(self._deliver(self._first(pending), webhook))
        return min(pauses, default=None)

    def _notice_change(self, webhook: Webhook | None) -> None:
        if webhook is not self._webhook:
            self._webhook, self._gone_since = webhook, None
            self._connections = Connections()
            self._setbacks.clear()

    def _first(self, pending: Pending) -> Pending:
        """Return what is posted first: the oldest of its lane, or once, with a fault, the one behind it."""
        spoiler, queue, number = self._world.spoiler, self._bot.queue, pending.update_id
        behind = None if number in self._overtaken else queue.behind(pending)
        if behind is None or not spoiler.overtakes(self._bot.number, pending.body):
            return pending
        self._overtaken.add(number)
        queue.turn(pending)
        return behind

    async def _deliver(self, pending: Pending, webhook: Webhook) -> None:
        connections = self._connections
        outcome: Delivered | Failed | None = None
        try:
            outcome = await self._attempt(pending, webhook)
            if isinstance(outcome, Delivered):
                if self._world.spoiler.comes_again(self._bot.number, pending.body):
                    await self._attempt(pending, webhook)
                self._drop(pending)
                self._gone_since = None
                await self._call(outcome)
            elif self._bot.webhook is webhook:
                self._remember(pending, outcome)
        finally:
            del self._under_way[pending.lane]
            succeeded = isinstance(outcome, Delivered)
            answered = isinstance(outcome, Failed) and outcome.status > 0
            connections.give_back(self._clock.now(), succeeded=succeeded, kept=succeeded or answered)
            self.wake()

    async def _attempt(self, pending: Pending, webhook: Webhook) -> Delivered | Failed:
        if self._world.faults.outage(self._bot.number):
            self._bot.synchronization_failed_at = int(self._clock.now())
            return OUTAGE
        body = self._world.spoiler.seen(self._bot.number, pending.body)
        posting = asyncio.create_task(post(self._http, webhook, body))
        try:
            await self._clock.wait(posting, ANSWER_SECONDS)
            return posting.result() if posting.done() else Failed(NO_ANSWER)
        except Exception:  # a fault of the sandbox must wait between tries like any other failure
            logger.exception("The sandbox failed to deliver to %s", webhook.url)
            return Failed(FAULT)
        finally:
            posting.cancel()
            await asyncio.wait({posting})

    async def _call(self, answer: Delivered) -> None:
        """Do what the answer asks for; as in the real server, nobody hears what became of it."""
        if answer.method:
            await api.call(self._world, self._bot.token, answer.method, answer.parameters)

    def _remember(self, pending: Pending, failure: Failed) -> None:
        now = self._clock.now()
        if failure is not OUTAGE:
            self._bot.webhook_error = WebhookError(int(now), failure.message)
        setback = self._setbacks.get(pending.update_id, Setback()).next(now, failure.retry_after)
        if setback.until < pending.expires_at:
            self._setbacks[pending.update_id] = setback
        else:
            self._drop(pending)
        self._mind_if_gone(failure.status, now)

    def _mind_if_gone(self, status: int, now: float) -> None:
        if status == 410:
            self._gone_since = self._gone_since or now
            if now > self._gone_since + GONE_SECONDS:
                self._bot.change_webhook(None)
        elif status:
            self._gone_since = None

    def _drop(self, pending: Pending) -> None:
        self._bot.queue.forget(pending.update_id)
        self._setbacks.pop(pending.update_id, None)
        self._overtaken.discard(pending.update_id)
        self._world.spoiler.done(self._bot.number, pending.update_id)

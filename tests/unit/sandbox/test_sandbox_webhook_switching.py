"""A webhook that is set, changed and deleted while updates wait or are under way, and a server that ends meanwhile."""

import asyncio
from typing import Any

from aiohttp import web

from sandbox.server import running
from sandbox.world import World
from tests.unit.sandbox.kit import until
from tests.unit.sandbox.receiver import Received, WebhookCase

BOB = 2
SECRET = "X-Telegram-Bot-Api-Secret-Token"


class Switching(WebhookCase):
    async def fetch(self, **parameters: Any) -> list[str]:
        self.clock.advance(10)
        return [update["message"]["text"] for update in await self.result("getUpdates", **parameters)]

    async def test_what_waited_for_get_updates_is_delivered_to_a_webhook(self) -> None:
        self.say("a", "b")
        self.assertEqual(await self.fetch(), ["a", "b"])
        await self.set_webhook()
        await self.emptied()
        self.assertEqual(self.receiver.texts(), ["a", "b"])

    async def test_what_a_webhook_did_not_take_is_left_for_get_updates(self) -> None:
        self.receiver.fail()
        await self.set_webhook()
        self.say("a", "b")
        await self.pause()
        await self.result("deleteWebhook")
        self.assertEqual(await self.fetch(), ["a", "b"])
        self.assertEqual(self.receiver.texts(), ["a", "a"])
        self.assertNotIn("last_error_message", await self.info())

    async def test_a_delivery_under_way_may_end_after_delete_webhook_and_none_follows(self) -> None:
        self.receiver.hold("a")
        await self.set_webhook()
        self.say("a", "b")
        await self.receiver.arrived("a")
        await self.result("deleteWebhook")
        self.assertEqual(await self.fetch(), ["a", "b"])
        self.receiver.let_go("a")
        await until(lambda: self.pending() == 1)
        self.assertEqual((await self.fetch(), self.receiver.texts()), (["b"], ["a"]))

    async def test_a_new_address_and_secret_hold_for_the_next_delivery(self) -> None:
        self.receiver.hold("a")
        await self.set_webhook(f"{self.url}/old", secret_token="old")
        self.say("a", "b")
        await self.receiver.arrived("a")
        await self.set_webhook(f"{self.url}/new", secret_token="new")
        self.say("from Bob", person=BOB)
        await self.receiver.arrived("a", "from Bob")
        self.receiver.let_go("a")
        await self.emptied()
        sent = [(received.text, received.path, received.headers[SECRET]) for received in self.receiver.received]
        self.assertEqual(sent, [("a", "/hook/old", "old"), ("from Bob", "/hook/new", "new"), ("b", "/hook/new", "new")])

    async def test_a_new_address_is_tried_at_once_and_the_old_errors_are_forgotten(self) -> None:
        self.receiver.fail(Retry_After="3600")
        await self.set_webhook(f"{self.url}/old")
        self.say("a")
        self.assertEqual(await self.pause(), 3600)
        self.receiver.agree()
        await self.set_webhook(f"{self.url}/new")
        await self.emptied()
        self.assertEqual(self.receiver.paths(), ["/hook/old", "/hook/new"])
        self.assertNotIn("last_error_message", await self.info())

    async def test_a_failure_at_the_old_address_says_nothing_about_the_new_one(self) -> None:
        async def answer(received: Received, _: web.Request) -> web.Response:
            old = "old" in received.path
            return web.Response(status=503 if old else 200, headers={"Retry-After": "9"} if old else None)

        self.receiver.answer = answer
        self.receiver.hold("a")
        await self.set_webhook(f"{self.url}/old")
        self.say("a")
        await self.receiver.arrived("a")
        await self.set_webhook(f"{self.url}/new")
        self.receiver.let_go("a")
        await self.emptied()
        self.assertEqual(self.receiver.paths(), ["/hook/old", "/hook/new"])
        self.assertNotIn("last_error_message", await self.info())

    async def test_setting_the_same_webhook_again_changes_no_wait(self) -> None:
        self.receiver.fail(Retry_After="100")
        await self.set_webhook()
        self.say("a")
        self.assertEqual(await self.pause(), 100)
        await self.set_webhook()
        self.say("from Bob", person=BOB)
        await self.receiver.arrived("a", "from Bob")
        self.assertEqual(await self.pause(), 99)
        self.assertIn("last_error_message", await self.info())

    async def test_dropped_updates_are_not_delivered_again(self) -> None:
        self.receiver.hold("a")
        self.receiver.fail()
        await self.set_webhook()
        self.say("a", "b")
        await self.receiver.arrived("a")
        self.clock.advance(1)
        await self.result("setWebhook", url=self.url, drop_pending_updates=True)
        self.say("c")
        self.receiver.let_go("a")
        self.assertEqual(await self.pause(), 2)
        self.assertEqual((self.receiver.texts(), self.pending()), (["a", "c", "c"], 1))


class Shutdown(WebhookCase):
    async def test_the_server_ends_with_deliveries_under_way_and_retries_planned(self) -> None:
        before = asyncio.all_tasks()
        self.world = World(self.clock)
        async with running(self.world):
            self.receiver.hold("a")
            self.receiver.fail()
            await self.set_webhook()
            self.say("from Bob", person=BOB)
            await self.pause()
            self.say("a")
            await self.receiver.arrived("from Bob", "from Bob", "a")
        self.assertEqual((self.courier()._under_way, self.clock._alarms), ({}, []))
        left = [repr(task) for task in asyncio.all_tasks() - before]
        self.assertEqual([task for task in left if "/sandbox/" in task], [])
        self.assertEqual(self.pending(), 2)

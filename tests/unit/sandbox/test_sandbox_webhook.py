"""Deliveries to a webhook that answers: the request, the order, and calls in the answer."""

from typing import Any

import aiohttp

from sandbox.lanes import lane_of
from sandbox.server import running
from sandbox.updates import UpdateQueue
from sandbox.world import World
from tests.unit.sandbox.receiver import WebhookCase

ALICE, BOB, CHARLIE = 1, 2, 3
SECRET = "X-Telegram-Bot-Api-Secret-Token"


class Deliveries(WebhookCase):
    async def test_an_update_is_posted_as_json_and_leaves_the_queue(self) -> None:
        await self.set_webhook(f"{self.url}?a=%C3%A4")
        update_id = self.world.deliver({"message": {"text": "héllo \ud800"}})
        await self.emptied()
        (received,) = self.receiver.received
        self.assertEqual((received.method, received.path), ("POST", "/hook?a=%C3%A4"))
        self.assertEqual(received.headers["Content-Type"], "application/json")
        self.assertEqual(received.headers["Connection"], "keep-alive")
        self.assertNotIn(SECRET, received.headers)
        self.assertEqual(received.update, {"update_id": update_id, "message": {"text": "héllo \ud800"}})

    async def test_the_secret_and_the_password_of_the_address_are_sent(self) -> None:
        await self.set_webhook(self.url.replace("//", "//alice:pass@"), secret_token="s-3_X")
        self.say("a")
        await self.emptied()
        headers = self.receiver.received[0].headers
        self.assertEqual((headers[SECRET], headers["Authorization"]), ("s-3_X", "Basic YWxpY2U6cGFzcw=="))

    async def test_any_2xx_is_success(self) -> None:
        await self.set_webhook()
        for status in (200, 204, 299):
            self.receiver.fail(status)
            self.say(str(status))
            await self.emptied()
        self.assertEqual(self.receiver.texts(), ["200", "204", "299"])
        self.assertNotIn("last_error_message", await self.info())

    async def test_a_connection_is_kept(self) -> None:
        await self.set_webhook()
        self.say("a", "b", "c")
        await self.emptied()
        self.assertEqual(len({received.client for received in self.receiver.received}), 1)

    async def test_an_update_is_pending_until_it_is_answered(self) -> None:
        self.receiver.hold("a")
        await self.set_webhook()
        self.say("a")
        await self.receiver.arrived("a")
        self.assertEqual((await self.info())["pending_update_count"], 1)
        self.receiver.let_go("a")
        await self.emptied()
        self.assertEqual((await self.info())["pending_update_count"], 0)

    async def test_bots_have_webhooks_of_their_own(self) -> None:
        await self.set_webhook(f"{self.url}/first")
        await self.set_webhook(f"{self.url}/second", "77:other")
        self.world.say(ALICE, self.world.group.id, "hello")
        await self.receiver.arrived("hello", "hello")
        self.assertEqual(sorted(self.receiver.paths()), ["/hook/first", "/hook/second"])

    async def test_what_was_set_before_the_server_starts_is_served(self) -> None:
        self.world = World(self.clock)
        await self.set_webhook()
        self.say("a")
        self.assertEqual(self.receiver.texts(), [])
        async with running(self.world):
            await self.emptied()
        self.assertEqual(self.receiver.texts(), ["a"])


class Order(WebhookCase):
    async def test_the_updates_of_a_chat_come_one_after_another_and_other_chats_do_not_wait(self) -> None:
        self.receiver.hold("a")
        await self.set_webhook()
        await self.warm_up()
        self.say("a", "b", "c")
        self.say("from Bob", person=BOB)
        await self.receiver.arrived("a", "from Bob")
        self.receiver.let_go("a")
        await self.emptied()
        self.assertEqual([text for text in self.receiver.texts() if text != "from Bob"], ["a", "b", "c"])

    async def test_a_press_does_not_wait_for_the_messages_of_its_chat(self) -> None:
        self.receiver.hold("a", "press")
        markup = {"inline_keyboard": [[{"text": text, "callback_data": text} for text in ("press", "again")]]}
        sent = await self.result("sendMessage", chat_id=ALICE, text="b", reply_markup=markup)
        await self.set_webhook()
        await self.warm_up()
        self.say("a")
        self.world.press(ALICE, ALICE, sent["message_id"], "press")
        self.world.press(ALICE, ALICE, sent["message_id"], "again")
        await self.receiver.arrived("a", "press")
        self.receiver.let_go("press")
        await self.receiver.arrived("a", "press", "again")

    async def test_no_more_requests_than_max_connections_are_open(self) -> None:
        self.receiver.hold("a", "b", "c")
        await self.set_webhook(max_connections=2)
        await self.warm_up()
        for person, text in ((ALICE, "a"), (BOB, "b"), (CHARLIE, "c")):
            self.say(text, person=person)
        await self.receiver.arrived("a", "b")
        self.receiver.let_go("a")
        await self.receiver.arrived("a", "b", "c")
        self.receiver.let_go()
        await self.emptied()
        self.assertEqual(self.receiver.most_open, 2)

    async def test_before_anything_succeeded_there_is_one_connection(self) -> None:
        self.receiver.hold("a")
        await self.set_webhook()
        self.say("a")
        for number, text in enumerate("bcd", start=2):
            self.world.deliver({"message": {"text": text, "chat": {"id": number}}})
        await self.receiver.arrived("a")
        self.assertEqual(len(self.courier()._under_way), 1)
        self.receiver.hold("b", "c", "d")
        self.receiver.let_go("a")
        await self.receiver.arrived("a", "b", "c", "d")
        self.receiver.let_go()
        await self.emptied()

    async def test_with_one_connection_chats_are_served_in_the_order_of_their_updates(self) -> None:
        for person, text in ((ALICE, "1"), (BOB, "2"), (ALICE, "3"), (BOB, "4")):
            self.say(text, person=person)
        await self.set_webhook(max_connections=1)
        await self.emptied()
        self.assertEqual((self.receiver.texts(), self.receiver.most_open), (["1", "2", "3", "4"], 1))

    async def test_a_long_backlog_arrives_whole_and_in_order(self) -> None:
        self.say(*(str(number) for number in range(5)))
        for chat in range(85):
            self.world.deliver({"message": {"text": f"chat {chat}", "chat": {"id": -chat}}})
        await self.set_webhook()
        await self.emptied()
        own = [text for text in self.receiver.texts() if text.isdigit()]
        self.assertEqual(own, [str(number) for number in range(5)])
        self.assertEqual(len(set(self.receiver.texts())), 90)


class Lanes(WebhookCase):
    def test_messages_share_a_chats_lane_other_kinds_have_lanes_of_their_own(self) -> None:
        chat, person = {"chat": {"id": 5}, "from": {"id": 6}}, {"from": {"id": 6}, "message": {"chat": {"id": 5}}}
        for kind, body, lane in (
            ("message", chat, ("message", 5)),
            ("edited_message", chat, ("message", 5)),
            ("channel_post", chat, ("message", 5)),
            ("my_chat_member", chat, ("my_chat_member", 5)),
            ("callback_query", person, ("callback_query", 6)),
            ("inline_query", person, ("inline_query", 6)),
            ("pre_checkout_query", person, ("shipping_query", 6)),
            ("poll_answer", {"user": {"id": 7}}, ("poll_answer", 7)),
        ):
            with self.subTest(kind):
                self.assertEqual(lane_of(1, {kind: body}), lane)

    def test_whatever_names_nobody_has_a_lane_of_its_own(self) -> None:
        strange: list[dict[str, Any]] = [
            {"poll": {"id": "x"}},
            {"message": "nonsense"},
            {"message": {"chat": {"id": []}}},
            {},
        ]
        for fields in strange:
            with self.subTest(fields):
                self.assertEqual(lane_of(9, fields), ("", 9))

    def test_the_queue_forgets_what_is_too_old_when_it_looks_for_heads(self) -> None:
        queue = UpdateQueue(1)
        queue.put({"inline_query": {"from": {"id": 1}}}, now=0)
        queue.put({"inline_query": {"from": {"id": 1}}}, now=20)
        queue.put({"message": {"chat": {"id": 1}}}, now=20)
        self.assertEqual([pending.update_id for pending in queue.heads(10, now=29)], [1, 3])
        self.assertEqual([pending.update_id for pending in queue.heads(10, now=30)], [2, 3])
        self.assertEqual([pending.update_id for pending in queue.heads(1, now=50)], [3])
        self.assertEqual(list(queue._pending), [3])


class Answers(WebhookCase):
    async def answered(self, **response: Any) -> list[str]:
        """Let the webhook answer an update like this; return what is written in the chat then."""
        self.receiver.reply(**response)
        await self.set_webhook()
        self.say("hi")
        await self.emptied()
        await self.idle()
        return [post.text for post in self.world.messages(ALICE)]

    async def test_a_method_in_the_answer_is_called(self) -> None:
        multipart = aiohttp.MultipartWriter("form-data")
        for name, value in (("method", "sendMessage"), ("chat_id", "1"), ("text", "hällo")):
            multipart.append(value).set_content_disposition("form-data", name=name)
        json = '{"method": "SENDmessage", "chat_id": 1, "text": "hällo"}'
        form = "method=sendMessage&chat_id=1&text=h%C3%A4llo"
        for response in (
            {"text": json, "content_type": "application/json"},
            {"text": form, "content_type": "application/x-www-form-urlencoded"},
            {"body": multipart, "headers": multipart.headers},
        ):
            with self.subTest(response):
                self.assertEqual((await self.answered(**response))[-2:], ["hi", "hällo"])

    async def test_an_answer_without_a_call_is_only_an_answer(self) -> None:
        for text, content_type in (
            ("", "text/plain"),
            ('{"method": "sendMessage", "chat_id": 1, "text": "x"}', "text/plain"),
            ("{", "application/json"),
            ("[" * 100_000, "application/json"),
            ('["method"]', "application/json"),
            ('{"method": 1}', "application/json"),
            ('{"method": "juggle"}', "application/json"),
            ('{"method": "sendMessage", "chat_id": 99}', "application/json"),
            ("x", "multipart/form-data"),
        ):
            with self.subTest(text[:9] + content_type):
                self.assertEqual((await self.answered(text=text, content_type=content_type))[-1], "hi")
        self.assertNotIn("last_error_message", await self.info())

    async def test_the_webhook_cannot_be_changed_by_an_answer(self) -> None:
        for method in ("deleteWebhook", "DELETEWEBHOOK", "setWebhook"):
            with self.subTest(method):
                await self.answered(text=f'{{"method": "{method}"}}', content_type="application/json")
                self.assertEqual((await self.info())["url"], self.url)

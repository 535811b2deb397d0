"""The control API, the live channel, and an end in good order."""

import asyncio
import json
from typing import Any

import aiohttp

from sandbox.errors import Refused
from sandbox.server import running
from sandbox.world import GROUP_ID, World
from tests.unit.sandbox.kit import TOKEN, ServerCase, WorldCase, until


class Control(ServerCase):
    async def test_say_and_press_do_what_a_person_would(self) -> None:
        status, body = await self.post("/sandbox/say", json={"person": 1, "chat": 1, "text": "/start"})
        self.assertEqual((status, body["message"]["text"], body["message"]["from"]["id"]), (200, "/start", 1))
        markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
        sent = await self.result("sendMessage", chat_id=1, text="x", reply_markup=markup)
        wish = {"person": 1, "chat": 1, "message": sent["message_id"], "data": "go", "bot": 1}
        status, body = await self.post("/sandbox/press", json=wish)
        updates = await self.result("getUpdates")
        self.assertEqual((status, body["query_id"]), (200, updates[1]["callback_query"]["id"]))
        self.assertEqual(updates[0]["message"]["entities"], [{"type": "bot_command", "offset": 0, "length": 6}])

    async def test_a_reply_quotes_the_message(self) -> None:
        first = self.world.say(1, GROUP_ID, "one")
        wish = {"person": 2, "chat": GROUP_ID, "text": "two", "reply_to": first.message_id}
        _, body = await self.post("/sandbox/say", json=wish)
        self.assertEqual(body["message"]["reply_to_message"]["text"], "one")

    async def test_a_raw_update_is_queued(self) -> None:
        status, body = await self.post("/sandbox/deliver", json={"update": {"new_thing": {"a": None}}})
        expected = {"update_id": body["update_id"], "new_thing": {"a": None}}
        self.assertEqual((status, await self.result("getUpdates")), (200, [expected]))

    async def test_the_state_names_everyone_and_every_chat(self) -> None:
        await self.call("getMe", "77:x")
        _, state = await self.get("/sandbox/state")
        self.assertEqual([person["name"] for person in state["people"]], ["Alice", "Bob", "Charlie Clark", "No name"])
        self.assertIn(77, [bot["bot"] for bot in state["bots"]])
        chats = [(chat["chat"], chat["bot"]) for chat in state["chats"]]
        self.assertEqual(chats[-1], (GROUP_ID, None))
        self.assertIn((4, 77), chats)

    async def test_messages_of_a_chat_can_be_read(self) -> None:
        self.world.say(2, 2, "привет")
        status, body = await self.get("/sandbox/chats/2/messages?bot=1")
        self.assertEqual((status, body["posted"], [one["text"] for one in body["messages"]]), (200, 1, ["привет"]))

    async def test_a_new_person_has_a_chat_with_the_bot(self) -> None:
        _, body = await self.post("/sandbox/people", json={"first_name": "Dora", "language": "de"})
        number = body["person"]["id"]
        self.assertEqual((number, (await self.result("getChat", chat_id=number))["first_name"]), (5, "Dora"))

    async def test_blocking_and_unblocking_show_in_the_state(self) -> None:
        for path, expected in (("block", [2]), ("unblock", [])):
            await self.post(f"/sandbox/{path}", json={"person": 2})
            _, state = await self.get("/sandbox/state")
            self.assertEqual(state["bots"][0]["blocked_by"], expected)

    async def test_what_cannot_be_done_is_refused_with_one_sentence(self) -> None:
        self.world.say(2, 2, "x")
        say = {"person": 1, "chat": 1, "text": "x"}
        cases: list[tuple[str, Any, int, str]] = [
            ("say", {**say, "person": 9}, 404, "There is no person 9."),
            ("say", {**say, "chat": 9}, 404, "There is no chat 9."),
            ("say", {**say, "bot": 9}, 404, "There is no bot 9: a bot exists from its first call on."),
            ("say", {**say, "reply_to": 9}, 404, "There is no message 9 in chat 1."),
            ("say", {**say, "chat": 2}, 400, "Alice cannot write in another person's private chat."),
            ("say", {**say, "text": " "}, 400, "A message needs between 1 and 4096 characters."),
            ("say", {**say, "text": "x" * 4097}, 400, "A message needs between 1 and 4096 characters."),
            ("say", {**say, "text": 5}, 400, 'The field "text" must be a string.'),
            ("say", {**say, "person": True}, 400, 'The field "person" must be an integer.'),
            ("say", {**say, "bot": [1]}, 400, 'The field "bot" must be the number before the colon of its token.'),
            ("say", {"person": 1}, 400, 'The field "chat" is missing; it must be an integer.'),
            ("say", [], 400, "The body must be a JSON object."),
            ("press", {"person": 2, "chat": 2, "message": 1, "data": "a"}, 400,
             "Message 1 has no button with the data 'a'."),
            ("deliver", {"update": []}, 400, 'The field "update" must be an object with at least one field.'),
            ("block", {"person": 9}, 404, "There is no person 9."),
            ("people", {}, 400, 'The field "first_name" is missing; it must be a string.'),
        ]  # fmt: skip
        for path, wish, status, sentence in cases:
            with self.subTest(sentence):
                self.assertEqual(await self.post(f"/sandbox/{path}", json=wish), (status, {"error": sentence}))

    async def test_what_is_no_json_is_refused(self) -> None:
        for body in (b"", b"{", b'{"text": "\\ud800"}', b'{"a": NaN}', b"\xff", b"[" * 100_000, b"1" * 5000):
            with self.subTest(body[:20]):
                answer = await self.post("/sandbox/deliver", data=body)
                self.assertEqual(answer, (400, {"error": "The body is not valid JSON."}))

    async def test_wrong_addresses_of_chats_are_refused(self) -> None:
        words = "The chat, and person and bot in the query, must be integers."
        self.assertEqual(await self.get("/sandbox/chats/x/messages"), (400, {"error": words}))
        self.assertEqual(await self.get("/sandbox/chats/9/messages"), (404, {"error": "There is no chat 9."}))
        self.assertEqual((await self.get("/sandbox/chats/1/commands?person=9"))[0], 404)

    async def test_the_command_menu_is_the_narrowest_that_is_for_a_person(self) -> None:
        scopes: tuple[dict[str, Any], ...] = (
            {"type": "default"}, {"type": "all_group_chats"}, {"type": "all_chat_administrators"},
            {"type": "chat", "chat_id": GROUP_ID}, {"type": "chat_administrators", "chat_id": GROUP_ID},
            {"type": "chat_member", "chat_id": GROUP_ID, "user_id": 2},
        )  # fmt: skip
        seen = []
        for scope in scopes:
            menu = [{"command": scope["type"], "description": "x"}]
            await self.result("setMyCommands", commands=menu, scope=scope)
            answers = [await self.get(f"/sandbox/chats/{GROUP_ID}/commands?person={person}") for person in (1, 2)]
            seen.append([body["commands"][0]["command"] for _, body in answers])
        self.assertEqual(seen, [
            ["default", "default"], ["all_group_chats", "all_group_chats"],
            ["all_chat_administrators", "all_group_chats"], ["chat", "chat"],
            ["chat_administrators", "chat"], ["chat_administrators", "chat_member"],
        ])  # fmt: skip

    async def test_a_person_who_blocked_the_bot_must_unblock_it_to_write(self) -> None:
        self.world.block(1)
        with self.assertRaises(Refused) as refused:
            self.world.say(1, 1, "hello?")
        self.assertEqual(refused.exception.sentence, "Alice has blocked this bot and must unblock it first.")


class LiveChannel(ServerCase):
    async def test_events_arrive_in_order_after_a_hello(self) -> None:
        async with self.http.ws_connect("/sandbox/live") as live:
            self.assertEqual(await live.receive_json(), {"type": "hello", "life": self.world.life})
            sent = await self.bot.send_message(1, "one")
            await sent.edit_text("two")
            await sent.delete()
            events = [await live.receive_json() for _ in range(3)]
        self.assertEqual([event["type"] for event in events], ["message", "edited", "deleted"])
        self.assertEqual((events[1]["message"]["text"], events[1]["posted"]), ("two", 1))
        self.assertEqual(events[2], {"type": "deleted", "chat": 1, "bot": 1, "message_id": sent.message_id})

    async def test_a_page_that_left_is_forgotten(self) -> None:
        before = list(self.world._listeners)
        async with self.http.ws_connect("/sandbox/live") as live:
            await live.receive_json()
            self.assertEqual(len(self.world._listeners), len(before) + 1)
        await until(lambda: self.world._listeners == before)
        await self.bot.send_message(1, "nobody watches")

    async def test_another_site_may_not_listen(self) -> None:
        with self.assertRaises(aiohttp.WSServerHandshakeError) as refused:
            await self.http.ws_connect("/sandbox/live", origin="https://evil.example")
        self.assertEqual(refused.exception.status, 403)


class TheEnd(WorldCase):
    async def test_held_polls_and_live_pages_are_let_go(self) -> None:
        async with aiohttp.ClientSession() as http:
            async with running(self.world) as address:
                live = await http.ws_connect(f"{address}/sandbox/live")
                self.assertEqual((await live.receive_json())["type"], "hello")
                poll = asyncio.create_task(http.get(f"{address}/bot{TOKEN}/getUpdates?timeout=50"))
                await until(lambda: self._hold() is not None)
            response = await poll
            body = json.loads(await response.text())
            self.assertEqual((response.status, body["description"]), (500, "Internal Server Error: restart"))
            self.assertEqual(await live.receive_json(), {"type": "bots"})  # the poll was the bot's first call
            self.assertEqual((await live.receive()).type, aiohttp.WSMsgType.CLOSE)
            self.assertEqual(live.close_code, aiohttp.WSCloseCode.GOING_AWAY)

    async def test_a_second_server_on_the_same_port_is_an_error_of_the_system(self) -> None:
        async with running(self.world) as address:
            with self.assertRaises(OSError):
                async with running(World(), int(address.rpartition(":")[2])):
                    pass

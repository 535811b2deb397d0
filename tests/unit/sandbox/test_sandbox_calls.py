"""The log of calls: what it keeps, what it never shows, and how it is searched."""

import asyncio
from io import BytesIO
from typing import Any

from sandbox.calls import CallLog
from sandbox.clock import ManualClock
from sandbox.files import Upload
from tests.unit.sandbox.kit import ServerCase, until

REAL_LOOKING = "123456789:AAE" + "x" * 40


class Calls(ServerCase):
    async def asyncSetUp(self) -> None:
        await super().asyncSetUp()
        self.world.calls.clear()  # the client has called already

    async def found(self, **query: Any) -> list[dict[str, Any]]:
        status, body = await self.get("/sandbox/calls", params=query)
        self.assertEqual(status, 200, body)
        calls: list[dict[str, Any]] = body["calls"]
        return calls

    async def test_a_call_is_there_with_all_that_a_tester_asks(self) -> None:
        self.world.faults.add(kind="flood", count=1)
        for text in ("one", "two"):
            await self.call("sendMessage", chat_id=1, text=text)
        second, first = await self.found()
        self.assertEqual(
            (first["method"], first["bot"], first["chat"], first["status"]), ("sendMessage", 1, "1", "429")
        )
        self.assertEqual(
            (first["parameters"], first["fault"]), ({"chat_id": "1", "text": "one"}, {"id": 1, "kind": "flood"})
        )
        self.assertEqual((second["status"], second["fault"], second["at"]), ("200", None, self.clock.now()))
        self.assertIn('"message_id": 1', second["answer"])
        self.assertGreater(second["id"], first["id"])

    async def test_calls_are_found_by_each_of_their_sides(self) -> None:
        await self.call("sendMessage", chat_id=1, text="Hello Alice")
        await self.call("sendMessage", chat_id=2, text="Привет")
        await self.call("getChat", chat_id=99)
        await self.call("getMe", "2:x")
        await self.call("juggle", chat_id=2)
        methods = {
            "sendmessage|getme": ["getMe", "sendMessage", "sendMessage"],
            "get*": ["getMe", "getChat"],
        }
        for pattern, expected in methods.items():
            self.assertEqual([call["method"] for call in await self.found(method=pattern)], expected)
        queries: list[tuple[dict[str, Any], list[str]]] = [
            ({"without": "send*|get*"}, ["juggle"]),
            ({"chat": 2}, ["juggle", "sendMessage"]),
            ({"bot": 2}, ["getMe"]),
            ({"status": "400"}, ["getChat"]),
            ({"status": "4xx"}, ["juggle", "getChat"]),
            ({"status": "failed"}, ["juggle", "getChat"]),
            ({"text": "hello"}, ["sendMessage"]),
            ({"text": "ПРИВЕТ"}, ["sendMessage"]),
            ({"text": "method not found"}, ["juggle"]),
            ({"limit": 1}, ["juggle"]),
            ({"method": "", "chat": "", "before": ""}, ["juggle", "getMe", "getChat", "sendMessage", "sendMessage"]),
        ]
        for query, expected in queries:
            with self.subTest(query):
                self.assertEqual([call["method"] for call in await self.found(**query)], expected)

    async def test_older_ones_are_before_an_id(self) -> None:
        for number in range(5):
            await self.call("sendMessage", chat_id=1, text=str(number))
        newest = await self.found(limit=2)
        older = await self.found(limit=2, before=newest[-1]["id"])
        self.assertEqual([call["parameters"]["text"] for call in newest + older], ["4", "3", "2", "1"])

    async def test_a_token_is_never_shown(self) -> None:
        token = "1:sandbox"
        wanted = {"url": f"https://example.org/{token}/hook?1%3Asandbox", "secret_token": "quiet"}
        await self.call("setWebhook", **wanted, other={token: [token]})
        await self.call("getWebhookInfo")
        await self.call("sendMessage", chat_id=1, text="x" * 495 + token)
        await self.call("sendMessage", chat_id=1, text=f"another one's: {REAL_LOOKING}")
        await self.call(token, **{token: token})
        async with self.http.post(
            f"/bot{token}/{token}?a={token}", data=b"{", headers={"Content-Type": "application/json"}
        ):
            pass
        shown = str(await self.found(limit=500))
        self.assertEqual([word for word in (token, "1%3Asandbox", "quiet", "AAExx", "1:san") if word in shown], [])
        self.assertIn("(hidden)", shown)

    async def test_files_are_named_and_what_is_long_is_cut(self) -> None:
        await self.call("sendDocument", chat_id=1, document=Upload("a.pdf", "application/pdf", BytesIO(b"x" * 9)))
        await self.call("sendPhoto", chat_id=1, photo=b"12345")
        await self.call("sendMessage", chat_id=1, text="y" * 4000)
        for number in range(10):
            self.world.say(1, 1, str(number))
        await self.call("getUpdates")
        updates, text, photo, document = await self.found()
        self.assertEqual(document["parameters"]["document"], "(file a.pdf, application/pdf)")
        self.assertEqual(photo["parameters"]["photo"], "(file, 5 bytes)")
        self.assertEqual((len(text["parameters"]["text"]), len(text["answer"])), (501, 2001))
        self.assertIn("… and 7 more", updates["answer"])

    async def test_a_body_that_cannot_be_read_is_a_call_too(self) -> None:
        await self.post("/bot1:sandbox/sendMessage", data=b"{", headers={"Content-Type": "application/json"})
        (call,) = await self.found()
        self.assertEqual((call["method"], call["status"], call["bot"]), ("sendMessage", "400", 1))

    async def test_the_time_that_a_call_took_and_a_caller_who_gave_up(self) -> None:
        self.world.faults.add(kind="slow", latency_ms=1500, count=1)
        task = asyncio.create_task(self.call("getMe"))
        await until(lambda: len(self.clock._alarms) == 1)
        self.clock.advance(1.5)
        await task
        self.world.faults.add(kind="hang")
        task = asyncio.create_task(self.call("getMe"))
        await until(lambda: self.world.faults.holding == 1)
        task.cancel()
        await asyncio.wait({task})
        gave_up, slow = await self.found()
        self.assertEqual((slow["milliseconds"], slow["status"]), (1500, "200"))
        self.assertEqual((gave_up["status"], gave_up["answer"], gave_up["fault"]["kind"]), ("gave up", "", "hang"))

    async def test_trouble_on_the_wire_is_what_was_answered(self) -> None:
        self.world.faults.add(kind="cut", count=1)
        await self.call("getMe")
        (call,) = await self.found()
        self.assertEqual((call["status"], call["answer"]), ("cut", ""))

    async def test_nonsense_is_refused_and_a_wish_to_forget_is_followed(self) -> None:
        for query in ({"chat": "x"}, {"chats": 1}, {"limit": 0}, {"limit": 501}):
            with self.subTest(query):
                status, body = await self.get("/sandbox/calls", params=query)
                self.assertEqual((status, list(body)), (400, ["error"]))
        await self.call("getMe")
        await self.post("/sandbox/calls/clear")
        self.assertEqual(await self.found(), [])


class Bounds(ServerCase):
    async def test_a_log_keeps_so_many_calls_and_so_many_bytes(self) -> None:
        log = CallLog(ManualClock(), calls=50, size=100_000)
        for text in ("short", "я" * 4000):
            for number in range(500):
                log.add(
                    "1:x",
                    "sendMessage",
                    {"text": f"{number} {text}", "reply": ["x" * 9999] * 9},
                    0.0,
                    bot=1,
                    status="200",
                )
            self.assertLessEqual(len(log), 50)
            self.assertLessEqual(log._bytes, 100_000)
        self.assertGreater(len(log), 20)
        self.assertEqual(log._bytes, sum(call.size for call in log._calls))

    async def test_what_is_kept_as_it_came_is_small(self) -> None:
        log = CallLog(ManualClock())
        large: list[Any] = [
            {"result": {"text": "x" * 600}},
            {"result": {"reply_to_message": {}}},
            {"result": {"entities": [{}] * 20}},
            {"result": [{}]},
        ]
        for body in large:
            log.add("1:x", "m", {}, 0.0, bot=1, status="200", body=body)
        for value in ("x" * 501, [1], b"x", Upload("a", "b", BytesIO())):
            log.add("1:x", "m", {"a": value}, 0.0, bot=1, status="200")
        self.assertEqual([call.given for call in log._calls], [None] * 8)
        log.add(
            "1:x", "m", {"a": "x", "b": 1}, 0.0, bot=1, status="200", body={"result": {"text": "x", "entities": [{}]}}
        )
        self.assertIsNotNone(log._calls[-1].given)

"""Telegram's bad days: which calls go wrong, how, and whether they were performed."""

import asyncio
from typing import Any

import aiohttp
import telegram
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from sandbox.server import running
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import GIVE_UP_SECONDS, TOKEN, ServerCase, WorldCase, ended, until


class WhichCalls(WorldCase):
    async def statuses(self, *calls: tuple[str, int]) -> list[int]:
        return [(await self.call(method, chat_id=chat, text="x", action="typing")).status for method, chat in calls]

    async def test_a_fault_meets_the_calls_of_its_method_and_chat(self) -> None:
        self.world.faults.add(kind="flood", method="send*|edit*", chat=1)
        calls = (("sendMessage", 1), ("SENDMESSAGE", 1), ("sendMessage", 2), ("getChat", 1), ("sendChatAction", 1))
        self.assertEqual(await self.statuses(*calls), [429, 429, 200, 200, 429])

    async def test_a_chat_given_as_text_is_the_same_chat(self) -> None:
        self.world.faults.add(kind="flood", chat=1)
        self.assertEqual((await self.call("sendMessage", chat_id="1", text="x")).status, 429)

    async def test_a_fault_of_one_bot_spares_the_others(self) -> None:
        self.world.faults.add(kind="unauthorized", bot=2)
        self.assertEqual(await self.error("getMe", "2:x"), (401, "Unauthorized"))
        self.assertEqual((await self.call("getMe")).status, 200)

    async def test_a_count_ends_a_fault(self) -> None:
        fault = self.world.faults.add(kind="error", status=500, count=3)
        self.assertEqual(await self.statuses(*[("sendMessage", 1)] * 4), [500, 500, 500, 200])
        self.assertEqual((fault.count, fault.hits), (0, 3))

    async def test_a_probability_meets_about_its_share(self) -> None:
        self.world.faults.add(kind="error", probability=0.25)
        statuses = await self.statuses(*[("getChat", 1)] * 1000)
        self.assertTrue(200 <= statuses.count(500) <= 300, statuses.count(500))

    async def test_the_first_fault_that_meets_a_call_is_the_one(self) -> None:
        self.world.faults.add(kind="chat_not_found", chat=1, count=1)
        self.world.faults.add(kind="unauthorized")
        self.assertEqual(await self.statuses(("getChat", 1), ("getChat", 1)), [400, 401])


class Answers(WorldCase):
    async def test_every_refusal_has_the_real_servers_words(self) -> None:
        kicked, left = "Forbidden: bot was kicked from the", "Forbidden: bot is not a member of the"
        cases = {
            "blocked": (403, "Forbidden: bot was blocked by the user"),
            "deactivated": (403, "Forbidden: user is deactivated"),
            "kicked_group": (403, f"{kicked} group chat"),
            "kicked_supergroup": (403, f"{kicked} supergroup chat"),
            "kicked_channel": (403, f"{kicked} channel chat"),
            "not_member": (403, f"{left} supergroup chat"),
            "not_member_channel": (403, f"{left} channel chat"),
            "group_deleted": (403, "Forbidden: the group chat was deleted"),
            "chat_not_found": (400, "Bad Request: chat not found"),
            "unauthorized": (401, "Unauthorized"),
            "error": (500, "Internal Server Error"),
            "flood": (429, "Too Many Requests: retry after 1"),
        }
        for kind, expected in cases.items():
            with self.subTest(kind):
                self.world.faults.add(kind=kind, count=1)
                self.assertEqual(await self.error("sendMessage", chat_id=1, text="x"), expected)
        self.assertEqual(self.world.messages(1), [])

    async def test_a_fault_can_strike_after_the_call_was_performed(self) -> None:
        self.world.faults.add(kind="error", status=504, count=1)
        self.world.faults.add(kind="error", status=504, performed=True)
        self.assertEqual(await self.error("sendMessage", chat_id=1, text="a"), (504, "Gateway Timeout"))
        self.assertEqual(await self.error("sendMessage", chat_id=1, text="b"), (504, "Gateway Timeout"))
        self.assertEqual([post.text for post in self.world.messages(1)], ["b"])

    async def test_without_a_socket_trouble_on_the_wire_is_a_502(self) -> None:
        self.world.faults.add(kind="cut", performed=True)
        self.assertEqual(await self.error("sendMessage", chat_id=1, text="a"), (502, "Bad Gateway"))
        self.assertEqual(len(self.world.messages(1)), 1)

    async def test_a_hanging_call_is_performed_when_it_is_released(self) -> None:
        self.world.faults.add(kind="hang", count=1)
        task = asyncio.create_task(self.call("sendMessage", chat_id=1, text="x"))
        await until(lambda: self.world.faults.holding == 1)
        self.assertEqual(self.world.messages(1), [])
        self.world.faults.release()
        self.assertEqual(((await ended(task)).status, len(self.world.messages(1))), (200, 1))

    async def test_a_call_may_hang_after_it_was_performed(self) -> None:
        self.world.faults.add(kind="hang", performed=True)
        task = asyncio.create_task(self.call("sendMessage", chat_id=1, text="x"))
        await until(lambda: len(self.world.messages(1)) == 1)
        self.world.faults.clear()
        self.assertEqual(((await ended(task)).status, len(self.world.messages(1))), (200, 1))

    async def test_a_slow_call_takes_its_time(self) -> None:
        self.world.faults.add(kind="slow", latency_ms=1500)
        task = asyncio.create_task(self.call("getMe"))
        await until(lambda: len(self.clock._alarms) == 1)
        self.clock.advance(1.4)
        self.assertFalse(task.done())
        self.clock.advance(0.1)
        self.assertEqual((await ended(task)).status, 200)


class OnTheWire(ServerCase):
    """What python-telegram-bot makes of it."""

    async def fails(self, error: type[Exception], **fault: Any) -> Exception:
        status, _ = await self.post("/sandbox/faults", json={"method": "sendMessage", "count": 1, **fault})
        self.assertEqual(status, 200)
        with self.assertRaises(error) as raised:
            await self.bot.send_message(1, "x", read_timeout=0.2 if fault["kind"] == "hang" else 20)
        return raised.exception

    async def test_a_client_sees_each_kind_of_trouble(self) -> None:
        await self.fails(NetworkError, kind="bad_gateway")
        await self.fails(NetworkError, kind="empty", status=502)
        await self.fails(NetworkError, kind="cut")
        await self.fails(NetworkError, kind="reset")
        await self.fails(NetworkError, kind="error", status=503)
        await self.fails(TimedOut, kind="hang")
        await self.fails(InvalidToken, kind="unauthorized")
        await self.fails(Forbidden, kind="deactivated")
        await self.fails(BadRequest, kind="chat_not_found")
        flooded = await self.fails(RetryAfter, kind="flood", retry_after=7)
        migrated = await self.fails(ChatMigrated, kind="migrate", migrate_to=-1009)
        self.assertEqual(getattr(migrated, "new_chat_id", None), -1009)
        self.assertIn("Retry in 0:00:07", str(flooded))
        self.assertEqual(self.world.messages(1), [])
        await self.bot.send_message(1, "at last")

    async def test_the_bodies_are_those_of_a_broken_front_end(self) -> None:
        seen = []
        for fault in ({"kind": "bad_gateway"}, {"kind": "empty", "status": 200}):
            await self.post("/sandbox/faults", json={**fault, "count": 1})
            async with self.http.get("/bot1:sandbox/getMe") as response:
                seen.append((response.status, response.content_type, (await response.read())[:6]))
        self.assertEqual(seen[0], (502, "text/html", b"<html>"))
        self.assertEqual((seen[1][0], seen[1][2]), (200, b""))

    async def test_cut_and_reset_connections_differ_for_the_client_and_may_come_after_the_work(self) -> None:
        for kind, error in (("cut", aiohttp.ServerDisconnectedError), ("reset", aiohttp.ClientOSError)):
            for performed in (False, True):
                with self.subTest(kind, performed=performed):
                    before = len(self.world.messages(1))
                    await self.post("/sandbox/faults", json={"kind": kind, "performed": performed, "count": 1})
                    body = {"chat_id": 1, "text": "x"}
                    with self.assertRaises(error):
                        await self.http.post("/bot1:sandbox/sendMessage", json=body)
                    self.assertEqual(len(self.world.messages(1)) - before, int(performed))

    async def test_a_caller_who_gives_up_on_a_hanging_call_is_not_served_later(self) -> None:
        await self.fails(TimedOut, kind="hang")
        await until(lambda: self.world.faults.holding == 0)
        self.world.faults.release()
        await self.bot.get_me()
        self.assertEqual(self.world.messages(1), [])


class TheEnd(WorldCase):
    async def test_a_hanging_call_does_not_hold_up_the_end(self) -> None:
        self.world.faults.add(kind="hang", method="getMe")
        async with aiohttp.ClientSession() as http:
            async with asyncio.timeout(GIVE_UP_SECONDS), running(self.world) as address:
                task = asyncio.create_task(http.get(f"{address}/bot{TOKEN}/getMe"))
                await until(lambda: self.world.faults.holding == 1)
            with self.assertRaises(aiohttp.ClientError):
                await task


class Switch(ServerCase):
    async def test_faults_are_listed_replaced_removed_and_cleared(self) -> None:
        _, body = await self.post("/sandbox/faults", json={"kind": "flood", "chat": 1, "retry_after": 5})
        (fault,) = body["faults"]
        self.assertEqual(
            (fault["id"], fault["kind"], fault["method"], fault["chat"], fault["retry_after"], fault["hits"]),
            (1, "flood", "*", 1, 5, 0),
        )
        await self.post("/sandbox/faults", json={"kind": "cut"})
        _, body = await self.get("/sandbox/faults")
        self.assertEqual([one["kind"] for one in body["faults"]], ["flood", "cut"])
        async with self.http.delete("/sandbox/faults/1") as response:
            self.assertEqual([one["id"] for one in (await response.json())["faults"]], [2])
        wish = {"faults": [{"kind": "hang"}, {"kind": "slow"}]}
        _, body = await self.post("/sandbox/faults", json=wish)
        self.assertEqual([one["kind"] for one in body["faults"]], ["hang", "slow"])
        nothing: list[dict[str, Any]] = [{"faults": []}, {}]
        for empty in nothing:
            self.world.faults.add(kind="cut")
            self.assertEqual(await self.post("/sandbox/faults", json=empty), (200, {"faults": []}))
        self.world.faults.add(kind="cut")
        async with self.http.delete("/sandbox/faults") as response:
            self.assertEqual(await response.json(), {"faults": []})

    async def test_nonsense_is_refused_in_one_sentence_and_changes_nothing(self) -> None:
        self.world.faults.add(kind="cut")
        cases: list[dict[str, Any]] = [
            {"kind": "fire"},
            {"chat": 1},
            {"kind": "cut", "probability": 0},
            {"kind": "cut", "probability": 1.1},
            {"kind": "cut", "count": 0},
            {"kind": "cut", "chat": "1"},
            {"kind": "cut", "performed": 1},
            {"kind": "cut", "methods": "send*"},
            {"kind": "error", "status": 700},
            {"kind": "slow", "latency_ms": -1},
            {"kind": "migrate"},
            {"faults": [{"kind": "hang"}, {"kind": "fire"}]},
            {"faults": [1]},
            {"faults": None},
        ]
        for wrong in cases:
            with self.subTest(wrong):
                status, body = await self.post("/sandbox/faults", json=wrong)
                self.assertEqual((status, list(body)), (400, ["error"]))
        self.assertEqual([one["kind"] for one in self.world.faults.to_json()], ["cut"])
        async with self.http.delete("/sandbox/faults/9") as response:
            self.assertEqual((response.status, await response.json()), (404, {"error": "There is no fault 9."}))


class Polling(ServerCase):
    async def test_faults_meet_get_updates_too(self) -> None:
        self.world.faults.add(kind="cut", method="getUpdates", count=1)
        self.world.say(1, GROUP_ID, "hi")
        with self.assertRaises(NetworkError):
            await self.bot.get_updates()
        (update,) = await self.bot.get_updates()
        self.assertIsInstance(update.message, telegram.Message)

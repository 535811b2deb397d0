"""Faults in a window of time, answers that are no JSON or of a wrong type, spoiled updates, and outages."""

import json
from typing import Any

from tests.unit.sandbox.kit import ServerCase, WorldCase, ended
from tests.unit.sandbox.receiver import WebhookCase


class Windows(WorldCase):
    async def test_a_fault_waits_for_its_time_and_ends_with_it(self) -> None:
        fault = self.world.faults.add(kind="error", starts=10, lasts=5)
        seen = []
        for seconds in (0, 9.9, 0.1, 4.9, 0.1):
            self.clock.advance(seconds)
            seen.append(((await self.call("getMe")).status, fault.state(self.clock.monotonic())))
        self.assertEqual(seen, [(200, "waiting"), (200, "waiting"), (500, "on"), (500, "on"), (200, "over")])

    async def test_a_fault_without_an_end_begins_when_it_shall(self) -> None:
        self.world.faults.add(kind="error", starts=3600)
        self.assertEqual((await self.call("getMe")).status, 200)
        self.clock.advance(10_000)
        self.assertEqual((await self.call("getMe")).status, 500)


class Answers(ServerCase):
    async def test_json_that_is_cut_is_no_json(self) -> None:
        self.world.faults.add(kind="cut_json", method="sendMessage", performed=True, count=1)
        async with self.http.post("/bot1:sandbox/sendMessage", json={"chat_id": 1, "text": "x"}) as response:
            body = await response.text()
        self.assertEqual((response.status, body[:20]), (200, '{"ok": true, "result'))
        with self.assertRaises(ValueError):
            json.loads(body)
        self.assertEqual([post.text for post in self.world.messages(1)], ["x"])

    async def test_an_answer_may_be_of_a_type_that_no_method_has(self) -> None:
        self.world.faults.add(kind="wrong_type", count=1)
        status, body = await self.post("/bot1:sandbox/getMe")
        self.assertEqual((status, body), (200, {"ok": True, "result": 0.5}))


class Updates(WorldCase):
    def say(self, *texts: str, person: int = 1) -> None:
        for text in texts:
            self.world.say(person, person, text)

    async def texts(self, **parameters: Any) -> list[str]:
        return [update["message"]["text"] for update in await self.result("getUpdates", **parameters)]

    async def test_an_update_comes_twice_with_one_id(self) -> None:
        self.world.faults.add(kind="duplicate_update", chat=1, count=1)
        self.say("bob", person=2)
        self.say("a", "b")
        updates = await self.result("getUpdates")
        self.assertEqual([update["message"]["text"] for update in updates], ["bob", "a", "a", "b"])
        self.assertEqual(updates[1], updates[2])

    async def test_updates_of_a_chat_are_turned_round(self) -> None:
        self.world.faults.add(kind="out_of_order", chat=1)
        self.say("a")
        self.say("bob", person=2)
        self.say("b", "c")
        self.assertEqual(await self.texts(), ["c", "bob", "b", "a"])

    async def test_an_undecodable_update_stays_so_until_it_is_confirmed(self) -> None:
        fault = self.world.faults.add(kind="undecodable_update", count=1)
        self.say("a", "b")
        for _ in range(2):
            self.clock.advance(5)
            first, second = await self.result("getUpdates")
            self.assertEqual((first["message"]["date"], first["message"]["from"]), ("yesterday", "nobody"))
            self.assertEqual((first["message"]["chat"]["id"], second["message"]["text"]), (1, "b"))
        self.assertEqual(fault.hits, 1)
        await self.result("getUpdates", offset=second["update_id"])
        self.assertEqual(self.world.spoiler._undecodable, {1: set()})

    async def test_what_was_queued_is_untouched(self) -> None:
        fault = self.world.faults.add(kind="duplicate_update")
        self.say("a")
        self.assertEqual(await self.texts(), ["a", "a"])
        self.world.faults.remove(fault.id)
        self.clock.advance(5)
        self.assertEqual(await self.texts(), ["a"])

    async def test_faults_of_updates_meet_no_calls_and_those_of_calls_no_updates(self) -> None:
        for kind in ("duplicate_update", "out_of_order", "undecodable_update"):
            self.world.faults.add(kind=kind)
        self.assertEqual((await self.call("sendMessage", chat_id=1, text="x")).status, 200)
        self.world.faults.clear()
        self.world.faults.add(kind="error", method="sendMessage")
        self.say("a")
        self.assertEqual(await self.texts(), ["a"])


class Webhooks(WebhookCase):
    async def test_an_update_is_posted_twice(self) -> None:
        await self.set_webhook()
        self.world.faults.add(kind="duplicate_update", count=1)
        self.say("a", "b")
        await self.emptied()
        self.assertEqual(self.receiver.texts(), ["a", "a", "b"])

    async def test_an_update_overtakes_the_one_before_it_once(self) -> None:
        self.say("a", "b", "c")
        self.say("bob", person=2)
        self.world.faults.add(kind="out_of_order", chat=1, count=1)
        await self.set_webhook(max_connections=1)
        await self.emptied()
        self.assertEqual([text for text in self.receiver.texts() if text != "bob"], ["b", "a", "c"])

    async def test_an_undecodable_update_is_posted_so(self) -> None:
        await self.set_webhook()
        self.world.faults.add(kind="undecodable_update", count=1)
        self.say("a", "b")
        await self.emptied()
        dates = [received.update["message"]["date"] for received in self.receiver.received]
        self.assertEqual((dates[0], dates[1] != "yesterday"), ("yesterday", True))
        self.assertEqual(self.world.spoiler._undecodable, {1: set()})

    async def test_an_outage_fails_deliveries_until_it_is_over(self) -> None:
        await self.set_webhook()
        self.world.faults.add(kind="outage", lasts=30)
        self.say("a")
        at = int(self.clock.now())
        self.assertEqual((await self.pause(), self.receiver.texts()), (2, []))
        self.clock.advance(30)
        await self.emptied()
        self.assertEqual(self.receiver.texts(), ["a"])
        info = await self.info()
        self.assertEqual(info["last_synchronization_error_date"], at)
        self.assertNotIn("last_error_message", info)


class Outages(ServerCase):
    async def test_every_call_fails_and_then_all_is_well(self) -> None:
        status, _ = await self.post("/sandbox/faults", json={"kind": "outage", "for": 30})
        self.assertEqual(status, 200)
        for method in ("getMe", "sendMessage", "getUpdates"):
            async with self.http.get(f"/bot1:sandbox/{method}") as response:
                self.assertEqual((response.status, response.content_type), (502, "text/html"))
        self.clock.advance(30)
        self.assertEqual((await self.bot.get_me()).first_name, "Sandbox bot")
        _, body = await self.get("/sandbox/faults")
        self.assertEqual([(one["state"], one["hits"], one["for"]) for one in body["faults"]], [("over", 3, 30)])

    async def test_a_held_poll_ends_with_it(self) -> None:
        poll = await self.held(timeout=50)
        await self.post("/sandbox/faults", json={"kind": "outage", "for": 30})
        self.assertEqual((await ended(poll)).status, 502)

    async def test_a_poll_that_is_held_when_it_begins_gets_no_update(self) -> None:
        poll = await self.held(timeout=50)
        await self.post("/sandbox/faults", json={"kind": "outage", "from": 5, "for": 30})
        self.clock.advance(6)
        self.world.say(1, 1, "a")
        self.assertEqual((await ended(poll)).status, 502)
        self.clock.advance(30)
        self.assertEqual(len(await self.result("getUpdates", offset=1)), 1)

    async def test_an_outage_of_one_bot_spares_the_others(self) -> None:
        self.world.faults.add(kind="outage", lasts=30, bot=2)
        self.assertEqual(((await self.call("getMe", "2:x")).status, (await self.call("getMe")).status), (502, 200))


class Wishes(ServerCase):
    async def test_what_means_nothing_is_refused(self) -> None:
        cases: list[dict[str, Any]] = [
            {"kind": "outage"},
            {"kind": "outage", "for": 0},
            {"kind": "outage", "for": 1e999},
            {"kind": "outage", "for": 5, "chat": 1},
            {"kind": "outage", "for": 5, "method": "send*"},
            {"kind": "cut", "from": -1},
            {"kind": "cut", "for": "5"},
            {"kind": "cut", "starts": 5},
            {"kind": "duplicate_update", "method": "send*"},
            {"kind": "out_of_order", "performed": True},
        ]
        for wrong in cases:
            with self.subTest(wrong):
                text = json.dumps(wrong).replace("Infinity", "1e999")
                status, body = await self.post("/sandbox/faults", data=text)
                self.assertEqual((status, list(body)), (400, ["error"]))
        self.assertEqual(self.world.faults.to_json(), [])

    async def test_a_window_is_listed_as_it_was_asked_for(self) -> None:
        wish = {"kind": "error", "from": 5, "for": 2.5, "probability": 0.5}
        _, body = await self.post("/sandbox/faults", json=wish)
        (fault,) = body["faults"]
        self.assertEqual((fault["from"], fault["for"], fault["state"]), (5, 2.5, "waiting"))
        self.assertNotIn("set_at", fault)

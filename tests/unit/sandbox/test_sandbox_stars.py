"""Paid broadcasts in the sandbox: what they cost, and what is refused without Stars; with a clock that stands still."""

from typing import Any

from sandbox.flood import OFF
from tests.unit.sandbox.kit import ServerCase, WorldCase


class StarsTests(WorldCase):
    """A bot that pays."""

    def setUp(self) -> None:
        super().setUp()
        self.world.flood.limits = OFF
        self.world.purse.fill(10_002)

    async def sends(self, times: int, **more: Any) -> list[str]:
        answers = [await self.call("sendMessage", chat_id=1, text="x", **more) for _ in range(times)]
        return [answer.body.get("description", "") for answer in answers]

    async def test_thirty_a_second_are_free_and_each_more_costs_a_tenth(self) -> None:
        self.assertEqual(set(await self.sends(45, allow_paid_broadcast=True)), {""})
        self.assertEqual(self.world.purse.to_json(), {"balance": 10_000.5, "spent": 1.5, "refused": 0})
        self.clock.advance(1)
        await self.sends(30, allow_paid_broadcast=True)
        self.assertEqual(self.world.purse.to_json()["spent"], 1.5)

    async def test_free_messages_cost_nothing_and_use_up_the_free_ones(self) -> None:
        await self.sends(40)
        self.assertEqual(self.world.purse.to_json()["spent"], 0)
        await self.sends(1, allow_paid_broadcast=True)
        self.assertEqual(self.world.purse.to_json()["spent"], 0.1)

    async def test_below_ten_thousand_stars_what_is_paid_for_is_refused_and_what_is_free_is_not(self) -> None:
        answers = await self.sends(52, allow_paid_broadcast=True)
        self.assertEqual(answers, [""] * 51 + ["Bad Request: BALANCE_TOO_LOW"])
        self.assertEqual(self.world.purse.to_json(), {"balance": 9999.9, "spent": 2.1, "refused": 1})
        self.assertEqual(await self.sends(1), [""])

    async def test_what_is_refused_for_another_reason_costs_nothing(self) -> None:
        await self.sends(30)
        await self.call("sendMessage", chat_id=1, text="", allow_paid_broadcast=True)
        self.assertEqual(self.world.purse.to_json()["spent"], 0)

    async def test_without_a_balance_there_are_as_many_stars_as_are_needed(self) -> None:
        self.world.purse.fill(None)
        await self.sends(31, allow_paid_broadcast=True)
        self.assertEqual(self.world.purse.to_json(), {"balance": None, "spent": 0.1, "refused": 0})


class SwitchTests(ServerCase):
    """The control API."""

    async def test_a_tester_sets_the_balance_and_sees_what_was_spent(self) -> None:
        status, answer = await self.post("/sandbox/stars", json={"balance": 20_000})
        self.assertEqual((status, answer), (200, {"balance": 20_000.0, "spent": 0.0, "refused": 0}))
        self.assertEqual(await self.get("/sandbox/stars"), (200, answer))
        status, answer = await self.post("/sandbox/stars", json={"balance": -1})
        self.assertEqual(status, 400)
        self.assertIn('The field "balance" must not be negative', answer["error"])

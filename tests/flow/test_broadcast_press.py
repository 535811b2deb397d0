"""Buttons of a broadcast: who presses them is counted once, and answered."""

from tests.flow.broadcasts import BroadcastFlowCase


class PressTests(BroadcastFlowCase):
    """Alice is an owner; Bob and Charlie have got a broadcast, too."""

    async def test_who_presses_a_button_is_counted_and_answered(self) -> None:
        pk = await self.from_page("I am coming | press: See you!\nNot me | press")
        self.assertEqual(self.charlie.buttons, ["I am coming", "Not me"])
        for _ in range(2):
            self.assertEqual(await self.charlie.presses("I am coming"), ["See you!"])
        self.assertEqual(await self.bob.presses("Not me"), [""])
        await self.opens()
        self.assertIn("Pressed “I am coming”: 1", self.alice.sees)
        self.assertIn("Pressed “Not me”: 1", self.alice.sees)
        for data in ("999.0", f"{pk}.7", "x", "1.1.1"):
            self.assertEqual(await self.charlie.forges(f"broadcast_press:{data}"), "This button is too old.")
        buttons = [one.people async for one in (await self.row()).buttons.order_by("pk")]
        self.assertEqual(buttons, [1, 1])

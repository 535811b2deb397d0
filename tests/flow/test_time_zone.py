"""A person says where they live, in /settings: broadcasts go by their clock."""

from botcore.database import in_database
from botcore.inbox.models import State
from botcore.people import attributes
from tests.flow.people import BOB, PeopleCase


class TimeZoneTests(PeopleCase):
    """Bob speaks Russian, Charlie English."""

    async def test_a_person_says_where_they_live(self) -> None:
        await self.meet()
        await self.charlie.says("/settings")
        await self.charlie.presses("Time zone…")
        await self.charlie.says("Nowhere")
        self.assertIn("time zone", self.charlie.sees)
        await self.charlie.says("tokyo")
        self.assertIn("Saved: your time zone is Asia/Tokyo.", self.charlie.sees)
        zones = {pk: await in_database(attributes.attributes_of, pk) for pk in (self.charlie.id, BOB)}
        self.assertEqual(zones, {self.charlie.id: {"time_zone": "Asia/Tokyo"}, BOB: {}})

    async def test_who_gives_up_is_asked_no_more(self) -> None:
        await self.meet()
        await self.charlie.says("/settings")
        await self.charlie.presses("Time zone…")
        await self.charlie.presses("Cancel")
        await self.charlie.says("Tokyo")
        self.assertEqual(await in_database(attributes.attributes_of, self.charlie.id), {})

    async def test_a_press_under_an_inline_message_is_answered_and_no_error(self) -> None:
        await self.meet()
        for name in ("time_zone", "time_zone_leave"):
            asked = {"id": name, "from": self.world.person(self.charlie.id).to_json(), "chat_instance": "1"}
            self.world.deliver({"callback_query": {**asked, "data": f"{name}:", "inline_message_id": "1"}})
            self.telegram.calls.clear()
            await self.settle()
            update = await self.newest_update()
            self.assertEqual((update.kind, update.state, update.attempts), ("callback_query", State.DONE, 1))
            self.assertIn("This works only in a chat with me.", [call.get("text") for call in self.telegram.calls])

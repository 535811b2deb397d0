"""A person says where they live, in /settings: broadcasts go by their clock."""

from botcore.database import in_database
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

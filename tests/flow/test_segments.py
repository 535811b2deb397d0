"""/segments and /segment: made, changed, counted, looked into and deleted in a chat."""

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.people import segments, tags
from botcore.people.models import Segment
from tests.flow.operators import OperatorCase
from tests.flow.people import CHARLIE, PeopleCase, is_refusal


class SegmentTests(PeopleCase):
    """Charlie is a vip."""

    async def meet_a_vip(self) -> None:
        """Let them be known."""
        await self.meet()
        await in_database(tags.tag, user_id=CHARLIE, name="vip", by="the tests")

    async def test_one_is_made_looked_into_changed_and_deleted(self) -> None:
        await self.meet_a_vip()
        await self.alice.says("/segments")
        self.assertIn("There is no segment yet. This makes one: /segment Regulars tag=vip active=7d", self.alice.sees)
        await self.alice.says('/segment "Good people" tag=VIP active=7d')
        row = await Segment.objects.aget()
        self.assertEqual((row.name, row.conditions), ("Good people", {"active": "7d", "tag": "VIP"}))
        self.assertTrue(self.alice.sees.startswith("Good people\nactive=7d tag=VIP\nPeople: 1\n"), self.alice.sees)
        await self.alice.presses("People")
        self.assertIn("1. Charlie Clark @charlie", self.alice.sees)
        self.assertNotIn("2. ", self.alice.sees)
        await self.alice.presses("Back to the segment")
        await self.alice.presses("List")
        self.assertEqual(self.alice.sees, "Segments\n1. Good people: active=7d tag=VIP")
        await self.alice.says('/segment "Good people" tag=vip search=Charlie Clark')
        self.assertEqual((await Segment.objects.aget()).conditions, {"search": "Charlie Clark", "tag": "vip"})
        self.assertIn("\nsearch=Charlie Clark tag=vip\nPeople: 1\n", self.alice.sees)
        await self.alice.says('/segment "Good people" search=Charlie Clark tag=vip')
        self.assertEqual(self.alice.sees, "It was so already.")
        await self.alice.says('/segment "Good people"')
        await self.alice.presses("Delete")
        self.assertEqual(self.alice.sees, "Delete the segment Good people? Its people stay.")
        self.assertEqual(await Segment.objects.acount(), 1)
        await self.alice.presses("Delete")
        self.assertTrue(self.alice.sees.endswith("The segment is deleted."))
        self.assertEqual(await Segment.objects.acount(), 0)
        done = [action.partition(" ")[0] for action in await self.actions()]
        self.assertEqual(done, ["segments.save", "segments.save", "segments.delete"])

    async def test_what_means_nothing_is_said_so(self) -> None:
        await self.meet_a_vip()
        for typed, words in {
            "/segment Regulars vip": "Write conditions such as tag=vip active=7d. There are: search, language,",
            "/segment Regulars tag=": "Write conditions such as",
            "/segment Regulars colour=red": "Choose one of: active, from,",
            "/segment Regulars active=soon": "Write a length of time",
            "/segment Nobody": "This segment is not there any more.",
        }.items():
            with self.subTest(typed):
                await self.alice.says(typed)
                self.assertIn(words, self.alice.sees)
        self.assertEqual(await Segment.objects.acount(), 0)

    async def test_what_is_gone_is_said_so(self) -> None:
        await self.meet()
        await self.alice.says("/start")
        for data in ("segment:7", "segment_people:7|", "segment_delete:7", "segment:x", "segment_people:"):
            with self.subTest(data):
                self.assertEqual(await self.alice.forges(data), "This segment is not there any more.")

    async def test_conditions_that_mean_nothing_any_more_are_no_error(self) -> None:
        await self.meet()
        await Segment.objects.acreate(name="Old", conditions={"used": "/gone"}, by="", at="2026-01-01T00:00Z")
        await self.alice.says("/segment Old")
        self.assertIn("Its conditions mean nothing any more: change it.", self.alice.sees)


class RoleTests(OperatorCase):
    """Who may look and who may change."""

    async def test_support_looks_and_moderators_change(self) -> None:
        pk = await in_database(segments.save, name="Guests", conditions={"tag": "vip"}, by="")
        buttons = (f"segment:{pk}", f"segment_people:{pk}|")
        await self.assert_needs(Role.SUPPORT, "/segments", buttons=buttons)
        await self.charlie.presses("1")
        self.assertNotIn("Delete", self.charlie.buttons)
        for data in (f"segment_delete:{pk}", f"segment_delete_ok:{pk}"):
            await self.charlie.forges(data)
            self.assertTrue(is_refusal(self.charlie.sees), data)
        await self.charlie.says("/segment Guests tag=new")
        self.assertTrue(is_refusal(self.charlie.sees))
        self.assertEqual((await Segment.objects.aget()).conditions, {"tag": "vip"})

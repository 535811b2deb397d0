"""/funnels and /funnel: made, shown and removed from a chat, by admins only."""

from datetime import timedelta

from django.utils import timezone

from botcore.models import AuditEntry, Funnel, FunnelWeek, Step, UpdateSum
from botcore.people.activity.rollups import monday
from tests.telegram import BotTestCase


class FunnelTests(BotTestCase):
    """Alice is an owner."""

    async def used(self, *names: str) -> None:
        """Let somebody have come to handlers."""
        for name in names:
            await UpdateSum.objects.acreate(
                step=Step.DAY, at=timezone.now(), kind="message", handler=name, state="done", count=1, seconds=0
            )

    async def test_it_is_made_shown_and_removed(self) -> None:
        await self.used("start.start", "feedback.keep")
        await self.alice.says("/funnels")
        self.assertIn("There is no funnel yet.", self.alice.sees)
        await self.alice.says('/funnel "First words" 7 start.start feedback.keep')
        row = await Funnel.objects.aget()
        self.assertEqual((row.name, row.steps, row.days), ("First words", ["start.start", "feedback.keep"], 7))
        week = monday(timezone.now().date() - timedelta(days=7))
        await FunnelWeek.objects.acreate(funnel=row, week=week, reached=[120, 30])
        await self.alice.says("/funnels")
        self.assertIn("1. start.start: 120\n2. feedback.keep: 30", self.alice.sees)
        await self.alice.presses("Remove First words")
        await self.alice.presses("Remove")
        self.assertEqual((self.alice.sees, await Funnel.objects.acount()), ("The funnel is removed.", 0))
        actions = [one async for one in AuditEntry.objects.order_by("pk").values_list("action", flat=True)]
        self.assertEqual(actions[-2:], ["funnel.add", "funnel.remove"])

    async def test_what_makes_no_funnel_is_refused_with_a_sentence(self) -> None:
        await self.used("start.start", "feedback.keep")
        for words, sentence in (
            ("start.start", "A funnel has two to five steps."),
            ("start.start start.start", "Each step must be another one."),
            ("start.start nonsense", "Nobody has come to nonsense yet."),
        ):
            with self.subTest(words):
                await self.alice.says(f"/funnel Begin 7 {words}")
                self.assertIn(sentence, self.alice.sees)
        await self.alice.says("/funnel Begin 7 start.start feedback.keep")
        await self.alice.says("/funnel Begin 9 start.start feedback.keep")
        self.assertIn("There is a funnel with this name already.", self.alice.sees)
        self.assertEqual(await Funnel.objects.acount(), 1)

    async def test_it_is_for_admins(self) -> None:
        await self.charlie.says("/funnels")
        self.assertNotIn("funnel", self.charlie.sees)

"""/forget: an admin has the bot forget a person, after a question."""

from datetime import timedelta

from django.utils import timezone

from botcore.database import in_database
from botcore.jobs.erasures import forget_people
from botcore.models import Erasure
from botcore.runtime.jobs.run import Run
from sandbox.people import Person
from tests.database.erasures import FIRST, ID, LAST, MARKS, USERNAME, WORDS, found
from tests.telegram import BotTestCase, Writer


class ForgetTests(BotTestCase):
    """Alice is an owner; Zoraïde has an id, a name and words that nobody else has."""

    async def wrote(self) -> None:
        """Let Zoraïde write."""
        self.world.people[ID] = Person(ID, FIRST, LAST, USERNAME, "en")
        await Writer(self, ID, ID).says(WORDS)

    async def test_an_admin_does_it_after_a_question(self) -> None:
        await self.wrote()
        await self.alice.says(f"/forget {ID}")
        self.assertIn(f"Forget {FIRST} {LAST}", self.alice.sees)
        self.assertEqual(await Erasure.objects.acount(), 0)
        await self.alice.presses("Forget")
        self.assertEqual(self.alice.sees, "This person is forgotten within a few minutes.")
        await Erasure.objects.aupdate(asked_at=timezone.now() - timedelta(minutes=1))
        self.assertEqual(await in_database(forget_people, Run("erasures")), "people forgotten: 1")
        self.assertEqual(await in_database(found, (*MARKS, FIRST)), [])
        self.assertIn("Alice", (await Erasure.objects.aget()).by)

    async def test_a_member_does_not(self) -> None:
        await self.wrote()
        await self.charlie.says(f"/forget {ID}")
        self.assertNotIn("Forget", self.charlie.buttons)
        self.assertEqual(await Erasure.objects.acount(), 0)

    async def test_of_staff_it_says_what_to_do_first(self) -> None:
        await self.alice.says("/forget 1")
        self.assertIn("take them out of it first", self.alice.sees)
        self.assertEqual(await Erasure.objects.acount(), 0)

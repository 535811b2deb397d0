"""The tutorial's questionnaire: three answers, mistakes on the way, an end that counts once."""

from botcore.feedback.models import Feedback
from tests import tutorial
from tests.telegram import BotTestCase

SURVEY = tutorial.load("questionnaire")


class QuestionnaireTests(BotTestCase):
    """What /survey does."""

    features = tutorial.features_of(SURVEY)

    async def test_its_answers_come_to_the_operators(self) -> None:
        for words in ("/survey", "Lisbon", "41"):
            await self.charlie.says(words)
        self.assertEqual(self.charlie.buttons, ["1", "2", "3", "4", "5"])
        await self.charlie.presses("4")
        self.assertEqual(self.charlie.sees, "Thank you!")
        note = await Feedback.objects.aget()
        self.assertEqual((note.user_id, note.text), (3, "Survey: lives in Lisbon, is 41, gives 4 of 5"))
        self.assertIsNone(note.read_at)

    async def test_a_mistake_leaves_the_person_where_they_are(self) -> None:
        for words in ("/survey", "Lisbon", "old"):
            await self.charlie.says(words)
        self.assertIn("number", self.charlie.sees)
        await self.charlie.says("41")
        self.assertEqual(self.charlie.sees, "How do you like this bot?")

    async def test_a_second_press_counts_nothing(self) -> None:
        for words in ("/survey", "Lisbon", "41"):
            await self.charlie.says(words)
        notices = await self.charlie.presses("5", times=2)
        self.assertEqual(notices[1], "This survey is over. /survey begins a new one.")
        self.assertEqual(await Feedback.objects.acount(), 1)

    async def test_two_people_answer_beside_each_other(self) -> None:
        await self.charlie.says("/survey")
        await self.alice.says("/survey")
        await self.charlie.says("Lisbon")
        self.assertEqual((self.charlie.sees, self.alice.sees), ("How old are you?", "Where do you live?"))

"""The operators' group in its tables: what is noted, what an erasure and old age take, and the setting."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.conversations import waits
from botcore.conversations.services import reply
from botcore.exceptions import ValidationError
from botcore.models import Conversation, GroupPlace, GroupPost, OutgoingMessage
from botcore.operators import arrivals, bringing, group, saying
from botcore.outbox.content import Text
from botcore.runtime import settings
from tests.database.access import BOSS
from tests.database.dashboard.data import outgoing, person, private
from tests.database.erasures import ID, erase
from tests.database.retention import sweep

GROUP_ID = -1_001_234_567_890


class NoteTests(TestCase):
    """What shall be seen in the group."""

    def setUp(self) -> None:
        """Meet Alice."""
        self.alice = person(1, "Alice")

    def wrote(self, feedback: int = 7) -> int:
        """Note a message; return how many are noted."""
        arrivals.wrote(1, feedback=feedback, at=timezone.now())
        return GroupPost.objects.count()

    def test_a_message_is_noted_once_and_only_while_there_is_a_group(self) -> None:
        self.assertEqual(self.wrote(), 0)
        settings.change("conversations.group", GROUP_ID, by="x")
        self.assertEqual([self.wrote(), self.wrote(), self.wrote(8)], [1, 1, 2])

    def test_an_answer_is_noted_for_somebody_of_whom_the_group_has_heard(self) -> None:
        settings.change("conversations.group", GROUP_ID, by="x")
        arrivals.answered(1, answer=5, by="erin", at=timezone.now())
        self.assertEqual(GroupPost.objects.count(), 0)
        self.wrote()
        arrivals.answered(1, answer=5, by="erin", at=timezone.now())
        self.assertEqual(list(GroupPost.objects.order_by("pk").values_list("answer", "by")), [(None, ""), (5, "erin")])

    def test_what_waits_when_the_group_ends_is_brought_nowhere(self) -> None:
        settings.change("conversations.group", GROUP_ID, by="x")
        self.wrote()
        GroupPlace.objects.create(person=self.alice, chat_id=GROUP_ID, topic=9, step="bring", call=3, post=1)
        group.settle(GROUP_ID)
        self.assertEqual((GroupPost.objects.count(), GroupPlace.objects.get().call), (1, 3))
        group.settle(0)
        place = GroupPlace.objects.get()
        self.assertEqual((GroupPost.objects.count(), place.call, place.step, place.topic), (0, None, "", 9))

    def test_the_topic_of_a_name_that_does_not_show_is_called_by_the_id(self) -> None:
        person(2, "\u200b\u202e")
        self.assertEqual([saying.topic_name(one) for one in (1, 2)], ["Alice", "2"])

    def test_who_writes_a_lot_holds_up_nobody(self) -> None:
        person(2, "Bob")
        at = timezone.now()
        GroupPost.objects.bulk_create([GroupPost(person_id=1, feedback=number, at=at) for number in range(400)])
        GroupPost.objects.create(person_id=2, feedback=400, at=at)
        self.assertEqual(bringing._wanting(), [1, 2])


class ReplyTests(TestCase):
    """conversations.takeover_on_reply."""

    def setUp(self) -> None:
        """Meet Bob in private."""
        private(person(2, "Bob"))

    def taken_by(self, by: str, *, setting: str) -> str:
        """Answer Bob; return who has his chat."""
        settings.change("conversations.takeover_on_reply", setting, by="x")
        row = waits.began(2)
        reply(user_id=2, content=Text("Hello"), by=by, answers=row.answers if row else 0, upto=0)
        found = Conversation.objects.get(pk=2)
        return found.taken_by if found.is_taken else ""

    def test_who_answers_takes_over_unless_somebody_else_has_it(self) -> None:
        self.assertEqual(self.taken_by("erin", setting="off"), "")
        self.assertEqual(self.taken_by("erin", setting="on"), "erin")
        self.assertEqual(self.taken_by("mona", setting="on"), "erin")

    def test_the_hours_begin_anew_with_each_answer(self) -> None:
        self.taken_by("erin", setting="on")
        Conversation.objects.update(taken_until=timezone.now() + timedelta(minutes=1))
        self.taken_by("erin", setting="on")
        until = Conversation.objects.get(pk=2).taken_until or timezone.now()
        self.assertGreater(until, timezone.now() + timedelta(hours=3))

    def test_the_bot_goes_on_serving_who_has_a_role(self) -> None:
        access.grant(user_id=2, role=Role.SUPPORT, by="x", giver=BOSS)
        self.assertEqual(self.taken_by("erin", setting="on"), "")


class LeavingTests(TestCase):
    """What goes."""

    def test_an_erasure_takes_words_and_places(self) -> None:
        someone = person(ID, "Zoe")
        said = outgoing(chat_id=GROUP_ID, source=f"operators person:{ID}", payload='{"text": "my recipe"}')
        GroupPlace.objects.create(person=someone, chat_id=GROUP_ID, topic=9)
        GroupPost.objects.create(person=someone, feedback=1, chat_id=GROUP_ID, message_id=4, at=timezone.now())
        self.assertTrue(erase())
        self.assertEqual(OutgoingMessage.objects.get(pk=said.pk).payload, "")
        self.assertFalse(GroupPlace.objects.exists() or GroupPost.objects.exists())

    def test_old_posts_go_with_old_messages_unless_they_wait(self) -> None:
        old = timezone.now() - timedelta(days=100)
        for number, state in enumerate(("done", "waiting", "followed")):
            GroupPost.objects.create(person=person(number + 1, "A"), feedback=number, state=state, at=old)
        sweep("messages")
        self.assertEqual(set(GroupPost.objects.values_list("state", flat=True)), {"waiting", "followed"})


class SettingTests(TestCase):
    """conversations.group."""

    def test_what_may_be_written(self) -> None:
        kind = settings.declared("conversations.group")
        self.assertEqual([kind.parse(str(GROUP_ID)), kind.parse("0")], [GROUP_ID, 0])
        for wrong in ("5", "-99999999999999999", "here", "@group", "", "1.5"):
            with self.subTest(wrong), self.assertRaises(ValidationError) as caught:
                kind.parse(wrong)
            self.assertIn("Write the id of a group", str(caught.exception))
        self.assertEqual([kind.in_words(GROUP_ID), kind.in_words(0)], [str(GROUP_ID), "none"])

    def test_it_costs_nothing_while_there_is_none(self) -> None:
        settings.value("conversations.group")
        with self.assertNumQueries(0):
            self.assertEqual(group.followed(), 0)

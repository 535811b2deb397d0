"""Meeting people: rows follow what Telegram says, without a write per update."""

from dataclasses import replace
from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from botcore.access import selectors
from botcore.access import services as access
from botcore.access.models import AllowedChat
from botcore.people import services as people
from botcore.people.models import Chat, User
from botcore.people.services import ChatProfile, UserProfile

ALICE = UserProfile(1, "Alice", "", "alice", "en", is_bot=False)
ALICES_CHAT = ChatProfile(1, "private", "Alice", "alice", is_forum=False)


class MeetTests(TestCase):
    """Who is known, and when something is written."""

    def test_a_stranger_becomes_a_row(self) -> None:
        met = people.meet([ALICE], [ALICES_CHAT])
        self.assertEqual((met[1].first_name, met[1].language, met[1].messages_on), ("Alice", "en", True))
        row = User.objects.get()
        self.assertEqual((row.name, row.first_seen), ("Alice", row.last_seen))
        self.assertEqual(Chat.objects.get().title, "Alice")

    def test_a_second_message_within_a_minute_writes_nothing(self) -> None:
        people.meet([ALICE], [ALICES_CHAT])
        with self.assertNumQueries(2):  # one look at users, one at chats
            people.meet([ALICE], [ALICES_CHAT])

    def test_after_a_minute_last_seen_moves(self) -> None:
        people.meet([ALICE], [])
        earlier = timezone.now() - timedelta(minutes=2)
        User.objects.update(first_seen=earlier, last_seen=earlier)
        people.meet([ALICE], [])
        row = User.objects.get()
        self.assertEqual(row.first_seen, earlier)
        self.assertGreater(row.last_seen, earlier)

    def test_a_new_name_is_written_at_once_and_choices_stay(self) -> None:
        people.meet([ALICE], [])
        people.choose_language(1, "ru")
        people.remember_source(1, "poster")
        people.meet([UserProfile(1, "Alicia", "Smith", "alicia", "en", is_bot=False)], [])
        row = User.objects.get()
        self.assertEqual((row.name, row.username, row.language, row.source), ("Alicia Smith", "alicia", "ru", "poster"))

    def test_a_group_that_is_renamed_is_renamed_here(self) -> None:
        people.meet([], [ChatProfile(-100, "supergroup", "Old", "", is_forum=False)])
        people.meet([], [ChatProfile(-100, "supergroup", "New", "", is_forum=True)])
        chat = Chat.objects.get()
        self.assertEqual((chat.title, chat.is_forum), ("New", True))

    def test_an_update_that_is_handled_late_moves_nothing_back(self) -> None:
        now = timezone.now()
        alicia = replace(ALICE, first_name="Alicia", heard_at=now - timedelta(hours=1))
        people.meet([alicia], [])
        self.assertEqual(User.objects.values_list("first_seen", "last_seen").get(), (alicia.heard_at, alicia.heard_at))
        people.meet([replace(ALICE, heard_at=now)], [replace(ALICES_CHAT, heard_at=now)])
        met = people.meet([alicia], [replace(ALICES_CHAT, reach="blocked", heard_at=alicia.heard_at)])
        self.assertEqual(User.objects.values_list("first_name", "last_seen").get(), ("Alice", now))
        self.assertEqual(Chat.objects.values_list("reach", "last_seen").get(), ("open", now))
        self.assertEqual(met[1].first_name, "Alice")

    def test_many_people_at_once_take_few_statements(self) -> None:
        crowd = [UserProfile(number, f"P{number}", "", "", "en", is_bot=False) for number in range(1, 65)]
        with self.assertNumQueries(4):  # look, begin, write, end
            people.meet(crowd, [])

    def test_the_language_is_the_chosen_one_else_telegrams_else_english(self) -> None:
        self.assertEqual(people.spoken("ru-RU"), "ru")
        self.assertEqual(people.spoken("pt-br"), "en")
        self.assertEqual(people.spoken(""), "en")
        people.meet([ALICE], [])
        self.assertEqual(people.choose_language(1, "ru").language, "ru")


class MoveTests(TestCase):
    """A group that became a supergroup, with another id."""

    def setUp(self) -> None:
        access.allow(chat_id=-5, by="alice")

    def test_it_stays_on_the_list_and_every_process_hears_of_it(self) -> None:
        before = selectors.version()
        self.assertTrue(people.move_chat(-5, -1005))
        row = AllowedChat.objects.get()
        self.assertEqual((row.chat_id, row.by), (-1005, "alice"))
        self.assertGreater(selectors.version(), before)
        self.assertEqual(selectors.snapshot().allowed, {-1005})

    def test_the_old_id_takes_it_off(self) -> None:
        people.move_chat(-5, -1005)
        self.assertTrue(access.disallow(chat_id=selectors.target("-5").chat_id, by="bob"))
        self.assertFalse(AllowedChat.objects.exists())

    def test_one_that_was_put_on_it_by_its_new_id_is_there_once(self) -> None:
        access.allow(chat_id=-1005, by="bob")
        people.move_chat(-5, -1005)
        self.assertEqual([(row.chat_id, row.by) for row in AllowedChat.objects.all()], [(-1005, "bob")])

    def test_a_group_that_is_not_on_it_changes_nothing(self) -> None:
        before = selectors.version()
        people.move_chat(-6, -1006)
        self.assertEqual(selectors.version(), before)
        self.assertEqual(AllowedChat.objects.get().chat_id, -5)

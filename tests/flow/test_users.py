"""/users and /user: the list, the card, its buttons, and what was said both ways."""

from datetime import timedelta

from django.utils import timezone

from botcore.access import services as access
from botcore.access.models import Keep
from botcore.access.roles import Role
from botcore.database import in_database
from botcore.outbox.services import send
from botcore.people import tags
from botcore.people.models import Reach, User
from botcore.people.services import mark_unreachable
from tests.flow.people import ALICE, BOB, CHARLIE, DENIED, PeopleCase, is_refusal


async def crowd(count: int) -> None:
    """Let many people be known."""
    now = timezone.now() - timedelta(hours=3)
    await User.objects.abulk_create(
        User(id=100 + number, first_name=f"Dora{number}", first_seen=now, last_seen=now - timedelta(seconds=number))
        for number in range(count)
    )


class UsersTests(PeopleCase):
    """The list."""

    async def test_lists_people_with_a_button_for_each_and_pages(self) -> None:
        await crowd(10)
        await self.alice.says("/users dora")
        lines = self.alice.sees.splitlines()
        self.assertEqual((lines[0], lines[2], lines[9]), ("People «dora»", "1. Dora0 · 3 h ago", "8. Dora7 · 3 h ago"))
        self.assertEqual(self.alice.buttons, [*"12345678", "↻", "»"])
        await self.alice.presses("»")
        self.assertEqual(self.alice.sees.splitlines()[2:], ["1. Dora8 · 3 h ago", "2. Dora9 · 3 h ago"])
        self.assertEqual(self.alice.buttons, ["1", "2", "«", "↻"])
        await self.alice.presses("«")
        self.assertIn("8. Dora7", self.alice.sees)
        await self.alice.presses("2")
        self.assertTrue(self.alice.sees.startswith("Dora1\n101"), self.alice.sees)

    async def test_finds_by_name_username_and_id(self) -> None:
        await self.meet()
        charlie, bob = "Charlie Clark @charlie", "Bob @bob"
        for query, found in {"@cha": charlie, "clark": charlie, "3": charlie, "2": bob}.items():
            with self.subTest(query):
                await self.alice.says(f"/users {query}")
                self.assertIn(f"1. {found} · just now", self.alice.sees)
                self.assertNotIn("2. ", self.alice.sees)

    async def test_nobody_fits(self) -> None:
        for query in ("zzz", "%", "<b>", "' OR 1=1", "9" * 40):
            with self.subTest(query):
                await self.alice.says(f"/users {query}")
                self.assertTrue(self.alice.sees.startswith("Nobody fits."), self.alice.sees)

    async def test_too_many_words_are_told(self) -> None:
        await self.alice.says("/users " + "x" * 65)
        self.assertIn("Write at most 64 characters", self.alice.sees)
        self.assertIn("Usage: /users [query…]", self.alice.sees)

    async def test_a_forged_place_in_the_list_is_told(self) -> None:
        await self.alice.says("/users")
        self.assertIn("cannot be read", str(await self.alice.forges("users:|before.x")))

    async def test_only_from_support_on_and_in_private(self) -> None:
        await self.meet()
        await self.refuses("/users", "/user 2")
        for data in ("users:|", "person:2", "person_talk:2|"):
            count = len(self.charlie.answers)
            await self.charlie.forges(data)
            self.assertEqual(self.charlie.answers[count:], [DENIED], data)
        self.assertNotIn("Bob", " ".join(self.charlie.answers))
        await self.alice_in_group.says("/users")
        self.assertEqual(self.alice_in_group.answers, ["Write me that in private."])
        await self.make(CHARLIE, Role.SUPPORT)
        await self.charlie.says("/users charlie")
        self.assertIn("1. Charlie Clark", self.charlie.sees)


class CardTests(PeopleCase):
    """The card."""

    async def test_tells_all_about_a_person(self) -> None:
        await self.meet()
        await self.make(BOB, Role.SUPPORT)
        await in_database(tags.tag, user_id=BOB, name="VIP", by="the tests")
        await in_database(send, chat_id=BOB, text="Hello Bob")
        await self.alice.says("/user @bob")
        for words in (
            "Bob @bob\n2 · ru",
            "Role: support (granted by the tests)",
            "#vip",
            "First seen just now, last just now",
            "Errors met: 0",
            "▸ Hello Bob just now\n◂ /start just now",
        ):
            self.assertIn(words, self.alice.sees)
        self.assertEqual(self.alice.buttons, ["Write to", "Messages", "↻"])

    async def test_tells_restrictions_and_offers_what_fits(self) -> None:
        await self.meet()
        await self.alice.says("/user 3")
        self.assertIn("Role: member", self.alice.sees)
        self.assertEqual(self.alice.buttons[:2], ["Ban", "Mute 1 h"])
        await in_database(access.restrict, user_id=CHARLIE, kind=Keep.BANNED, reason="spam <b>", by="the tests")
        await self.alice.presses("↻")
        self.assertIn("Banned until somebody lifts it: spam <b> (the tests)", self.alice.sees)
        self.assertEqual(self.alice.buttons[0], "Unban")

    async def test_tells_who_cannot_be_written_to_and_who_wants_nothing(self) -> None:
        await self.meet()
        await User.objects.filter(pk=CHARLIE).aupdate(messages_on=False)
        await self.alice.says("/user 3")
        self.assertIn("Wants no messages unasked.", self.alice.sees)
        await in_database(mark_unreachable, CHARLIE, Reach.BLOCKED)
        await self.alice.presses("↻")
        self.assertIn("The bot cannot write to this person.", self.alice.sees)

    async def test_an_owner_is_named_in_the_configuration(self) -> None:
        await self.alice.says(f"/user {ALICE}")
        self.assertIn("Role: owner (named in the configuration)", self.alice.sees)

    async def test_support_is_offered_no_ban_and_cannot_forge_one(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.SUPPORT)
        await self.charlie.says("/user 2")
        self.assertEqual(self.charlie.buttons, ["Write to", "Messages", "↻"])
        for name in ("person_ban", "person_mute", "person_lift"):
            await self.charlie.forges(f"{name}:2")
            self.assertTrue(is_refusal(self.charlie.sees), self.charlie.sees)
        self.assertEqual(await self.actions(), [])

    async def test_hostile_names_are_shown_as_they_are(self) -> None:
        now = timezone.now()
        await User.objects.acreate(id=77, first_name="<b>x</b> & y", first_seen=now, last_seen=now)
        await self.alice.says("/user 77")
        self.assertTrue(self.alice.sees.startswith("<b>x</b> & y\n77"))
        await self.alice.says("/users <b>x")
        self.assertIn("1. <b>x</b> & y", self.alice.sees)

    async def test_unknown_people_and_wrong_words_are_told_with_the_usage(self) -> None:
        for typed, words in {
            "": "Name a person",
            "@nobody": "Nobody here is @nobody",
            "999": "Nobody here is 999",
            "-5": "Name a person",
            "bob": "Write @name",
            "@alice more": "That is more than this command takes.",
        }.items():
            with self.subTest(typed):
                await self.alice.says(f"/user {typed}")
                self.assertIn(words, self.alice.sees)
                self.assertIn("Usage: /user who", self.alice.sees)

    async def test_a_person_who_is_gone_is_told_at_the_button(self) -> None:
        await self.meet()
        await self.alice.says("/user 3")
        gone = "The bot does not know this person any more."
        for value in ("", "x", "-3", "0", "9" * 30, "555"):
            with self.subTest(value):
                self.assertEqual(await self.alice.forges(f"person:{value}"), gone)
                self.assertEqual(await self.alice.forges(f"person_talk:{value}|"), gone)

    async def test_the_conversation_is_paged_both_ways(self) -> None:
        await self.meet()
        for number in range(9):
            await self.charlie.says(f"Message {number}")
        await self.alice.says("/user 3")
        await self.alice.presses("Messages")
        self.assertIn("◂ Message 8", self.alice.sees)
        self.assertNotIn("Message 0", self.alice.sees)
        self.assertEqual(self.alice.buttons, ["↻", "»", "Back to the card"])
        await self.alice.presses("»")
        self.assertIn("◂ /start", self.alice.sees)
        self.assertIn("cannot be read", str(await self.alice.forges("person_talk:3|before.x")))
        await self.alice.presses("Back to the card")
        self.assertTrue(self.alice.sees.startswith("Charlie Clark @charlie"))

    async def test_what_was_said_to_somebody_with_the_same_role_or_a_higher_one_is_not_shown(self) -> None:
        await self.meet()
        await self.alice.says("/user 2")  # so that Alice was told something about Bob
        await self.make(CHARLIE, Role.SUPPORT)
        await self.make(BOB, Role.SUPPORT)
        for user_id in (ALICE, BOB):
            with self.subTest(user_id):
                await self.charlie.says(f"/user {user_id}")
                self.assertIn("your role or a higher one", self.charlie.sees)
                self.assertNotIn("Newest messages", self.charlie.sees)
                self.assertEqual(self.charlie.buttons, ["Write to", "↻"])
                await self.charlie.forges(f"person_talk:{user_id}|")
                self.assertIn("your role or a higher one", self.charlie.sees)
        await self.charlie.says(f"/user {CHARLIE}")
        self.assertIn("Newest messages", self.charlie.sees)
        await self.alice.says("/user 2")
        self.assertIn("Newest messages", self.alice.sees)

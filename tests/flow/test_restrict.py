"""/ban, /mute and /unban: by id, name and answer, with a question, in private and in groups."""

from datetime import timedelta

from django.utils import timezone

from botcore.access.models import Confirmation, Restriction
from botcore.access.roles import Role
from sandbox.world import GROUP_ID
from tests.flow.people import BOB, CHARLIE, DENIED, PeopleCase, is_refusal


class BanTests(PeopleCase):
    """Bans."""

    async def test_asks_and_bans_for_a_while_with_a_reason(self) -> None:
        await self.meet()
        await self.alice.says("/ban @charlie 2h30m too much <b>noise</b>")
        self.assertEqual(self.alice.sees, "Ban Charlie Clark (3) for 2h30m? Reason: too much <b>noise</b>")
        self.assertFalse(await Restriction.objects.aexists())
        before = timezone.now()
        await self.alice.presses("Ban")
        self.assertRegex(self.alice.sees, r"^Banned: Charlie Clark \(3\), until .* UTC\.$")
        row = await Restriction.objects.aget()
        self.assertEqual((row.user_id, row.kind, row.reason), (CHARLIE, "banned", "too much <b>noise</b>"))
        assert row.until is not None
        self.assertAlmostEqual(row.until - before, timedelta(hours=2.5), delta=timedelta(minutes=5))
        self.assertEqual(await self.actions(), ["access.ban person:3"])
        await self.charlie.says("/start")
        self.assertIn("Reason: too much <b>noise</b>", self.charlie.sees)
        await self.alice.presses("Card")
        self.assertIn("Banned until", self.alice.sees)

    async def test_without_a_length_it_holds_until_it_is_lifted(self) -> None:
        await self.meet()
        await self.alice.says("/ban 3")
        self.assertEqual(self.alice.sees, "Ban Charlie Clark (3) until somebody lifts it?")
        await self.alice.presses("Ban")
        self.assertEqual(self.alice.sees, "Banned: Charlie Clark (3), until somebody lifts it.")
        self.assertIsNone((await Restriction.objects.aget()).until)

    async def test_a_second_attempt_at_a_press_is_the_same_ban(self) -> None:
        await self.meet()
        await self.alice.says("/ban 3 2h")
        press = await Confirmation.objects.alatest("expires_at")
        await self.alice.presses("Ban")
        first = (await Restriction.objects.aget()).until
        await Confirmation.objects.filter(pk=press.pk).aupdate(used_at=None)  # as one that another process began
        await self.alice.forges(f"ban_ok:{press.key}")
        self.assertEqual((await Restriction.objects.aget()).until, first)
        self.assertEqual(await self.actions(), ["access.ban person:3"])
        self.assertIn("Banned: Charlie Clark", self.alice.sees)

    async def test_accounts_of_many_are_not_muted(self) -> None:
        chat = {"id": GROUP_ID, "type": "supergroup", "title": "Botdeck team"}
        message = {"message_id": 900, "chat": chat, "date": 1_790_000_000, "text": "news"}
        self.world.deliver({"message": message | {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}}})
        await self.meet()
        for text in ("/mute 777000", "/ban 777000"):
            await self.alice.says(text)
            self.assertIn("it is not one person's", self.alice.sees)
        self.assertFalse(await Restriction.objects.aexists())

    async def test_cancel_bans_nobody(self) -> None:
        await self.meet()
        await self.alice.says("/ban 3")
        await self.alice.presses("Cancel")
        self.assertEqual(self.alice.sees, "Cancelled. Nothing was done.")
        self.assertFalse(await Restriction.objects.aexists())

    async def test_in_a_group_by_an_answer_and_nothing_of_the_card_is_shown_there(self) -> None:
        await self.meet()
        await self.make(BOB, Role.MODERATOR)
        await self.person_in_group(CHARLIE).says("Buy now!")
        message = self.world.messages(GROUP_ID)[-1].message_id
        self.world.say(1, GROUP_ID, "/ban 1d ads", reply_to=message)
        await self.settle()
        self.assertEqual(self.alice_in_group.sees, "Ban Charlie Clark (3) for 1d? Reason: ads")
        self.assertEqual(await self.bob_in_group.presses("Ban"), ["Эта кнопка для другого человека."])
        await self.alice_in_group.presses("Ban")
        self.assertIn("Banned: Charlie Clark", self.alice_in_group.sees)
        self.assertEqual(self.alice_in_group.buttons, [])

    async def test_nobody_bans_those_with_a_role(self) -> None:
        await self.meet()
        await self.make(BOB, Role.SUPPORT)
        for typed, role in {"@bob": "support", "1": "owner"}.items():
            for command in ("ban", "mute"):
                await self.alice.says(f"/{command} {typed}")
                self.assertEqual(self.alice.sees, f"This person has the role {role}: revoke it first.")
        self.assertFalse(await Restriction.objects.aexists())

    async def test_a_role_given_after_the_question_protects(self) -> None:
        await self.meet()
        await self.alice.says("/ban 3")
        await self.make(CHARLIE, Role.SUPPORT)
        self.assertIn("has the role support", str(await self.alice.presses("Ban")))
        self.assertFalse(await Restriction.objects.aexists())

    async def test_who_was_moderator_when_asked_and_is_not_when_pressing_bans_nobody(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.MODERATOR)
        await self.charlie.says("/ban 2")
        await self.make(CHARLIE, Role.SUPPORT)
        await self.charlie.presses("Ban")
        self.assertTrue(is_refusal(self.charlie.sees), self.charlie.sees)
        self.assertFalse(await Restriction.objects.aexists())

    async def test_wrong_words_are_told_with_the_usage(self) -> None:
        await self.meet()
        for typed, words in {
            "": "Name a person",
            "@nobody": "Nobody here is @nobody",
            "3 5x": "Write a length of time",
            "3 9999999d": "Write a length of time",
            "3 " + "x" * 301: "Write at most 300 characters",
        }.items():
            with self.subTest(typed[:20]):
                await self.alice.says(f"/ban {typed}")
                self.assertIn(words, self.alice.sees)
                self.assertIn("Usage: /ban who [for] [reason…]", self.alice.sees)

    async def test_members_and_support_may_not(self) -> None:
        await self.meet()
        await self.refuses("/ban 2", "/mute 2", "/unban 2")
        await self.make(CHARLIE, Role.SUPPORT)
        await self.refuses("/ban 2", "/mute 2", "/unban 2")
        await self.make(CHARLIE, Role.MODERATOR)
        await self.charlie.says("/ban 2")
        self.assertEqual(self.charlie.buttons, ["Ban", "Cancel"])
        self.assertNotEqual(self.charlie.sees, DENIED)


class MuteTests(PeopleCase):
    """Mutes, and their end."""

    async def test_mutes_for_an_hour_at_once(self) -> None:
        await self.meet()
        before = timezone.now()
        await self.alice.says("/mute @charlie")
        self.assertRegex(self.alice.sees, r"^Muted: Charlie Clark \(3\), until .* UTC\.$")
        row = await Restriction.objects.aget()
        self.assertEqual((row.kind, row.reason), ("muted", ""))
        assert row.until is not None
        self.assertAlmostEqual(row.until - before, timedelta(hours=1), delta=timedelta(minutes=5))

    async def test_mutes_for_as_long_as_said(self) -> None:
        await self.meet()
        before = timezone.now()
        await self.alice.says("/mute 3 2d flood")
        row = await Restriction.objects.aget()
        self.assertEqual(row.reason, "flood")
        assert row.until is not None
        self.assertAlmostEqual(row.until - before, timedelta(days=2), delta=timedelta(minutes=5))

    async def test_unban_ends_both(self) -> None:
        await self.meet()
        await self.alice.says("/mute 3")
        await self.alice.says("/ban 3")
        await self.alice.presses("Ban")
        await self.alice.says("/unban 3")
        self.assertEqual(self.alice.sees, "Served again: Charlie Clark (3).")
        self.assertFalse(await Restriction.objects.aexists())
        await self.charlie.says("/start")
        self.assertIn("Hello", self.charlie.sees)
        await self.alice.says("/unban 3")
        self.assertEqual(self.alice.sees, "This person is neither banned nor muted.")
        self.assertEqual(await self.actions(), ["access.mute person:3", "access.ban person:3", "access.lift person:3"])

    async def test_the_same_by_the_buttons_of_the_card(self) -> None:
        await self.meet()
        await self.alice.says("/user 3")
        self.assertEqual(await self.alice.presses("Mute 1 h"), ["Muted for an hour"])
        self.assertIn("Muted until", self.alice.sees)
        self.assertEqual(await self.alice.presses("Unmute"), ["Lifted"])
        self.assertFalse(await Restriction.objects.aexists())
        await self.alice.presses("Ban")
        self.assertEqual(self.alice.sees, "Ban Charlie Clark (3) until somebody lifts it?")
        await self.alice.presses("Ban")
        self.assertEqual(self.alice.sees, "Banned: Charlie Clark (3), until somebody lifts it.")
        await self.alice.presses("Card")
        await self.alice.presses("Unban")
        self.assertEqual(await self.alice.forges("person_lift:3"), "This person is neither banned nor muted.")

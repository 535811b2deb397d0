"""/broadcast: from any message, or a text, to everybody; asked for, shown, held back, given up, told of; who may."""

from datetime import timedelta

from django.utils import timezone

from botcore.access import services as access
from botcore.access.models import Confirmation
from botcore.access.roles import Role
from botcore.broadcasts import drafts
from botcore.broadcasts.models import Broadcast, BroadcastCard
from botcore.database import in_database
from botcore.outbox.content import Text
from botcore.outbox.models import OutgoingMessage
from botcore.people.models import User
from tests.database.access import BOSS
from tests.flow.broadcasts import BroadcastFlowCase
from tests.flow.people import ALICE, BOB, CHARLIE, is_refusal

COUNTED = "People who would get it: 3."
STAYS = "Leave the message in this chat until all is sent: each copy is made from it."


class DraftTests(BroadcastFlowCase):
    """From a message to a draft."""

    async def refused(self, sentence: str) -> None:
        """Hold that Alice reads this, and that there is no broadcast."""
        self.assertIn(sentence, self.alice.sees)
        self.assertFalse(await Broadcast.objects.aexists())

    async def test_a_message_that_is_answered_is_shown_as_people_will_get_it_with_their_number(self) -> None:
        await self.drafts("News <b>&")
        pk = (await self.row()).pk
        self.assertEqual(self.alice.answers[-2], "News <b>&")
        self.assertEqual(self.alice.sees, f"Broadcast {pk}: draft\nNews <b>&\n\n{COUNTED}\n{STAYS}")
        acts = ["Start…", "At a time…", "Cancel…", "Test to me", "Who gets it…"]
        beside = ["Buttons…", "With a button to stop", "Hours…"]
        self.assertEqual(self.alice.buttons, [*acts, *beside, "↻", "All broadcasts"])
        self.assertEqual(await self.actions(), [f"broadcasts.draft broadcast:{pk}"])
        self.assertEqual((await self.row()).created_by, "Alice (Telegram 1)")

    async def test_pictures_and_files_are_copied(self) -> None:
        await self.meet()
        for kind in ("photo", "video", "document", "voice", "sticker"):
            with self.subTest(kind):
                post = self.posts("Look" if kind != "sticker" else "", kind)
                await self.broadcasts(post)
                shown = self.world.messages(ALICE)[-2]
                self.assertEqual((shown.media, shown.text), (post.media, post.text))
                row = await self.row()
                self.assertEqual(row.payload, f'{{"from_chat_id":1,"message_id":{post.message_id}}}')
                self.assertIn(f"\n{kind}: Look\n" if post.text else f"\n{kind}\n", self.alice.sees)

    async def test_of_an_album_only_the_part_is_sent_and_that_is_said(self) -> None:
        await self.meet()
        await self.broadcasts(self.posts(kind="photo", media_group_id="77"))
        self.assertIn("It is a part of an album: only this part is sent, without the others.", self.alice.sees)

    async def test_a_text_behind_the_command_keeps_its_formatting(self) -> None:
        await self.meet()
        await self.types(
            "/broadcast  😀 big <news>\nat home",
            {"type": "bold", "offset": 15, "length": 3},
            {"type": "text_link", "offset": 26, "length": 2, "url": "https://example.com/"},
        )
        row = await self.row()
        text = '😀 <b>big</b> &lt;news&gt;\\n<a href=\\"https://example.com/\\">at</a> home'
        wanted = f'{{"parse_mode":"HTML","text":"{text}"}}'.replace("😀", "\\ud83d\\ude00")
        self.assertEqual((row.method, row.payload), ("sendMessage", wanted))
        shown = self.world.messages(ALICE)[-2]
        self.assertEqual(shown.text, "😀 big <news>\nat home")
        self.assertEqual([(entity.type, entity.offset, entity.length) for entity in shown.entities],
                         [("bold", 3, 3), ("text_link", 14, 2)])  # fmt: skip
        self.assertNotIn(STAYS, self.alice.sees)

    async def test_formatting_that_begins_at_the_command_goes_on_behind_it(self) -> None:
        await self.meet()
        await self.types("/broadcast News of the whole day", {"type": "italic", "offset": 0, "length": 15})
        self.assertIn('"text":"<i>News</i> of the whole day"', (await self.row()).payload)

    async def test_what_telegram_does_not_copy_is_refused_before_anything_is_written(self) -> None:
        await self.meet()
        sentence = "Telegram does not copy such a message."
        message = {"message_id": 5, "date": 1_790_000_000, "chat": self.world.chat(ALICE).to_json()}
        quiz = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False}
        quiz |= {"is_anonymous": True, "type": "quiz", "allows_multiple_answers": False}
        quiz |= {"allows_revoting": False, "members_only": False}
        for what in (
            {"new_chat_title": "Us"},
            {"text": "Mine", "has_protected_content": True},
            {"poll": quiz},
            {"text": "Deleted meanwhile", "message_id": 999_999},  # only Telegram knows that
        ):
            with self.subTest(what):
                await self.types("/broadcast", reply_to_message={**message, **what})
                await self.refused(sentence)

    async def test_an_answer_and_a_text_at_once_is_not_guessed_about(self) -> None:
        await self.meet()
        await self.broadcasts(self.posts("News"), "/broadcast Other news")
        await self.refused("Either answer a message or write the text behind the command, not both.")

    async def test_a_message_of_another_chat_must_be_forwarded_first(self) -> None:
        await self.meet()
        origin = {"type": "hidden_user", "date": 1_790_000_000, "sender_user_name": "Dora"}
        await self.types("/broadcast", external_reply={"origin": origin})
        await self.refused("That message is in another chat. Forward it here, and answer it here.")

    async def test_the_beginning_of_a_topic_is_no_message(self) -> None:
        await self.meet()
        topic = {"message_id": 5, "date": 1_790_000_000, "chat": self.world.chat(ALICE).to_json()}
        topic["forum_topic_created"] = {"name": "News", "icon_color": 0}
        await self.types("/broadcast", reply_to_message=topic)
        await self.refused("There was no broadcast yet.")

    async def test_nobody_is_said_and_cannot_be_started(self) -> None:
        await self.meet()
        await User.objects.aupdate(messages_on=False)
        await self.alice.says("/broadcast News")
        self.assertIn("Nobody would get it now.", self.alice.sees)
        await self.alice.presses("Start…")
        self.assertEqual(await self.alice.presses("Send"), ["There is nobody who could get it."])
        self.assertEqual((await self.row()).state, "draft")


class StartTests(BroadcastFlowCase):
    """From a draft to the end."""

    async def test_it_starts_after_a_question_and_everybody_gets_it_once(self) -> None:
        await self.drafts()
        pk = (await self.row()).pk
        await self.alice.presses("Start…")
        question = f"Send broadcast {pk} to everybody? People: 3. Who has read it has read it."
        self.assertEqual((self.alice.sees, self.alice.buttons), (question, ["Send", "Cancel"]))
        self.assertEqual((await self.row()).state, "draft")
        notices = await self.alice.presses("Send", times=2)
        self.assertEqual(notices, ["It is being sent.", "That was decided already."])
        self.assertIn(f"Broadcast {pk}: running\nNews\n\n▱▱▱▱▱▱▱▱▱▱ 0 %\nDone: 0 of 3 people", self.alice.sees)
        self.assertEqual(self.alice.buttons, ["Pause", "Cancel…", "Copy to a new draft", "↻", "All broadcasts"])
        await self.finish()
        for writer in (self.bob, self.charlie):
            self.assertEqual(writer.answers.count("News"), 1)
        self.assertEqual(self.alice.sees, f"Broadcast {pk}: done\nNews\n\nSent: 3")
        shown = next(text for text in self.alice.answers if "Done: " in text)
        self.assertEqual(shown, f"Broadcast {pk}: done\nNews\n\n▰▰▰▰▰▰▰▰▰▰ 100 %\nDone: 3 of 3 people\nSent: 3")
        self.assertEqual(
            await self.actions(),
            [f"broadcasts.{act} broadcast:{pk}" for act in ("draft", "start", "done")],
        )

    async def test_the_question_can_be_taken_back(self) -> None:
        await self.drafts()
        await self.alice.presses("Start…")
        await self.alice.presses("Cancel")
        self.assertEqual((self.alice.sees, self.alice.buttons), ("Cancelled. Nothing was done.", ["Back"]))
        await self.alice.presses("Back")
        self.assertIn("Start…", self.alice.buttons)
        self.assertEqual((await self.row()).state, "draft")

    async def test_the_answer_counts_for_a_minute_and_from_who_was_asked(self) -> None:
        await self.drafts()
        await self.alice.presses("Start…")
        key = (await Confirmation.objects.aget()).key
        await self.make(CHARLIE, Role.ADMIN)
        self.assertEqual(await self.charlie.forges(f"broadcast_start_ok:{key}"), "This button is for somebody else.")
        await Confirmation.objects.aupdate(expires_at=timezone.now() - timedelta(seconds=1))
        self.assertEqual(await self.alice.presses("Send"), ["This button is too old: give the command again."])
        self.assertEqual((await self.row()).state, "draft")

    async def test_who_is_told_of_the_end_can_open_the_card(self) -> None:
        await self.starts()
        await self.finish()
        self.assertEqual(self.alice.buttons, ["Card"])
        await self.alice.presses("Card")
        self.assertIn("Done: 3 of 3 people", self.alice.sees)
        buttons = ["Copy to a new draft", "Delete what was sent…", "↻", "All broadcasts"]
        self.assertEqual(self.alice.buttons, buttons)
        self.assertFalse(await BroadcastCard.objects.aexists())


class CardTests(BroadcastFlowCase):
    """Buttons of a broadcast that runs, and what its card shows by itself."""

    async def test_pause_and_resume(self) -> None:
        await self.starts()
        await self.look()
        self.assertEqual(
            await self.alice.presses("Pause", times=2), ["What waited is held back.", "That was done already."]
        )
        self.assertIn("Held back: 3", self.alice.sees)
        self.assertEqual(self.alice.buttons, ["Resume", "Cancel…", "Copy to a new draft", "↻", "All broadcasts"])
        self.assertEqual(await self.send(), 0)
        self.assertEqual(await self.alice.presses("Resume", times=2), ["It goes on.", "That was done already."])
        await self.finish()
        self.assertEqual(self.bob.answers.count("News"), 1)
        pk = (await self.row()).pk
        acts = ("draft", "start", "pause", "resume", "done")
        self.assertEqual(await self.actions(), [f"broadcasts.{act} broadcast:{pk}" for act in acts])

    async def test_cancel_asks_and_the_end_is_told(self) -> None:
        await self.starts()
        await self.look()
        await self.alice.presses("Cancel…")
        self.assertIn("What was sent stays, nobody else gets it", self.alice.sees)
        await self.send()
        question = next((text for text in self.alice.answers if "What was sent stays" in text), "")
        self.assertTrue(question)  # the card's edits leave it alone
        self.assertEqual(await self.alice.presses("Give up"), ["It is given up."])
        pk = (await self.row()).pk
        self.assertTrue([text for text in self.alice.answers if text.startswith(f"Broadcast {pk}: cancelled")])
        await self.finish()
        self.assertTrue(self.alice.sees.startswith(f"Broadcast {pk}: cancelled\nNews\n\nSent: "), self.alice.sees)
        self.assertEqual(self.alice.buttons, ["Card"])
        self.assertEqual(self.alice.answers.count(self.alice.sees), 1)

    async def test_the_card_follows_by_itself(self) -> None:
        await self.starts()
        await self.look()  # what is queued now changes no number that the card shows
        self.assertIn("Done: 0 of 3 people", self.alice.sees)
        await self.send()
        await self.look()
        await self.send()
        shown = next(text for text in self.alice.answers if "Done: " in text)
        self.assertIn("Done: 3 of 3 people", shown)
        edits = OutgoingMessage.objects.filter(method="editMessageText")
        self.assertEqual(await edits.acount(), 1)  # one row for all edits of a card

    async def test_a_card_that_was_deleted_from_the_chat_is_followed_no_more(self) -> None:
        await self.starts()
        self.world.delete(self.world.messages(ALICE)[-1])
        await self.look()
        await self.send()
        self.assertEqual(await BroadcastCard.objects.acount(), 1)
        await self.look()
        self.assertEqual(await BroadcastCard.objects.acount(), 0)

    async def test_a_list_in_its_place_is_left_alone(self) -> None:
        await self.starts()
        await self.look()
        await self.alice.presses("All broadcasts")
        self.assertTrue(self.alice.sees.startswith("Broadcasts\n"))
        await self.finish()
        self.assertFalse([text for text in self.alice.answers if "Done: " in text])

    async def test_it_speaks_the_language_of_its_reader(self) -> None:
        await self.make(BOB, Role.ADMIN)
        await self.meet()
        await self.bob.says("/broadcast Новости")
        pk = (await self.row()).pk
        self.assertEqual(self.bob.sees, f"Рассылка {pk}: черновик\nНовости\n\nСколько человек её получат: 3.")
        await self.bob.presses("Начать…")
        await self.bob.presses("Отправить")
        await self.finish()
        self.assertEqual(self.bob.sees, f"Рассылка {pk}: готово\nНовости\n\nОтправлено: 3")
        self.assertTrue([text for text in self.bob.answers if "Готово: 3 из 3 человек" in text])
        self.assertEqual(
            await self.bob.forges(f"broadcast_pause:{pk}"),
            f"Рассылку {pk} нельзя приостановить, её состояние: готово.",
        )


class ListTests(BroadcastFlowCase):
    """/broadcast alone."""

    async def test_lists_them_with_a_card_for_each(self) -> None:
        await self.alice.says("/broadcast")
        self.assertIn("There was no broadcast yet.", self.alice.sees)
        await self.starts("<News> of\ntoday")
        await self.finish()
        for number in range(9):
            await in_database(drafts.write, by="dora", content=Text(f"Draft {number}"), bot_id=1)
        await self.alice.says("/broadcast")
        lines = self.alice.sees.splitlines()
        self.assertEqual(lines[2], "1. Draft 8 · draft · just now")
        self.assertEqual(self.alice.buttons, ["1", "2", "3", "4", "5", "6", "7", "8", "↻", "»"])
        await self.alice.presses("»")
        self.assertIn("2. <News> of today · done 100 % · just now", self.alice.sees)
        await self.alice.presses("2")
        self.assertIn("Done: 3 of 3 people", self.alice.sees)
        await self.alice.presses("↻")
        await self.alice.presses("All broadcasts")
        self.assertIn("1. Draft 8", self.alice.sees)

    async def test_nonsense_in_a_button_is_answered(self) -> None:
        await self.drafts()
        pk = (await self.row()).pk
        for name in ("broadcast", "broadcast_start", "broadcast_cancel", "broadcast_pause", "broadcast_resume"):
            for value in ("", "x", "-1", "0", "9" * 30, str(pk + 1), "' OR 1=1"):
                with self.subTest(f"{name}:{value}"):
                    self.assertIn("There is no broadcast", str(await self.alice.forges(f"{name}:{value}")))
        self.assertIn("cannot be read", str(await self.alice.forges("broadcasts:|before.x")))
        self.assertEqual(
            await self.alice.forges(f"broadcast_resume:{pk}"), f"Broadcast {pk} is draft and cannot be resumed."
        )
        self.assertEqual((await self.row()).state, "draft")


class RightsTests(BroadcastFlowCase):
    """Who may."""

    async def test_it_is_for_admins_at_the_command_and_at_each_press(self) -> None:
        await self.starts()
        row = await self.row()
        await self.make(CHARLIE, Role.MODERATOR)
        await self.refuses("/broadcast", "/broadcast News")
        for name in ("broadcast", "broadcasts", "broadcast_pause", "broadcast_resume", "broadcast_start"):
            await self.charlie.forges(f"{name}:{row.pk}")
            self.assertTrue(is_refusal(self.charlie.sees), self.charlie.sees)
        self.assertEqual(((await self.row()).pk, (await self.row()).state), (row.pk, "running"))

    async def test_who_was_an_admin_a_second_ago_starts_nothing(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.ADMIN)
        await self.charlie.says("/broadcast News")
        await self.charlie.presses("Start…")
        await in_database(access.revoke, user_id=CHARLIE, by="the tests", giver=BOSS)
        await self.charlie.presses("Send")
        self.assertTrue(is_refusal(self.charlie.sees), self.charlie.sees)
        self.assertEqual((await self.row()).state, "draft")

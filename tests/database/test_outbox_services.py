"""send() and its sisters: what is queued, and what is refused with nothing queued."""

import json
import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import TestCase, override_settings
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.outbox import services
from botcore.outbox.content import (
    Album,
    Animation,
    Audio,
    Button,
    Copy,
    Document,
    Forward,
    Media,
    Photo,
    Template,
    Text,
    Video,
    Voice,
)
from botcore.outbox.models import CallbackData, OutboxWake, OutgoingMessage, OutgoingState, Priority
from botcore.people.models import Chat, ChatAlias, Reach, User
from tests.database.outboxes import add_chat

LONG = "x" * 100


def queued() -> tuple[str, dict[str, Any]]:
    """Return method and parameters of the only message."""
    row = OutgoingMessage.objects.get()
    return row.method, json.loads(row.payload)


class SendCase(TestCase):
    """Alice's chat, and a file."""

    def setUp(self) -> None:
        """Meet Alice."""
        add_chat(1)
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name).resolve()
        self.file = self.directory / "cat.jpg"
        self.file.write_bytes(b"a cat")


class SendTests(SendCase):
    """What is queued."""

    def test_a_text_waits_for_its_turn(self) -> None:
        pk = services.send(chat_id=1, text="Hello")
        row = OutgoingMessage.objects.get()
        self.assertEqual(
            (row.pk, row.bot_id, row.chat_id, row.priority, row.state, row.due_at, row.source, row.key, row.update_id),
            (pk, 1, 1, Priority.ALERT, OutgoingState.QUEUED, row.created_at, "", None, None),
        )
        self.assertEqual(queued(), ("sendMessage", {"text": "Hello"}))

    def test_a_long_text_becomes_several_in_order_with_the_buttons_under_the_last(self) -> None:
        first = services.send(
            chat_id=1, content=Text(f"<b>{'word ' * 1000}</b>", "HTML"), buttons=[[Button("Yes", data="y")]], key="k"
        )
        rows = [json.loads(row.payload) for row in OutgoingMessage.objects.order_by("pk")]
        self.assertEqual([len(row["entities"]) for row in rows], [1, 1])
        self.assertEqual(" ".join(row["text"] for row in rows).split(), ["word"] * 1000)
        self.assertEqual(["reply_markup" in row for row in rows], [False, True])
        self.assertEqual(services.send(chat_id=1, text="again", key="k"), first)

    def test_a_paid_message_says_so_and_is_refused_to_a_bot_that_does_not_pay(self) -> None:
        with self.assertRaisesMessage(ValidationError, "Paid messages are off: set BOT_PAID_MESSAGES_PER_SECOND"):
            services.send(chat_id=1, text="Hello", paid=True)
        with override_settings(BOT_PAID_MESSAGES_PER_SECOND=500):
            services.send(chat_id=1, text="Hello", paid=True)
        self.assertEqual(queued(), ("sendMessage", {"text": "Hello", "allow_paid_broadcast": True}))

    def test_a_text_of_too_many_pieces_becomes_a_file(self) -> None:
        services.send(chat_id=1, text="word " * 10_000)
        method, parameters = queued()
        self.assertEqual((method, parameters["document"]["name"]), ("sendDocument", "message.txt"))
        self.assertEqual(parameters["document"]["text"].split(), ["word"] * 10_000)
        self.assertTrue(parameters["caption"].startswith("word word"))

    def test_a_template_speaks_the_persons_language_and_escapes(self) -> None:
        now = timezone.now()
        User.objects.create(id=1, first_name="Bob", language="ru", first_seen=now, last_seen=now)
        services.send(chat_id=1, content=Template("sentence", {"sentence": "<3"}))
        self.assertEqual(queued(), ("sendMessage", {"text": "&lt;3", "parse_mode": "HTML"}))
        OutgoingMessage.objects.all().delete()
        services.send(chat_id=1, content=Template("about", {"version": "1", "first_name": "Bob"}))
        self.assertRegex(queued()[1]["text"], "[а-я]")

    def test_each_kind_of_file_by_id_address_or_path(self) -> None:
        for content, method, name in (
            (Photo("AgAC", "A *cat*", "MarkdownV2"), "sendPhoto", "photo"),
            (Video("https://x.org/v.mp4"), "sendVideo", "video"),
            (Animation("CgAC"), "sendAnimation", "animation"),
            (Audio("CQAC"), "sendAudio", "audio"),
            (Voice("AwAC"), "sendVoice", "voice"),
            (Document("BQAC"), "sendDocument", "document"),
        ):
            with self.subTest(name):
                OutgoingMessage.objects.all().delete()
                services.send(chat_id=1, content=content)
                self.assertEqual((queued()[0], queued()[1][name]), (method, content.file))
        OutgoingMessage.objects.all().delete()
        services.send(chat_id=1, content=Photo(self.file, "A cat"))
        self.assertEqual(queued(), ("sendPhoto", {"photo": {"file": str(self.file)}, "caption": "A cat"}))

    def test_an_album(self) -> None:
        services.send(chat_id=1, content=Album([Photo(self.file, "one"), Video("BAAC")]))
        first, second = queued()[1]["media"]
        self.assertEqual(first, {"type": "photo", "media": {"file": str(self.file)}, "caption": "one"})
        self.assertEqual((queued()[0], second), ("sendMediaGroup", {"type": "video", "media": "BAAC"}))

    def test_copies_and_forwards(self) -> None:
        for content, method in ((Copy(-100, 5), "copyMessage"), (Forward(-100, 5), "forwardMessage")):
            OutgoingMessage.objects.all().delete()
            services.send(chat_id=1, content=content)
            self.assertEqual(queued(), (method, {"from_chat_id": -100, "message_id": 5}))

    def test_buttons_and_options(self) -> None:
        services.send(
            chat_id=1,
            content=Text("Hi", preview=False),
            buttons=[[Button("Site", url="https://x.org"), Button("Yes", data="vote:yes")]],
            silent=True,
            protected=True,
            reply_to=5,
            topic=6,
        )
        rows = [[{"text": "Site", "url": "https://x.org"}, {"text": "Yes", "callback_data": "vote:yes"}]]
        self.assertEqual(
            queued()[1],
            {
                "text": "Hi",
                "link_preview_options": {"is_disabled": True},
                "reply_markup": {"inline_keyboard": rows},
                "disable_notification": True,
                "protect_content": True,
                "reply_parameters": {"message_id": 5, "allow_sending_without_reply": True},
                "message_thread_id": 6,
            },
        )

    def test_the_same_key_is_queued_once_and_answers_the_same(self) -> None:
        first = services.send(chat_id=1, text="Hello", key="order-5")
        self.assertEqual(services.send(chat_id=1, text="Hello again", key="order-5"), first)
        self.assertEqual(queued()[1], {"text": "Hello"})
        self.assertNotEqual(services.send(chat_id=1, text="Hello", key="order-5", bot_id=5), first)

    def test_what_its_sender_says_of_it_is_kept(self) -> None:
        due_at = timezone.now() + timedelta(hours=1)
        services.send(
            chat_id=1, text="x", priority=Priority.BROADCAST, due_at=due_at, bot_id=77, update_pk=5, source="shop.ship"
        )
        row = OutgoingMessage.objects.get()
        self.assertEqual(
            (row.priority, row.due_at, row.bot_id, row.update_id, row.source),
            (Priority.BROADCAST, due_at, 77, 5, "shop.ship"),
        )

    def test_it_is_undone_with_the_callers_transaction(self) -> None:
        with self.assertRaises(KeyError), transaction.atomic():
            services.send(chat_id=1, text="Hello")
            raise KeyError
        self.assertFalse(OutgoingMessage.objects.exists())

    def test_a_group_that_moved_is_found_under_its_new_id(self) -> None:
        add_chat(-1007, type="supergroup")
        ChatAlias.objects.create(old_id=-7, new_id=-1007, at=timezone.now())
        services.send(chat_id=-7, text="Hello")
        self.assertEqual(OutgoingMessage.objects.get().chat_id, -1007)

    def test_a_group_that_moved_in_a_circle_ends(self) -> None:
        for old, new in ((-7, -8), (-8, -7)):
            ChatAlias.objects.create(old_id=old, new_id=new, at=timezone.now())
        services.send(chat_id=-7, text="Hello")
        self.assertEqual(OutgoingMessage.objects.count(), 1)


class RefusalTests(SendCase):
    """One sentence, and nothing in any table."""

    def refused(self, sentence: str, **wish: Any) -> None:
        """Check that the wish is refused with this sentence and leaves nothing."""
        with self.subTest(sentence), self.assertRaises(ValidationError) as caught:
            services.send(**{"chat_id": 1, "text": None if "content" in wish else "Hello", **wish})
        self.assertEqual(str(caught.exception), sentence)
        self.assertFalse(OutgoingMessage.objects.exists() or CallbackData.objects.exists())

    def test_chats(self) -> None:
        self.refused("The chat 2 is unknown: nobody has written to the bot there.", chat_id=2)
        self.refused("The chat's id must be one of Telegram's numbers; this is '@alice'.", chat_id="@alice")
        self.refused("The chat's id must be one of Telegram's numbers; this is True.", chat_id=True)
        self.refused(f"The chat's id must be one of Telegram's numbers; this is {2**63}.", chat_id=2**63)
        for number, (reach, sentence) in enumerate(
            {
                Reach.BLOCKED: "Alice has blocked the bot.",
                Reach.KICKED: "The bot is not a member of Alice.",
                Reach.DEACTIVATED: "The account of Alice is deleted.",
            }.items()
        ):
            add_chat(10 + number, reach=reach)
            self.refused(sentence, chat_id=10 + number)

    def test_texts(self) -> None:
        for empty in ("", " \n\t "):
            self.refused("The text is empty.", text=empty)
        self.refused("The text is empty.", content=Text("<b> </b>", "HTML"))
        self.refused("The text is too long: 1000001 of at most 1000000 characters.", text="x" * 1_000_001)
        self.refused("The text has a null character.", text="a\x00b")
        self.refused("The text has half of a character (a lone surrogate).", text="a\ud800")
        self.refused("The text is no text.", text=5)
        self.refused(
            "There is no parse mode 'Markdown'; write HTML, MarkdownV2 or nothing.", content=Text("a", "Markdown")
        )
        self.refused("The text's HTML is broken at character 0: <b> is never closed.", content=Text("<b>a", "HTML"))
        self.refused(
            "The text's MarkdownV2 is broken at character 0: bold begins here and never ends.",
            content=Text("*a", "MarkdownV2"),
        )
        self.refused("Say either a text or a content.", text=None)
        self.refused("Say either a text or a content.", text="a", content=Text("a"))
        self.refused("A dict cannot be sent.", content={})

    def test_formatting_does_not_count(self) -> None:
        services.send(chat_id=1, content=Text(f"<b>{'&lt;' * 4096}</b>", "HTML"))
        self.assertEqual(OutgoingMessage.objects.count(), 1)

    def test_files(self) -> None:
        gone, empty, large, pipe = (self.directory / name for name in ("gone", "empty", "large", "pipe"))
        empty.touch()
        with large.open("wb") as file:
            file.truncate(10_000_001)
        os.mkfifo(pipe)
        self.refused(f"The file {gone} cannot be read: No such file or directory.", content=Document(gone))
        self.refused(f"The file {empty} is empty.", content=Document(empty))
        self.refused(f"The file {large} is too large: Telegram takes 10 MB.", content=Photo(large))
        self.refused(f"{pipe} is no file.", content=Document(pipe))
        self.refused(f"{self.directory} is no file.", content=Document(self.directory))
        self.refused("The file's name has a null character.", content=Document(Path("a\x00b")))
        colon = "A file's address begins with https://; give a file of this machine as a Path."
        self.refused(colon, content=Document("file:///etc/passwd"))
        self.refused("A Media cannot be sent.", content=Media("AgAC"))
        self.refused("The file is missing: give a path, a file_id or an address.", content=Document(""))
        services.send(chat_id=1, content=Document(large))
        with large.open("wb") as file:
            file.truncate(50_000_001)
        OutgoingMessage.objects.all().delete()
        self.refused(f"The file {large} is too large: Telegram takes 50 MB.", content=Document(large))

    def test_captions_and_albums(self) -> None:
        long = "The caption is too long: 1025 of at most 1024 characters."
        self.refused(long, content=Photo("AgAC", "x" * 1025))
        self.refused(long, content=Album([Photo("A"), Photo("B", "x" * 1025)]))
        self.refused("An album has 2 to 10 files; this one has 1.", content=Album([Photo("A")]))
        self.refused("An album has 2 to 10 files; this one has 11.", content=Album([Photo("A")] * 11))
        mixed = "An album has photos and videos, or documents only, or audios only."
        self.refused(mixed, content=Album([Photo("A"), Document("B")]))
        self.refused(mixed, content=Album([Voice("A"), Voice("B")]))
        none = "Telegram shows no buttons under an album or a forwarded message."
        self.refused(none, content=Album([Photo("A"), Photo("B")]), buttons=[[Button("a", data="a:b")]])

    def test_buttons(self) -> None:
        self.refused("A message has at most 100 buttons; this one has 101.", buttons=[[Button("a", data="a:")]] * 101)
        self.refused("The button's text is empty.", buttons=[[Button("", data="a:")]])
        either = "The button 'a' needs either an address or data."
        self.refused(either, buttons=[[Button("a")]])
        self.refused(either, buttons=[[Button("a", url="https://x.org", data="a:")]])
        for url in ("x.org", "javascript:alert(1)", "https://", "https://[x"):
            self.refused("The button 'a' needs an address like https://example.com.", buttons=[[Button("a", url=url)]])
        self.refused(
            f"Data of a button begin with a handler's name and a colon; these are {LONG[:40]!r}….",
            buttons=[[Button("kept", data=f"vote:{LONG}"), Button("a", data=LONG)]],
        )

    def test_times_priorities_and_words(self) -> None:
        naive = datetime(2030, 1, 1)  # noqa: DTZ001
        self.refused("The due time has no time zone; use django.utils.timezone.now() and the like.", due_at=naive)
        self.refused("The due time is over since more than a day.", due_at=timezone.now() - timedelta(days=2))
        choices = "0 (reply), 1 (admin), 2 (alert), 3 (broadcast)"
        self.refused(f"There is no priority 9; the priorities are {choices}.", priority=9)
        self.refused("The key is too long: 101 of at most 100 characters.", key="x" * 101)
        self.refused("The key is empty: leave it out, or say what shall be sent once.", key="")
        self.refused("The source is no text.", source=None)
        self.refused("The due time is no time: 'tomorrow'.", due_at="tomorrow")
        self.refused(f"The update's row must be one of Telegram's numbers; this is {2**70}.", update_pk=2**70)
        self.refused("The source has a null character.", source="\x00")

    @override_settings(TELEGRAM_BOT_TOKEN="")
    def test_without_a_token_the_bot_must_be_named(self) -> None:
        self.refused("It is not known which bot shall send: set TELEGRAM_BOT_TOKEN or name a bot_id.")
        services.send(chat_id=1, text="Hello", bot_id=5)
        self.assertEqual(OutgoingMessage.objects.get().bot_id, 5)


class AfterwardsTests(SendCase):
    """Cancelling, and sending again."""

    def state(self, pk: int) -> str:
        """Return a message's state."""
        return OutgoingMessage.objects.get(pk=pk).state

    def test_only_what_waits_can_be_cancelled(self) -> None:
        pk = services.send(chat_id=1, text="Hello")
        self.assertEqual((services.cancel(pk, reason="a mistake"), self.state(pk)), (True, "cancelled"))
        self.assertEqual(OutgoingMessage.objects.get().error, "a mistake")
        self.assertEqual((services.cancel(pk), services.cancel(pk + 1)), (False, False))
        OutgoingMessage.objects.update(state="sending")
        self.assertEqual((services.cancel(pk), self.state(pk)), (False, "sending"))

    def test_a_chats_messages_are_cancelled_and_no_others(self) -> None:
        add_chat(2)
        mine = [services.send(chat_id=1, text="Hello", priority=priority) for priority in Priority]
        sent, other = mine.pop(), services.send(chat_id=2, text="Hello")
        OutgoingMessage.objects.filter(pk=sent).update(state="sent")
        self.assertEqual(services.cancel_chat(1, reason="blocked"), 3)
        self.assertEqual([self.state(pk) for pk in [*mine, sent, other]], ["cancelled"] * 3 + ["sent", "queued"])

    def test_a_person_sends_again_what_failed_or_is_in_doubt(self) -> None:
        pk = services.send(chat_id=1, text="Hello", due_at=timezone.now() + timedelta(days=5))
        for state in ("failed", "uncertain", "cancelled"):
            OutgoingMessage.objects.update(state=state, finished_at=timezone.now())
            OutboxWake.objects.all().delete()
            services.retry(pk)
            row = OutgoingMessage.objects.get()
            self.assertEqual(
                (row.state, row.finished_at, OutboxWake.objects.get().due_at), ("queued", None, row.due_at)
            )
            self.assertLess(abs(row.due_at - timezone.now()), timedelta(minutes=1))

    def test_what_is_sent_or_waits_is_not_sent_again(self) -> None:
        pk = services.send(chat_id=1, text="Hello")
        for state in ("queued", "sending", "sent"):
            OutgoingMessage.objects.update(state=state)
            self.refused(lambda: services.retry(pk), f"A message that is {state} cannot be sent again.")
        self.refused(lambda: services.retry(pk + 1), "There is no such message.")

    def test_nothing_is_sent_again_to_a_chat_that_blocked_the_bot(self) -> None:
        add_chat(2)
        pk = services.send(chat_id=2, text="Hello")
        OutgoingMessage.objects.update(state="failed")
        Chat.objects.filter(pk=2).update(reach=Reach.BLOCKED)
        self.refused(lambda: services.retry(pk), "Alice has blocked the bot.")

    def refused(self, call: Callable[[], object], sentence: str) -> None:
        """Check that a call is refused."""
        with self.assertRaises(ValidationError) as caught:
            call()
        self.assertEqual(str(caught.exception), sentence)

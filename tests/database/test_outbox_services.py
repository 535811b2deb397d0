"""send(): what is queued; test_outbox_refusals.py has what is refused."""

import json
from datetime import timedelta

from django.db import transaction
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
    Photo,
    Template,
    Text,
    Video,
    Voice,
)
from botcore.outbox.models import CallbackData, OutgoingMessage, OutgoingState, Priority
from botcore.people.models import ChatAlias, User
from botcore.runtime import settings as runtime
from tests.database.outboxes import SendCase, add_chat, add_update, queued


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
        with self.assertRaisesMessage(ValidationError, "Paid messages are off: set broadcasts.paid_per_second"):
            services.send(chat_id=1, text="Hello", paid=True)
        runtime.change("broadcasts.paid_per_second", "500", by="")
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
            (Photo("AgACAg", "A *cat*", "MarkdownV2"), "sendPhoto", "photo"),
            (Video("https://x.org/v.mp4"), "sendVideo", "video"),
            (Animation("CgACAg"), "sendAnimation", "animation"),
            (Audio("CQACAg"), "sendAudio", "audio"),
            (Voice("AwACAg"), "sendVoice", "voice"),
            (Document("BQACAg"), "sendDocument", "document"),
        ):
            with self.subTest(name):
                OutgoingMessage.objects.all().delete()
                services.send(chat_id=1, content=content)
                self.assertEqual((queued()[0], queued()[1][name]), (method, content.file))
        OutgoingMessage.objects.all().delete()
        services.send(chat_id=1, content=Photo(self.file, "A cat"))
        self.assertEqual(queued(), ("sendPhoto", {"photo": {"file": str(self.file)}, "caption": "A cat"}))

    def test_a_link_to_a_file_is_sent_under_its_own_name(self) -> None:
        link = self.directory / "report.jpg"
        link.symlink_to(self.file)
        services.send(chat_id=1, content=Photo(link))
        self.assertEqual(queued()[1], {"photo": {"file": str(link)}})

    def test_formatting_beyond_what_telegram_reads_goes_as_entities(self) -> None:
        source = "".join(f'<a href="https://x.org/{"p" * 400}{number}">x</a> ' for number in range(90))
        for content, name, entities in (
            (Text(source, "HTML"), "text", "entities"),
            (Photo("AgACAg", source, "HTML"), "caption", "caption_entities"),
        ):
            with self.subTest(name):
                OutgoingMessage.objects.all().delete()
                services.send(chat_id=1, content=content)
                said = queued()[1]
                self.assertEqual((said[name], len(said[entities]), "parse_mode" in said), ("x " * 90, 90, False))

    def test_an_album(self) -> None:
        services.send(chat_id=1, content=Album([Photo(self.file, "one"), Video("BAACAg")]))
        first, second = queued()[1]["media"]
        self.assertEqual(first, {"type": "photo", "media": {"file": str(self.file)}, "caption": "one"})
        self.assertEqual((queued()[0], second), ("sendMediaGroup", {"type": "video", "media": "BAACAg"}))

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

    def test_long_data_of_a_button_live_until_it_is_shown_and_after(self) -> None:
        due_at = timezone.now() + timedelta(days=60)
        services.send(chat_id=1, text="x", buttons=[[Button("a", data=f"vote:{'x' * 100}")]], due_at=due_at)
        self.assertEqual(CallbackData.objects.get().expires_at - due_at, timedelta(days=30))

    def test_the_same_key_is_queued_once_and_answers_the_same(self) -> None:
        first = services.send(chat_id=1, text="Hello", key="order-5")
        self.assertEqual(services.send(chat_id=1, text="Hello again", key="order-5"), first)
        self.assertEqual(queued()[1], {"text": "Hello"})
        self.assertNotEqual(services.send(chat_id=1, text="Hello", key="order-5", bot_id=5), first)

    def test_what_its_sender_says_of_it_is_kept(self) -> None:
        due_at = timezone.now() + timedelta(hours=1)
        update_pk = add_update().pk
        services.send(
            chat_id=1,
            text="x",
            priority=Priority.BROADCAST,
            due_at=due_at,
            bot_id=77,
            update_pk=update_pk,
            source="shop.ship",
        )
        row = OutgoingMessage.objects.get()
        self.assertEqual(
            (row.priority, row.due_at, row.bot_id, row.update_id, row.source),
            (Priority.BROADCAST, due_at, 77, update_pk, "shop.ship"),
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

"""Files of a broadcast: kept until a test has brought them to Telegram, and missed when they vanish there."""

import json
from typing import Any

from django.core.files.base import ContentFile

from botcore.broadcasts import course, drafts, recall, selectors, services
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.enclosures.models import Enclosure
from botcore.enclosures.services import enclose
from botcore.exceptions import ValidationError
from botcore.outbox.content import Album, Content, Copy, Document, Photo, Text, Video
from botcore.outbox.models import OutgoingMessage, OutgoingState
from botcore.outbox.progress import Sent
from botcore.people.models import User
from botcore.people.privacy import Reader
from botcore.runtime import settings
from tests.database.broadcasts import BroadcastCase, feed, send, sent_to_all
from tests.database.outboxes import BOT

JPEG = b"\xff\xd8\xff" + b"a cat" * 10
GONE = Sent(OutgoingState.FAILED, error="Bad Request: wrong file identifier/HTTP URL specified")


def kept(*kinds: str) -> Sent:
    """Return how a test ends whose files Telegram calls new-0, new-1 …"""
    messages = [
        {kind: [{"file_id": f"new-{number}-small", "width": 9}, {"file_id": f"new-{number}", "width": 90}]}
        if kind == "photo"
        else {kind: {"file_id": f"new-{number}"}}
        for number, kind in enumerate(kinds)
    ]
    return Sent(OutgoingState.SENT, message_id=7, files=json.dumps(messages))


class FilesCase(BroadcastCase):
    """Three people; the first one tests."""

    def write(self, content: Content, **more: Any) -> int:
        """Write one."""
        return drafts.write(by="dora", content=content, bot_id=BOT, **more)

    def upload(self, *names: str, caption: str = "<b>Cats</b>", **more: Any) -> int:
        """Write one of photos that come from a page."""
        content = enclose([ContentFile(JPEG, name) for name in names], caption=caption, parse_mode="HTML")
        return self.write(content, **more)

    def brings(self, pk: int, sent: Sent) -> None:
        """Let its test bring the files to Telegram, with this end."""
        drafts.test(pk, by="dora", person=1)
        send(outcomes={1: sent})

    def payload(self, pk: int) -> dict[str, Any]:
        """Return what it sends."""
        found: dict[str, Any] = json.loads(Broadcast.objects.get(pk=pk).payload)
        return found

    def delivered(self, pk: int) -> list[dict[str, Any]]:
        """Return what each person got, in their order."""
        rows = OutgoingMessage.objects.filter(key__startswith=f"broadcast:{pk}:").order_by("chat_id")
        return [{"method": row.method, **json.loads(row.payload)} for row in rows]


class UploadTests(FilesCase):
    """From a page to Telegram."""

    def test_everybody_gets_what_the_test_brought_to_telegram(self) -> None:
        pk = self.upload("cat.jpg", buttons="Shop | https://example.com")
        self.assertEqual(Enclosure.objects.get().holder, f"broadcast:{pk}")
        with self.assertRaisesMessage(ValidationError, "was not tested"):
            services.start(pk, by="dora")
        self.brings(pk, kept("photo"))
        test = json.loads(OutgoingMessage.objects.get().payload)
        self.assertEqual(test["photo"]["name"], "cat.jpg")
        sent_to_all(pk)
        got = self.delivered(pk)
        self.assertTrue(all(one.pop("reply_markup") for one in got))
        photo = {"method": "sendPhoto", "photo": "new-0", "parse_mode": "HTML", "caption": "<b>Cats</b>"}
        self.assertEqual(got, [photo] * 3)
        self.assertFalse(Enclosure.objects.exists())

    def test_an_album_is_one_broadcast_without_buttons(self) -> None:
        pk = self.upload("one.jpg", "two.jpg")
        self.brings(pk, kept("photo", "photo"))
        sent_to_all(pk)
        first, second = self.delivered(pk)[0]["media"]
        self.assertEqual((first["media"], first["caption"]), ("new-0", "<b>Cats</b>"))
        self.assertEqual(second, {"type": "photo", "media": "new-1"})
        for more in ({"buttons": "A | press"}, {"has_stop": True}):
            with self.subTest(more), self.assertRaisesMessage(ValidationError, "shows no buttons under an album"):
                self.upload("one.jpg", "two.jpg", **more)
        with self.assertRaisesMessage(ValidationError, "shows no buttons under an album"):
            drafts.edit(self.upload("one.jpg", "two.jpg"), by="dora", content=Text("", "HTML"), buttons="A | press")

    def test_what_telegram_made_of_a_film_is_what_is_sent(self) -> None:
        pk = self.write(enclose([ContentFile(JPEG, "a.jpg")]))
        self.brings(pk, kept("animation"))
        sent_to_all(pk)
        self.assertEqual(self.delivered(pk)[0], {"method": "sendAnimation", "animation": "new-0"})

    def test_a_test_that_tells_no_files_is_made_again(self) -> None:
        for names, sent in ((["a.jpg"], Sent(OutgoingState.SENT, message_id=7)), (["a.jpg", "b.jpg"], kept("photo"))):
            pk = self.upload(*names)
            self.brings(pk, sent)
            with self.subTest(names), self.assertRaisesMessage(ValidationError, "send another test"):
                services.start(pk, by="dora")
            self.assertEqual(Enclosure.objects.filter(holder=f"broadcast:{pk}").count(), len(names))

    def test_a_caption_has_variables_and_a_length_of_its_own(self) -> None:
        User.objects.filter(pk=2).update(first_name="Bob")
        pk = self.upload("a.jpg", caption="Hello {first_name}")
        self.brings(pk, kept("photo"))
        sent_to_all(pk)
        self.assertEqual([one["caption"] for one in self.delivered(pk)], ["Hello Alice", "Hello Bob", "Hello Alice"])
        for caption, words in (("x" * 1025, "at most 1024"), ("{nobody}", "no variable"), ("<b>open", "<b>")):
            with self.subTest(words), self.assertRaisesMessage(ValidationError, words):
                self.upload("a.jpg", caption=caption)

    def test_other_words_keep_the_file_and_need_another_test(self) -> None:
        pk = self.upload("a.jpg")
        self.brings(pk, kept("photo"))
        self.assertTrue(drafts.edit(pk, by="dora", content=Text("Dogs", "HTML"), is_shown=True))
        self.assertEqual((self.payload(pk)["caption"], self.payload(pk)["photo"]["name"]), ("Dogs", "a.jpg"))
        with self.assertRaisesMessage(ValidationError, "was not tested"):
            services.start(pk, by="dora")
        self.assertTrue(drafts.edit(pk, by="dora", content=Text("", "HTML")))
        self.assertNotIn("caption", self.payload(pk))

    def test_a_draft_that_is_given_up_keeps_no_file(self) -> None:
        services.cancel(self.upload("a.jpg"), by="dora")
        self.assertFalse(Enclosure.objects.exists())

    def test_a_copy_is_made_of_what_telegram_has(self) -> None:
        pk = self.upload("a.jpg")
        with self.assertRaisesMessage(ValidationError, "was not tested"):
            drafts.copy(pk, by="dora")
        self.brings(pk, kept("photo"))
        copied = drafts.copy(pk, by="dora")
        self.assertEqual((self.payload(copied)["photo"], self.payload(pk)["photo"]), ("new-0", "new-0"))

    def test_a_file_that_telegram_has_is_named_at_once(self) -> None:
        pk = self.write(Video("AgACAgIAAxkVideo", "Cats", "HTML"))
        self.brings(pk, kept("video"))
        sent_to_all(pk)
        self.assertEqual(self.delivered(pk)[0]["video"], "AgACAgIAAxkVideo")

    def test_the_page_says_what_it_sends(self) -> None:
        pk = self.upload("one.jpg", "two.jpg")
        found = selectors.broadcast(pk, reader=Reader())
        assert found is not None
        self.assertEqual((found.words, found.source), ("Cats", "<b>Cats</b>"))
        self.assertEqual(found.files, ("photo: one.jpg", "photo: two.jpg"))
        wordless = selectors.broadcast(self.write(Document("AgACAgIAAxkDocument")), reader=Reader())
        self.assertEqual(wordless and (wordless.title, wordless.is_copy, wordless.source), ("document", False, ""))

    def test_what_was_sent_is_edited_in_its_caption_and_an_album_not_at_all(self) -> None:
        pk = self.upload("a.jpg")
        self.brings(pk, kept("photo"))
        sent_to_all(pk)
        edited = recall.write_edit(pk, by="dora", content=Text("Dogs", "HTML"), is_shown=True)
        with self.assertRaisesMessage(ValidationError, "was not tested"):  # in the chat only the words were shown
            services.start(edited, by="dora")
        drafts.test(edited, by="dora", person=1)
        test = OutgoingMessage.objects.latest("pk")
        self.assertEqual((test.method, json.loads(test.payload)["photo"]), ("sendPhoto", "new-0"))
        send()
        sent_to_all(edited)
        self.assertEqual(self.delivered(edited)[1], {
            "method": "editMessageCaption", "parse_mode": "HTML", "caption": "Dogs", "message_id": 102,
        })  # fmt: skip
        album = self.write(Album([Photo("AgACAgIAAxk1"), Photo("AgACAgIAAxk2")]), is_shown=True)
        sent_to_all(album)
        with self.assertRaisesMessage(ValidationError, "Of an album only the first message is known"):
            recall.write_deletion(album, by="dora")
        found = selectors.broadcast(album, reader=Reader())
        self.assertEqual(found and (found.can_be_edited, found.can_be_deleted), (False, False))


class VanishedTests(FilesCase):
    """Telegram does not know the file any more."""

    def begin(self, content: Content) -> int:
        """Start one whose first delivery fails so; the second arrives and the third waits."""
        pk = self.write(content, is_shown=True)
        services.start(pk, by="dora")
        feed(pk)
        OutgoingMessage.objects.filter(chat_id=3).update(due_at=OutgoingMessage.objects.get(chat_id=3).created_at)
        return pk

    def test_it_pauses_and_says_so_and_nobody_has_failed(self) -> None:
        pk = self.begin(Photo("AgACAgIAAxk", "Cats", "HTML"))
        send(outcomes={1: GONE, 3: GONE})
        feed(pk)
        self.assertEqual(self.state(pk), BroadcastState.PAUSED)
        why = "Telegram does not have any more what it sends: Bad Request: wrong file"
        self.assertIn(why, Broadcast.objects.get(pk=pk).why)
        progress = self.progress(pk)
        self.assertEqual((progress.sent, progress.failed, progress.held), (1, 0, 2))

    def test_what_is_under_way_when_it_pauses_is_held_back_too(self) -> None:
        pk = self.begin(Photo("AgACAgIAAxk", "Cats", "HTML"))
        OutgoingMessage.objects.filter(chat_id=3).update(state=OutgoingState.SENDING)
        send(outcomes={1: GONE})
        feed(pk)
        self.assertEqual(self.state(pk), BroadcastState.PAUSED)
        OutgoingMessage.objects.filter(chat_id=3).update(state=OutgoingState.FAILED, error=GONE.error)
        feed(pk)
        progress = self.progress(pk)
        self.assertEqual((progress.sent, progress.failed, progress.held), (1, 0, 2))

    def test_another_file_does_not_decide_about_those_who_get_it_first(self) -> None:
        for name, value in (("canary_percent", "50"), ("canary_least", "2"), ("canary_bound", "10")):
            settings.change(f"broadcasts.{name}", value, by="")
        pk = self.write(Photo("AgACAgIAAxk", "Cats", "HTML"), is_shown=True)
        services.start(pk, by="dora")
        feed(pk)
        send(outcomes={1: GONE})
        feed(pk)
        services.resume(pk, by="dora")
        feed(pk)
        self.assertEqual(self.delivered(pk)[2:], [])
        send(outcomes={1: Sent(OutgoingState.FAILED, error="no")})
        feed(pk)
        self.assertIn("Of the first 2 deliveries 1 failed", Broadcast.objects.get(pk=pk).why)

    def test_the_rest_get_another_file_after_its_test(self) -> None:
        pk = self.begin(Photo("AgACAgIAAxk", "Cats", "HTML"))
        send(outcomes={1: GONE, 3: GONE})
        feed(pk)
        drafts.give_files(pk, by="dora", content=enclose([ContentFile(JPEG, "new.jpg")]))
        with self.assertRaisesMessage(ValidationError, "was not tested"):
            services.resume(pk, by="dora")
        self.brings(pk, kept("photo"))
        services.resume(pk, by="dora")
        self.assertEqual([one["photo"] for one in self.delivered(pk)], ["new-0", "AgACAgIAAxk", "new-0"])
        self.assertEqual([one["caption"] for one in self.delivered(pk)], ["Cats"] * 3)
        self.assertEqual(sorted(send()), [1, 3])
        feed(pk)
        self.assertEqual((self.state(pk), self.progress(pk).sent), (BroadcastState.DONE, 3))
        self.assertFalse(Enclosure.objects.exists())

    def test_a_file_that_telegram_has_is_tested_and_sent_too(self) -> None:
        pk = self.begin(Photo("AgACAgIAAxk"))
        send(outcomes={1: GONE, 3: GONE})
        feed(pk)
        drafts.give_files(pk, by="dora", content=Video("AgACAgIAAxkVideo"))
        for sent, words in ((None, "was not tested"), (GONE, "did not take the test")):
            if sent:
                self.brings(pk, sent)
            with self.subTest(words), self.assertRaisesMessage(ValidationError, words):
                services.resume(pk, by="dora")
        self.brings(pk, kept("video"))
        services.resume(pk, by="dora")
        got = [(one["method"], one.get("video")) for one in self.delivered(pk)]
        video = ("sendVideo", "AgACAgIAAxkVideo")
        self.assertEqual(got, [video, ("sendPhoto", None), video])

    def test_a_resume_without_another_file_tries_once_more(self) -> None:
        pk = self.begin(Photo("AgACAgIAAxk"))
        send(outcomes={1: GONE, 3: GONE})
        feed(pk)
        services.resume(pk, by="dora")
        send(outcomes={1: GONE})
        feed(pk)
        self.assertEqual((self.state(pk), self.progress(pk).held), (BroadcastState.PAUSED, 1))

    def test_a_message_that_is_copied_and_gone_pauses_it_too(self) -> None:
        pk = self.begin(Copy(1, 55))
        send(outcomes={2: Sent(OutgoingState.FAILED, error="Bad Request: message to copy not found")})
        feed(pk)
        self.assertEqual(self.state(pk), BroadcastState.PAUSED)

    def test_another_failure_is_one_persons(self) -> None:
        pk = self.begin(Photo("AgACAgIAAxk"))
        send(outcomes={1: Sent(OutgoingState.FAILED, error="Bad Request: VOICE_MESSAGES_FORBIDDEN")})
        feed(pk)
        self.assertEqual((self.state(pk), self.progress(pk).failed), (BroadcastState.DONE, 1))

    def test_only_files_are_changed_for_others(self) -> None:
        text = self.write(Text("News", "HTML"))
        drawn = self.write(Album([Photo("AgACAgIAAxk1"), Photo("AgACAgIAAxk2")]))
        for stop, buttons in ((True, None), (None, "A | press")):
            with self.assertRaisesMessage(ValidationError, "no buttons under an album"):
                course.put_below(drawn, by="dora", has_stop=stop, buttons=buttons)
        with self.assertRaisesMessage(ValidationError, "Only files of a broadcast that sends some"):
            drafts.give_files(text, by="dora", content=Photo("AgACAgIAAxk"))
        photo = self.upload("a.jpg", buttons="A | press")
        album = Album([Photo("AgACAgIAAxk1"), Photo("AgACAgIAAxk2")])
        refused: list[tuple[Content, str]] = [(Text("A"), "Only files"), (album, "no buttons under an album")]
        for content, words in refused:
            with self.subTest(words), self.assertRaisesMessage(ValidationError, words):
                drafts.give_files(photo, by="dora", content=content)
        drafts.give_files(photo, by="dora", content=Video("AgACAgIAAxkVideo"))
        row = Broadcast.objects.get(pk=photo)
        self.assertEqual((row.method, self.payload(photo)["caption"]), ("sendVideo", "<b>Cats</b>"))
        self.assertIn("reply_markup", row.payload)
        self.assertFalse(Enclosure.objects.exists())
        services.start(sent := self.write(Photo("AgACAgIAAxk"), is_shown=True), by="dora")
        with self.assertRaisesMessage(ValidationError, "is running and cannot be changed"):
            drafts.give_files(sent, by="dora", content=Photo("AgACAgIAAxk"))

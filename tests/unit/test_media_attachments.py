"""Files of messages, read from Telegram's JSON: what came in, what was sent, and what nobody expects in it."""

from typing import Any

from django.test import SimpleTestCase

from botcore.media.attachments import MOST_BYTES, kept, of_kept, of_message, of_parameters, of_sent
from botcore.media.names import safe_name
from botcore.media.telling import in_words

SMALL = {"file_id": "SMALL-1", "width": 90, "height": 60, "file_size": 900}
MIDDLE = {"file_id": "MIDDLE-1", "width": 320, "height": 213, "file_size": 9_000}
LARGE = {"file_id": "LARGE-1", "width": 1280, "height": 853, "file_size": 90_000}


def attached(**message: Any) -> Any:
    """Return the file of a message."""
    return of_message(message)


class ReadingTests(SimpleTestCase):
    """What a message holds."""

    def test_a_photo_is_its_largest_size_with_a_preview_that_is_large_enough(self) -> None:
        found = attached(photo=[SMALL, LARGE, MIDDLE])
        self.assertEqual((found.kind, found.file_id, found.small_id), ("photo", "LARGE-1", "MIDDLE-1"))
        self.assertEqual((found.width, found.height, found.size), (320, 213, 90_000))
        self.assertEqual((found.shape, found.content_type), ("image", "image/jpeg"))
        self.assertEqual(attached(photo=[SMALL]).small_id, "SMALL-1")

    def test_each_kind_is_shown_in_its_way(self) -> None:
        for kind, said, shape, content_type in (
            ("voice", "audio/ogg", "audio", "audio/ogg"),
            ("voice", "", "audio", "audio/ogg"),
            ("audio", "audio/mpeg", "audio", "audio/mpeg"),
            ("video", "video/mp4", "video", "video/mp4"),
            ("video_note", "", "video", "video/mp4"),
            ("document", "image/png", "image", "image/png"),
            ("document", "application/pdf", "link", ""),
            ("document", "", "link", ""),
            ("document", "image/svg+xml", "link", ""),
            ("document", "text/html", "link", ""),
            ("video", "text/html", "link", ""),
            ("document", "IMAGE/PNG", "image", "image/png"),
        ):
            with self.subTest(kind, said=said):
                found = attached(**{kind: {"file_id": "A-file-1", "mime_type": said}})
                self.assertEqual((found.shape, found.content_type), (shape, content_type))

    def test_an_animation_is_one_though_it_stands_there_as_a_document_too(self) -> None:
        body = {"file_id": "ANIMATION", "mime_type": "video/mp4"}
        self.assertEqual(attached(document=body, animation=body).kind, "animation")

    def test_a_file_that_no_bot_gets_is_named_only(self) -> None:
        found = attached(video={"file_id": "VIDEO", "mime_type": "video/mp4", "file_size": MOST_BYTES + 1})
        self.assertTrue(found.is_too_big)
        self.assertEqual(found.shape, "link")

    def test_odd_json_holds_no_file_and_breaks_nothing(self) -> None:
        odd: tuple[dict[str, Any], ...] = (
            {"photo": []}, {"photo": "x"}, {"photo": [5, None]}, {"photo": [{}]}, {"document": []},
            {"document": {"file_id": 5}}, {"document": {"file_id": ""}}, {"document": {"file_id": "x" * 301}}, {},
        )  # fmt: skip
        for message in odd:
            with self.subTest(message):
                self.assertIsNone(of_message(message))
        found = attached(document={"file_id": "A-file-1", "file_name": "a\ud800", "file_size": -5, "mime_type": 7,
                                   "thumbnail": "x"})  # fmt: skip
        self.assertEqual((found.name, found.size, found.said_type, found.small_id), ("a?", 0, "", ""))

    def test_of_what_was_sent_the_answer_counts_else_what_telegram_had_already(self) -> None:
        answer = {"message_id": 7, "photo": [SMALL, LARGE], "caption": "My garden", "chat": {"id": 1}}
        text = kept(answer)
        self.assertNotIn("garden", text)
        self.assertEqual([file.file_id for file in of_sent(text, {"photo": "Named-1"})], ["LARGE-1"])
        self.assertEqual([file.file_id for file in of_sent("", {"photo": "Named-1"})], ["Named-1"])
        for parameters in ({"photo": "https://example.com/a.jpg"}, {"photo": {"file": "/tmp/a.jpg"}}, {"photo": 5},
                           {"photo": "[file a.jpg]"}, {"text": "Hi"}):  # fmt: skip
            self.assertEqual(of_parameters(parameters), [])

    def test_an_album_has_its_files_in_their_order(self) -> None:
        answer = [{"photo": [{"file_id": f"PHOTO-{number}"}]} for number in range(12)]
        self.assertEqual([file.file_id for file in of_kept(kept(answer))], [f"PHOTO-{number}" for number in range(10)])
        media = [{"type": "photo", "media": "Named-1"}, {"type": "video", "media": "Named-2"}, 5]
        self.assertEqual([(file.kind, file.file_id) for file in of_parameters({"media": media})],
                         [("photo", "Named-1"), ("video", "Named-2")])  # fmt: skip

    def test_nothing_is_kept_of_an_answer_without_files(self) -> None:
        for answer in ({"message_id": 7, "text": "Hi"}, True, [7], [], None, {"photo": None}):
            self.assertEqual(kept(answer), "")
        for text in ("", "no json", "[5]", "{}", "[" * 100_000):
            self.assertEqual(of_kept(text), [])

    def test_what_is_kept_is_bounded_and_without_the_token(self) -> None:
        token = "123456789:" + "A" * 35
        document = {"file_id": "A-file-1", "file_name": f"{token} {'n' * 10_000}", "more": "x" * 10_000}
        text = kept({"document": document})
        self.assertLess(len(text), 1_000)
        self.assertNotIn("AAAA", text)
        self.assertTrue(text.isascii())


class WordsTests(SimpleTestCase):
    """What is no file."""

    def test_what_is_no_file_is_said_in_words(self) -> None:
        for message, method, words in (
            ({"sticker": {"emoji": "😀"}}, "", "sticker 😀"),
            ({"location": {"latitude": 52.52, "longitude": 13.405}}, "", "location 52.52000, 13.40500"),
            ({"venue": {"title": "Park", "address": "Road 1"}, "location": {}}, "", "place: Park, Road 1"),
            ({"contact": {"first_name": "Bob", "phone_number": "+491"}}, "", "contact: Bob, +491"),
            ({"poll": {"question": "Tea?", "options": [{"text": "yes"}, {"text": "no"}]}}, "", "poll: Tea? (yes · no)"),
            ({"dice": {"emoji": "🎲", "value": 4}}, "", "🎲 4"),
            ({"new_chat_members": [{"first_name": "Bob"}, 5]}, "", "came into the group: Bob"),
            ({"left_chat_member": {"first_name": "Bob"}}, "", "left the group: Bob"),
            ({"latitude": 1, "longitude": 2}, "sendLocation", "location 1.00000, 2.00000"),
            ({"question": "Tea?", "options": ["yes", "no"]}, "sendPoll", "poll: Tea? (yes · no)"),
            ({"emoji": "🎯"}, "sendDice", "🎯"),
            ({}, "sendDice", "🎲"),
            ({"text": "Hi"}, "sendMessage", ""),
        ):
            with self.subTest(words):
                self.assertEqual(in_words(message, method), words)

    def test_hostile_fields_break_nothing(self) -> None:
        odd: tuple[dict[str, Any], ...] = (
            {"location": {"latitude": "<b>", "longitude": float("nan")}}, {"poll": {"question": 5, "options": 7}},
            {"contact": {}}, {"dice": {"emoji": "\ud800"}}, {"venue": []}, {"new_chat_members": "all"},
            {"poll": {"options": [None, [], {"text": "x" * 10_000}]}},
        )  # fmt: skip
        for message in odd:
            with self.subTest(message):
                self.assertLess(len(in_words(message)), 1_000)


class NameTests(SimpleTestCase):
    """The name under which a browser saves a file."""

    def test_a_name_leads_nowhere_and_reads_as_it_is(self) -> None:
        for name, safe in (
            ("cat.jpg", "cat.jpg"),
            ("Кот и пёс.pdf", "Кот и пёс.pdf"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\Windows\\a.exe", "C__Windows_a.exe"),
            ('a"; filename="b.html', "a_; filename=_b.html"),
            ("a\r\nSet-Cookie: x=1", "a__Set-Cookie_ x=1"),
            ("photo\u202egpj.exe", "photo_gpj.exe"),
            ("...", "file"),
            ("", "file"),
            ("\ud800.txt", "_.txt"),
        ):
            with self.subTest(name):
                self.assertEqual(safe_name(name), safe)
        long = safe_name("n" * 500 + ".tar.gz")
        self.assertEqual((len(long), long[-3:]), (150, ".gz"))

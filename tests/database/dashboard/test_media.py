"""Files of messages on the pages: who may look at them, what a browser is told of them, and no token anywhere."""

import json
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client, TestCase, override_settings

from botcore.access.roles import Role
from botcore.media.attachments import MOST_BYTES, kept
from botcore.models import OutgoingMessage, Update
from dashboard import media
from tests.database.access import account
from tests.database.dashboard.data import PageTestCase, for_pages, outgoing, person, private, staff, update
from tests.files import PICTURE, TOKEN, FileServer

ALICE, CHARLIE = 1, 3  # an owner, by TELEGRAM_ADMIN_IDS; a member
PHOTO = [{"file_id": "SMALL-1", "width": 320, "height": 200}, {"file_id": "FILE-1", "width": 1280, "height": 800}]
HOSTILE = '"><script>alert(1)</script>\r\nSet-Cookie: a=b\u202egpj.html'


def came(message: dict[str, Any], *, user_id: int = CHARLIE, **facts: Any) -> Update:
    """Let somebody have sent something."""
    return update(user_id=user_id, raw=json.dumps({"message": {"message_id": 5, **message}}), **facts)


def sent(message: dict[str, Any], *, chat_id: int = CHARLIE, **facts: Any) -> OutgoingMessage:
    """Let the bot have sent something, which Telegram has answered with this message."""
    given = {"method": "sendPhoto", "payload": '{"photo": {"file": "/srv/cat.jpg"}}', "message_id": 7, **facts}
    return outgoing(chat_id=chat_id, files=kept({"message_id": 7, **message}), **given)


def body(response: Any) -> bytes:
    """Return what was sent, which lets go of it, too."""
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


class FilesCase(PageTestCase):
    """Charlie's private chat, and a Telegram that has a picture of his."""

    def setUp(self) -> None:
        """Start it."""
        super().setUp()
        self.server = self.enterContext(FileServer())
        self.server.files["SMALL-1"] = ("photos/file_0.jpg", b"small")
        self.enterContext(override_settings(TELEGRAM_API_URL=self.server.url, TELEGRAM_BOT_TOKEN=TOKEN))
        private(person(CHARLIE, "Charlie"))


class FileTests(FilesCase):
    """What a browser gets."""

    def test_a_photo_that_came_in_is_shown_and_its_preview_is_small(self) -> None:
        row = came({"photo": PHOTO})
        response = self.client.get(f"/media/in/{row.pk}/?file=0")
        self.assertEqual((response.status_code, body(response)), (200, PICTURE))
        self.assertEqual(response.headers["Content-Type"], "image/jpeg")
        self.assertEqual(response.headers["Content-Length"], str(len(PICTURE)))
        self.assertEqual(response.headers["Content-Disposition"], 'inline; filename="photo"')
        self.assertEqual(body(self.client.get(f"/media/in/{row.pk}/?file=0&small")), b"small")

    def test_a_photo_that_the_bot_has_sent_is_shown_by_what_telegram_made_of_it(self) -> None:
        row = sent({"photo": PHOTO})
        self.assertEqual(body(self.client.get(f"/media/out/{row.pk}/?file=0")), PICTURE)
        self.assertEqual(self.server.calls[0], ("getFile", "FILE-1"))

    def test_nothing_in_a_file_runs_and_no_cache_hands_it_to_others(self) -> None:
        row = came({"photo": PHOTO})
        response = self.client.get(f"/media/in/{row.pk}/")
        body(response)
        self.assertIn("sandbox", response.headers["Content-Security-Policy"])
        self.assertIn("default-src 'none'", response.headers["Content-Security-Policy"])
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(response.headers["Cache-Control"], "private, no-cache")
        self.assertEqual(response.headers["Cross-Origin-Resource-Policy"], "same-origin")

    def test_what_a_browser_does_not_know_is_saved_whatever_its_sender_says_of_it(self) -> None:
        self.server.files["PAGE-1"] = ("documents/file_3.html", b"<script>alert(1)</script>")
        for said in ("text/html", "image/svg+xml", "application/pdf", "application/xhtml+xml", "", HOSTILE):
            with self.subTest(said):
                row = came({"document": {"file_id": "PAGE-1", "mime_type": said, "file_name": "page.html"}})
                response = self.client.get(f"/media/in/{row.pk}/")
                body(response)
                self.assertEqual(response.headers["Content-Type"], "application/octet-stream")
                self.assertEqual(response.headers["Content-Disposition"], 'attachment; filename="page.html"')

    def test_a_hostile_name_breaks_neither_header_nor_page(self) -> None:
        row = came({"document": {"file_id": "FILE-1", "file_name": HOSTILE}})
        response = self.client.get(f"/media/in/{row.pk}/")
        body(response)
        told = response.headers["Content-Disposition"]
        self.assertNotIn("\n", told)
        self.assertTrue(told.startswith("attachment; filename"))
        self.assertNotIn("\u202e", told)
        self.assertNotIn("set-cookie", {name.lower() for name in response.headers})
        page = self.text(f"/chats/{CHARLIE}/")
        self.assertNotIn("<script>alert(1)", page)
        self.assertIn("&lt;script&gt;alert(1)", page)

    def test_what_the_browser_has_is_not_fetched_again_and_its_permission_is_asked_all_the_same(self) -> None:
        row = came({"photo": PHOTO})
        first = self.client.get(f"/media/in/{row.pk}/")
        body(first)
        self.server.calls.clear()
        mark = {"If-None-Match": first.headers["ETag"]}
        again = self.client.get(f"/media/in/{row.pk}/", headers=mark)
        self.assertEqual((again.status_code, again.content, self.server.calls), (304, b"", []))
        self.assertEqual(again.headers["Cache-Control"], "private, no-cache")
        other = self.client.get(f"/media/in/{row.pk}/?small", headers=mark)
        self.assertEqual((other.status_code, body(other)), (200, b"small"))
        self.client.force_login(staff("bob", "view_update"))
        self.assertEqual(self.client.get(f"/media/in/{row.pk}/", headers=mark).status_code, 403)

    def test_a_player_gets_the_part_that_it_asks_for(self) -> None:
        self.server.files["VOICE-1"] = ("voice/file_4.oga", b"0123456789")
        row = came({"voice": {"file_id": "VOICE-1", "duration": 3, "mime_type": "audio/ogg"}})
        response = self.client.get(f"/media/in/{row.pk}/", headers={"Range": "bytes=2-4"})
        self.assertEqual((response.status_code, body(response)), (206, b"234"))
        self.assertEqual(response.headers["Content-Range"], "bytes 2-4/10")
        self.assertEqual(response.headers["Content-Type"], "audio/ogg")

    def test_albums_have_several_files_and_no_more_than_they_have(self) -> None:
        self.server.files["FILE-2"] = ("photos/file_2.jpg", b"two")
        answer = [{"message_id": 7, "photo": PHOTO}, {"message_id": 8, "photo": [{"file_id": "FILE-2"}]}]
        row = outgoing(chat_id=CHARLIE, method="sendMediaGroup", payload='{"media": []}', files=kept(answer))
        self.assertEqual(body(self.client.get(f"/media/out/{row.pk}/?file=1")), b"two")
        for number in ("2", "9", "10", "-1", "x", "", "1.0", "FILE-2", "٣"):
            with self.subTest(number):
                self.text(f"/media/out/{row.pk}/?file={number}", 404)

    def test_why_there_is_no_file_is_said_with_the_right_status(self) -> None:
        gone = came({"document": {"file_id": "GONE-1"}})
        big = came({"video": {"file_id": "FILE-1", "file_size": MOST_BYTES + 1}})
        none = came({"text": "Hi"})
        for row, status, words in (
            (gone, 404, "Telegram does not have this file any more"),
            (big, 413, "larger than 20 MB"),
            (none, 404, "Telegram does not have this file any more"),
        ):
            with self.subTest(words):
                page = self.text(f"/media/in/{row.pk}/", status)
                self.assertIn(words, page)
                self.assertIn("This file cannot be shown", page)
        self.text("/media/in/999999/", 404)
        self.text("/media/out/999999/", 404)
        with override_settings(TELEGRAM_API_URL="http://127.0.0.1:9"):
            self.assertIn("Telegram cannot be reached right now", self.text(f"/media/in/{gone.pk}/", 502))

    def test_an_account_fetches_so_many_a_minute(self) -> None:
        row = came({"photo": PHOTO})
        with self.settings(), self.subTest("the bound"):
            before, media.MOST_A_MINUTE = media.MOST_A_MINUTE, 2
            self.addCleanup(setattr, media, "MOST_A_MINUTE", before)
            for _ in range(2):
                body(self.client.get(f"/media/in/{row.pk}/"))
            refused = self.client.get(f"/media/in/{row.pk}/")
        self.assertEqual(refused.status_code, 429)
        self.assertGreater(int(refused.headers["Retry-After"]), 0)
        self.assertIn("no-store", refused.headers["Cache-Control"])

    def test_only_looking_is_possible(self) -> None:
        row = came({"photo": PHOTO})
        self.assertEqual(self.client.post(f"/media/in/{row.pk}/").status_code, 405)
        self.assertEqual(self.server.calls, [])

    def test_no_answer_names_the_token_or_the_file_of_telegrams(self) -> None:
        rows = [came({"photo": PHOTO}), came({"document": {"file_id": "GONE-1", "file_name": "a.txt"}})]
        told = sent({"photo": PHOTO})
        addresses = [f"/media/in/{row.pk}/" for row in rows] + [f"/media/out/{told.pk}/", f"/chats/{CHARLIE}/"]
        with self.assertNoLogs("django", "ERROR"):
            for address in addresses:
                response = self.client.get(address)
                content = body(response)
                for secret in ("FFFF", "FILE-1", "SMALL-1", "photos/file_"):
                    with self.subTest(address, secret=secret):
                        self.assertNotIn(secret.encode(), content)
                        self.assertNotIn(secret, str(response.headers))


@for_pages
class DoorTests(TestCase):
    """Who may look."""

    def setUp(self) -> None:
        """Let Alice, an owner, and Charlie have sent and got a picture."""
        self.server = self.enterContext(FileServer())
        self.enterContext(override_settings(TELEGRAM_API_URL=self.server.url, TELEGRAM_BOT_TOKEN=TOKEN))
        for number, name in ((ALICE, "Alice"), (CHARLIE, "Charlie")):
            private(person(number, name))
        self.addresses = {
            chat: [f"/media/in/{came({'photo': PHOTO}, user_id=chat).pk}/",
                   f"/media/out/{sent({'photo': PHOTO}, chat_id=chat).pk}/"]
            for chat in (ALICE, CHARLIE)
        }  # fmt: skip

    def statuses(self, client: Client, chat: int) -> set[int]:
        """Return what the addresses of a chat answer, also with its preview and its mark."""
        found = set()
        for address in self.addresses[chat]:
            for query in ("", "?file=0", "?small", "?file=9"):
                response = client.get(address + query)
                body(response)
                found.add(response.status_code)
        return found

    def test_a_role_looks_at_files_of_lower_ones_only(self) -> None:
        for role in (Role.SUPPORT, Role.MODERATOR, Role.ADMIN):
            client = Client()
            client.force_login(account(role.name.lower(), role))
            with self.subTest(role.name):
                self.server.calls.clear()
                self.assertEqual(self.statuses(client, ALICE), {403})
                self.assertEqual(self.server.calls, [], "Telegram is not even asked")
                self.assertEqual(self.statuses(client, CHARLIE), {200, 404})
        owner = Client()
        owner.force_login(account("olga", Role.OWNER))
        self.assertEqual(self.statuses(owner, ALICE), {200, 404})

    def test_strangers_viewers_and_staff_without_the_permission_look_at_none(self) -> None:
        self.assertEqual(self.statuses(Client(), CHARLIE), {302})
        viewer = account("viewer")
        viewer.groups.add(Group.objects.get(name="viewer"))
        others = [viewer, account("nobody"), staff("bob", "view_update", "view_outgoingmessage")]
        for visitor in (*others, staff("dora", "read_messages")):
            client = Client()
            client.force_login(visitor)
            with self.subTest(visitor.username):
                self.assertEqual(self.statuses(client, CHARLIE), {403})
        self.assertEqual(self.server.calls, [])

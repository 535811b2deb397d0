"""Getting a file from Telegram: what is asked, where a wrong answer may not lead, and what never shows the token."""

import socket
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from threading import BoundedSemaphore
from typing import Any
from unittest import mock

from django.test import SimpleTestCase, override_settings

from botcore.media import download
from botcore.media.attachments import MOST_BYTES
from botcore.media.failures import NotFetched
from tests.files import PICTURE, TOKEN, FileServer, refuse, say, send


class DownloadTests(SimpleTestCase):
    """A server of files on loopback."""

    def setUp(self) -> None:
        """Start it."""
        self.server = self.enterContext(FileServer())
        self.enterContext(override_settings(TELEGRAM_API_URL=self.server.url, TELEGRAM_BOT_TOKEN=TOKEN))

    def refused(self, file_id: str = "FILE-1", **more: Any) -> NotFetched:
        """Return why the file cannot be had; neither that nor the log has the token, and the place is free again."""
        with self.assertNoLogs("botcore", "ERROR"), self.assertRaises(NotFetched) as caught:
            download.fetch(file_id, **more)
        error: BaseException | None = caught.exception
        while error is not None:
            self.assertNotIn("FFFF", f"{error!r} {getattr(error, 'url', '')} {getattr(error, 'filename', '')}")
            error = error.__cause__ or error.__context__
        self.free()
        return caught.exception

    def free(self) -> None:
        """Fail unless all places are free."""
        with ExitStack() as taken:
            for _ in range(download.PLACES):
                taken.callback(download._take_place())

    def answers(self, status: int, words: str, at: str = "getFile", **more: Any) -> None:
        """Let the server refuse what is asked for at a path."""

        def answer(request: BaseHTTPRequestHandler, path: str) -> bool:
            if path != at:
                return False
            refuse(request, status, words, **more)
            return True

        self.server.answer = answer

    def test_a_file_comes_as_it_lies_there(self) -> None:
        found = download.fetch("FILE-1")
        self.assertEqual((found.length, found.part), (len(PICTURE), ""))
        self.assertEqual(b"".join(found), PICTURE)
        found.close()
        self.assertEqual(self.server.calls, [("getFile", "FILE-1"), ("GET", "photos/file_1.jpg")])
        self.free()

    def test_a_large_file_comes_in_pieces(self) -> None:
        content = bytes(range(256)) * 4096 * 3
        self.server.files["LARGE"] = ("videos/file_2.mp4", content)
        found = download.fetch("LARGE")
        pieces = list(found)
        found.close()
        self.assertEqual(b"".join(pieces), content)
        self.assertLessEqual(max(map(len, pieces)), download.PIECE)

    def test_a_part_is_asked_for_as_the_browser_asks(self) -> None:
        found = download.fetch("FILE-1", part="bytes=4-7")
        self.assertEqual((b"".join(found), found.part), (PICTURE[4:8], f"bytes 4-7/{len(PICTURE)}"))
        found.close()
        for wrong in ("bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=0-1\r\nX: y"):
            found = download.fetch("FILE-1", part=wrong)
            self.assertEqual((b"".join(found), found.part), (PICTURE, ""))
            found.close()

    def test_a_part_that_nobody_can_place_is_not_sent_on_as_the_whole(self) -> None:
        def answer(request: BaseHTTPRequestHandler, path: str) -> bool:
            if path != "getFile":
                send(request, 206, b"some", {"Content-Range": "somewhere"})
            return path != "getFile"

        self.server.answer = answer
        self.assertEqual(self.refused(part="bytes=0-3").status, 502)

    def test_a_path_that_leads_elsewhere_is_not_followed(self) -> None:
        for path in (
            "../../bot/logOut", "photos/../../x", "//evil.example/x", "http://evil.example/x", "/etc/passwd",
            "C:\\data\\file", "photos//x", "a?b", "a#b", "a\r\nHost: evil", "", "a@evil.example:80/x", "a%2f..", "..",
        ):  # fmt: skip
            with self.subTest(path):
                self.server.calls.clear()
                self.server.files["EVIL"] = (path, b"secret")
                self.assertEqual(self.refused("EVIL").status, 502)
                self.assertEqual([method for method, _ in self.server.calls], ["getFile"])

    def test_a_server_that_keeps_its_files_is_named(self) -> None:
        self.server.files["LOCAL"] = ("/var/lib/telegram-bot-api/photos/file_1.jpg", b"")
        self.assertIn("--local", str(self.refused("LOCAL")))

    def test_a_redirect_is_not_followed(self) -> None:
        for at in ("getFile", "photos/file_1.jpg"):
            with self.subTest(at):

                def answer(request: BaseHTTPRequestHandler, path: str, at: str = at) -> bool:
                    if path == at:
                        send(request, 302, b"", {"Location": f"{self.server.url}/elsewhere"})
                    return path == at

                self.server.answer = answer
                self.server.calls.clear()
                self.assertEqual(self.refused().status, 502)
                self.assertNotIn(("GET", "/elsewhere"), self.server.calls)

    def test_each_refusal_has_its_words_and_status(self) -> None:
        self.assertEqual(self.refused("UNKNOWN").status, 404)
        for status, words, at, expected, said in (
            (400, "Bad Request: file is too big", "getFile", 413, "larger than 20 MB"),
            (400, "Bad Request: invalid file_id", "getFile", 404, "any more"),
            (401, "Unauthorized", "getFile", 502, "TELEGRAM_BOT_TOKEN"),
            (404, "Not Found", "photos/file_1.jpg", 404, "any more"),
            (416, "Range", "photos/file_1.jpg", 416, "no such part"),
            (429, "Too Many Requests", "getFile", 503, "too many files"),
            (500, "Internal", "getFile", 502, "cannot be reached"),
            (502, "Bad Gateway", "photos/file_1.jpg", 502, "cannot be reached"),
        ):
            with self.subTest(words, status=status):
                self.answers(status, words, at, parameters={"retry_after": 17})
                found = self.refused()
                self.assertEqual((found.status, found.seconds), (expected, 17 if status == 429 else 0))
                self.assertIn(said, str(found))

    def test_an_answer_that_means_nothing_is_no_file(self) -> None:
        for body in (b"no json", b"[]", b"{}", b'{"ok": true}', b'{"ok": true, "result": {"file_path": 5}}'):
            with self.subTest(body):

                def answer(request: BaseHTTPRequestHandler, path: str, body: bytes = body) -> bool:
                    if path == "getFile":
                        send(request, 200, body)
                    return path == "getFile"

                self.server.answer = answer
                self.assertIn(self.refused().status, {404, 502})

    def test_a_file_that_is_larger_than_it_may_be_is_not_sent_on(self) -> None:
        def says_it(request: BaseHTTPRequestHandler, path: str) -> bool:
            if path != "getFile":
                send(request, 200, b"x", {"Content-Length": str(MOST_BYTES + 1)})
            return path != "getFile"

        self.server.answer = says_it
        self.assertEqual(self.refused().status, 413)

        def does_it(request: BaseHTTPRequestHandler, path: str) -> bool:
            if path != "getFile":
                request.send_response(200)
                request.end_headers()
                request.wfile.write(b"x" * 5000)
            return path != "getFile"

        self.server.answer = does_it
        with mock.patch.object(download, "MOST_BYTES", 1000), self.assertRaises(ConnectionResetError):
            found = download.fetch("FILE-1")
            self.addCleanup(found.close)
            list(found)

    def test_a_file_that_breaks_off_breaks_the_connection(self) -> None:
        def answer(request: BaseHTTPRequestHandler, path: str) -> bool:
            if path != "getFile":
                request.send_response(200)
                request.send_header("Content-Length", "1000")
                request.end_headers()
                request.wfile.write(b"x" * 10)
            return path != "getFile"

        self.server.answer = answer
        found = download.fetch("FILE-1")
        with self.assertRaises(ConnectionResetError), self.assertLogs("botcore.media", "WARNING") as logged:
            list(found)
        found.close()
        self.free()
        self.assertNotIn("FFFF", str(logged.output))

    def test_without_telegram_without_an_answer_and_without_a_token(self) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            with override_settings(TELEGRAM_API_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}"):
                self.assertEqual(self.refused().status, 502)
            nobody.listen()
            with (
                override_settings(TELEGRAM_API_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}"),
                mock.patch.object(download, "WAIT_SECONDS", 0.05),
            ):
                self.assertEqual(self.refused().status, 504)
        with override_settings(TELEGRAM_BOT_TOKEN=""):
            self.assertEqual(self.refused().status, 502)
        self.assertEqual(self.server.calls, [])

    def test_few_files_are_fetched_at_once_and_the_rest_hears_so(self) -> None:
        with (
            mock.patch.object(download, "_places", BoundedSemaphore(1)),
            mock.patch.object(download, "_queue", BoundedSemaphore(1)),
        ):
            held = download.fetch("FILE-1")
            with self.assertRaises(NotFetched) as caught:
                download.fetch("FILE-1")
            self.assertEqual((caught.exception.status, caught.exception.seconds), (503, 5))
            held.close()
            held.close()
            download.fetch("FILE-1").close()

    def test_an_answer_of_another_kind_is_read_to_a_bound(self) -> None:
        def answer(request: BaseHTTPRequestHandler, path: str) -> bool:
            say(request, 200, {"ok": True, "result": {"file_path": "a" * 200_000}})
            return True

        self.server.answer = answer
        self.assertEqual(self.refused().status, 502)

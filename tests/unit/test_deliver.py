"""From a queued row to a call and back: what is sent, with which files, and what each error makes of the message."""

import json
import os
import tempfile
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

from django.test import SimpleTestCase
from telegram import User
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import RequestData

from botcore.connection.deliver import Deliverer
from botcore.connection.errors import NotSent
from botcore.connection.known_files import KnownFiles
from botcore.connection.way_out import WayOut, Wish
from botcore.outbox.models import OutgoingState, Priority
from botcore.outbox.store import Ready
from tests.no_network import NoNetwork
from tests.ways import free_way_out

TOKEN = "123456:" + "x" * 35


class RefusedError(NotSent, NetworkError):
    """A connection that was refused."""


class Server(NoNetwork):
    """Takes calls, reads the files they carry, and answers with what is next."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.files: list[dict[str, tuple[str, bytes]]] = []
        self.answers: list[object] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_args: Any, **_kwargs: Any
    ) -> tuple[int, bytes]:
        """Note the call; raise or return the next answer."""
        assert request_data
        self.calls.append((url.rpartition("/")[2], dict(request_data.parameters)))
        self.files.append(
            {name: (field[0], content_of(field[1])) for name, field in (request_data.multipart_data or {}).items()}
        )
        answer = self.answers.pop(0) if self.answers else {"message_id": 7}
        if isinstance(answer, tuple):
            return answer[0], json.dumps({"ok": False, "error_code": answer[0], "description": answer[1]}).encode()
        if isinstance(answer, Exception):
            raise answer
        return 200, json.dumps({"ok": True, "result": answer}).encode()


def content_of(file: bytes | IO[bytes]) -> bytes:
    """Return what a file holds from where it stands."""
    return file if isinstance(file, bytes) else file.read()


def ready(method: str = "sendMessage", attempts: int = 0, **parameters: Any) -> Ready:
    """Return a message of Alice's chat."""
    return Ready(5, 1, Priority.ALERT, method, json.dumps(parameters or {"text": "Hi"}), attempts)


class DelivererTests(SimpleTestCase):
    """A bot whose server is in memory."""

    def setUp(self) -> None:
        """Make the bot."""
        self.server = Server()
        self.kept: dict[tuple[object, ...], str] = {}
        self.enterContext(patch("botcore.connection.known_files._patient", self.keep_or_use))
        self.deliver = self.deliverer()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.cat = Path(directory.name) / "cat.jpg"
        self.cat.write_bytes(b"a cat")

    async def keep_or_use(self, _service: object, *values: Any) -> str | None:
        """Be the table of known files: three values ask, four keep."""
        if len(values) > 3:
            self.kept[values[:3]] = values[3]
        return self.kept.get(values[:3])

    def deliverer(self, way_out: WayOut | None = None) -> Deliverer:
        """Make a deliverer; without a way out it hears each error at once."""
        bot: ExtBot[Wish] = ExtBot(TOKEN, request=self.server, get_updates_request=self.server, rate_limiter=way_out)
        bot._bot_user = User(123456, "Bot", is_bot=True, username="a_bot")
        return Deliverer(bot, KnownFiles(lambda: 123456))

    async def test_a_message_arrives_with_its_chat_and_brings_its_id_back(self) -> None:
        sent = await self.deliver(ready(text="Hi", reply_markup={"inline_keyboard": [[]]}))
        self.assertEqual((sent.state, sent.message_id, sent.error), (OutgoingState.SENT, 7, ""))
        expected = {"chat_id": 1, "text": "Hi", "reply_markup": {"inline_keyboard": [[]]}}
        self.assertEqual(self.server.calls, [("sendMessage", expected)])

    async def test_a_file_of_this_machine_is_uploaded(self) -> None:
        await self.deliver(ready("sendPhoto", photo={"file": str(self.cat)}, caption="A cat"))
        self.assertEqual(self.server.files, [{"photo": ("cat.jpg", b"a cat")}])
        self.assertEqual(self.server.calls[0][1], {"chat_id": 1, "caption": "A cat"})

    async def test_a_file_that_telegram_has_is_sent_by_its_file_id(self) -> None:
        told = {"message_id": 7, "photo": [{"file_id": "small"}, {"file_id": "large"}]}
        self.server.answers = [told, told, (400, "Bad Request: wrong file_id"), told]
        for _ in range(3):
            sent = await self.deliver(ready("sendPhoto", photo={"file": str(self.cat)}, caption="A cat"))
            self.assertEqual((sent.state, sent.message_id), (OutgoingState.SENT, 7))
        shown = {"chat_id": 1, "caption": "A cat"}
        by_id = {**shown, "photo": "large"}
        self.assertEqual([parameters for _, parameters in self.server.calls], [shown, by_id, by_id, shown])
        self.assertEqual(self.server.files[3], {"photo": ("cat.jpg", b"a cat")})

    async def test_an_album_takes_its_files_along(self) -> None:
        self.server.answers = [[{"message_id": 8}, {"message_id": 9}]]
        items = [
            {"type": "photo", "media": {"file": str(self.cat)}, "caption": "one"},
            {"type": "video", "media": "BA"},
        ]
        sent = await self.deliver(ready("sendMediaGroup", media=items))
        first, second = self.server.calls[0][1]["media"]
        ((name, file),) = self.server.files[0].items()
        self.assertEqual((file, first["media"], first["caption"]), (("cat.jpg", b"a cat"), f"attach://{name}", "one"))
        self.assertEqual((second, sent.message_id), (items[1], 8))

    async def test_a_text_in_an_album_is_never_taken_for_a_path(self) -> None:
        self.server.answers = [[{"message_id": 8}]]
        bold = {"type": "bold", "offset": 0, "length": 1}
        items = [
            {"type": "document", "media": str(self.cat), "caption": "<b>a</b>", "parse_mode": "HTML"},
            {"type": "document", "media": "README.md", "caption": "a", "caption_entities": [bold]},
        ]
        await self.deliver(ready("sendMediaGroup", media=items))
        self.assertEqual((self.server.calls[0][1]["media"], self.server.files), (items, [{}]))

    async def test_what_telegram_made_of_a_file_is_kept(self) -> None:
        self.server.answers = [{"message_id": 7, "photo": [{"file_id": "PHOTO-1", "width": 90}]}]
        sent = await self.deliver(ready("sendPhoto", photo={"file": str(self.cat)}))
        self.assertEqual((sent.message_id, json.loads(sent.files)),
                         (7, [{"photo": [{"file_id": "PHOTO-1", "width": 90}]}]))  # fmt: skip
        self.assertEqual((await self.deliver(ready())).files, "")

    async def test_a_file_that_vanished_fails_and_says_which(self) -> None:
        self.cat.unlink()
        sent = await self.deliver(ready("sendPhoto", photo={"file": str(self.cat)}))
        self.assertEqual((sent.state, self.server.calls), (OutgoingState.FAILED, []))
        self.assertIn("cat.jpg", sent.error)

    async def test_a_pipe_in_a_files_place_is_refused_and_holds_up_nobody(self) -> None:
        self.cat.unlink()
        os.mkfifo(self.cat)
        for parameters in (
            {"photo": {"file": str(self.cat)}},
            {"media": [{"type": "photo", "media": {"file": str(self.cat)}}]},
        ):
            with self.subTest(parameters):
                sent = await self.deliver(ready("sendMediaGroup", **parameters))
                self.assertEqual((sent.state, self.server.calls), (OutgoingState.FAILED, []))
                self.assertIn("no regular file", sent.error)

    async def test_broken_formatting_goes_out_plain(self) -> None:
        self.server.answers = [(400, "Bad Request: can't parse entities: unsupported start tag"), {"message_id": 7}]
        with self.assertLogs("botcore.connection.consequences", "ERROR"):
            sent = await self.deliverer(free_way_out())(ready(text="<b>5 &lt; 6</b>", parse_mode="HTML"))
        self.assertEqual((sent.state, self.server.calls[1][1]), (OutgoingState.SENT, {"chat_id": 1, "text": "5 < 6"}))
        self.assertIn("it went out without: Can't parse entities: unsupported start tag", sent.error)

    async def test_a_file_that_is_made_of_a_text_is_sent_as_one(self) -> None:
        self.server.answers = [{"message_id": 7}]
        await self.deliver(ready("sendDocument", document={"name": "message.txt", "text": "long"}))
        self.assertEqual(self.server.files[0], {"document": ("message.txt", b"long")})

    async def test_what_each_error_makes_of_the_message(self) -> None:
        for error, state, shortest, longest in (
            (Forbidden("Forbidden: bot was blocked by the user"), "failed", 0, 1),
            (BadRequest("chat not found"), "failed", 0, 1),
            (ChatMigrated(-1007), "failed", 0, 1),
            (TelegramError("no JSON"), "uncertain", 0, 1),
            (TimedOut(), "uncertain", 0, 1),
            (NetworkError("Bad Gateway"), "uncertain", 0, 1),
            (RetryAfter(40), "queued", 40, 40),
            (RefusedError("connection refused"), "queued", 0.5, 1),
            (InvalidToken(), "queued", 60, 60),
        ):
            with self.subTest(error):
                self.server.answers = [error]
                sent = await self.deliver(ready())
                self.assertEqual(sent.state, state)
                self.assertTrue(shortest <= sent.wait_seconds <= longest, sent.wait_seconds)
                words = "rejects the bot's token" if isinstance(error, InvalidToken) else type(error).__name__
                self.assertEqual(sent.error.count(words), 1)

    async def test_pauses_grow_to_a_minute_and_end(self) -> None:
        self.server.answers = [RefusedError("no") for _ in range(4)]
        waits = [(await self.deliver(ready(attempts=attempts))).wait_seconds for attempts in (0, 3, 900)]
        self.assertTrue(waits[0] <= 1 < 4 <= waits[1] <= 8 < 30 <= waits[2] <= 60, waits)
        self.assertEqual((await self.deliver(ready(attempts=1000))).state, OutgoingState.FAILED)

    async def test_no_error_shows_the_token(self) -> None:
        self.server.answers = [NetworkError(f"cannot reach https://api.telegram.org/bot{TOKEN}/sendMessage")]
        self.assertNotIn("x" * 35, (await self.deliver(ready())).error)

    async def test_an_answer_without_an_id_is_sent_all_the_same(self) -> None:
        answers: list[object] = [True, [], {"message_id": "7"}, {"message_id": 2**70}]
        for answer in answers:
            self.server.answers = [answer]
            sent = await self.deliver(ready())
            self.assertEqual((sent.state, sent.message_id), (OutgoingState.SENT, None))

    async def test_the_way_out_hears_how_urgent_it_is_and_which_row(self) -> None:
        heard: list[Any] = []

        class Noting(AIORateLimiter):
            async def process_request(self, *args: Any, **kwargs: Any) -> Any:
                heard.append(kwargs["rate_limit_args"])
                return {"message_id": 7}

        try:
            limiter = Noting()
        except RuntimeError:  # its package is not installed
            limiter = object.__new__(Noting)
        bot: Any = ExtBot(TOKEN, request=self.server, get_updates_request=self.server, rate_limiter=limiter)
        await Deliverer(bot, KnownFiles(lambda: 123456))(ready())
        self.assertEqual(heard, [Wish(Priority.ALERT, outgoing=5)])

"""Files on their way: several at once, streamed, sent again, vanishing; and the library itself on this transport."""

import asyncio
import io
import json
import os
import tempfile
import tracemalloc
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, BinaryIO, cast

from django.test import SimpleTestCase
from telegram import InputFile, InputMediaDocument, InputMediaPhoto
from telegram.error import NetworkError, TimedOut
from telegram.ext import ExtBot

from botcore.connection.errors import FileUnreadable, NotSent
from botcore.connection.timeouts import Timeouts
from botcore.connection.transport import AiohttpRequest
from tests.unit.wire import TOKEN, Call, Wire, data, reply, says

MEBIBYTE = 1024 * 1024
MESSAGE = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "Hello"}


def form(call: Call) -> dict[str, tuple[str | None, str, bytes]]:
    """Return file name, content type and content of each field, as a reader that is not ours sees them."""
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + call.body)
    return {
        str(part.get_param("name", header="content-disposition")): (
            part.get_filename(),
            part.get_content_type(),
            cast("bytes", part.get_payload(decode=True)),
        )
        for part in cast("list[EmailMessage]", message.get_payload())
    }


class Pipe(io.RawIOBase):
    """A file that cannot go back, as a pipe; its chunks are smaller than what is asked for."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)

    def readable(self) -> bool:
        """Be readable."""
        return True

    def read(self, _size: int = -1, /) -> bytes:
        """Return a few bytes."""
        return self._rest.read(1000)


def streamed(file: Any, filename: str = "big.bin") -> InputFile:
    """Return the file as the library passes it on unread."""
    return InputFile(file, filename=filename, read_file_handle=False)


class FormTests(SimpleTestCase):
    """What arrives."""

    async def test_several_files_and_parameters_arrive_as_they_were(self) -> None:
        media = [
            InputMediaPhoto(b"\xff\xd8 first", filename="a.jpg"),
            InputMediaDocument(b"second\r\n--x", filename='Отчёт "x"\r\n.txt', caption="ü"),
        ]
        with io.BytesIO(b"third" * 100_000) as third:
            async with Wire() as wire, AiohttpRequest() as request:
                await request.post(wire.url, data(chat_id=1, text="Grüße", media=media, extra=streamed(third)))
            self.assertFalse(third.closed)
        fields = form(wire.calls[0])
        self.assertEqual(fields["chat_id"][2], b"1")
        self.assertEqual(fields["text"][2], "Grüße".encode())
        first, second = json.loads(fields["media"][2])
        self.assertEqual(fields[first["media"].removeprefix("attach://")], ("a.jpg", "image/jpeg", b"\xff\xd8 first"))
        _, kind, content = fields[second["media"].removeprefix("attach://")]
        self.assertEqual((kind, content), ("text/plain", b"second\r\n--x"))
        self.assertIn('filename="Отчёт %22x%22%0D%0A.txt"'.encode(), wire.calls[0].body)
        self.assertEqual(fields["extra"], ("big.bin", "application/octet-stream", b"third" * 100_000))

    async def test_a_file_is_sent_again_from_its_beginning(self) -> None:
        with io.BytesIO(b"0123456789") as file:
            call = data(document=streamed(file))
            async with Wire() as wire, AiohttpRequest() as request:
                for _ in range(3):
                    await request.post(wire.url, call)
        self.assertEqual([form(call)["document"][2] for call in wire.calls], [b"0123456789"] * 3)

    async def test_a_pipe_is_sent_without_knowing_its_length(self) -> None:
        async with Wire() as wire, AiohttpRequest() as request:
            await request.post(wire.url, data(document=streamed(Pipe(b"flow" * 5_000))))
        self.assertEqual(wire.calls[0].headers["transfer-encoding"], "chunked")
        self.assertEqual(form(wire.calls[0])["document"][2], b"flow" * 5_000)

    async def test_an_empty_file_arrives_empty(self) -> None:
        async with Wire() as wire, AiohttpRequest() as request:
            await request.post(wire.url, data(document=streamed(io.BytesIO())))
        self.assertEqual(form(wire.calls[0])["document"][2], b"")

    async def test_a_file_of_50_mib_never_stands_in_memory(self) -> None:
        received = asyncio.get_running_loop().create_future()

        async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            left = length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            while left:
                left -= len(await reader.read(65_536))
            received.set_result(length)
            writer.write(reply())

        with tempfile.TemporaryFile() as file:
            os.truncate(file.fileno(), 50 * MEBIBYTE)
            async with Wire(raw=count) as wire, AiohttpRequest() as request:
                tracemalloc.start()
                await request.post(wire.url, data(document=streamed(file)))
                _, peak = tracemalloc.get_traced_memory()
                tracemalloc.stop()
        self.assertGreater(await received, 50 * MEBIBYTE)
        self.assertLess(peak, 4 * MEBIBYTE)


class BadFileTests(SimpleTestCase):
    """Files that cannot be read are no fault of the network, and the incomplete call is not carried out."""

    async def refused(self, file: Any) -> FileUnreadable:
        """Return the error; the next call must find its place."""
        async with Wire() as wire, AiohttpRequest(1, Timeouts(pool=0.05)) as request:
            with self.assertRaises(FileUnreadable) as raised:
                await request.post(wire.url, data(document=streamed(file)))
            self.assertEqual(wire.calls, [])
            self.assertIs(await request.post(wire.url, data(chat_id=1)), True)
        self.assertIsInstance(raised.exception, NotSent)
        self.assertNotIsInstance(raised.exception, NetworkError)
        return raised.exception

    async def test_a_closed_file(self) -> None:
        file = io.BytesIO(b"x")
        file.close()
        self.assertIn("closed file", (await self.refused(file)).message)

    async def test_a_file_that_breaks_while_it_is_read(self) -> None:
        class Broken(io.BytesIO):
            def read(self, _size: int | None = -1, /) -> bytes:
                raise OSError(5, "Input/output error")

        self.assertIn("Input/output error", (await self.refused(Broken(b"x" * MEBIBYTE))).message)

    async def test_a_file_that_becomes_shorter(self) -> None:
        class Shrinking(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                self.truncate(200_000)
                return super().read(size)

        self.assertIn("it became shorter", (await self.refused(Shrinking(b"x" * MEBIBYTE))).message)

    async def test_a_text_file(self) -> None:
        self.assertIn("binary mode", (await self.refused(io.StringIO("x" * MEBIBYTE))).message)

    async def test_a_server_that_takes_no_more_ends_the_upload_in_time(self) -> None:
        async def stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
            await reader.read(10)
            await asyncio.Event().wait()

        async with Wire(raw=stall) as wire, AiohttpRequest(timeouts=Timeouts(media_write=0.05)) as request:
            with tempfile.TemporaryFile() as file, self.assertRaises(TimedOut) as raised:
                os.truncate(file.fileno(), 50 * MEBIBYTE)
                await request.post(wire.url, data(document=streamed(file)))
        self.assertIs(type(raised.exception), TimedOut)

    async def test_an_answer_in_the_middle_of_the_upload_counts(self) -> None:
        async def early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(10)
            writer.write(reply({"ok": False, "description": "Too large"}, 413))
            await reader.read()

        async with Wire(raw=early) as wire, AiohttpRequest() as request:
            with tempfile.TemporaryFile() as file, self.assertRaises(NetworkError) as raised:
                os.truncate(file.fileno(), 50 * MEBIBYTE)
                await request.post(wire.url, data(document=streamed(file)))
        self.assertEqual(raised.exception.message, "Too large")


class BotTests(SimpleTestCase):
    """The library's own bot on this transport."""

    def bot(self, wire: Wire, request: AiohttpRequest) -> ExtBot[None]:
        """Return a bot that talks to the wire."""
        base = f"http://127.0.0.1:{wire.port}"
        return ExtBot(TOKEN, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=request)

    async def test_a_message_is_sent(self) -> None:
        async with Wire(says(reply({"ok": True, "result": MESSAGE}))) as wire, AiohttpRequest() as request:
            sent = await self.bot(wire, request).send_message(7, "Hello", parse_mode="HTML")
        self.assertEqual((sent.message_id, sent.text), (5, "Hello"))
        self.assertEqual(json.loads(wire.calls[0].body), {"chat_id": 7, "text": "Hello", "parse_mode": "HTML"})

    async def test_a_document_is_sent_from_a_stream(self) -> None:
        async with Wire(says(reply({"ok": True, "result": MESSAGE}))) as wire, AiohttpRequest() as request:
            with tempfile.TemporaryFile() as file:
                file.write(b"content" * 100_000)
                sent = await self.bot(wire, request).send_document(7, streamed(cast("BinaryIO", file)), caption="ü")
        self.assertEqual(sent.message_id, 5)
        self.assertEqual(form(wire.calls[0])["document"], ("big.bin", "application/octet-stream", b"content" * 100_000))
        self.assertEqual(form(wire.calls[0])["caption"][2], "ü".encode())

    async def test_a_file_is_downloaded(self) -> None:
        async def serve(call: Call, writer: asyncio.StreamWriter) -> None:
            found = {"file_id": "a", "file_unique_id": "b", "file_path": "documents/ö 1.bin"}
            writer.write(reply({"ok": True, "result": found}) if call.verb == "POST" else reply(b"\x00" * 300_000))

        async with Wire(serve) as wire, AiohttpRequest() as request:
            file = await self.bot(wire, request).get_file("a")
            self.assertEqual(await file.download_as_bytearray(), b"\x00" * 300_000)
        self.assertEqual(wire.calls[1].path, f"/file/bot{TOKEN}/documents/%C3%B6%201.bin")

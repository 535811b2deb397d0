"""Requests that are broken, packed strangely or larger than life: refused in one sentence, and nothing in the log."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

from tests.unit.sandbox.kit import ServerCase, WorldCase

CALL, CONTROL = "/bot1:sandbox/sendDocument", "/sandbox/send"
FORM = {"Content-Type": "multipart/form-data; boundary=b"}
JSON = {"Content-Type": "application/json"}
FIELDS = 'chat_id"\r\n\r\n1', 'person"\r\n\r\n1', 'chat"\r\n\r\n1'


def form(*parts: str) -> bytes:
    """A form of parts, each of them beginning with its name."""
    named = [f'--b\r\nContent-Disposition: form-data; name="{part}\r\n' for part in (*FIELDS, *parts)]
    return "".join([*named, "--b--\r\n"]).encode("utf-8", "surrogateescape")


BROKEN_FORMS = {
    "an unknown transfer encoding": form('document"\r\nContent-Transfer-Encoding: x\r\n\r\nx'),
    "no base64": form('document"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!1'),
    "a zero byte in a name": form('document"; filename="a\0"\r\n\r\nx'),
    "a name that is not UTF-8": form('document"; filename="a.\udcff"\r\n\r\nx'),
    "a type that is not UTF-8": form('document"; filename="a"\r\nContent-Type: a/\udcff\r\n\r\nx'),
    "too many headers": form('document"; filename="a"\r\n' + "a: b\r\n" * 20_000 + "\r\nx"),
    "a header too long": form('document"; filename="a"\r\na: ' + "b" * 200_000 + "\r\n\r\nx"),
    "a line too long": b"--b\r\n" + b"x" * 300_000,
    "a charset too long": form('_charset_"\r\n\r\n' + "x" * 100),
    "a lone surrogate in UTF-7": form('caption"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+2AA-'),
}


class Hostile(ServerCase):
    async def refused(self, path: str, body: bytes | str, headers: dict[str, str]) -> Any:
        """Send something, see that it is refused, and return what is said."""
        with self.assertNoLogs("sandbox", "ERROR"):
            status, said = await self.post(path, data=body, headers={**headers, "Connection": "close"})
        self.assertEqual(status, 400, said)
        return said

    async def test_forms_that_cannot_be_read(self) -> None:
        for why, body in BROKEN_FORMS.items():
            with self.subTest(why):
                said = await self.refused(CALL, body, FORM)
                self.assertEqual(said["description"], "Bad Request: can't parse parameters of the form")
                self.assertEqual(await self.refused(CONTROL, body, FORM), {"error": "The form cannot be read."})

    async def test_bodies_that_say_wrongly_how_they_are_packed(self) -> None:
        for packing in ("gzip", "deflate"):
            with self.subTest(packing):
                headers = {**JSON, "Content-Encoding": packing}
                await self.refused("/bot1:sandbox/sendMessage", b"nothing packed", headers)
                await self.refused("/sandbox/say", b"nothing packed", headers)

    async def test_a_lone_surrogate_in_a_charset_of_pythons_own(self) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-7"}
        button = '{"inline_keyboard":[[{"text":"a","callback_data":"+2AA-"}]]}'
        await self.refused("/bot1:sandbox/sendMessage", f"chat_id=1&text=x&reply_markup={button}", headers)

    async def test_a_number_without_end_reaches_nobody(self) -> None:
        keyboard = '{"inline_keyboard": [[{"text": "a", "pay": 1e999}]]}'
        await self.refused(
            "/bot1:sandbox/sendMessage", f'{{"chat_id": 1, "text": "x", "reply_markup": {keyboard}}}', JSON
        )
        await self.refused("/sandbox/deliver", '{"update": {"message": {"x": 1e999}}}', JSON)
        self.assertEqual(self.world.bot().queue.waiting(self.clock.now()), 0)

    async def test_numbers_that_nothing_can_be_done_with(self) -> None:
        huge = 10**400
        for path, wish in (
            ("stars", {"balance": huge}),
            ("limits", {"private_per_second": huge}),
            ("limits", {"private_per_second": 1e-320}),
            ("faults", {"kind": "flood", "retry_after": huge}),
            ("send", {"person": 1, "chat": 1, "location": {"latitude": 1, "longitude": 1, "live_period": huge}}),
            ("send", {"person": 1, "chat": 1, "location": {"latitude": 1, "longitude": 1, "live_period": -5}}),
            ("groups", {"title": "x", "members": [huge]}),
        ):
            with self.subTest(path, wish=str(wish)[:60]):
                await self.refused(f"/sandbox/{path}", json.dumps(wish), JSON)

    async def test_a_files_length_in_words(self) -> None:
        body = form('duration"\r\n\r\nlong', 'kind"\r\n\r\nvoice', 'f"; filename="a.ogg"\r\n\r\nx')
        said = await self.refused(CONTROL, body, FORM)
        self.assertEqual(said, {"error": 'The field "duration" must be an integer.'})

    async def test_an_error_with_a_status_that_has_no_body(self) -> None:
        for status in (204, 205, 304):
            await self.refused("/sandbox/faults", json.dumps({"kind": "error", "status": status}), JSON)
        await self.post("/sandbox/faults", json={"kind": "empty", "status": 204, "count": 1})
        async with self.http.get("/bot1:sandbox/getMe") as response:
            self.assertEqual((response.status, await response.read()), (204, b""))
        self.assertEqual((await self.get("/bot1:sandbox/getMe"))[0], 200)

    async def test_a_name_that_no_file_system_takes(self) -> None:
        with self.assertNoLogs("sandbox", "ERROR"):
            for address in (f"/page/{'a' * 5_000}", f"/page/{'😀' * 64}", f"/page/{'a/' * 3_000}x"):
                async with self.http.get(address) as response:
                    self.assertEqual(response.status, 404)

    async def test_a_text_far_too_long_is_not_even_read(self) -> None:
        said = await self.refused("/sandbox/say", json.dumps({"person": 1, "chat": 1, "text": "/a " * 100_000}), JSON)
        self.assertEqual(said, {"error": 'The field "text" is too long.'})

    async def test_parameters_are_read_so_far_only_however_they_are_packed(self) -> None:
        packed = {**JSON, "Content-Encoding": "gzip", "Connection": "close"}
        bomb = gzip.compress(b'{"chat_id": 1, "text": "' + b" " * 2**21)
        for body, headers in ((bomb, packed), (_pieces(), {**JSON, "Connection": "close"})):
            status, said = await self.post("/bot1:sandbox/sendMessage", data=body, headers=headers)
            self.assertEqual((status, said["description"]), (413, "Request Entity Too Large: too much parameters"))
        small = gzip.compress(b'{"chat_id": 1, "text": "hello"}')
        self.assertEqual((await self.post("/bot1:sandbox/sendMessage", data=small, headers=packed))[0], 200)


async def _pieces() -> AsyncIterator[bytes]:
    for _ in range(64):
        yield b" " * 2**16


class ManyEntities(WorldCase):
    """What took minutes: each of thousands of entities was held against each other."""

    async def test_a_hundred_are_kept_and_codes_before_styles(self) -> None:
        codes = [{"type": "code", "offset": place, "length": 1} for place in range(0, 4_000, 2)]
        bold = [{"type": "bold", "offset": place % 7, "length": 4_000 - place % 7} for place in range(20_000)]
        sent = await self.result("sendMessage", chat_id=1, text="x" * 4_000, entities=[*bold, *codes])
        self.assertEqual([entity["type"] for entity in sent["entities"]], ["code"] * 100)

    async def test_styles_that_overlap_or_touch_are_one(self) -> None:
        for text, expected in (
            ("<b>a<b>b</b></b>", [(0, 2)]),
            ("<b>a<i>b<b>c</b></i></b>", [(0, 3)]),
            ("<b>a</b><b>b</b>", [(0, 2)]),
            ("<b>a<pre>b<b>c</b></pre>d</b>", [(0, 1), (3, 1)]),
        ):
            with self.subTest(text):
                sent = await self.result("sendMessage", chat_id=1, text=text, parse_mode="HTML")
                bold = [(one["offset"], one["length"]) for one in sent["entities"] if one["type"] == "bold"]
                self.assertEqual(bold, expected)

    async def test_commands_are_found_between_what_is_taken(self) -> None:
        text = "😀 /a <code>/b</code> http://c.example/d /e @fred"
        sent = await self.result("sendMessage", chat_id=1, text=text, parse_mode="HTML")
        found = [(one["type"], one["offset"], one["length"]) for one in sent["entities"]]
        expected = [("bot_command", 3, 2), ("code", 6, 2), ("url", 9, 18), ("bot_command", 28, 2), ("mention", 31, 5)]
        self.assertEqual(found, expected)

    async def test_a_text_full_of_half_addresses_and_commands(self) -> None:
        for text in ("a-a." * 8_000, "/a " * 10_000, "é/a " * 6_000, "`a`" * 10_000):
            status, words = await self.error("sendMessage", chat_id=1, text=text, parse_mode="Markdown")
            self.assertEqual((status, words), (400, "Bad Request: message is too long"))

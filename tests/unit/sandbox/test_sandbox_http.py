"""How calls travel: addresses, verbs, encodings, tokens, and who may not call at all."""

import asyncio
import io
import json

import aiohttp
from aiohttp.http import SERVER_SOFTWARE

from sandbox.pages import FOLDER
from tests.unit.sandbox.kit import ServerCase

TOO_MUCH = "Request Entity Too Large: too much parameters"
NOT_FOUND = {"ok": False, "error_code": 404, "description": "Not Found"}


class Transport(ServerCase):
    def last(self) -> str:
        return self.world.messages(1)[-1].text

    async def test_parameters_come_by_query_form_json_or_multipart_and_names_in_any_case(self) -> None:
        multipart = aiohttp.FormData(default_to_multipart=True)
        multipart.add_field("chat_id", "1")
        multipart.add_field("text", "multipart 😀")
        parts = {"chat_id": "1", "text": "x"}
        await self.get("/bot1:sandbox/SENDMESSAGE", params={**parts, "text": "query 😀"})
        self.assertEqual(self.last(), "query 😀")
        for text, body in (
            ("form 😀", {"data": {**parts, "text": "form 😀"}}),
            ("json 😀", {"json": {"chat_id": 1, "text": "json 😀"}}),
            ("multipart 😀", {"data": multipart}),
        ):
            status, answer = await self.post("/bot1:sandbox/sendmessage", **body)
            self.assertEqual((status, answer["result"]["text"], self.last()), (200, text, text))

    async def test_unknown_methods_addresses_and_verbs_are_not_found(self) -> None:
        status, body = await self.get("/bot1:sandbox/juggle")
        self.assertEqual((status, body["description"]), (404, "Not Found: method not found"))
        for path in ("/bot1:sandbox/", "/bot1:sandbox/getMe/", "/bot1:sandbox/getMe/x"):
            status, body = await self.get(path)
            self.assertEqual((path, status, body["description"]), (path, 404, "Not Found: method not found"))
        for path in ("/bot1:sandbox", "/bot", "/file/bot1:sandbox/nothing", "/file/bot1:sandbox", "/file/nonsense"):
            self.assertEqual((path, await self.get(path)), (path, (404, NOT_FOUND)))
        self.assertEqual((await self.get("/botnonsense/"))[0], 401)
        self.assertEqual(await self.get("/nowhere"), (404, NOT_FOUND))
        async with self.http.put("/bot1:sandbox/getMe") as response:
            self.assertEqual((response.status, await response.json()), (404, NOT_FOUND))

    async def test_a_malformed_token_is_unauthorized_and_any_other_is_a_bot(self) -> None:
        for token in ("sandbox", "0:x", "1:", "x:1", "1:" + "x" * 80, f"{2**54}:x"):
            with self.subTest(token):
                status, body = await self.get(f"/bot{token}/getMe")
                self.assertEqual((status, body["description"]), (401, "Unauthorized: invalid token specified"))
        status, body = await self.get("/bot123456:abc_DEF/getMe")
        self.assertEqual((status, body["result"]["id"], body["result"]["is_bot"]), (200, 123456, True))

    async def test_an_answer_has_the_same_headers_on_connections_that_stay_and_that_end(self) -> None:
        host, _, port = self.address.removeprefix("http://").partition(":")
        seen = {}
        for version, wanted in (("1.1", "keep-alive"), ("1.1", "close"), ("1.0", "keep-alive"), ("1.0", "close")):
            reader, writer = await asyncio.open_connection(host, int(port))
            request = f"GET /bot1:sandbox/getMe HTTP/{version}\r\nHost: {host}:{port}\r\nConnection: {wanted}\r\n\r\n"
            for turn in range(2 if wanted == "keep-alive" else 1):
                writer.write(request.encode())
                lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
                headers = dict(line.split(": ", 1) for line in lines[1:])
                body = json.loads(await reader.readexactly(int(headers.pop("Content-Length"))))
                self.assertEqual((lines[0], body["ok"]), (f"HTTP/{version} 200 OK", True), (wanted, turn))
                self.assertTrue(headers.pop("Date").endswith(" GMT"))
                seen[version, wanted] = headers
            if wanted == "close":
                self.assertEqual(await reader.read(), b"")
            writer.close()
        usual = {"Content-Type": "application/json", "Server": SERVER_SOFTWARE}
        self.assertEqual(seen.pop(("1.1", "keep-alive")), usual)
        self.assertEqual(seen.pop(("1.1", "close")), {**usual, "Connection": "close"})
        self.assertEqual(seen.pop(("1.0", "keep-alive")), {**usual, "Connection": "keep-alive"})
        self.assertEqual(seen.pop(("1.0", "close")), usual)

    async def test_a_refusal_on_a_connection_that_stays_says_when_to_come_again(self) -> None:
        self.world.faults.add(kind="flood", retry_after=7, count=1)
        async with self.http.get("/bot1:sandbox/getMe") as response:
            self.assertEqual(
                (response.status, response.reason, response.headers["Retry-After"]), (429, "Too Many Requests", "7")
            )
            self.assertEqual((await response.json())["parameters"], {"retry_after": 7})

    async def test_the_address_of_the_test_environment_leads_to_the_same_bot(self) -> None:
        _, body = await self.get("/bot1:sandbox/test/GETME")
        self.assertEqual(body["result"]["username"], "sandbox_bot")
        sent = await self.result("sendDocument", chat_id=1, document=b"content")
        file = await self.result("getFile", file_id=sent["document"]["file_id"])
        async with self.http.get(f"/file/bot1:sandbox/test/{file['file_path']}") as response:
            self.assertEqual(await response.read(), b"content")

    async def test_broken_bodies_are_a_bad_request(self) -> None:
        for content_type, data in (
            ("application/json", b"{"),
            ("application/json", b"[1]"),
            ("application/json", b"[" * 100_000),
            ("application/json", b'{"chat_id": 1, "text": "\\ud800"}'),
            ("multipart/form-data", b"no boundary"),
            ("multipart/form-data; boundary=x", b"no parts"),
            ("application/x-www-form-urlencoded; charset=nonsense", b"a=b"),
        ):
            with self.subTest(content_type + repr(data[:9])):
                status, body = await self.post(
                    "/bot1:sandbox/sendMessage", data=data, headers={"Content-Type": content_type}
                )
                self.assertEqual((status, body["ok"], body["error_code"]), (400, False, 400))

    async def test_a_body_beyond_the_limit_is_too_large(self) -> None:
        headers = {"Content-Type": "application/json"}
        status, body = await self.post("/bot1:sandbox/getMe", data=io.BytesIO(b" " * (61 * 2**20)), headers=headers)
        self.assertEqual((status, body["description"]), (413, TOO_MUCH))

    async def test_parameters_have_a_megabyte_and_files_do_not_count(self) -> None:
        for kind, begin in (("json", b'{"text": "'), ("x-www-form-urlencoded", b"text=")):
            body, headers = io.BytesIO(begin + b"x" * 2**20), {"Content-Type": f"application/{kind}"}
            status, answer = await self.post("/bot1:sandbox/sendMessage", data=body, headers=headers)
            self.assertEqual((status, answer["description"]), (413, TOO_MUCH))
        status, answer = await self.post("/bot1:sandbox/sendMessage", data=self.form(2**19))
        self.assertEqual((status, answer["description"]), (413, TOO_MUCH))
        form = self.form(10)
        form.add_field("document", io.BytesIO(b"x" * 2**21), filename="a.bin")
        self.assertEqual((await self.post("/bot1:sandbox/sendDocument", data=form))[0], 200)

    @staticmethod
    def form(length: int) -> aiohttp.FormData:
        """A form with two long parameters."""
        form = aiohttp.FormData({"chat_id": "1"}, default_to_multipart=True)
        for name in ("caption", "more"):
            form.add_field(name, "x" * length)
        return form


class OtherSites(ServerCase):
    SAY = {"person": 1, "chat": 1, "text": "hi"}

    async def test_a_foreign_origin_may_not_say_anything(self) -> None:
        for origin in (
            "https://evil.example",
            "null",
            "http://[",
            "http://localhost:3000",
            self.address.replace("127.0.0.1", "x"),
        ):
            with self.subTest(origin):
                status, body = await self.post("/sandbox/say", json=self.SAY, headers={"Origin": origin})
                self.assertEqual((status, body), (403, {"error": "Another web site may not use the sandbox."}))
        self.assertEqual(self.world.messages(1), [])

    async def test_a_foreign_origin_does_not_hear_the_live_channels(self) -> None:
        for path in ("/sandbox/live", "/sandbox/updates/live"):
            for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
                with self.subTest(path, origin=origin), self.assertRaises(aiohttp.WSServerHandshakeError) as refused:
                    await self.http.ws_connect(path, origin=origin)
                self.assertEqual(refused.exception.status, 403)
            async with self.http.ws_connect(path, origin=self.address) as socket:
                self.assertFalse(socket.closed)

    async def test_the_pages_own_origin_may(self) -> None:
        status, _ = await self.post("/sandbox/say", json=self.SAY, headers={"Origin": self.address})
        self.assertEqual((status, self.world.messages(1)[0].text), (200, "hi"))

    async def test_another_name_for_this_host_is_refused_because_of_dns_rebinding(self) -> None:
        for path in ("/", "/sandbox/state", "/sandbox/live", "/page/main.js"):
            status, body = await self.get(path, headers={"Host": "evil.example:8081"})
            self.assertEqual((status, body), (403, {"error": "The sandbox answers only to 127.0.0.1 and localhost."}))
        status, body = await self.get("/bot1:sandbox/getMe", headers={"Host": "evil.example"})
        self.assertEqual((status, body["ok"], body["error_code"]), (403, False, 403))
        status, _ = await self.get("/sandbox/state", headers={"Host": "localhost:9999"})
        self.assertEqual(status, 200)

    async def test_an_image_on_another_site_cannot_call_the_bot_api(self) -> None:
        status, _ = await self.get(
            "/bot1:sandbox/sendMessage?chat_id=1&text=x", headers={"Sec-Fetch-Site": "cross-site"}
        )
        self.assertEqual((status, self.world.messages(1)), (403, []))

    async def test_a_link_from_another_site_opens_the_page(self) -> None:
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        async with self.http.get("/", headers=headers) as response:
            self.assertEqual((response.status, response.content_type), (200, "text/html"))


class Page(ServerCase):
    async def test_the_page_allows_no_inline_script_and_no_other_origin(self) -> None:
        async with self.http.get("/") as response:
            policy = response.headers["Content-Security-Policy"]
            page = await response.text()
        self.assertIn("default-src 'none'; script-src 'self'; style-src 'self'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertNotIn("<style", page)
        self.assertNotRegex(page, r"<script(?![^>]*src=)| on\w+=| style=")

    async def test_the_scripts_never_parse_text_as_html(self) -> None:
        for script in FOLDER.glob("*.js"):
            with self.subTest(script.name):
                words = script.read_text()
                self.assertNotRegex(words, r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(")

    async def test_every_file_of_the_page_is_served_and_nothing_else(self) -> None:
        for file in FOLDER.iterdir():
            async with self.http.get(f"/page/{file.name}") as response:
                self.assertEqual((response.status, await response.read()), (200, file.read_bytes()))
        async with self.http.get("/page/%2e%2e/server.py") as response:
            self.assertEqual(response.status, 404)

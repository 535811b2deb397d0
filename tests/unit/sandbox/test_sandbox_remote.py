"""`--allow-remote`: other machines may come only with a password, which bots need not know."""

import json
import tempfile
from base64 import b64encode
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiohttp
from aiohttp.test_utils import make_mocked_request
from django.core.management import CommandError, call_command

from sandbox.guesses import Guesses
from sandbox.server import running
from tests.unit.sandbox.kit import WorldCase

PASSWORD = "correct horse"
OTHER_NAME = {"Host": "sandbox.example:8081"}
ELSEWHERE = "127.0.0.2"  # stands for all addresses: a test opens nothing to other machines


def basic(name: str, password: str) -> dict[str, str]:
    """What a browser sends that was told a password."""
    return {"Authorization": f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"}


class RemoteCase(WorldCase):
    async def asyncSetUp(self) -> None:
        with patch("sandbox.server.ANY_HOST", ELSEWHERE):
            address = await self.enterAsyncContext(running(self.world, password=PASSWORD))
        self.assertTrue(address.startswith(f"http://{ELSEWHERE}:"))
        self.http = await self.enterAsyncContext(aiohttp.ClientSession(address))

    async def get(self, path: str, **more: Any) -> tuple[int, Any]:
        async with self.http.get(path, **more) as response:
            self.challenge = response.headers.get("WWW-Authenticate", "")
            return response.status, await response.read()


class Remote(RemoteCase):
    async def test_the_page_and_the_control_api_ask_for_the_password(self) -> None:
        for path in ("/", "/page/main.js", "/sandbox/state", "/sandbox/live", "/sandbox/files/x", "/nowhere"):
            for given in ({}, basic("x", "wrong"), basic(PASSWORD, ""), {"Authorization": "Basic %"}):
                self.clock.advance(60)
                with self.subTest(path, given=given):
                    status, body = await self.get(path, headers=given)
                    self.assertEqual((status, body), (401, b'{"error": "The sandbox wants its password."}'))
                    self.assertTrue(self.challenge.startswith("Basic realm="))
        self.clock.advance(60)
        for header in ("Basic", "Basic ????", "Bearer eDp4", f"Basic {'A' * 9}", "Basic \u00ff"):
            with self.subTest(header):
                self.assertEqual((await self.get("/", headers={"Authorization": header}))[0], 401)

    async def test_with_it_they_answer_under_any_name(self) -> None:
        for path in ("/", "/page/main.js", "/sandbox/state"):
            status, _ = await self.get(path, headers=basic("anybody", PASSWORD) | OTHER_NAME)
            self.assertEqual(status, 200)

    async def test_another_sites_page_is_refused_with_it_too(self) -> None:
        headers = {**OTHER_NAME, **basic("x", PASSWORD), "Origin": "https://evil.example"}
        status, _ = await self.get("/sandbox/state", headers=headers)
        self.assertEqual(status, 403)

    async def test_bots_come_with_their_token(self) -> None:
        self.assertEqual((await self.get("/bot1:sandbox/getMe", headers=OTHER_NAME))[0], 200)
        self.assertEqual((await self.get("/file/bot1:sandbox/x", headers=OTHER_NAME))[0], 404)


class Guessing(RemoteCase):
    async def guess(self, word: str, path: str = "/sandbox/state", **more: Any) -> int:
        """Try a password as somebody whom nobody knows, unless they bring cookies."""
        stranger = aiohttp.ClientSession(self.http._base_url, **more)
        async with stranger, stranger.get(path, headers=basic("x", word)) as response:
            self.told, self.retry_after = await response.text(), response.headers.get("Retry-After")
            self.cookies = {name: cookie.value for name, cookie in response.cookies.items()}
            return response.status

    async def test_after_ten_wrong_ones_in_a_minute_the_address_waits(self) -> None:
        self.assertEqual([await self.guess(f"guess {number}") for number in range(10)], [401] * 10)
        self.clock.advance(15)
        for word in ("another", PASSWORD):
            self.assertEqual((await self.guess(word), self.retry_after), (429, "45"))
            expected = "Too many wrong passwords came from your address: try again in 45 s."
            self.assertEqual(json.loads(self.told), {"error": expected})
        self.assertEqual((await self.get("/sandbox/state"))[0], 401)  # no password is no guess
        self.assertEqual((await self.get("/bot1:sandbox/getMe"))[0], 200)
        self.clock.advance(45)
        self.assertEqual(await self.guess(PASSWORD), 200)

    async def test_refused_guesses_do_not_make_the_wait_longer(self) -> None:
        for _ in range(10):
            await self.guess("wrong")
        for _ in range(5):
            self.clock.advance(12)
            await self.guess("wrong")
        self.assertEqual(await self.guess(PASSWORD), 200)

    async def test_who_was_let_in_before_is_listened_to_while_others_guess(self) -> None:
        self.assertEqual(await self.guess(PASSWORD), 200)
        known = dict(self.cookies)
        for _ in range(12):
            await self.guess("wrong")
        self.assertEqual(await self.guess(PASSWORD), 429)
        self.assertEqual(await self.guess(PASSWORD, cookies=known), 200)
        self.assertEqual(await self.guess(PASSWORD, cookies={"sandbox": "forged"}), 429)
        self.assertEqual(await self.guess("wrong", cookies=known), 401)

    async def test_a_wrong_password_or_a_bot_gets_no_cookie(self) -> None:
        await self.guess("wrong")
        self.assertEqual(self.cookies, {})
        await self.guess(PASSWORD, "/bot1:sandbox/getMe")
        self.assertEqual(self.cookies, {})

    def test_addresses_are_counted_each_for_itself_and_not_without_end(self) -> None:
        guesses = Guesses(self.clock)
        with patch("sandbox.guesses.ADDRESSES", 20):
            for number in range(25):
                guesses.count(make_mocked_request("GET", "/").clone(remote=str(number)))
        self.assertEqual((len(guesses._wrong), "4" in guesses._wrong, "5" in guesses._wrong), (20, False, True))


class Local(WorldCase):
    async def test_without_a_password_it_listens_on_this_machine_only(self) -> None:
        async with running(self.world) as address:
            self.assertTrue(address.startswith("http://127.0.0.1:"))

    def test_the_command_wants_both(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory, "password")
            for content, words in (
                (None, "--allow-remote needs --password-file FILE"),
                (b"short\n", "must be a password of at least 12 characters"),
                (b"", "must be a password of at least 12 characters"),
                (b"\xff" * 20, "cannot be read"),
            ):
                with self.subTest(content), self.assertRaisesRegex(CommandError, words):
                    if content is None:
                        call_command("sandbox", "--allow-remote")
                    else:
                        file.write_bytes(content)
                        call_command("sandbox", "--allow-remote", "--password-file", str(file))
            with self.assertRaisesRegex(CommandError, "cannot be read"):
                call_command("sandbox", "--allow-remote", "--password-file", f"{file}-missing")

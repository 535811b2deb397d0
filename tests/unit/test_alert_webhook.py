"""Alerts to a webhook: what is posted, how it is signed, what a receiver may answer, and where it may not lead."""

import asyncio
import hashlib
import hmac
import json
import socket
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import SimpleTestCase, override_settings

from botcore.alerts import webhook
from botcore.alerts.addresses import PrivateAddressError, PublicResolver, is_public
from botcore.alerts.failure import NotDelivered
from tests.unit.test_alert_mail import said
from tests.unit.wire import Call, Script, Wire, reply, says

SECRET = "a-long-enough-secret"


class WebhookTests(SimpleTestCase):
    """A receiver on loopback."""

    async def post(self, script: Script | None = None, *, path: str = "/hook?key=1", **changes: Any) -> list[Call]:
        """Post an alert; return the calls that came in."""
        async with Wire(script) as wire:
            url = f"http://127.0.0.1:{wire.port}{path}"
            with override_settings(**{"ALERT_WEBHOOK_URL": url, "ALERT_WEBHOOK_PRIVATE": True, **changes}):
                await webhook.post(said(), 42)
        return wire.calls

    async def refused(self, script: Script | None = None, **changes: Any) -> NotDelivered:
        """Return why it was not delivered."""
        with self.assertRaises(NotDelivered) as caught:
            await self.post(script, **changes)
        return caught.exception

    async def test_the_alert_is_posted_as_json(self) -> None:
        (call,) = await self.post()
        self.assertEqual((call.verb, call.path), ("POST", "/hook?key=1"))
        self.assertEqual(call.headers["content-type"], "application/json")
        self.assertEqual(call.headers["x-botdeck-delivery"], "42")
        self.assertNotIn("x-botdeck-signature", call.headers)
        body = json.loads(call.body)
        self.assertEqual((body["reason"], body["title"], body["version"]), ("new", "KeyError: 'Alice'", 1))
        self.assertEqual(body["link"], "https://bot.example/errors/7/")
        self.assertEqual((body["group"]["count"], body["group"]["people"]), (12, 3))
        self.assertEqual(body["group"]["first_seen"], "2026-11-28T21:00:00+00:00")

    async def test_the_signature_proves_the_sender_and_the_time(self) -> None:
        (call,) = await self.post(ALERT_WEBHOOK_SECRET=SECRET)
        signed = call.headers["x-botdeck-timestamp"].encode() + b"." + call.body
        wanted = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        self.assertEqual(call.headers["x-botdeck-signature"], f"sha256={wanted}")

    async def test_what_may_pass_is_tried_again_and_what_will_not_is_not(self) -> None:
        for status, again in ((500, True), (503, True), (429, True), (400, False), (401, False), (404, False)):
            with self.subTest(status):
                error = await self.refused(says(reply(b"because", status)))
                self.assertEqual((error.again, str(error)), (again, f"The webhook answered {status}. because"))

    async def test_the_receiver_says_when_to_come_again_up_to_a_limit(self) -> None:
        def busy(seconds: str) -> Script:
            return says(f"HTTP/1.1 429 Any\r\nRetry-After: {seconds}\r\nContent-Length: 0\r\n\r\n".encode())

        self.assertEqual((await self.refused(busy("120"))).wait, timedelta(minutes=2))
        self.assertEqual((await self.refused(busy("99999999"))).wait, timedelta(minutes=15))
        self.assertEqual((await self.refused(busy("9" * 400))).wait, timedelta())
        self.assertEqual((await self.refused(busy("Wed, 21 Oct 2026 07:28:00 GMT"))).wait, timedelta())

    async def test_no_redirect_is_followed(self) -> None:
        async with Wire() as other:
            head = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{other.port}/\r\nContent-Length: 0\r\n\r\n"
            error = await self.refused(says(head.encode()))
        self.assertEqual((error.again, other.connections), (False, 0))

    async def test_of_a_long_answer_only_the_beginning_is_read(self) -> None:
        async def endless(_call: Call, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()

        self.assertEqual(len(await self.post(endless)), 1)

    async def test_a_receiver_that_hangs_or_is_not_there_is_tried_again(self) -> None:
        async def silent(_call: Call, _writer: asyncio.StreamWriter) -> None:
            await asyncio.Event().wait()

        with mock.patch.object(webhook, "SECONDS", 0.2):
            self.assertTrue((await self.refused(silent)).again)
        self.assertTrue((await self.refused(ALERT_WEBHOOK_URL="http://127.0.0.1:9/")).again)

    async def test_a_private_address_is_refused_before_anything_is_sent(self) -> None:
        error = await self.refused(ALERT_WEBHOOK_PRIVATE=False)
        self.assertIn("127.0.0.1 is a private address: write ALERT_WEBHOOK_PRIVATE=1", str(error))
        self.assertFalse(error.again)

    async def test_a_name_that_leads_to_a_private_address_is_refused(self) -> None:
        async with Wire() as wire:
            url = f"http://localhost:{wire.port}/"
            error = await self.refused(ALERT_WEBHOOK_PRIVATE=False, ALERT_WEBHOOK_URL=url)
        self.assertIn("localhost leads to the private address", str(error))
        self.assertEqual((error.again, wire.connections), (False, 0))

    async def test_a_key_in_the_address_is_in_no_error(self) -> None:
        url = "http://127.0.0.1:9/services/T0/B0/very-secret-key"
        error = await self.refused(ALERT_WEBHOOK_URL=url)
        self.assertNotIn("very-secret-key", str(error))


class ResolverTests(SimpleTestCase):
    """Names and what they lead to."""

    async def test_one_private_address_among_public_ones_is_enough_to_refuse(self) -> None:
        places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 443)) for host in ("93.184.216.34", "10.0.0.1")]
        loop = asyncio.get_running_loop()
        with mock.patch.object(loop, "getaddrinfo", return_value=places), self.assertRaises(PrivateAddressError):
            await PublicResolver().resolve("hook.example", 443)
        with mock.patch.object(loop, "getaddrinfo", return_value=places[:1]):
            (found,) = await PublicResolver().resolve("hook.example", 443)
        self.assertEqual((found["hostname"], found["host"]), ("hook.example", "93.184.216.34"))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700:4700::1111", "64:ff9b::5db8:d822"])
def test_public_addresses_are_taken(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_in_whatever_form(address: str) -> None:
    assert not is_public(address)

"""setWebhook's ip_address and certificate, and what getWebhookInfo tells of them."""

import ssl
from pathlib import Path

from tests.unit.sandbox.kit import until
from tests.unit.sandbox.receiver import WebhookCase, receiving

CERTIFICATE = Path(__file__).parents[1] / "localhost.pem"


def certificate() -> bytes:
    """The certificate without its key, as a bot uploads it."""
    return CERTIFICATE.read_bytes()[CERTIFICATE.read_bytes().index(b"-----BEGIN CERTIFICATE") :]


class Addresses(WebhookCase):
    async def test_an_ip_address_takes_the_place_of_the_name_which_is_told_all_the_same(self) -> None:
        name = self.url.replace("127.0.0.1", "bot.example")
        await self.set_webhook(name, ip_address="127.0.0.1")
        self.say("a")
        await self.emptied()
        self.assertEqual(self.receiver.received[0].headers["Host"], name.split("/")[2])
        self.assertEqual((await self.info())["ip_address"], "127.0.0.1")

    async def test_what_is_no_ip_address_is_refused(self) -> None:
        for address in ("bot.example", "127.0.0", "::1"):
            with self.subTest(address):
                error = await self.error("setWebhook", url=self.url, ip_address=address)
                self.assertEqual(error, (400, "Bad Request: bad webhook: Invalid IP address specified"))

    async def test_the_address_is_told_where_it_stands_in_the_url(self) -> None:
        for url, address in (
            (self.url, "127.0.0.1"),
            (self.url.replace("127.0.0.1", "localhost"), "127.0.0.1"),
            ("https://bot.example/", None),
        ):
            with self.subTest(url):
                await self.set_webhook(url)
                self.assertEqual((await self.info()).get("ip_address"), address)


class Certificates(WebhookCase):
    async def asyncSetUp(self) -> None:
        await super().asyncSetUp()
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(CERTIFICATE)
        self.receiver = await self.enterAsyncContext(receiving(trust))
        self.url = self.receiver.address

    async def test_a_bots_own_certificate_is_trusted_and_only_with_it(self) -> None:
        await self.set_webhook()
        self.say("a")
        bot = self.world.bot()
        await until(lambda: bot.webhook_error is not None)
        self.assertTrue((await self.info())["last_error_message"].startswith("SSL error {"))
        self.assertFalse((await self.info())["has_custom_certificate"])
        await self.set_webhook(certificate=certificate())
        self.assertTrue((await self.info())["has_custom_certificate"])
        await self.emptied()
        self.assertEqual(self.receiver.texts(), ["a"])

    async def test_a_name_goes_with_its_certificate_to_another_address(self) -> None:
        url = self.url.replace("127.0.0.1", "localhost")
        await self.set_webhook(url, certificate=certificate(), ip_address="127.0.0.1")
        self.say("a")
        await self.emptied()

    async def test_what_is_no_certificate_is_refused(self) -> None:
        for content in (b"", b"x", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n", b"\xff"):
            with self.subTest(content):
                error = await self.error("setWebhook", url=self.url, certificate=content)
                self.assertEqual(error, (400, "Bad Request: bad webhook: failed to set a certificate"))

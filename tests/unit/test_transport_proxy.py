"""Ways through a proxy: given or from the environment, plain and for TLS, with credentials, refusing, impossible."""

import asyncio
import base64
import ssl
from unittest.mock import patch

from django.test import SimpleTestCase
from yarl import URL

from botcore.connection.errors import NotConnected
from botcore.connection.proxies import Proxies
from botcore.connection.transport import AiohttpRequest
from tests.unit.wire import CERTIFICATE, TOKEN, Wire, data, reply, says, server_tls

CREDENTIALS = "Basic " + base64.b64encode(b"alice:p@ss").decode()


class ProxyTests(SimpleTestCase):
    """Calls through a proxy."""

    async def test_a_plain_call_goes_to_the_proxy_with_its_credentials(self) -> None:
        async with Wire() as proxy, AiohttpRequest(proxy=f"http://alice:p%40ss@127.0.0.1:{proxy.port}") as request:
            for _ in range(2):
                self.assertIs(await request.post("http://telegram.invalid/botX/getMe", data(a=1)), True)
        self.assertEqual([call.path for call in proxy.calls], ["http://telegram.invalid/botX/getMe"] * 2)
        self.assertEqual([call.headers["proxy-authorization"] for call in proxy.calls], [CREDENTIALS] * 2)

    async def test_a_tls_call_goes_through_a_tunnel(self) -> None:
        heads: list[bytes] = []

        async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            there, back = await asyncio.open_connection("127.0.0.1", telegram.port)
            writer.write(b"HTTP/1.1 200 Go\r\n\r\n")

            async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
                while chunk := await source.read(65_536):
                    target.write(chunk)
                target.close()

            await asyncio.gather(pump(reader, back), pump(there, writer))

        trusting = ssl.create_default_context(cafile=CERTIFICATE)
        async with (
            Wire(tls=server_tls()) as telegram,
            Wire(raw=tunnel) as proxy,
            AiohttpRequest(proxy=f"http://alice:p%40ss@127.0.0.1:{proxy.port}", tls=trusting) as request,
        ):
            for _ in range(2):
                self.assertIs(await request.post(telegram.url, data(a=1)), True)
        self.assertEqual((len(telegram.calls), len(heads)), (2, 1))
        self.assertIn(f"CONNECT 127.0.0.1:{telegram.port} ".encode(), heads[0])
        self.assertIn(f"Proxy-Authorization: {CREDENTIALS}".encode(), heads[0])
        self.assertNotIn("proxy-authorization", telegram.calls[0].headers)

    async def test_a_proxy_that_refuses_or_hangs_up_before_the_tunnel_means_not_sent(self) -> None:
        for answer, words in ((reply(b"", 407), "the proxy answered 407"), (b"", ""), (b"nonsense\r\n\r\n", "")):
            with self.subTest(answer):
                error = await self.refusal(answer)
                self.assertIn(words, error.message)
                for hidden in (TOKEN, "secret"):
                    self.assertNotIn(hidden, error.message)

    async def refusal(self, answer: bytes) -> NotConnected:
        """Return the error when the proxy answers CONNECT so and closes."""

        async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)

        async with (
            Wire(raw=refuse) as proxy,
            AiohttpRequest(proxy=f"http://alice:secret@127.0.0.1:{proxy.port}") as request,
        ):
            with self.assertRaises(NotConnected) as raised:
                await request.post(f"https://telegram.invalid/bot{TOKEN}/getMe")
        return raised.exception

    async def test_a_proxy_from_the_environment_is_taken_and_its_exceptions_hold(self) -> None:
        async with Wire(says(reply())) as proxy, Wire() as straight:
            surroundings = {"http_proxy": f"http://127.0.0.1:{proxy.port}", "no_proxy": f"127.0.0.1:{straight.port}"}
            with patch.dict("os.environ", surroundings):
                async with AiohttpRequest() as request:
                    await request.post("http://telegram.invalid/botX/getMe")
                    await request.post(straight.url)
        self.assertEqual((len(proxy.calls), len(straight.calls)), (1, 1))

    def test_the_environment_is_read_as_curl_reads_it(self) -> None:
        with patch.dict("os.environ", {"ALL_PROXY": "proxy:3128", "NO_PROXY": "localhost,.local"}, clear=True):
            proxies = Proxies()
        for address, expected in (
            ("https://api.telegram.org/bot", URL("http://proxy:3128")),
            ("http://localhost:8081/bot", None),
            ("http://api.local/bot", None),
        ):
            with self.subTest(address):
                self.assertEqual(proxies.choose(URL(address)), expected)

    def test_a_proxy_that_cannot_be_used_is_refused_in_a_sentence_without_its_password(self) -> None:
        for proxy, words in (
            ("socks5://alice:secret@host:1080", "the proxy is a SOCKS proxy, which is not supported"),
            ("ftp://alice:secret@host", "the proxy is no HTTP proxy"),
            ("http://", "the proxy is no HTTP proxy"),
            ("http://alice:secret@host:port", "the proxy is no address"),
        ):
            with self.subTest(proxy), self.assertRaisesRegex(ValueError, words) as raised:
                AiohttpRequest(proxy=proxy)
            self.assertNotIn("secret", str(raised.exception))
        with (
            patch.dict("os.environ", {"HTTPS_PROXY": "socks5://host:1080"}, clear=True),
            self.assertRaisesRegex(ValueError, "^HTTPS_PROXY is a SOCKS proxy"),
        ):
            AiohttpRequest()

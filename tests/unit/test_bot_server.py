"""The bot's own port: neither who connects and says nothing nor a page with a bug holds up the others."""

import socket
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from unittest.mock import patch

from django.test import SimpleTestCase

from botcore.monitoring import server as server_module
from botcore.monitoring.self_report import Page
from botcore.monitoring.server import AT_ONCE, BotServer
from tests.postgresql import free_port
from tests.processes import fetch


class BotServerTests(SimpleTestCase):
    """A server of this process."""

    def test_a_silent_connection_is_left_and_the_next_is_answered(self) -> None:
        server = BotServer(free_port(), {"/healthz": lambda: Page(True, {"alive": True})})
        self.addCleanup(server.close)
        with socket.create_connection(("127.0.0.1", server.port or 0)):
            status, body = fetch(f"http://127.0.0.1:{server.port}/healthz")
        self.assertEqual((status, body.strip()), (200, '{"alive": true}'))

    def test_neither_many_silent_connections_nor_one_that_drips_hold_up_the_others(self) -> None:
        server = BotServer(free_port(), {"/healthz": lambda: Page(True, {"alive": True})})
        self.addCleanup(server.close)
        address = ("127.0.0.1", server.port or 0)
        with ExitStack() as connections:
            for _ in range(AT_ONCE - 1):
                connections.enter_context(socket.create_connection(address)).send(b"G")
            self.assertEqual(fetch(f"http://127.0.0.1:{server.port}/healthz")[0], 200)

    def test_a_connection_is_cut_off_in_the_end_whatever_it_says(self) -> None:
        self.enterContext(patch.object(server_module, "LIMIT_SECONDS", 0.2))
        server = BotServer(free_port(), {})
        self.addCleanup(server.close)
        dripping = self.enterContext(socket.create_connection(("127.0.0.1", server.port or 0)))
        dripping.settimeout(0.05)
        for _ in range(1000):  # far beyond the limit
            try:
                dripping.send(b"G")
                if dripping.recv(1) == b"":
                    return
            except TimeoutError:
                continue
            except ConnectionError:
                return
        self.fail("it was never cut off")

    def test_a_foreign_name_another_path_and_another_method_are_refused(self) -> None:
        server = BotServer(free_port(), {"/healthz": lambda: Page(True, {"alive": True})})
        self.addCleanup(server.close)

        def status(method: str, path: str, host: str) -> int:
            asked = HTTPConnection("127.0.0.1", server.port)
            with closing(asked):
                asked.request(method, path, headers={"Host": host})
                return asked.getresponse().status

        ours, foreign = (
            ("localhost:1", "127.0.0.1", "[::1]:9", "[::1]"),
            ("evil.example", "evil.example:80", "x:localhost"),
        )
        self.assertEqual([status("GET", "/healthz", host) for host in ours], [200] * 4)
        self.assertEqual([status("GET", "/healthz", host) for host in foreign], [400] * 3)
        self.assertEqual(status("GET", "/nope", "localhost"), 404)
        self.assertEqual(status("POST", "/healthz", "localhost"), 405)

    def test_a_page_with_a_bug_is_recorded_and_the_next_is_answered(self) -> None:
        pages = {"/bad": lambda: Page(True, {"at": [].pop()}), "/healthz": lambda: Page(True, {"alive": True})}
        server = BotServer(free_port(), pages)
        self.addCleanup(server.close)
        with self.assertLogs("botcore.monitoring.server", "ERROR") as logs:
            status, body = fetch(f"http://127.0.0.1:{server.port}/bad")
        self.assertEqual((status, "log" in body, "IndexError" in body), (500, True, False))
        self.assertIn("IndexError", logs.output[0])
        self.assertEqual(fetch(f"http://127.0.0.1:{server.port}/healthz")[0], 200)

    def test_another_machine_needs_the_token_and_may_use_any_name(self) -> None:
        stranger = own_address()
        if not stranger:
            self.skipTest("this machine has no address but loopback: nobody else can be played")
        for token, sent, status in (
            ("", "", 401),
            ("", "Bearer ", 401),
            ("a-long-token-of-16", "", 401),
            ("a-long-token-of-16", "Bearer another", 401),
            ("a-long-token-of-16", "Bearer a-long-token-of-16", 200),
        ):
            server = BotServer(free_port(), {"/healthz": lambda: Page(True, {"alive": True})}, token=token)
            self.addCleanup(server.close)
            asked = HTTPConnection("127.0.0.1", server.port, source_address=(stranger, 0))
            with self.subTest(token=token, sent=sent), closing(asked):
                asked.request("GET", "/healthz", headers={"Host": "bot:9101", "Authorization": sent})
                self.assertEqual(asked.getresponse().status, status)

    def test_it_serves_where_it_is_told_to(self) -> None:
        pages = {"/healthz": lambda: Page(True, {"alive": True})}
        for host, asked in (("127.0.0.2", "127.0.0.2"), ("0.0.0.0", "127.0.0.1")):
            server = BotServer(free_port(), pages, host=host)
            self.addCleanup(server.close)
            self.assertEqual(fetch(f"http://{asked}:{server.port}/healthz")[0], 200)


def own_address() -> str:
    """Return an address of this machine that is not loopback; nothing is sent. Empty when there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        address = str(probe.getsockname()[0])
    return "" if address.startswith("127.") else address

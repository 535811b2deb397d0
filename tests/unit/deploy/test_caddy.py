"""The proxy of docker-compose.yml: the file as it is, in a Caddy of this machine, with servers of ours behind it."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tests.postgresql import free_port
from tests.processes import eventually, fetch

FILE = Path(__file__).parents[3] / "deploy" / "caddy" / "Caddyfile"
needs_caddy = unittest.skipUnless(shutil.which("caddy"), "no caddy on this machine: apt install caddy")


class Echo(BaseHTTPRequestHandler):
    """Answers with its own port, and with the headers that it got."""

    def do_GET(self) -> None:
        """Answer."""
        body = json.dumps({"port": self.connection.getsockname()[1], **dict(self.headers)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def serve(case: unittest.TestCase) -> int:
    """Start a server; return its port."""
    server = HTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    case.addCleanup(server.server_close)
    case.addCleanup(server.shutdown)
    return int(server.server_address[1])


@needs_caddy
class CaddyTests(unittest.TestCase):
    """Who comes where."""

    def setUp(self) -> None:
        """Start it without TLS; only names and ports are others."""
        self.web, self.bot, self.health, port = serve(self), serve(self), free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        text = FILE.read_text().replace("web:8000", f"127.0.0.1:{self.web}").replace("2015", str(self.health))
        text, found = re.subn(r"dynamic a bot 8443 \{.*?\}", f"to 127.0.0.1:{self.bot}", text, flags=re.DOTALL)
        self.assertEqual(found, 1)
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "Caddyfile").write_text(text)
        process = subprocess.Popen(
            ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"],
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "BOT_DOMAIN": self.url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        eventually(self.is_up, what="Caddy listens")

    def is_up(self) -> bool:
        """Ask as the container's health check does."""
        try:
            return fetch(f"http://127.0.0.1:{self.health}/") == (200, "ok")
        except OSError:
            return False

    def reached(self, path: str, **headers: str) -> dict[str, str]:
        """Return what the server behind it got."""
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as response:
            found: dict[str, str] = json.load(response)
        return found

    def test_pages_go_to_the_web_and_deliveries_to_the_bots(self) -> None:
        for path, port in (
            ("/", self.web),
            ("/login/", self.web),
            ("/telegram/", self.web),
            ("/telegram/webhook/", self.bot),
            ("/telegram/webhook", self.bot),
        ):
            with self.subTest(path):
                self.assertEqual(self.reached(path)["port"], port)

    def test_what_machines_ask_is_not_there(self) -> None:
        for path in (
            "/metrics",
            "/metrics/",
            "/statusz",
            "/healthz",
            "/readyz/",
            "//metrics",
            "/%6detrics",
            "/METRICS",
        ):
            with self.subTest(path):
                self.assertEqual(fetch(self.url + path)[0], 404)

    def test_the_address_of_the_caller_is_what_the_proxy_saw(self) -> None:
        got = self.reached("/", **{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "gopher"})
        self.assertEqual((got["X-Forwarded-For"], got["X-Forwarded-Proto"]), ("127.0.0.1", "http"))

    def test_a_delivery_that_is_too_large_is_refused(self) -> None:
        request = urllib.request.Request(f"{self.url}/telegram/webhook/", data=b"x" * 1_100_000)
        with self.assertRaises((urllib.error.HTTPError, OSError)):
            urllib.request.urlopen(request, timeout=10)

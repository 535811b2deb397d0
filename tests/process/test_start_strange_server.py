"""deploy/start and a server in Telegram's place that is none: a page, a proxy, nonsense, one that takes for ever."""

import socket
import threading
from contextlib import suppress

from tests.starting import StartTestCase

HEAD = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
NONSENSE = {
    "another protocol": "SSH-2.0-OpenSSH_9.2\r\n",
    "too many headers": HEAD + "X: y\r\n" * 200 + "\r\n",
    "a page": f"{HEAD}\r\n<html>Welcome to our network</html>",
    "half an answer": f"{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
    "lists in lists": f"{HEAD}\r\n{'[' * 100_000}",
    "a bot of no number": HEAD + '\r\n{"ok": true, "result": {"id": null, "username": "x"}}',
    "a date that no clock shows": HEAD
    + 'Date: Mon, 01 Jan 0001 00:00:00 +2359\r\n\r\n{"ok": true, "result": {"id": "5"}}',
}
IMPATIENT = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "botproject.settings"
import django
django.setup()
from botproject.start import command, table
table.TELEGRAM_SECONDS = 0.5
sys.exit(command.main(["bot", "--check-only"]))
"""


class StrangeServerTests(StartTestCase):
    """A bot waits for Telegram, so a start does not fail for it."""

    def serve(self, answer: str | None) -> str:
        """Give every caller the answer, or none at all; return the address."""
        listener = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        waiting: list[socket.socket] = []

        def take() -> None:
            with suppress(OSError):
                while True:
                    caller, _ = listener.accept()
                    waiting.append(caller)
                    if answer is not None:
                        caller.recv(65536)
                        caller.sendall(answer.encode())
                        waiting.pop().close()

        threading.Thread(target=take, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def test_nonsense_is_a_telegram_that_is_away(self) -> None:
        begun = {
            name: self.begin("bot", "--check-only", TELEGRAM_API_URL=self.serve(answer))
            for name, answer in NONSENSE.items()
        }
        for name, checking in begun.items():
            with self.subTest(name):
                found = checking.wait(), checking.output
                self.says("warning", "the bot starts and waits for it", found)
                self.assertEqual(found[0], 0)

    def test_one_that_takes_too_long_is_left_alone(self) -> None:
        self.stack.environment["TELEGRAM_API_URL"] = self.serve(None)
        checking = self.stack.run("-c", IMPATIENT)
        self.says("warning", "telegram: No answer within 0.5 s", (checking.wait(), checking.output))

"""The watchdog of the pages: a question in vain costs its own time and no more, so the next one is not too late."""

import socket
import unittest

from botproject import gunicorn_watchdog

PAUSE = 0.2


class WatchdogTests(unittest.TestCase):
    """A worker that takes the call and says nothing."""

    def test_who_asked_in_vain_asks_again_without_a_pause(self) -> None:
        silent = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        waits: list[float] = []

        def ended(seconds: float) -> bool:
            waits.append(seconds)
            return len(waits) == 3

        with self.assertLogs("gunicorn.error", "WARNING"):
            gunicorn_watchdog._feed(silent.getsockname(), PAUSE, ended)
        self.assertEqual(waits, [PAUSE, 0.0, 0.0])

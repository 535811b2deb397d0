"""systemd for tests: hears what a process tells it by NOTIFY_SOCKET."""

import socket
import threading
from pathlib import Path


class Systemd:
    """The states that a process named, and how often it gave a sign of life to the watchdog."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.states: list[str] = []
        self.signs = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        threading.Thread(target=self._listen, daemon=True).start()  # few wait in a queue, the next one would block

    def _listen(self) -> None:
        while state := self._socket.recv(1000).decode().partition("\n")[0]:
            if state == "WATCHDOG=1":
                self.signs += 1
            else:
                self.states.append(state)

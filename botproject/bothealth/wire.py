"""One GET to a server of this machine, with a limit for all of it."""

import json
import socket
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

LONGEST_ANSWER = 65536  # bytes


class NotInTimeError(Exception):
    """No whole answer came in time."""


class Answer(NamedTuple):
    """What a server said; `status` 0 is no HTTP."""

    status: int
    body: bytes

    @property
    def facts(self) -> Mapping[str, Any]:
        """Its JSON object; an empty one when there is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def get(address: tuple[str, int], path: str, seconds: float, *, host: str) -> Answer:
    """Ask; raise ConnectionRefusedError when nothing listens, NotInTimeError when no whole answer comes in time."""
    deadline = time.monotonic() + seconds
    request = f"GET {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("ascii", "replace")
    try:
        with socket.create_connection(address, seconds) as connection:
            connection.sendall(request)
            return _parse(_read(connection, deadline))
    except TimeoutError:
        raise NotInTimeError from None
    except ConnectionRefusedError:
        raise
    except OSError:  # it hung up in the middle
        return Answer(0, b"")


def _read(connection: socket.socket, deadline: float) -> bytes:
    """Read to the end, but no more than makes sense; one that drips must not go on for ever."""
    received = b""
    while len(received) < LONGEST_ANSWER:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        if not (part := connection.recv(LONGEST_ANSWER)):
            break
        received += part
    return received


def _parse(text: bytes) -> Answer:
    head, _, body = text.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    is_http = len(words) > 1 and words[0].startswith(b"HTTP/") and words[1].isdigit()
    return Answer(int(words[1]) if is_http else 0, body if is_http else b"")

"""What reaches the webhook's port and is no delivery; each gets its answer, and the next delivery is taken."""

import socket
from contextlib import suppress
from http import HTTPStatus

from tests.faults.stage import Stage
from tests.faults.waits import UnansweredError

# As in botcore.intake.delivery, which only the instrumented process may import.
PATH, SECRET_HEADER, LARGEST = "/telegram/webhook/", "X-Telegram-Bot-Api-Secret-Token", 2**20

SECONDS = 5.0
ENOUGH = {int(status) for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST}


def strangers(stage: Stage) -> None:
    """Send all of it; anything but an error's status is no answer."""
    secret = stage.child.tell("secret")["secret"]
    for head, body in requests(secret):
        status = ask(stage.stack.webhook_port, head, body)
        if status not in ENOUGH:
            raise UnansweredError(f"an answer to {head[:40]!r}")
    hang_up(stage.stack.webhook_port, request(secret=secret, length=10))
    stage.person().says("/about")


def requests(secret: str) -> list[tuple[bytes, bytes]]:
    """Return heads and bodies."""
    chunked = request(secret=secret, length=None)
    size = f"{LARGEST + 1:x}".encode()
    return [
        (request(method="GET", length=0), b""),
        (request(length=2), b"{}"),
        (request(secret=secret, kind="text/plain", length=2), b"{}"),
        (request(secret=secret, length=LARGEST + 1), b""),
        (chunked, size + b"\r\n" + b" " * (LARGEST + 1) + b"\r\n0\r\n\r\n"),
        (chunked, b"no number\r\n"),
        (request(secret=secret, length=1), b"{"),
        (request(secret=secret, length=2), b"{}"),
        (b"NONSENSE\r\n\r\n", b""),
    ]


def request(*, method: str = "POST", secret: str = "", kind: str = "application/json", length: int | None) -> bytes:
    """Return the head of a request; without a length the body comes in chunks."""
    lines = [f"{method} {PATH} HTTP/1.1", "Host: localhost", f"Content-Type: {kind}"]
    lines += [f"{SECRET_HEADER}: {secret}"] if secret else []
    lines.append(f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked")
    return "\r\n".join([*lines, "", ""]).encode()


def ask(port: int, head: bytes, body: bytes) -> int:
    """Return the status of the answer; 0 for none."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as wire:
        with suppress(OSError):  # it may answer before it has read everything
            wire.sendall(head + body)
        try:
            words = wire.recv(100).split()
        except OSError:
            return 0
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def hang_up(port: int, head: bytes) -> None:
    """Begin a delivery and go away."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as wire:
        wire.sendall(head + b"{")

"""Opens pages through the WSGI application, as gunicorn does, but without network and a browser."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.wsgi import get_wsgi_application
from django.test import Client, RequestFactory


@dataclass(frozen=True)
class Answer:
    """A page."""

    status: int
    body: bytes


class Browser:
    """Somebody who is logged in."""

    def __init__(self, account: User) -> None:
        self._application = get_wsgi_application()
        client = Client()
        client.force_login(account)
        self._cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    def get(self, address: str) -> Answer:
        """Open a page and read all of it."""
        status, blocks = self.open(address)
        try:
            return Answer(status, b"".join(blocks))
        finally:
            self.close(blocks)

    def close(self, blocks: Iterable[bytes]) -> None:
        """Say that all was read, or that no more will be."""
        getattr(blocks, "close", lambda: None)()

    def open(self, address: str) -> tuple[int, Iterable[bytes]]:
        """Open a page; its blocks are made while they are read."""
        statuses: list[str] = []

        def start_response(status: str, _headers: Any, _failure: Any = None) -> Callable[[bytes], object]:
            statuses.append(status)
            return bytes

        environ: dict[str, Any] = RequestFactory(SERVER_NAME="localhost", HTTP_COOKIE=self._cookie).get(address).environ
        blocks = self._application(environ, start_response)
        return int(statuses[0].split()[0]), blocks

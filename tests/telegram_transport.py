"""python-telegram-bot's transport without a socket: its calls go to a sandbox in this process, faults included."""

import json
from typing import Any

from telegram.error import NetworkError
from telegram.request import RequestData

from sandbox import api
from sandbox.faults import Wire
from sandbox.files import Upload
from sandbox.world import World
from tests.no_network import NoNetwork


class InProcessTelegram(NoNetwork):
    """python-telegram-bot's transport, wired to a sandbox in this process."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.calls: list[dict[str, Any]] = []  # the parameters of every call

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_args: Any, **_kwargs: Any
    ) -> tuple[int, bytes]:
        """Answer as the sandbox' server would."""
        token, name = url.rpartition("/bot")[2].split("/", 1)
        parameters: dict[str, Any] = dict(request_data.json_parameters) if request_data else {}
        files = (request_data.multipart_data if request_data else None) or {}
        for key, (name_of_file, content, kind) in files.items():
            parameters[key] = content if isinstance(content, bytes) else Upload(name_of_file, kind, content)
        self.calls.append(parameters)
        answer = await api.call(self._world, token, name, parameters)
        return _bytes(answer)


def _bytes(answer: api.Answer) -> tuple[int, bytes]:
    """Return what a client on a socket would read. Raises NetworkError where it would lose the connection."""
    if answer.wire in {Wire.CUT, Wire.RESET}:
        raise NetworkError("the connection was lost")
    if answer.wire is Wire.BAD_GATEWAY:
        return 502, b"<html>502 Bad Gateway</html>"
    body = b"" if answer.wire is Wire.EMPTY else json.dumps(answer.body).encode()
    return answer.status, body[: len(body) // 2] if answer.wire is Wire.CUT_JSON else body

"""Trouble on the wire, acted out on a client's connection."""

import json
import socket
import struct

from aiohttp import web

from sandbox.api.registry import Answer
from sandbox.faults import Wire

_HTML = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n"
_LINGER_NOT = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: closing resets the connection


def act(request: web.Request, answer: Answer) -> web.Response:
    """Do to a client what the fault says instead of answering."""
    trouble = answer.wire
    if trouble is Wire.BAD_GATEWAY:
        return web.Response(status=502, text=_HTML, content_type="text/html")
    if trouble is Wire.CUT_JSON:
        return web.Response(body=half(answer), status=answer.status, content_type="application/json")
    if trouble is not Wire.EMPTY:
        _break(request, reset=trouble is Wire.RESET)
    return web.Response(status=answer.status)


def half(answer: Answer) -> bytes:
    """The first half of an answer, which is no JSON."""
    body = json.dumps(answer.body, ensure_ascii=False).encode()
    return body[: len(body) // 2]


def _break(request: web.Request, *, reset: bool) -> None:
    transport = request.transport
    if transport is None:
        return
    if reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    transport.abort()

"""Any values for any method, and any bytes at any address: the real server's errors, never a fault of the sandbox.

`SANDBOX_FUZZ_CALLS=50000` makes so many calls instead of a few hundred.
"""

import asyncio
import json
import os
from typing import Any
from unittest import IsolatedAsyncioTestCase, TestCase

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import api
from sandbox.api.registry import method_names
from sandbox.bot_api import write_answer
from sandbox.clock import Clock, ManualClock
from sandbox.server import running
from sandbox.world import World
from tests.unit.sandbox.conformance import description
from tests.unit.sandbox.kit import TOKEN
from tests.unit.sandbox.shapes import shaped

CALLS = int(os.environ.get("SANDBOX_FUZZ_CALLS", "400"))
STATUSES = frozenset({200, 400, 401, 403, 404, 409, 413, 429})
FUZZ = settings(
    max_examples=CALLS, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=CALLS < 1000
)
METHODS = sorted(method_names() & description()["methods"].keys())
WORDS = (
    "1", "-1001000000001", "0", "@alice", "<b>", "*", "[](", "html", "MarkdownV2", "Markdown", "true", "attach://a",
    "https://a.example/a.jpg", "http://[", "x" * 5000, "\ud800", "é\x00😀", "{", "[" * 2000, '{"a": [1e999, NaN]}',
    '[{"type": "photo", "media": "attach://a"}]', '{"inline_keyboard": [[{"text": 1}]]}',
)  # fmt: skip
scalars = (
    st.none() | st.booleans() | st.integers() | st.integers(-5, 5) | st.just(10**30) | st.just(-(10**18)) | st.floats()
    | st.sampled_from(WORDS) | st.text(max_size=20)
)  # fmt: skip
names = st.sampled_from((
    "type", "text", "media", "message_id", "chat_id", "user_id", "emoji", "offset", "length", "url", "inline_keyboard",
    "callback_data", "command", "description", "amount", "label", "id", "keyboard", "custom_emoji_id", "user",
)) | st.text(max_size=3)  # fmt: skip
values = st.recursive(
    scalars, lambda of: st.lists(of, max_size=4) | st.dictionaries(names, of, max_size=4), max_leaves=9
)
KINDS = ("message", "photo", "emoji", "url", "bold", "text_link", "chat", "default", "article", "video", "web_app")
objects = st.fixed_dictionaries({"type": st.sampled_from(KINDS)}, optional={"media": scalars, "offset": scalars})


def good(name: str, spec: str) -> st.SearchStrategy[Any]:
    """Something that a method may like, so that calls come further than the first check."""
    if name in {"chat_id", "from_chat_id"}:
        return st.sampled_from((1, "2", -1001000000001))
    if name.endswith("message_id") or name == "message_thread_id":
        return st.integers(1, 9)
    if "Array" in spec:
        return st.lists(objects, min_size=1, max_size=3)
    return st.sampled_from(WORDS) if "String" in spec else st.integers(0, 5)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A method with some of its parameters, sound and unsound."""
    method = draw(st.sampled_from(METHODS))
    known = description()["methods"][method]["parameters"]
    parameters = {
        name: draw(good(name, spec) if draw(st.booleans()) else shaped(spec, values) | values | st.binary(max_size=9))
        for name, spec in known.items()
        if draw(st.integers(0, 9)) < (9 if spec.endswith("!") else 3)
    }
    return method, parameters | draw(st.dictionaries(names, values, max_size=2)) | {"a": b"content"}


def busy_world(clock: Clock) -> World:
    """A world in which there is something to call for: messages and a forum."""
    world = World(clock)
    world.bot_calls(TOKEN)
    for chat in (1, 2, world.group.id):
        for _ in range(4):
            world.say(1 if chat < 0 else chat, chat, "hello")
    world.set_forum(world.group.id, on=True)
    return world


class Values(TestCase):
    """Without sockets, for speed."""

    def test_no_values_are_a_fault_of_the_sandbox(self) -> None:
        clock = ManualClock()
        world, count = busy_world(clock), 0
        loop = self.enterContext(asyncio.Runner())

        @FUZZ
        @given(calls())
        def attempt(made: tuple[str, dict[str, Any]]) -> None:
            nonlocal world, count
            count += 1
            if count % 500 == 0:
                world = busy_world(clock)
            method, parameters = made
            parameters.pop("timeout", None)  # a long poll would be held
            clock.advance(10)
            with self.assertNoLogs("sandbox", "ERROR"):
                answer = loop.run(api.call(world, TOKEN, method, parameters))
            self.assertIn(answer.status, STATUSES, answer.body)
            json.loads(write_answer(answer))

        attempt()


HEADS = ("GET", "POST", "PUT", "get", "\xff", "")
PATHS = (
    "/", "/bot1:sandbox/getMe", "/bot1:sandbox/sendMessage?chat_id=1&text=%ff", "/bot/x", "/bot1:sandbox/%00", "//",
    "/file/bot1:sandbox/../../etc/passwd", "/file/bot1:sandbox/%2e%2e/x", "/page/../server.py", "/page/%00",
    "/sandbox/say",
    "/sandbox/chats/x/messages", "/sandbox/files/x", "/sandbox/stats?chat=x", "/bot1:sandbox/sendPhoto", "*", "http://[",
    "/sandbox/faults/9", "/sandbox/limits", "/bot%0a1:x/getMe", "/sandbox/live",
)  # fmt: skip
TYPES = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "multipart/form-data",
    "application/json; charset=utf-16", "application/x-www-form-urlencoded; charset=x", "text/plain", "\xff", "",
)  # fmt: skip
BODIES = (
    b"{}", b"", b"[]", b"{", b'{"person": 1, "chat": 1, "text": "x"}', b'{"chat_id": 1, "text": "\\ud800"}',
    b"\xff\xfe", b"a=%ff&b", b"--b\r\n\r\n",
    b"--b\r\nContent-Disposition: form-data; name=photo; filename=x\r\n\r\nx\r\n--b--\r\n",
    b'{"faults": 1}', b'{"preset": []}', b"[" * 5000, b'{"a": ' * 200 + b"1" + b"}" * 200, b"1" * 5000,
)  # fmt: skip


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A request that is nearly HTTP."""
    path = draw(st.sampled_from(PATHS) | st.text(max_size=9).map(lambda text: f"/{text}"))
    body = draw(st.sampled_from(BODIES) | st.binary(max_size=40))
    head = f"{draw(st.sampled_from(HEADS))} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    head += f"Content-Type: {draw(st.sampled_from(TYPES))}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("utf-8", "surrogatepass") + body


class Bytes(IsolatedAsyncioTestCase):
    """Through the real HTTP server."""

    async def test_no_bytes_at_no_address_are_a_fault_of_the_sandbox(self) -> None:
        async with running(busy_world(Clock())) as address:
            port = int(address.rpartition(":")[2])
            with self.assertNoLogs("sandbox", "ERROR"), self.assertNoLogs("aiohttp.server", "ERROR"):
                await asyncio.to_thread(self.attempt, asyncio.get_running_loop(), port)

    def attempt(self, loop: asyncio.AbstractEventLoop, port: int) -> None:
        @FUZZ
        @given(requests() | st.binary(max_size=60))
        def once(request: bytes) -> None:
            answer = asyncio.run_coroutine_threadsafe(exchange(port, request), loop).result()
            status = answer.split(b" ", 2)[1:2]
            self.assertNotIn(status, ([b"500"], [b"501"], [b"502"]), answer[:300])

        once()


async def exchange(port: int, request: bytes) -> bytes:
    """Send bytes, end the sending, and return all that comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    writer.write_eof()
    try:
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()

"""Any values for any field of the control API: one sentence, never a fault of the sandbox; what bots get stays JSON.

`SANDBOX_FUZZ_CALLS=50000` makes so many calls instead of a few hundred, as in test_sandbox_fuzz.py.
"""

import asyncio
import json
from typing import Any, NoReturn
from unittest import IsolatedAsyncioTestCase

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import api
from sandbox.clock import Clock
from sandbox.server import running
from tests.unit.sandbox.kit import TOKEN
from tests.unit.sandbox.test_sandbox_fuzz import CALLS, FUZZ, busy_world, values

GROUP = -1001000000001
PLACE = {"person": st.integers(1, 4), "chat": st.sampled_from((1, 2, GROUP))}
MESSAGE = {**PLACE, "message": st.integers(1, 9)}
NUMBERS = st.integers(-5, 5) | st.sampled_from((10**18, 2**63, 10**400, -(10**400), 0.5, -1e308, 1e308))
ENTITIES = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(("bold", "code", "pre", "text_link")), "offset": NUMBERS}),
    max_size=3,
)
ACTS = ("add", "ban", "unban", "restrict", "promote", "demote", "open", "close", "reopen", "delete")
WORDS = {
    "text": st.sampled_from(("hello", "/start", "@alice", "x" * 5000, "😀", "")),
    "do": st.sampled_from(ACTS),
    "whom": st.integers(1, 4),
    "until": NUMBERS,
    "entities": ENTITIES,
    "location": st.dictionaries(
        st.sampled_from(("latitude", "longitude", "live_period", "heading", "horizontal_accuracy")), NUMBERS
    ),
    "contact": st.just({}) | st.just({"phone_number": "1", "first_name": "A"}),
    "dice": st.sampled_from(("", "🎲", "x")),
    "poll": st.fixed_dictionaries(
        {"question": st.just("?"), "options": st.just(["a", "b"])}, optional={"correct": st.lists(NUMBERS, max_size=2)}
    ),
    "options": st.lists(NUMBERS, max_size=2),
    "emoji": st.sampled_from(("👍", "", "x")),
    "update": st.dictionaries(st.sampled_from(("message", "poll", "x")), values, min_size=1, max_size=2),
    "to": st.sampled_from((1, GROUP)),
    "title": st.just("Title"),
    "first_name": st.just("Eve"),
    "type": st.sampled_from(("group", "channel", "supergroup")),
    "members": st.lists(NUMBERS, max_size=2),
    "query": st.just("cats"),
    "order": values,
    "kind": st.sampled_from(("flood", "error", "migrate", "duplicate_update", "empty", "wrong_type")),
    "count": NUMBERS,
    "retry_after": NUMBERS,
    "status": NUMBERS | st.integers(200, 599),
    "from": NUMBERS,
    "for": NUMBERS,
    "migrate_to": NUMBERS,
    "preset": st.sampled_from(("telegram", "off")),
    "private_per_second": NUMBERS,
    "private_burst": NUMBERS,
    "group_per_minute": NUMBERS,
    "overall_per_second": NUMBERS,
    "balance": NUMBERS,
}
PATHS = (
    "say", "send", "edit", "delete", "react", "vote", "stop_poll", "forward", "pin", "unpin", "key", "press", "pay",
    "ship", "pay_link", "renew", "inline", "choose", "web_app", "web_app_data", "block", "unblock", "people",
    "delete_account", "groups", "kick", "add", "join", "leave", "answer_request", "member", "furnish", "bot",
    "migrate", "delete_group", "forum", "topic", "deliver", "limits", "stars", "faults", "faults/release",
    "calls/clear", "stats/reset", "state/save", "state/load",
)  # fmt: skip
READ = ("state", "stats", "calls", "faults", "limits", f"chats/{GROUP}/messages", f"chats/{GROUP}/members")


@st.composite
def wishes(draw: st.DrawFn) -> tuple[str, str]:
    """A path and a body for it, mostly sound."""
    path = draw(st.sampled_from(PATHS))
    chosen = draw(st.lists(st.sampled_from(sorted(WORDS)), max_size=6))
    fields = {name: draw(strategy) for name, strategy in MESSAGE.items()} | {name: draw(WORDS[name]) for name in chosen}
    if draw(st.booleans()):
        fields[draw(st.sampled_from(sorted(fields)))] = draw(values)
    return path, json.dumps(fields).replace('"hello"', draw(st.sampled_from(('"hello"', "1e999", '"\\ud800"'))))


def strict(text: str | bytes) -> Any:
    """Parse what every program must be able to read."""
    return json.loads(text, parse_constant=no_json)


def no_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")


class ControlCalls(IsolatedAsyncioTestCase):
    async def test_no_wish_is_a_fault_of_the_sandbox(self) -> None:
        with self.assertNoLogs("sandbox", "ERROR"), self.assertNoLogs("aiohttp.server", "ERROR"):
            await asyncio.to_thread(self.attempt, asyncio.get_running_loop())

    def attempt(self, loop: asyncio.AbstractEventLoop) -> None:
        @settings(FUZZ, max_examples=CALLS // 10)  # ten wishes each
        @given(st.lists(wishes(), min_size=10, max_size=10))
        def once(made: list[tuple[str, str]]) -> None:
            asyncio.run_coroutine_threadsafe(self.live_through(made), loop).result()

        once()

    async def live_through(self, made: list[tuple[str, str]]) -> None:
        """Let all of it happen in one world, and look at the world afterwards."""
        world = busy_world(Clock())
        async with running(world) as address, aiohttp.ClientSession(address) as http:
            for path, body in made:
                async with http.post(f"/sandbox/{path}", data=body) as response:
                    self.assertLess(response.status, 500, (path, body))
                    self.assertIsInstance(strict(await response.read()), dict)
            for path in READ:
                async with http.get(f"/sandbox/{path}") as response:
                    self.assertLess(response.status, 500, (path, made))
                    strict(await response.read())
            world.faults.clear()
            async with http.get(f"/bot{TOKEN}/getUpdates") as response:
                strict(await response.read())
            self.assertEqual((await api.call(world, TOKEN, "getMe")).status, 200)

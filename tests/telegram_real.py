"""The words of the kit against real processes: a sandbox, a bot and their database, each start of them some seconds.

People act by the sandbox's control API; what they did is handled when the bot has confirmed it and no row of its inbox
waits. Time does not pass here: it is a process' own.
"""

import asyncio
import functools
import shutil
import sqlite3
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import aiohttp
import psycopg
import pytest

from sandbox.world import GROUP_ID
from tests.processes import DATABASE, PATIENCE, Running, Stack
from tests.telegram_people import NO_INVOICE, PICTURE, Seen, newest, no_button

HANDLERS = Path(__file__).parents[1] / "botcore" / "handlers"
UNHANDLED = "SELECT count(*) FROM botcore_update WHERE state = 'pending'"
UNSENT = (
    "SELECT count(*) FROM botcore_outgoingmessage WHERE state IN ('queued', 'sending') AND due_at <= '{:%F %T.%f}+00'"
)


class RealKit:
    """A sandbox and a bot as processes, and the same people as in the kit; use as a context manager."""

    def __init__(self, *modules: ModuleType) -> None:
        self.stack = Stack()
        self._modules = modules
        self.alice, self.bob, self.charlie, self.nameless = (RealWriter(self, number) for number in (1, 2, 3, 4))
        self.alice_in_group, self.bob_in_group = (self.person_in_group(number) for number in (1, 2))
        self.faults = RealFaults(self.stack)

    def __enter__(self) -> "RealKit":
        """Start everything; the bot has all features, and those of the modules."""
        self.stack.__enter__()
        self.stack.migrate()
        self.stack.start_sandbox()
        self.bot = self._start_bot()
        return self

    def __exit__(self, *error: object) -> None:
        """Kill what runs."""
        self.stack.__exit__(*error)

    def person_in_group(self, person_id: int) -> "RealWriter":
        """Return somebody of the sandbox in its group."""
        return RealWriter(self, person_id, GROUP_ID)

    async def send_due(self) -> None:
        """Return when the bot has sent what is due in its outbox."""
        unsent = UNSENT.format(datetime.now(UTC))
        await self.until(functools.partial(self._has_none, unsent), "the bot has sent everything")

    async def passes(self, **_time: float) -> None:
        """Skip the test: the clocks of other processes cannot be moved."""
        pytest.skip("time passes in the kit only, not for real processes")

    async def ask(self, path: str, body: Any = None) -> Any:
        """Call the sandbox: POST with a body (a dictionary as JSON, a form as it is), else GET."""
        form = body if isinstance(body, aiohttp.FormData) else None
        async with (
            aiohttp.ClientSession(self.stack.sandbox_url) as http,
            http.request("GET" if body is None else "POST", path, json=None if form else body, data=form) as response,
        ):
            assert response.status == 200, await response.text()
            return await response.json()

    async def settle(self) -> None:
        """Return when the bot has handled all that came."""
        await self.until(self._is_quiet, "the bot has handled everything")

    async def until(self, look: Callable[[], Awaitable[Any]], what: str) -> Any:
        """Look again and again until there is something; fail when there never is, or the bot has ended."""
        deadline = time.monotonic() + PATIENCE
        while not (found := await look()):
            assert self.bot.alive, self.bot.output
            assert time.monotonic() < deadline, f"never: {what}\n{self.bot.output}"
            await asyncio.sleep(0.02)
        return found

    async def _is_quiet(self) -> bool:
        info = await self.ask("/bot1:sandbox/getWebhookInfo")
        return info["result"]["pending_update_count"] == 0 and await self._has_none(UNHANDLED)

    async def _has_none(self, rows: str) -> bool:
        """Tell whether the bot's database has no such rows."""
        return await asyncio.to_thread(self._count, rows) == 0

    def _count(self, rows: str) -> int:
        url = self.stack.environment["DATABASE_URL"]
        if url.startswith("sqlite:"):
            connection = sqlite3.connect(self.stack.directory / DATABASE, timeout=PATIENCE)
            try:
                return int(connection.execute(rows).fetchone()[0])
            finally:
                connection.close()
        with psycopg.connect(url) as server:
            found = server.execute(rows.encode()).fetchone()
            assert found
            return int(found[0])

    def _start_bot(self) -> Running:
        files = [Path(str(module.__file__)) for module in self._modules]
        folder = self.stack.directory / "features"
        folder.mkdir()
        for file in files:
            if file.parent != HANDLERS:  # those it has anyway
                shutil.copy(file, folder)
        return self.stack.start_bot(command=("-m", "tests.telegram_real_bot", str(folder), "runbot"))


class RealFaults:
    """What goes wrong with calls and updates: `faults.add(kind="flood", method="send*", count=1)`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def add(self, **fault: Any) -> "RealFault":
        """Set a fault."""
        return RealFault(self, self._stack.sandbox("faults", **fault)["faults"][-1]["id"])

    def to_json(self) -> list[dict[str, Any]]:
        """Return those that are set."""
        found: list[dict[str, Any]] = self._stack.sandbox("faults")["faults"]
        return found


class RealFault:
    """One that was set."""

    def __init__(self, faults: RealFaults, number: int) -> None:
        self._faults, self._number = faults, number

    @property
    def hits(self) -> int:
        """How many calls or updates it has met."""
        return next(int(fault["hits"]) for fault in self._faults.to_json() if fault["id"] == self._number)


class RealWriter:
    """A person of the sandbox in one chat with the bot."""

    def __init__(self, kit: RealKit, person_id: int, chat_id: int | None = None) -> None:
        self._kit = kit
        self.id = person_id
        self.chat_id = person_id if chat_id is None else chat_id

    async def says(self, text: str) -> None:
        """Send a message; return when the bot has handled it."""
        await self._act("say", text=text)

    async def presses(self, label: str, *, times: int = 1) -> list[str | None]:
        """Press the newest button with this label, so many times; return the notices shown."""
        there = [(message, button) for message in reversed(self._messages()) for button in _buttons(message)]
        wanting = no_button(label, (one["text"] for _, one in there))
        message, button = newest(there, lambda one: bool(one[1]["text"] == label), wanting)
        press = {**self._place, "message": message["message_id"], "data": button["callback_data"]}
        asked = [(await self._kit.ask("/sandbox/press", press))["query_id"] for _ in range(times)]
        await self._kit.settle()
        return [await self._notice(query) for query in asked]

    async def types(self, query: str) -> SimpleNamespace:
        """Type behind the bot's name; return the `results` and the `button` that the person sees then."""
        asked = await self._kit.ask("/sandbox/inline", {"person": self.id, "query": query})
        await self._kit.settle()
        return SimpleNamespace(**await self._kit.ask(f"/sandbox/inline/{asked['query_id']}"))

    async def pays(self) -> None:
        """Pay the newest invoice; return when the bot has refused, or has handled what was paid."""
        invoice = newest(reversed(self._messages()), lambda one: "invoice" in one, NO_INVOICE)
        await self._act("pay", message=invoice["message_id"])
        await self._kit.settle()  # the message that says so

    async def sends_photo(self, caption: str = "") -> Any:
        """Send a picture; the bot can download it."""
        form = aiohttp.FormData({"person": str(self.id), "chat": str(self.chat_id), "caption": caption})
        form.add_field("file", PICTURE, filename="photo.jpg", content_type="image/jpeg")
        sent = await self._kit.ask("/sandbox/send", form)
        await self._kit.settle()
        return sent["messages"][0]

    async def joins(self) -> None:
        """Come into this group, for which somebody who is in it goes first."""
        await self._kit.ask("/sandbox/leave", self._place)
        await self._act("join")

    async def blocks(self) -> None:
        """Block the bot."""
        await self._act("block")

    async def unblocks(self) -> None:
        """Let the bot write again."""
        await self._act("unblock")

    @property
    def answers(self) -> list[str]:
        """The texts of the bot's messages in this chat, oldest first."""
        return [message.get("text", "") for message in self._of_bot()]

    @property
    def sees(self) -> Seen:
        """The text of the bot's newest message, "" when there is none; `sees("Hello")` fails if that is not in it."""
        return Seen((self.answers or [""])[-1])

    @property
    def buttons(self) -> list[str]:
        """The labels under the newest message of the bot."""
        found = self._of_bot()
        return [button["text"] for button in _buttons(found[-1])] if found else []

    @property
    def _place(self) -> dict[str, Any]:
        return {"person": self.id, "chat": self.chat_id}

    async def _act(self, deed: str, **more: Any) -> None:
        await self._kit.ask(f"/sandbox/{deed}", {**self._place, **more})
        await self._kit.settle()

    async def _notice(self, query: str) -> str | None:
        """Return what the bot showed to a press; None if nothing."""
        path = f"/sandbox/calls?method=answerCallbackQuery&status=200&text={query}"
        calls = (await self._kit.ask(path))["calls"]
        return str(calls[0]["parameters"].get("text", "")) if calls else None

    def _of_bot(self) -> list[dict[str, Any]]:
        return [message for message in self._messages() if message.get("from", {}).get("is_bot")]

    def _messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._kit.stack.sandbox(f"chats/{self.chat_id}/messages")["messages"]
        return found


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]

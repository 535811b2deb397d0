"""A session's updates on a tape, and played again: JSON lines, `at` in seconds since the first.

What is recorded is what bots get. When it is played, people who are missing are made, and ids are changed to theirs.
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from sandbox.clock import Clock


async def record(http: aiohttp.ClientSession, path: Path, ended: asyncio.Event) -> int:
    """Write every update to a file until the event is set or the sandbox ends; return how many there were.

    Raises ValueError when more came than could be written down.
    """
    written = 0
    async with http.ws_connect("/sandbox/updates/live", max_msg_size=0) as live:
        ending = asyncio.create_task(_close_when(ended, live))
        with path.open("w", encoding="utf-8") as tape:
            async for message in live:
                tape.write(f"{message.data}\n")
                tape.flush()
                written += 1
        ending.cancel()
    if live.close_code == aiohttp.WSCloseCode.TRY_AGAIN_LATER:
        raise ValueError(f"More updates came than could be written down: {path} has the first {written} only")
    return written


async def _close_when(ended: asyncio.Event, live: aiohttp.ClientWebSocketResponse) -> None:
    await ended.wait()
    await live.close()


def read_tape(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what was recorded, line by line. Raises ValueError, OSError."""
    with path.open(encoding="utf-8") as tape:
        for number, line in enumerate(tape, 1):
            try:
                entry = json.loads(line)
                yield {"at": float(entry["at"]), "update": dict(entry["update"])}
            except (ValueError, TypeError, KeyError) as error:
                raise ValueError(f"Line {number} of {path} is no recorded update") from error


class Played(NamedTuple):
    """How many updates were delivered, and by how many seconds the latest of them came too late."""

    updates: int
    behind: float


async def replay(http: aiohttp.ClientSession, path: Path, speed: float, clock: Clock | None = None) -> Played:
    """Deliver what was recorded, so many times as fast, one after the other. Raises ValueError."""
    clock, played, behind, cast = clock or Clock(), 0, 0.0, Cast(http)
    began = first = None
    for entry in read_tape(path):
        if began is None or first is None:
            await cast.meet()
            began, first = clock.monotonic(), entry["at"]
        due = began + (entry["at"] - first) / speed
        if (seconds := due - clock.monotonic()) > 0:
            await clock.wait(asyncio.get_running_loop().create_future(), seconds)
        behind = max(behind, clock.monotonic() - due)
        async with http.post("/sandbox/deliver", json={"update": await cast.of_here(entry["update"])}) as response:
            response.raise_for_status()
        played += 1
    return Played(played, behind)


class Cast:
    """Who of a tape is whom here."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._there: dict[int, tuple[Any, ...]] = {}
        self._known: dict[int, int] = {}

    async def meet(self) -> None:
        """Learn who is here."""
        async with self._http.get("/sandbox/state") as response:
            people = (await response.json())["people"]
        self._there = {one["id"]: (one["first_name"], one["last_name"], one["username"]) for one in people}

    async def of_here(self, value: Any) -> Any:
        """Return an update with the people of here in it."""
        if isinstance(value, list):
            return [await self.of_here(part) for part in value]
        if not isinstance(value, dict):
            return value
        changed = {name: await self.of_here(part) for name, part in value.items()}
        if "first_name" in value and isinstance(value.get("id"), int) and not value.get("is_bot"):
            changed["id"] = await self._person(value)
        return changed

    async def _person(self, user: dict[str, Any]) -> int:
        number = user["id"]
        if number not in self._known:
            names = (user["first_name"], user.get("last_name"), user.get("username"))
            same = self._there.get(number) == names
            self._known[number] = number if same else await self._make(user)
        return self._known[number]

    async def _make(self, user: dict[str, Any]) -> int:
        wish = {name: user.get(name) for name in ("first_name", "last_name", "username")}
        async with self._http.post("/sandbox/people", json={**wish, "language": user.get("language_code")}) as response:
            response.raise_for_status()
            return int((await response.json())["person"]["id"])

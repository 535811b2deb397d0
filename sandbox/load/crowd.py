"""The people: as many as wished are in the sandbox, and one after the other does something, evenly in time."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import aiohttp

from sandbox.clock import Clock
from sandbox.load.mix import KINDS, Mix
from sandbox.load.watch import Deed, Watch

NAME = "Load"
AT_ONCE = 50  # requests under way
COMMANDS = ("/start", "/help")
LOOK_SECONDS = 0.25
NO_TIME = 0.001


@dataclass(frozen=True, slots=True)
class Plan:
    """What shall happen; `rate` is deeds a second, `seconds` for how long, `patience` how long an answer may take."""

    people: int
    rate: float
    seconds: float
    mix: Mix
    patience: float = 10.0
    commands: tuple[str, ...] = COMMANDS


@dataclass(slots=True)
class Course:
    """How it went."""

    watch: Watch
    seconds: float = 0.0
    listened: float = 0.0  # seconds until the last answer was not waited for any more
    behind: float = 0.0  # the most seconds by which a deed was begun too late
    cut_off: bool = False  # the live channel was lost: some answers were not heard
    stopped: bool = False  # by whoever began it


class Crowd:
    """Lets people act; `http` has the sandbox' address.

    Deeds are numbered from `first` on: a slow bot goes on to answer those of an earlier crowd, which had other numbers.
    """

    def __init__(self, http: aiohttp.ClientSession, plan: Plan, clock: Clock | None = None, *, first: int = 1) -> None:
        self.course = Course(Watch(KINDS))
        self._http = http
        self._plan = plan
        self._clock = clock or Clock()
        self._chance = random.Random(1)  # noqa: S311 (the same in every run)
        self._numbers = count(first)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._people: list[int] = []

    async def run(self) -> Course:
        """Make the people, let them act and wait for the last answers. Raises OSError, aiohttp.ClientError."""
        self._people = await gathered(self._http, self._plan.people)
        async with self._http.ws_connect("/sandbox/live", max_msg_size=0) as live:
            listening, began = asyncio.create_task(self._listen(live)), self._clock.monotonic()
            try:
                await self._act()
                await self._wait_for_answers()
            except ExceptionGroup as errors:
                raise errors.exceptions[0] from errors  # what one of the deeds met
            finally:
                listening.cancel()
                await asyncio.wait({listening})
        self.course.listened = self._clock.monotonic() - began
        return self.course

    def stop(self) -> None:
        """Begin nothing more, and wait for no answer."""
        self.course.stopped = True

    async def _listen(self, live: aiohttp.ClientWebSocketResponse) -> None:
        async for message in live:
            self.course.watch.hear(message.json(), self._clock.monotonic())
        self.course.cut_off = True

    async def _act(self) -> None:
        """Begin each deed at its own moment; what is late is made up for."""
        plan, began = self._plan, self._clock.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for number in range(round(plan.rate * plan.seconds)):
                due = began + number / plan.rate
                await self._until(due)
                if self.course.stopped:
                    break
                self.course.behind = max(self.course.behind, self._clock.monotonic() - due)
                await self._places.acquire()
                tasks.create_task(self._do(self._people[number % len(self._people)]))
                self.course.watch.give_up(self._clock.monotonic() - plan.patience)
        self.course.seconds = self._clock.monotonic() - began

    async def _until(self, due: float) -> None:
        nothing = asyncio.get_running_loop().create_future()
        if (seconds := due - self._clock.monotonic()) > 0:
            await self._clock.wait(nothing, seconds)
        else:
            await asyncio.sleep(0)  # answers are heard, too

    async def _do(self, person: int) -> None:
        kind = self._plan.mix.choose(self._chance)
        if kind == "press" and person not in self.course.watch.keyboards:
            kind = "command"  # nothing to press yet
        deed = Deed(next(self._numbers), kind, person, self._clock.monotonic())
        self.course.watch.begin(deed)
        path, wish = self._wish(deed)
        try:
            async with self._http.post(f"/sandbox/{path}", json=wish) as response:
                if response.status != 200:
                    self.course.watch.refuse(deed)
        finally:
            self._places.release()

    def _wish(self, deed: Deed) -> tuple[str, Mapping[str, Any]]:
        place, mark = {"person": deed.chat, "chat": deed.chat}, f"load {deed.number}"
        if deed.kind == "press":
            message, data = self.course.watch.keyboards[deed.chat]
            return "press", {**place, "message": message, "data": data}
        if deed.kind == "photo":
            return "deliver", {"update": photo_update(deed.number, deed.chat, mark, self._clock.now())}
        return "say", {**place, "text": self._chance.choice(self._plan.commands) if deed.kind == "command" else mark}

    async def _wait_for_answers(self) -> None:
        end = self._clock.monotonic() + self._plan.patience
        while (
            self.course.watch.waiting and not self.course.stopped and (left := end - self._clock.monotonic()) > NO_TIME
        ):
            await self._clock.wait(asyncio.get_running_loop().create_future(), min(left, LOOK_SECONDS))
        self.course.watch.give_up(float("inf"))


async def gathered(http: aiohttp.ClientSession, wanted: int) -> list[int]:
    """Return so many people of the sandbox who came for this; makes those that are missing."""
    async with http.get("/sandbox/state") as response:
        response.raise_for_status()
        there = [one["id"] for one in (await response.json())["people"] if one["first_name"] == NAME]
    for number in range(len(there), wanted):
        async with http.post("/sandbox/people", json={"first_name": NAME, "last_name": str(number + 1)}) as response:
            response.raise_for_status()
            there.append((await response.json())["person"]["id"])
    return there[:wanted]


def photo_update(number: int, person: int, caption: str, now: float) -> dict[str, Any]:
    """A message with a photo as an update that is delivered as it is; it does not stand in the chat."""
    size = {"file_id": f"load-{number}", "file_unique_id": f"load-{number}", "width": 320, "height": 320}
    who = {"id": person, "first_name": NAME}
    chat, sender = {**who, "type": "private"}, {**who, "is_bot": False}
    return {"message": {"message_id": 10**9 + number, "from": sender, "chat": chat, "date": int(now),
                        "photo": [size], "caption": caption}}  # fmt: skip

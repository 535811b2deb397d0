"""Every field of the world comes back from a file, found by reflection; and a file that lies about one is refused."""

import asyncio
import dataclasses
import json
import random
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

import telegram

from sandbox import shelf
from sandbox.belongings import BELONGINGS
from sandbox.errors import Refused
from sandbox.instruments import INSTRUMENTS, carried
from sandbox.state import KEPT
from sandbox.updates import UpdateQueue
from sandbox.views import bot_json, chat_json, person_json, post_json
from sandbox.world import World
from tests.unit.sandbox.test_sandbox_state import Busy, sealed

# What a loaded world has of its own, and why; everything else must be as it was.
OWN = {
    "clock": "a running server's",
    "_listeners": "pages and recorders that are connected",
    "_groups_before": "where this process began to count",
    "life": "tells pages that everything is new",
    "calls": "the log of this process",
}
_PLAIN = (str, int, float, bool, bytes, type(None))
JUNK: tuple[Any, ...] = (
    None, True, -1, 10**30, 0.5, "x", "", [], [[]], {}, {"$": 0}, {"$": -1}, {"$": 10**9}, {"$": "x"}, {"$tuple": [1]},
    {"$dict": [[[], 1]]}, {"$telegram": "Bot", "value": {"token": "1:x"}}, {"$world": 1}, {"$clock": 1},
    {"$bytes": "%"}, {"$count": "x", "which": 0}, {"$counter": [[1, "x"]]}, {"$deque": [1], "most": -1}, {"$no": 1},
)  # fmt: skip


class Walk:
    """Writes down everything that hangs on a value; what is one object in two places is so here, too."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def __call__(self, value: Any) -> Any:
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, Mapping):
            return [type(value).__name__ == "OrderedDict", [(self(key), self(held)) for key, held in value.items()]]
        if isinstance(value, list | tuple | deque):
            return [type(value).__name__, [self(part) for part in value]]
        if isinstance(value, set | frozenset):
            return sorted(repr(self(part)) for part in value)
        if isinstance(value, telegram.TelegramObject):
            return value.to_dict()
        return self._object(value)

    def _object(self, value: Any) -> Any:
        if isinstance(value, Iterator):
            return repr(value)
        assert type(value).__module__.startswith("sandbox."), f"The walk does not know a {type(value)}."
        if id(value) in self._numbers:
            return f"object {self._numbers[id(value)]}"
        self._numbers[id(value)] = len(self._numbers)
        return [type(value).__name__, {name: self(held) for name, held in fields_of(value)}]


def fields_of(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields of an object that hold what it is, and not what only a running server has."""
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.init]
    else:
        names = [name for name in vars(value) if name not in getattr(value, "NOT_CARRIED", ())]
    for name in names:
        held = getattr(value, name)
        is_running = isinstance(held, FunctionType | MethodType) or name in {"clock", "_clock"}
        moved = isinstance(value, UpdateQueue) and name == "next_id"
        if not is_running and not moved:
            yield name, held


def whole(world: World) -> dict[str, Any]:
    """Return all of a world, by attribute."""
    walk = Walk()
    seen = {name: walk(value) for name, value in vars(world).items() if name not in {*OWN, "files"}}
    return seen | {"files": [(walk(stored), content) for stored, content in world.files.newest(10**9)]}


class Everything(Busy):
    async def test_every_field_of_everything_comes_back(self) -> None:
        await self.live()
        before, world = whole(self.world), self.loaded(self.saved())
        after = whole(world)
        self.assertEqual(before.keys(), after.keys())
        for name in before:
            with self.subTest(name):
                self.assertEqual(after[name], before[name])

    def test_every_attribute_of_the_world_is_carried_or_named_as_its_own(self) -> None:
        self.assertEqual(set(vars(self.world)), KEPT | BELONGINGS[World].keys())
        self.assertEqual(KEPT, {*OWN, *INSTRUMENTS, "files"})
        for name in INSTRUMENTS:
            kind = type(getattr(self.world, name))
            self.assertEqual(carried(self.world, name).keys(), BELONGINGS[kind].keys(), name)

    async def test_a_new_attribute_that_nobody_described_is_refused(self) -> None:
        vars(self.world)["novelty"] = {}
        with self.assertRaisesRegex(Refused, "A World has no novelty"):
            self.loaded(self.saved())

    async def test_moments_of_another_machine_are_moved(self) -> None:
        self.world.faults.add(kind="flood", starts=5.0, lasts=60.0)
        self.world.stats.accept(1, 1, paid=False)
        envelope = self.saved()
        envelope["world"]["instruments"]["monotonic"] -= 1000
        world = self.loaded(sealed(envelope))
        (fault,) = world.faults._faults
        self.assertEqual(fault.set_at, self.clock.monotonic() + 1000)
        self.assertEqual([at for at, _ in world.stats._arrivals], [self.clock.monotonic() + 1000])

    async def test_calls_that_hang_go_on_and_the_loaded_faults_meet_the_next(self) -> None:
        self.world.faults.add(kind="flood", method="getMe")
        envelope = self.saved()
        self.world.faults.clear()
        self.world.faults.add(kind="hang")
        hanging = asyncio.create_task(self.call("getMe"))
        while not self.world.faults.holding:
            await asyncio.sleep(0)
        shelf.take_over(self.world, shelf.open_envelope(self.world, envelope, Path("x")))
        self.assertEqual((await hanging).status, 200)
        self.assertEqual((await self.call("getMe")).status, 429)


class Hostile(Busy):
    def opened(self, envelope: dict[str, Any]) -> World:
        return shelf.open_envelope(self.world, sealed(envelope), Path("state.json"))

    async def test_a_lie_about_any_field_is_refused_or_harmless(self) -> None:
        """Whatever stands in the place of one value: no fault of ours, and what is loaded can be shown."""
        await self.live()
        text, chance = json.dumps(self.saved()), random.Random(7)
        refused = 0
        for _ in range(200):
            envelope = json.loads(text)
            place, key = chance.choice(list(places(envelope["world"])))
            place[key] = chance.choice(JUNK)
            try:
                show(self.opened(envelope))
            except Refused:
                refused += 1
        self.assertGreater(refused, 100)

    async def test_what_is_too_deep_or_no_number_is_refused(self) -> None:
        envelope = self.saved()
        deep: Any = 1
        for _ in range(400):
            deep = {"$tuple": [deep]}
        envelope["world"]["attributes"]["presses"] = deep
        with self.assertRaises(Refused):
            self.opened(envelope)
        file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "state.json"
        for word in ("NaN", "Infinity", "-Infinity", "[" * 100_000):
            file.write_text(word)
            with self.subTest(word[:9]), self.assertRaisesRegex(Refused, "it is no JSON"):
                shelf.read(file)

    async def test_no_bot_of_the_library_is_made(self) -> None:
        envelope = self.saved()
        envelope["world"]["attributes"]["people"] = {"$telegram": "Bot", "value": {"token": "1:x"}}
        with self.assertRaises(Refused):
            self.opened(envelope)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield where every value in some JSON stands."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in parts:
        yield value, key
        yield from places(held)


def show(world: World) -> None:
    """Write all that the page and bots see."""
    shown = [bot_json(bot) for bot in world.bots()] + [person_json(person) for person in world.people.values()]
    for chat in world.chats():
        shown += [chat_json(chat), *map(post_json, chat.posts.values())]
    queued = [bot.queue.take(0, 100, world.clock.now()) for bot in world.bots()]
    json.dumps([shown, queued, world.faults.to_json(), world.stats.to_json(), world.purse.to_json()])

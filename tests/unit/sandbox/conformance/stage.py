"""Where scenarios of the conformance tests play: every answer and every update is held against the description.

A scenario is a function with `@scenario` in a file of `scenarios/`; it calls methods with `stage.call` and lets people
act with `stage.world`. A new method of the sandbox needs one that calls it: nothing else has to be written.
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox import api
from sandbox.clock import ManualClock
from sandbox.updates import KNOWN_TYPES
from sandbox.world import World
from tests.unit.sandbox.conformance import description, problems
from tests.unit.sandbox.kit import TOKEN

ALICE, BOB, CHARLIE = 1, 2, 3


class Stage:
    """A world of its own with a bot that wants every kind of update; `found` is what does not conform."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.world = World(self.clock)
        self.bot = self.world.bot_calls(TOKEN)
        self.bot.allowed_types = KNOWN_TYPES
        self.group = self.world.group.id
        self.called: set[str] = set()
        self.found: list[str] = []

    async def call(self, method: str, /, **parameters: Any) -> Any:
        """Call a method that must succeed and return its result; bytes may have any name, for attach://."""
        described = description()["methods"][method]
        self._check_parameters(method, described["parameters"], parameters)
        answer = await api.call(self.world, TOKEN, method, parameters)
        assert answer.status == 200, f"{method} was refused: {answer.body}"
        self.called.add(method)
        self.found += problems(answer.body["result"], described["returns"], method)
        return answer.body["result"]

    def updates(self) -> list[dict[str, Any]]:
        """Every update that waits for any bot."""
        return [update for bot in self.world.bots() for update in bot.queue.take(0, 1000, self.clock.now())]

    def _check_parameters(self, method: str, known: dict[str, str], given: dict[str, Any]) -> None:
        needed = {name for name, spec in known.items() if spec.endswith("!")}
        unknown = [name for name in given.keys() - known.keys() if not isinstance(given[name], bytes)]
        self.found += [f"{method} has no parameter {name}" for name in unknown]
        self.found += [f"{method} needs the parameter {name}" for name in needed - given.keys()]


Scenario = Callable[[Stage], Awaitable[None]]
SCENARIOS: list[Scenario] = []


def scenario(function: Scenario) -> Scenario:
    """Have a scenario played."""
    SCENARIOS.append(function)
    return function


async def play(one: Scenario) -> Stage:
    """Play a scenario, hold what bots got against the description, and return the stage."""
    stage = Stage()
    await one(stage)
    for update in stage.updates():
        stage.found += problems(update, "Update")
    return stage


def load() -> list[Scenario]:
    """Import every file of scenarios."""
    package = importlib.import_module("tests.unit.sandbox.conformance.scenarios")
    for room in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(room.name)
    return SCENARIOS

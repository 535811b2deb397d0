"""On which terms a handler runs: what its decorator said, for the guard around it and for /help."""

from dataclasses import dataclass

from botcore.access.roles import Role
from botcore.access.throttle import Pace
from botcore.pipeline.arguments import Argument


@dataclass(frozen=True, slots=True)
class Terms:
    """Who may use it, how often, with which words; `arguments` None: whatever is typed, as python-telegram-bot has it.

    `retry`: one more attempt after a failure. `confirms`: the button by which a person confirms what it does. `always`:
    also in a chat where an operator talks in the bot's place.
    """

    name: str
    role: Role = Role.MEMBER
    retry: bool = True
    command: str = ""
    arguments: tuple[Argument, ...] | None = None
    pace: Pace | None = None
    confirms: str = ""
    always: bool = False

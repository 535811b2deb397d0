"""The bots that have called: an account, a queue of updates with its ways out (poller, webhook), and commands."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any

from sandbox.bot_profile import BotProfile
from sandbox.clock import Clock
from sandbox.polling import Poller
from sandbox.updates import DEFAULT_TYPES, KNOWN_TYPES, UpdateQueue

DEMO_TOKEN = "1:sandbox"  # noqa: S105 - not a secret
TOKEN_LENGTH_LIMIT, NUMBERS_END = 80, 2**54  # telegram-bot-api, ClientManager.cpp
BIG_ID = 1_000_000_000
_TOKEN = re.compile(r"([1-9][0-9]{0,18}):.+", re.DOTALL)

CommandsKey = tuple[str, str]


@lru_cache(maxsize=1024)
def token_number(token: str) -> int | None:
    """Return the digits before the colon; None if this cannot be a token."""
    match = _TOKEN.fullmatch(token) if len(token) <= TOKEN_LENGTH_LIMIT else None
    return int(match[1]) if match and int(match[1]) < NUMBERS_END else None


@dataclass(frozen=True, slots=True)
class BotCommand:
    """A line of the command menu."""

    command: str
    description: str

    def to_json(self) -> dict[str, str]:
        """The command as the Bot API writes it."""
        return {"command": self.command, "description": self.description}


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates should be posted, as given to setWebhook."""

    url: str
    max_connections: int = 40
    secret_token: str = ""
    ip_address: str = ""  # where to connect to, whatever the name in the address says
    certificate: str = ""  # PEM: whom to trust instead of those whom everybody trusts


@dataclass(frozen=True, slots=True)
class WebhookError:
    """Why the last failed delivery failed."""

    date: int
    message: str


def _nobody() -> None:
    """Stand in for the courier while no server runs."""


@dataclass(eq=False, slots=True)
class Bot:
    """One bot; `number` is what stands before the colon of its token."""

    token: str
    number: int
    clock: Clock
    called: bool = False
    queue: UpdateQueue = field(default_factory=UpdateQueue)
    poller: Poller = field(init=False)
    allowed_types: frozenset[str] = DEFAULT_TYPES
    webhook: Webhook | None = None
    webhook_set_at: float = 0.0
    webhook_error: WebhookError | None = None
    synchronization_failed_at: int = 0  # when updates last waited for the end of an outage
    wake_courier: Callable[[], None] = _nobody
    commands: dict[CommandsKey, list[BotCommand]] = field(default_factory=dict)
    blocked_by: set[int] = field(default_factory=set)
    profile: BotProfile = field(default_factory=BotProfile)
    listeners: set[Callable[["Bot", dict[str, Any]], None]] = field(init=False)
    private_numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.poller = Poller(self.queue, self.clock)
        self.listeners = set()

    @property
    def user_id(self) -> int:
        """The token's number, but never one of the small numbers, which are people's."""
        return self.number if self.number >= 1000 else BIG_ID + self.number

    @property
    def name(self) -> str:
        given = "Sandbox bot" if self.number == 1 else f"Sandbox bot {self.number}"
        return self.profile.names.get("", given)

    @property
    def username(self) -> str:
        return "sandbox_bot" if self.number == 1 else f"sandbox{self.number}_bot"

    def to_json(self) -> dict[str, Any]:
        """The bot as a User of the Bot API."""
        return {"id": self.user_id, "is_bot": True, "first_name": self.name, "username": self.username}

    def receive(self, fields: dict[str, Any]) -> int | None:
        """Queue an update unless the bot has not asked for its type; return its id."""
        unwanted = KNOWN_TYPES & fields.keys() - self.allowed_types
        return None if unwanted else self.enqueue(fields)

    def enqueue(self, fields: dict[str, Any]) -> int:
        """Queue an update whatever its type."""
        update_id = self.queue.put(fields, self.clock.now())
        for hear in self.listeners:
            hear(self, fields)
        self.poller.wake()
        self.wake_courier()
        return update_id

    def change_webhook(self, webhook: Webhook | None) -> bool:
        """Have updates posted elsewhere, or nowhere, from the next one on; return whether that is a change."""
        if webhook == self.webhook:
            return False
        self.webhook, self.webhook_error, self.synchronization_failed_at = webhook, None, 0
        self.wake_courier()
        return True

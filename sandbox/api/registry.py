"""Which methods there are, and the way of a call: token, method, parameters, answer."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.api.parameters import Parameters
from sandbox.bots import Bot
from sandbox.errors import ApiError
from sandbox.world import World

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and the envelope."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method."""

    world: World
    bot: Bot
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Told:
    """A result that comes with a description."""

    result: Any
    description: str


Method = Callable[[Call], Awaitable[Any]]
_methods: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a function as a method of the Bot API."""

    def register(function: Method) -> Method:
        _methods[name.lower()] = function
        return function

    return register


async def call(world: World, token: str, name: str, params: Mapping[str, Any] | None = None) -> Answer:
    """Call a method of the Bot API as the bot with this token."""
    try:
        bot = world.bot_calls(token)
        function = _methods.get(name.lower())
        if function is None:
            return failed(ApiError(404, "Not Found: method not found"))
        return _succeeded(await function(Call(world, bot, Parameters(params or {}))))
    except ApiError as error:
        return failed(error)
    except Exception:  # the server must answer whatever is wrong in it
        logger.exception("The sandbox failed in %s", name)
        return failed(ApiError(500, "Internal Server Error: the sandbox has a fault, see its log"))


def failed(error: ApiError) -> Answer:
    body: dict[str, Any] = {"ok": False, "error_code": error.status, "description": error.description}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
    return Answer(error.status, body)


def _succeeded(result: Any) -> Answer:
    if isinstance(result, Told):
        return Answer(200, {"ok": True, "result": result.result, "description": result.description})
    return Answer(200, {"ok": True, "result": result})

"""Which methods there are, and the way of a call: fault, token, method, limits, answer, statistics."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.api.parameters import Parameters
from sandbox.bots import Bot, token_number
from sandbox.chats import Chat
from sandbox.errors import ApiError
from sandbox.faults import Fault, Wire
from sandbox.faults.kinds import Wait
from sandbox.world import World

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and the envelope; `wire` is what a server on a socket does instead."""

    status: int
    body: dict[str, Any]
    wire: Wire | None = None

    @property
    def log_body(self) -> Any:
        """What the caller got to see of the envelope."""
        return self.body if self.wire is None or self.wire is Wire.CUT_JSON else None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method; `chat` is that of its `chat_id` where it has been looked for already."""

    world: World
    bot: Bot
    parameters: Parameters
    chat: Chat | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A result that comes with a description."""

    result: Any
    description: str


Function = Callable[[Call], Awaitable[Any]]
Weight = Callable[[Parameters], int]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Bot API; `weight` is how many messages a call counts for under Telegram's limits."""

    name: str
    function: Function
    weight: Weight | None


_UNKNOWN = "unknown"
GAVE_UP = "gave up"  # the caller did not wait for the answer
_methods: dict[str, Method] = {}


def method(name: str, weight: Weight | None = None) -> Callable[[Function], Function]:
    """Register a function as a method of the Bot API."""

    def register(function: Function) -> Function:
        _methods[name.lower()] = Method(name, function, weight)
        return function

    return register


def method_names() -> set[str]:
    """The methods there are."""
    return {found.name for found in _methods.values()}


def one(_: Parameters) -> int:
    """The weight of a method that writes or edits one message."""
    return 1


def as_many_as(name: str) -> Weight:
    """The weight of a method that writes as many messages as this parameter has parts."""

    def weight(parameters: Parameters) -> int:
        try:
            parts = parameters.document(name)
        except ValueError:
            return 1
        return max(len(parts), 1) if isinstance(parts, list) else 1

    return weight


async def call(world: World, token: str, name: str, params: Mapping[str, Any] | None = None) -> Answer:
    """Call a method of the Bot API as the bot with this token."""
    found, given = _methods.get(name.lower()), params or {}
    shown, bot, began = found.name if found else _UNKNOWN, token_number(token) or 0, world.clock.monotonic()
    fault = world.faults.pick(name, bot, given)
    status, body = GAVE_UP, None
    try:
        if fault is None:
            answer = await _perform(world, token, found, given)
        else:
            answer = await _spoil(fault, world, token, found, given)
        status, body = str(answer.wire or answer.status), answer.log_body
    finally:
        called = found.name if found else name
        world.calls.add(token, called, given, began, bot=bot, status=status, body=body, fault=fault)
    world.stats.call(shown, status)
    return answer


async def _spoil(fault: Fault, world: World, token: str, found: Method | None, params: Mapping[str, Any]) -> Answer:
    answer = await _perform(world, token, found, params) if fault.performed else None
    if fault.kind in set(Wait):
        await world.faults.wait(fault)
        return answer or await _perform(world, token, found, params)
    return _spoiled(fault, answer)


def _spoiled(fault: Fault, answer: Answer | None) -> Answer:
    """What comes in the place of an answer; there is one if the call was performed."""
    if fault.kind == "wrong_type":
        return _succeeded(0.5)  # no method answers with a fraction
    if fault.wire is Wire.CUT_JSON:
        return replace(answer or _succeeded([]), wire=fault.wire)
    error = failed(fault.error())
    return Answer(fault.status if fault.wire is Wire.EMPTY else error.status, error.body, fault.wire)


async def _perform(world: World, token: str, found: Method | None, params: Mapping[str, Any]) -> Answer:
    try:
        bot = world.bot_calls(token)
        if found is None:
            return failed(ApiError(404, "Not Found: method not found"))
        parameters = Parameters(params)
        if found.weight is None:
            return _succeeded(await found.function(Call(world, bot, parameters)))
        return _succeeded(await _weighed(world, bot, parameters, found, found.weight))
    except ApiError as error:
        return failed(error)
    except Exception:  # the server must answer whatever is wrong in it
        logger.exception("The sandbox failed in %s", found.name if found else _UNKNOWN)
        return failed(ApiError(500, "Internal Server Error: the sandbox has a fault, see its log"))


async def _weighed(world: World, bot: Bot, parameters: Parameters, found: Method, weight: Weight) -> Any:
    """Call a method that Telegram limits; what is refused for another reason does not count."""
    name = parameters.text("chat_id")
    chat = world.named_chat(name, parameters.integer("chat_id"), bot) if name else None
    made = Call(world, bot, parameters, chat)
    if chat is None:
        return await found.function(made)
    messages, paid = weight(parameters), parameters.flag("allow_paid_broadcast")
    world.flood.check(bot, chat, messages, paid=paid)
    world.purse.check(bot, messages, paid=paid)
    result = await found.function(made)
    world.purse.spend(bot, messages, paid=paid)
    world.flood.spend(bot, chat, messages, paid=paid)
    world.stats.accept(chat.id, messages, paid=paid)
    return result


def failed(error: ApiError) -> Answer:
    body: dict[str, Any] = {"ok": False, "error_code": error.status, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return Answer(error.status, body)


def _succeeded(result: Any) -> Answer:
    if isinstance(result, Told):
        return Answer(200, {"ok": True, "result": result.result, "description": result.description})
    return Answer(200, {"ok": True, "result": result})

"""Which calls and updates go wrong: the faults that are set, looked through in the order in which they were set."""

import asyncio
import random
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from sandbox.clock import Clock
from sandbox.faults.kinds import OUTAGE, Delivery, Fault, Wait


class FaultBox:
    """The faults of one world; `pick` is asked at every call, `strike` at every update."""

    NOT_CARRIED: ClassVar = frozenset({"_clock", "_random", "_released", "holding"})  # into a file

    def __init__(self, clock: Clock) -> None:
        self.holding = 0  # calls that hang or are slow just now
        self._clock = clock
        self._faults: list[Fault] = []
        self._next_id = 1
        self._random = random.Random(1)  # noqa: S311 (which calls fail must be the same in every run)
        self._released: asyncio.Future[None] | None = None

    def add(self, **fields: Any) -> Fault:
        """Set a fault."""
        fault = Fault(self._next_id, set_at=self._clock.monotonic(), **fields)
        self._next_id += 1
        self._faults.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        """Remove one fault; return whether it was there."""
        kept = [fault for fault in self._faults if fault.id != fault_id]
        found = len(kept) < len(self._faults)
        self._faults = kept
        return found

    def clear(self) -> None:
        """Remove all faults and let the held calls go on."""
        self._faults.clear()
        self.release()

    def release(self) -> None:
        """Let the calls go on that hang or are slow."""
        if self._released and not self._released.done():
            self._released.set_result(None)
        self._released = None

    def move(self, seconds: float) -> None:
        """Let everything have been set so much later: another monotonic clock goes on."""
        for fault in self._faults:
            fault.set_at += seconds

    def to_json(self) -> list[dict[str, Any]]:
        now = self._clock.monotonic()
        return [fault.to_json(now) for fault in self._faults]

    def pick(self, method: str, bot: int, parameters: Mapping[str, Any]) -> Fault | None:
        """Return the first fault that meets this call, and count that it did."""
        if not self._faults:
            return None
        chat = parameters.get("chat_id")
        for fault in self._faults:
            if fault.kind not in _DELIVERIES and _is_named(fault, method) and self._meets(fault, bot, chat):
                return _struck(fault)
        return None

    def strike(self, kind: Delivery, bot: int, chat: int | None) -> bool:
        """Tell whether an update meets a fault of this kind, and count that it did."""
        for fault in self._faults:
            if fault.kind == kind and self._meets(fault, bot, chat):
                return bool(_struck(fault))
        return False

    def outage(self, bot: int) -> bool:
        """Tell whether nothing works for this bot just now."""
        return any(fault.kind == OUTAGE and self._meets(fault, bot, fault.chat) for fault in self._faults)

    @property
    def any_of_deliveries(self) -> bool:
        """Whether updates have to be looked at one by one."""
        return any(fault.kind in _DELIVERIES for fault in self._faults)

    async def wait(self, fault: Fault) -> None:
        """Let the time pass that the fault takes."""
        if self._released is None:
            self._released = asyncio.get_running_loop().create_future()
        self.holding += 1
        try:
            if fault.kind == Wait.SLOW:
                await self._clock.wait(self._released, fault.latency_ms / 1000)
            else:
                await asyncio.wait({self._released})
        finally:
            self.holding -= 1

    def _meets(self, fault: Fault, bot: int, chat: Any) -> bool:
        if fault.bot not in {None, bot} or fault.state(self._clock.monotonic()) != "on":
            return False
        if fault.chat is not None and str(fault.chat) != str(chat):
            return False
        return fault.probability >= 1 or self._random.random() < fault.probability


_DELIVERIES = frozenset(Delivery)


def _is_named(fault: Fault, method: str) -> bool:
    patterns = fault.method.lower().split("|")
    return "*" in patterns or any(fnmatchcase(method.lower(), pattern) for pattern in patterns)


def _struck(fault: Fault) -> Fault:
    fault.hits += 1
    if fault.count is not None:
        fault.count -= 1
    return fault

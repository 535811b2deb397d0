"""An event loop whose clock jumps to the next timer: hours pass in a moment, and always in the same way."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
START = 1000.0  # seconds on the loop's clock


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting, tells the loop for how long it would have."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START

    def select(self, timeout: float | None = None) -> Any:
        """Let the time pass at once; nothing but timers can wake the loop."""
        events = super().select(0)
        if not events and timeout is None:
            raise AssertionError("everything waits, and no timer will wake it")
        if not events and timeout:
            self.now += timeout
        return events


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Its time() is virtual."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return seconds since an arbitrary start."""
        return self._jumping.now

    def stall(self, seconds: float) -> None:
        """Let time pass without any timer being served, as other work on the loop would."""
        self._jumping.now += seconds


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(coroutine)


def now() -> float:
    """Return the running loop's time."""
    return asyncio.get_running_loop().time()

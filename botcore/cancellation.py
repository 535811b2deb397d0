"""Who cancelled: the worker that ends a handler, or the handler's own code, whose CancelledError is a bug like any."""

import asyncio
from typing import Any
from weakref import WeakSet

_ended: WeakSet[asyncio.Task[Any]] = WeakSet()


def end(task: asyncio.Task[Any]) -> None:
    """Cancel a task in a way that its guards can tell from a cancellation of its own making."""
    _ended.add(task)
    task.cancel()


def was_ended(task: asyncio.Task[Any]) -> bool:
    """Tell whether the worker asked the task to end."""
    return task in _ended


def is_being_ended() -> bool:
    """Tell whether the worker asked the current task to end."""
    return asyncio.current_task() in _ended

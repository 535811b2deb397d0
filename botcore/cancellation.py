"""Who cancelled: the worker that ends a handler, or the handler's own code, whose CancelledError is a bug like any."""

import asyncio


def is_being_cancelled() -> bool:
    """Tell whether somebody asked the current task to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0

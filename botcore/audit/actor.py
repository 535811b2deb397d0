"""Who acts right now: said once at the edge (a request, a handler, a command), read where a change is written."""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from botcore.audit.models import Channel


@dataclass(frozen=True, slots=True)
class Actor:
    """Who, and from where; `name` is what histories show, `id` a Telegram account's, None else."""

    channel: Channel = Channel.SYSTEM
    name: str = ""
    id: int | None = None
    ip: str | None = None
    request_id: str = ""


_SYSTEM = Actor()
_CURRENT: ContextVar[Actor | Callable[[], Actor]] = ContextVar("actor", default=_SYSTEM)


def current() -> Actor:
    """Return who acts; the system when nobody said so."""
    found = _CURRENT.get()
    return found if isinstance(found, Actor) else found()


@contextmanager
def acting(actor: Actor | Callable[[], Actor]) -> Iterator[None]:
    """Let everything inside the block be this one's doing; a function is asked when something is written."""
    token = _CURRENT.set(actor)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def on_command_line() -> Actor:
    """Return who runs this process, by the user that the kernel knows: variables may say anything."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # as in a container
        name = f"uid {number}"
    return Actor(Channel.CLI, name)

"""Who acts right now: said once at the edge (a request, a handler, a command), read where a change is written."""

from collections.abc import Iterator
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
_CURRENT: ContextVar[Actor] = ContextVar("actor", default=_SYSTEM)


def current() -> Actor:
    """Return who acts; the system when nobody said so."""
    return _CURRENT.get()


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Let everything inside the block be this one's doing."""
    token = _CURRENT.set(actor)
    try:
        yield
    finally:
        _CURRENT.reset(token)

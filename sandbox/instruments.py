"""What a world has besides what lives in it, and what of that is carried into a file: limits, Stars, faults, counts.

Each of these objects belongs to one world and is never exchanged, only filled. A new attribute of theirs is carried by
itself, unless its class names it in `NOT_CARRIED`. Their moments are of the monotonic clock, which begins anew with
the machine: they are moved.
"""

from collections.abc import Callable
from typing import Any

from sandbox.world import World

INSTRUMENTS = ("flood", "purse", "faults", "spoiler", "stats")
_MOVED = ("faults", "stats")


def carried(world: World, name: str) -> dict[str, Any]:
    """The attributes of one of them that are carried."""
    instrument = getattr(world, name)
    return {each: value for each, value in vars(instrument).items() if each not in instrument.NOT_CARRIED}


def packed(world: World, pack: Callable[[Any], Any]) -> dict[str, Any]:
    """Return what is carried, in the words of `pack`."""
    held = {name: {each: pack(value) for each, value in carried(world, name).items()} for name in INSTRUMENTS}
    return {"monotonic": world.clock.monotonic(), **held}


def fill(world: World, given: dict[str, Any], unpack: Callable[[type, dict[str, Any]], dict[str, Any]]) -> None:
    """Put what a file has into a new world. Raises what broken JSON leads to."""
    for name in INSTRUMENTS:
        _put(world, name, unpack(type(getattr(world, name)), given[name]))
    later = world.clock.monotonic() - given["monotonic"]
    for name in _MOVED:
        getattr(world, name).move(later)


def hand_over(saved: World, world: World) -> None:
    """Let a world have what a saved one has; calls that hang because of a fault go on."""
    world.faults.release()
    world.flood.reset()
    for name in INSTRUMENTS:
        _put(world, name, carried(saved, name))


def _put(world: World, name: str, values: dict[str, Any]) -> None:
    for each, value in values.items():
        setattr(getattr(world, name), each, value)

"""Where the world is put for another day: one JSON file, written whole or not at all, and what reads it back.

`POST /sandbox/state/save` and `…/load`; the file is named by whoever starts the server, never by a request.
"""

import asyncio
import hashlib
import json
import os
import re
import tempfile
import time
from pathlib import Path
from secrets import token_hex
from typing import Any

from aiohttp import web

from sandbox.errors import ApiError, Refused
from sandbox.instruments import hand_over
from sandbox.state import KEPT, Packer, Unfit, Unpacker
from sandbox.wishes import WORLD
from sandbox.world import World

FORMAT, VERSION = "botdeck-sandbox", 2
SHELF: "web.AppKey[Path | None]" = web.AppKey("shelf")
LEFT_SECONDS = 3600  # longer than any saving takes
ID_GAP = 1_000  # update ids go on so far behind the old ones: no bot has seen the new ones yet


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/sandbox/state/file", file)
    router.add_post("/sandbox/state/save", save)
    router.add_post("/sandbox/state/load", load)


async def file(request: web.Request) -> web.Response:
    """Where the state would be saved, and when it was."""
    path = request.app[SHELF]
    saved_at = path.stat().st_mtime if path and path.is_file() else None
    return web.json_response({"file": str(path) if path else None, "saved_at": saved_at})


async def save(request: web.Request) -> web.Response:
    world, path = request.app[WORLD], _path(request)
    envelope = enclose(world)
    await asyncio.to_thread(write, path, envelope)
    return await file(request)


async def load(request: web.Request) -> web.Response:
    world, path = request.app[WORLD], _path(request)
    take_over(world, open_envelope(world, await asyncio.to_thread(read, path), path))
    return await file(request)


def _path(request: web.Request) -> Path:
    path = request.app[SHELF]
    if path is None:
        raise Refused("No file was named when the sandbox was started: use --state FILE.")
    return path


def enclose(world: World) -> dict[str, Any]:
    """Pack the world, with what tells later whether the file is whole. Raises Refused."""
    try:
        packed = Packer(world).pack_world()
    except Unfit as error:
        raise Refused(f"The state cannot be saved: {error}") from error
    return {"format": FORMAT, "version": VERSION, "sha256": _checksum(packed), "world": packed}


def write(path: Path, envelope: dict[str, Any]) -> None:
    """Put a file in the place of an older one at once, so that there is always a whole one. Raises Refused."""
    try:
        _clear_away(path)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        beside = Path(name)
        try:
            with os.fdopen(number, "w", encoding="utf-8") as target:
                json.dump(envelope, target)
                target.flush()
                os.fsync(target.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        _sync(path.parent)
    except OSError as error:
        raise Refused(f"The file {path} cannot be written: {error.strerror}.") from error


def _clear_away(path: Path) -> None:
    """Remove what a process left that was killed while it saved; what is younger may be another one's that saves."""
    begun = re.compile(rf"\.{re.escape(path.name)}-[a-z0-9_]{{8}}")
    for other in path.parent.iterdir():
        if begun.fullmatch(other.name) and other.lstat().st_mtime < time.time() - LEFT_SECONDS:
            other.unlink(missing_ok=True)


def _sync(directory: Path) -> None:
    number = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def read(path: Path) -> Any:
    """Read a file. Raises Refused."""
    try:
        return json.loads(path.read_bytes(), parse_constant=_no_number)
    except FileNotFoundError as error:
        raise Refused(f"There is no file {path}: nothing was saved yet.", status=404) from error
    except OSError as error:
        raise Refused(f"The file {path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Refused(f"The file {path} is broken: it is no JSON. Nothing was changed.") from error


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON.")


def open_envelope(world: World, envelope: Any, path: Path) -> World:
    """Return the world that was saved. Raises Refused."""
    if not isinstance(envelope, dict) or envelope.get("format") != FORMAT:
        raise Refused(f"The file {path} is not a state of the sandbox. Nothing was changed.")
    if envelope.get("version") != VERSION:
        words = f"was written by another version of the sandbox ({envelope.get('version')}, this one reads {VERSION})"
        raise Refused(f"The file {path} {words}. Nothing was changed.")
    if envelope.get("sha256") != _checksum(envelope.get("world")):
        raise Refused(f"The file {path} is broken: its checksum is another. Nothing was changed.")
    try:
        return Unpacker(world, envelope["world"]).unpack_world()
    except (Unfit, KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, OverflowError) as error:
        words = f"The file {path} does not fit this version of the sandbox: {error} Nothing was changed."
        raise Refused(words) from error


def take_over(world: World, saved: World) -> None:
    """Let a world be what was saved; bots and pages that are connected come again by themselves."""
    old = world.all_bots()
    ids = {bot.token: bot.queue.next_id for bot in old}
    for bot in old:
        bot.change_webhook(None)
        bot.queue.clear()
        bot.poller.terminate(ApiError(500, "Internal Server Error: restart"))
    world.closings.stop()
    vars(world).update({name: value for name, value in vars(saved).items() if name not in KEPT})
    world.files, world.life = saved.files, token_hex(8)
    for bot in world.all_bots():
        bot.queue.next_id = max(bot.queue.next_id, ids.get(bot.token, 0)) + ID_GAP
    hand_over(saved, world)
    world.await_ends()
    world.emit({"type": "bots"})
    world.emit({"type": "hello", "life": world.life})


def begin_with(world: World, path: Path) -> None:
    """Let a new world be what was saved, if something was. Raises Refused."""
    if path.exists():
        take_over(world, open_envelope(world, read(path), path))


def _checksum(packed: Any) -> str:
    return hashlib.sha256(json.dumps(packed).encode()).hexdigest()

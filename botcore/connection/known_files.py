"""KnownFiles: a file that Telegram has already is sent by its file_id, which all processes of the bot share."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

from django.db import DatabaseError, InterfaceError
from telegram import Message
from telegram.error import BadRequest

from botcore import metrics
from botcore.database import in_database, is_away
from botcore.runtime import services

logger = logging.getLogger(__name__)

KINDS = frozenset({"photo", "document", "audio", "video", "animation", "voice", "video_note", "sticker"})
# What Telegram says of a file_id that it does not take any more; the library's wording follows the server's.
WRONG = ("wrong file_id", "wrong file identifier", "invalid file_id", "wrong remote file identifier", "file reference")

T = TypeVar("T")
Send = Callable[[Path | bytes | str], Awaitable[Message]]


class KnownFiles:
    """The files of one bot, known by the hash of their content and by the kind as which they were sent."""

    def __init__(self, bot_id: Callable[[], int]) -> None:
        self._bot_id = bot_id
        self._uploading: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def send(self, kind: str, file: Path | bytes, call: Send) -> Message:
        """Send by `call(file_id)` what Telegram has, else by `call(file)`; `kind` is photo, document, video …

        Raises OSError for a file that cannot be read. Who sends the same file meanwhile waits for the upload.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of file; there are {', '.join(sorted(KINDS))}")
        digest = await digest_of(file)
        lock = self._uploading.setdefault((kind, digest), asyncio.Lock())
        async with lock:
            file_id = await _patient(services.use_file, self._bot_id(), digest, kind)
            if not file_id:
                return await self._upload(kind, digest, file, call)
        try:
            message = await call(file_id)
        except BadRequest as exc:
            if not any(words in exc.message.lower() for words in WRONG):
                raise
            logger.info("a file_id is not taken any more; the file is uploaded again: %s", exc.message)
            return await self._upload(kind, digest, file, call)
        metrics.CACHE_REQUESTS.labels("file", "hit").inc()
        return message

    async def _upload(self, kind: str, digest: str, file: Path | bytes, call: Send) -> Message:
        metrics.CACHE_REQUESTS.labels("file", "miss").inc()
        message = await call(file)
        await _patient(services.keep_file, self._bot_id(), digest, kind, file_id_of(message, kind))
        return message


async def _patient(service: Callable[..., T], *args: object) -> T | None:
    """Call the database; without it a file is just uploaded."""
    try:
        return await in_database(service, *args)
    except (DatabaseError, InterfaceError) as exc:
        if not is_away(exc):
            raise
        logger.info("the known files cannot be asked: %s", exc)
        return None


async def digest_of(file: Path | bytes) -> str:
    """Return the SHA-256 of a content in hexadecimal digits; a thread does it, and reads a file in pieces."""

    def read() -> str:
        if isinstance(file, bytes):
            return hashlib.sha256(file).hexdigest()
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()

    return await asyncio.to_thread(read)


def file_id_of(message: Message, kind: str) -> str:
    """Return the file_id under which Telegram keeps what was sent; "" when it made something else of it."""
    found = getattr(message, kind)
    if isinstance(found, tuple):  # a photo in all its sizes, the largest last
        found = found[-1] if found else None
    return str(found.file_id) if found else ""

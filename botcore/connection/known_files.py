"""KnownFiles: a file that Telegram has already is sent by its file_id, which all processes of the bot share."""

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from django.db import DatabaseError, InterfaceError
from telegram.error import BadRequest

from botcore import metrics
from botcore.database import in_database
from botcore.runtime import services

logger = logging.getLogger(__name__)

KINDS = frozenset({"photo", "document", "audio", "video", "animation", "voice", "video_note", "sticker"})
# What Telegram says of a file_id that it does not take any more; the library's wording follows the server's.
WRONG = ("wrong file_id", "wrong file identifier", "invalid file_id", "wrong remote file identifier", "file reference")

DIGESTS = 1000  # of files on disk that are remembered, so that a broadcast reads its picture once
SETTLED_SECONDS = 2.0  # since a file's last change: a file system may not tell two changes in one moment apart

T = TypeVar("T")
Send = Callable[[Path | bytes | str], Awaitable[T]]


class KnownFiles:
    """The files of one bot, known by the hash of their content and by the kind as which they were sent.

    A document's name belongs to it: Telegram shows the one under which it was uploaded.
    """

    def __init__(self, bot_id: Callable[[], int]) -> None:
        self._bot_id = bot_id
        self._digests: OrderedDict[tuple[object, ...], str] = OrderedDict()
        self._uploading: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def send(self, kind: str, file: Path | bytes, call: Send[T]) -> T:
        """Send by `call(file_id)` what Telegram has, else by `call(file)`; `kind` is photo, document, video …

        `call` returns a Message, or Telegram's answer as a dict. Raises OSError for a file that cannot be read. Who
        sends the same file meanwhile waits for the upload.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of file; there are {', '.join(sorted(KINDS))}")
        digest = await asyncio.to_thread(self._digest_of, kind, file)
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

    def _digest_of(self, kind: str, file: Path | bytes) -> str:
        """Return the digest of what is sent; a file that did not change is not read again."""
        if isinstance(file, bytes):
            return digest_of(file)
        found = file.stat()
        version = (kind == "document", str(file), found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
        if (known := self._digests.get(version)) is not None:
            return known
        digest = digest_of(file)
        if kind == "document":
            digest = digest_of(f"{digest} {file.name}".encode(errors="surrogateescape"))
        if time.time() - found.st_mtime > SETTLED_SECONDS:
            self._digests[version] = digest
            if len(self._digests) > DIGESTS:
                self._digests.popitem(last=False)
        return digest

    async def _upload(self, kind: str, digest: str, file: Path | bytes, call: Send[T]) -> T:
        metrics.CACHE_REQUESTS.labels("file", "miss").inc()
        message = await call(file)
        await _patient(services.keep_file, self._bot_id(), digest, kind, file_id_of(message, kind))
        return message


async def _patient(service: Callable[..., T], *args: object) -> T | None:
    """Call the database; without it a file is just uploaded, and what was sent is sent."""
    try:
        return await in_database(service, *args)
    except (DatabaseError, InterfaceError) as exc:
        logger.warning("the known files cannot be asked: %s", exc)
        return None


def digest_of(file: Path | bytes) -> str:
    """Return the SHA-256 of a content in hexadecimal digits; a file is read in pieces."""
    if isinstance(file, bytes):
        return hashlib.sha256(file).hexdigest()
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def file_id_of(message: object, kind: str) -> str:
    """Return the file_id under which Telegram keeps what was sent; "" when it made something else of it."""
    found = _part(message, kind)
    if isinstance(found, tuple | list):  # a photo in all its sizes, the largest last
        found = found[-1] if found else None
    return str(_part(found, "file_id") or "")


def _part(whole: object, name: str) -> Any:
    return whole.get(name) if isinstance(whole, dict) else getattr(whole, name, None)

"""KnownFiles: a file that Telegram has already is sent by its file_id, which all processes of the bot share."""

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from weakref import WeakValueDictionary

from django.db import DatabaseError, InterfaceError
from telegram.error import BadRequest

from botcore import metrics
from botcore.database import in_database
from botcore.media.attachments import WRONG
from botcore.outbox.content import Enclosed
from botcore.runtime import services
from botcore.uploads import in_file_thread, open_regular

logger = logging.getLogger(__name__)

KINDS = frozenset({"photo", "document", "audio", "video", "animation", "voice", "video_note", "sticker"})

DIGESTS = 1000  # of files on disk that are remembered, so that a broadcast reads its picture once
SETTLED_SECONDS = 2.0  # since a file's last change: a file system may not tell two changes in one moment apart

T = TypeVar("T")
Held = Path | bytes | Enclosed
Send = Callable[[Held | str], Awaitable[T]]


class KnownFiles:
    """The files of one bot, known by the hash of their content and by the kind as which they were sent.

    A document's name belongs to it: Telegram shows the one under which it was uploaded.
    """

    def __init__(self, bot_id: Callable[[], int]) -> None:
        self._bot_id = bot_id
        self._digests: OrderedDict[tuple[object, ...], str] = OrderedDict()
        self._uploading: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def send(self, kind: str, file: Held, call: Send[T]) -> T:
        """Send by `call(file_id)` what Telegram has, else by `call(file)`; `kind` is photo, document, video …

        `call` returns a Message, or Telegram's answer as a dict. Raises OSError for a file that cannot be read. Who
        sends the same file meanwhile waits for the upload.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of file; there are {', '.join(sorted(KINDS))}")
        found = await in_file_thread(self._look, kind, file)
        lock = self._uploading.setdefault((kind, found.digest), asyncio.Lock())
        async with lock:
            file_id = await _patient(services.use_file, self._bot_id(), found.digest, kind)
            if not file_id:
                return await self._upload(kind, found, file, call)
        try:
            message = await call(file_id)
        except BadRequest as exc:
            if not any(words in exc.message.lower() for words in WRONG):
                raise
            logger.info("a file_id is not taken any more; the file is uploaded again: %s", exc.message)
            return await self._upload(kind, found, file, call)
        metrics.CACHE_REQUESTS.labels("file", "hit").inc()
        return message

    def _look(self, kind: str, file: Held) -> "_Found":
        """Return the digest of what is sent, with the file's version; one that did not change is not read again."""
        if isinstance(file, bytes):
            return _Found(digest_of(file), ())
        if isinstance(file, Enclosed):
            return _Found(_named(file.sha256, file.name) if kind == "document" else file.sha256, ())
        version = _version(file)
        if (known := self._digests.get((kind == "document", *version))) is not None:
            return _Found(known, version)
        digest = digest_of(file)
        if kind == "document":
            digest = _named(digest, file.name)
        if time.time() - version[-1] / 1e9 > SETTLED_SECONDS and _version(file) == version:
            self._digests[kind == "document", *version] = digest
            if len(self._digests) > DIGESTS:
                self._digests.popitem(last=False)
        return _Found(digest, version)

    async def _upload(self, kind: str, found: "_Found", file: Held, call: Send[T]) -> T:
        metrics.CACHE_REQUESTS.labels("file", "miss").inc()
        message = await call(file)
        if await in_file_thread(_is_still, file, found.version):
            await _patient(services.keep_file, self._bot_id(), found.digest, kind, file_id_of(message, kind))
        else:  # nobody knows which content has this file_id
            logger.warning("%s was changed while it was sent; its file_id is not kept", file)
        return message


class _Found(NamedTuple):
    """What a file is, and the version in which it was read; bytes have none."""

    digest: str
    version: tuple[Any, ...]


def _version(file: Path) -> tuple[Any, ...]:
    """Return what changes with a file's content: path, device, inode, size, and the time of the last change in ns."""
    found = file.stat()
    return str(file), found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _named(digest: str, name: str) -> str:
    return digest_of(f"{digest} {name}".encode(errors="surrogateescape"))


def _is_still(file: Held, version: tuple[Any, ...]) -> bool:
    try:
        return not isinstance(file, Path) or _version(file) == version
    except OSError:
        return False


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
    with open_regular(file) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def file_id_of(message: object, kind: str) -> str:
    """Return the file_id under which Telegram keeps what was sent; "" when it made something else of it."""
    found = _part(message, kind)
    if isinstance(found, tuple | list):  # a photo in all its sizes, the largest last
        found = found[-1] if found else None
    return str(_part(found, "file_id") or "")


def _part(whole: object, name: str) -> Any:
    return whole.get(name) if isinstance(whole, dict) else getattr(whole, name, None)

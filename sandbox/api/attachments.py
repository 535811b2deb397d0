"""The file of a call: uploaded, attached under another name, known by its file_id, or somewhere on the web."""

from os import SEEK_END
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call
from sandbox.entities.links import checked_link
from sandbox.errors import ApiError, bad_request
from sandbox.files import EVERY_BOT, StoredFile, Upload
from sandbox.kinds import KINDS, mime_type

ATTACH = "attach://"
UPLOAD_BYTES = 50 * 2**20  # core.telegram.org/bots/faq
PHOTO_BYTES = 10 * 2**20  # tdlib, FileManager.cpp


def stored_file(call: Call, kind: str, given: Parameters, name: str) -> StoredFile:
    """Return the file that the parameter names, stored if it is new. Raises ApiError."""
    upload, reference = given.upload(name), given.text(name)
    if upload is None and reference.startswith(ATTACH):
        upload = call.parameters.upload(reference.removeprefix(ATTACH))
        if upload is None:
            raise bad_request(f"can't find the file {reference} in the request")
    if upload:
        return _kept(call, kind, upload)
    if not reference:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    return _from_web(call, kind, reference) if "://" in reference else known_file(call, reference)


def _kept(call: Call, kind: str, upload: Upload) -> StoredFile:
    size = _size(upload)
    if size == 0:
        raise bad_request("file must be non-empty")
    if size > UPLOAD_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo" and size > PHOTO_BYTES:
        words = f"file of size {size} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes"
        raise bad_request(words)
    named = Upload(upload.name, mime_type(kind, upload.content_type), upload.content)
    return call.world.files.keep(call.bot.number, KINDS[kind].folder, named)


def _size(upload: Upload) -> int:
    size = upload.content.seek(0, SEEK_END)
    upload.content.seek(0)
    return size


def _from_web(call: Call, kind: str, url: str) -> StoredFile:
    link = checked_link(url)
    if link is None or not link.startswith(("http://", "https://")):
        raise bad_request("wrong HTTP URL specified")
    path = PurePosixPath(urlsplit(link).path)
    return call.world.files.keep_stub(call.bot.number, KINDS[kind].folder, path.name or "file", KINDS[kind].mime_type)


def known_file(call: Call, file_id: str) -> StoredFile:
    """Return the file a bot knows by this file_id. Raises ApiError."""
    stored = call.world.files.find(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.owner not in {call.bot.number, EVERY_BOT} or call.world.files.content(stored.path) is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return stored

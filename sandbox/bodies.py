"""Reading what a request brings: whatever is wrong with it, or with how it is packed, becomes one ValueError."""

from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError
from multidict import MultiDictProxy

from sandbox.strict_json import is_encodable

# What aiohttp raises for broken compression, headers and encodings of parts, and strange charsets.
BROKEN = (ValueError, LookupError, RuntimeError, HttpProcessingError, web.RequestPayloadError)


async def read_body(request: web.Request, most: int = 0) -> bytes:
    """Read all of it, or no more than so many bytes and a piece. Raises ValueError, and HTTPRequestEntityTooLarge."""
    try:
        if not most or (request.content_length is not None and "Content-Encoding" not in request.headers):
            return await request.read()
        body = bytearray()
        async for piece in request.content.iter_any():  # of what came in pieces or packed nobody knows the size
            body += piece
            if len(body) > most:
                break
        return bytes(body)
    except BROKEN as error:
        raise ValueError("the body cannot be read") from error


async def read_form(request: web.Request) -> MultiDictProxy[Any]:
    """Read fields and files. Raises ValueError, and HTTPRequestEntityTooLarge."""
    try:
        fields = await request.post()
    except BROKEN as error:
        raise ValueError("the form cannot be read") from error
    check_encodable([part for pair in fields.items() for part in pair])
    check_encodable([name for part in fields.values() if isinstance(part, web.FileField) for name in _words(part)])
    return fields


def check_encodable(texts: list[Any]) -> None:
    """Refuse lone surrogates, which charsets such as UTF-7 and the headers of parts let through. Raises ValueError."""
    if not all(is_encodable(text) for text in texts if isinstance(text, str)):
        raise ValueError("strings must be encoded in UTF-8")


def _words(file: web.FileField) -> tuple[str, str]:
    return file.filename, file.content_type

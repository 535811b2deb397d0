"""The Bot API over HTTP: reads a request as the real server does and hands it to `sandbox.api.call`."""

from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox import api
from sandbox.api.registry import Answer, failed
from sandbox.bodies import check_encodable, read_body, read_form
from sandbox.bots import token_number
from sandbox.envelope import enveloped
from sandbox.errors import ApiError, bad_request
from sandbox.files import Upload
from sandbox.strict_json import read_json, write_json
from sandbox.wire import act
from sandbox.wishes import WORLD

NOT_FOUND = ApiError(404, "Not Found")
UNREADABLE = "can't parse parameters of the form"
TOO_LARGE = ApiError(413, "Request Entity Too Large")
TOO_MANY = ApiError(413, "Request Entity Too Large: too much parameters")
PARAMETERS_BYTES = 2**20  # tdlib, HttpReader.h: all parameters of a request together, but for its files
_TEST = "test/"  # the way into Telegram's test environment; here it leads to the same bot


async def handle_call(request: web.Request) -> web.StreamResponse:
    """Serve /bot<token>/<method>, and /bot<token>/test/<method>."""
    if request.method not in {"GET", "POST"}:
        return _response(request, failed(NOT_FOUND))
    world, (token, name) = request.app[WORLD], _addressed(request, "method")
    try:
        body = await _body(request)
    except ApiError as error:
        answer, began, bot = failed(error), world.clock.monotonic(), token_number(token) or 0
        world.calls.add(token, name, request.query, began, bot=bot, status=str(answer.status), body=answer.body)
        return _response(request, answer)
    parameters = {**request.query, **body} if request.rel_url.raw_query_string else body
    answer = await api.call(world, token, name, parameters)
    return act(request, answer) if answer.wire else _response(request, answer)


async def handle_download(request: web.Request) -> web.StreamResponse:
    """Serve /file/bot<token>/<file_path>, as getFile names it."""
    world, (token, path) = request.app[WORLD], _addressed(request, "path")
    stored = world.files.of_path(token_number(token) or 0, path)
    content = world.files.content(stored.path) if stored else None
    if stored is None or content is None:
        return await handle_unknown(request)
    # Never as what it says it is: a page sent by a bot must not run as one of ours.
    return web.FileResponse(content, headers={"Content-Type": "application/octet-stream"})


async def handle_unknown(request: web.Request) -> web.Response:
    """Answer any other address as the real server does."""
    return web.json_response(failed(NOT_FOUND).body, status=NOT_FOUND.status)


def _addressed(request: web.Request, what: str) -> tuple[str, str]:
    """The token and what comes behind it."""
    return request.match_info["token"], request.match_info[what].removeprefix(_TEST)


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        if request.content_type == "application/json":
            return _json_object(await _parameters(request))
        if request.content_type == "application/x-www-form-urlencoded":
            return _fields(await _parameters(request), request.charset or "utf-8")
        if request.content_type == "multipart/form-data":
            return await _multipart(request)
    except web.HTTPRequestEntityTooLarge as error:
        raise TOO_LARGE from error
    return {}


async def _parameters(request: web.Request) -> bytes:
    """Read a body that has nothing but parameters. Raises ApiError."""
    if (request.content_length or 0) > PARAMETERS_BYTES:
        raise TOO_MANY
    try:
        body = await read_body(request, PARAMETERS_BYTES)
    except ValueError as error:
        raise bad_request(UNREADABLE) from error
    if len(body) > PARAMETERS_BYTES:
        raise TOO_MANY
    return body


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = read_json(body) if body else {}
    except ValueError as error:
        raise bad_request("can't parse JSON content") from error
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON content: object expected")
    return value


def _fields(body: bytes, charset: str) -> dict[str, Any]:
    try:
        fields = dict(parse_qsl(body.decode(charset), keep_blank_values=True))
        check_encodable([*fields, *fields.values()])
    except (ValueError, LookupError) as error:
        raise bad_request(UNREADABLE) from error
    return fields


async def _multipart(request: web.Request) -> dict[str, Any]:
    try:
        fields = await read_form(request)
    except ValueError as error:
        raise bad_request(UNREADABLE) from error
    if sum(len(value) for value in fields.values() if isinstance(value, str)) > PARAMETERS_BYTES:
        raise TOO_MANY
    return {name: _upload(value) if isinstance(value, web.FileField) else value for name, value in fields.items()}


def _upload(field: web.FileField) -> Upload:
    return Upload(field.filename, field.content_type, field.file)


def write_answer(answer: Answer) -> bytes:
    """The envelope as bytes."""
    return write_json(answer.body)


def _response(request: web.Request, answer: Answer) -> web.StreamResponse:
    parameters = answer.body.get("parameters")
    return enveloped(request, answer.status, write_answer(answer), parameters and parameters.get("retry_after"))

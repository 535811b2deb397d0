"""The Bot API over HTTP: reads a request as the real server does and hands it to `sandbox.api.call`."""

from typing import Any

from aiohttp import web

from sandbox import api
from sandbox.api.registry import Answer, failed
from sandbox.control import WORLD
from sandbox.errors import ApiError, bad_request
from sandbox.strict_json import read_json

_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
NOT_FOUND = ApiError(404, "Not Found")
TOO_LARGE = ApiError(413, "Request Entity Too Large")


async def handle_call(request: web.Request) -> web.Response:
    """Serve /bot<token>/<method>."""
    if request.method not in {"GET", "POST"}:
        return _response(failed(NOT_FOUND))
    try:
        parameters = {**request.query, **await _body(request)}
    except ApiError as error:
        return _response(failed(error))
    token, name = request.match_info["token"], request.match_info["method"]
    return _response(await api.call(request.app[WORLD], token, name, parameters))


async def handle_unknown(request: web.Request) -> web.Response:
    """Answer any other address as the real server does."""
    return _response(failed(NOT_FOUND))


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        if request.content_type == "application/json":
            return _json_object(await request.read())
        if request.content_type in _FORMS:
            return await _form(request)
    except web.HTTPRequestEntityTooLarge as error:
        raise TOO_LARGE from error
    return {}


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = read_json(body) if body else {}
    except ValueError as error:
        raise bad_request("can't parse JSON content") from error
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON content: object expected")
    return value


async def _form(request: web.Request) -> dict[str, Any]:
    try:
        fields = await request.post()
    except (ValueError, LookupError) as error:
        raise bad_request("can't parse parameters of the form") from error
    return {name: value.file.read() if isinstance(value, web.FileField) else value for name, value in fields.items()}


def _response(answer: Answer) -> web.Response:
    response = web.json_response(answer.body, status=answer.status)
    if "parameters" in answer.body:
        response.headers["Retry-After"] = str(answer.body["parameters"]["retry_after"])
    return response

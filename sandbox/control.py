"""The control API under /sandbox/: what the page and tests over HTTP do in people's stead. JSON in, JSON out."""

from typing import Any

from aiohttp import web

from sandbox.errors import Refused
from sandbox.live import Live
from sandbox.strict_json import read_json
from sandbox.views import bot_json, chat_json, commands_for, person_json, post_json
from sandbox.world import BotReference, World

HISTORY_LIMIT = 500
WORLD = web.AppKey("world", World)


def add_routes(router: web.UrlDispatcher, live: Live) -> None:
    router.add_get("/sandbox/state", state)
    router.add_get("/sandbox/chats/{chat}/messages", messages)
    router.add_get("/sandbox/chats/{chat}/commands", commands)
    router.add_get("/sandbox/live", live.handle)
    router.add_post("/sandbox/say", say)
    router.add_post("/sandbox/press", press)
    router.add_post("/sandbox/deliver", deliver)
    router.add_post("/sandbox/block", block)
    router.add_post("/sandbox/unblock", unblock)
    router.add_post("/sandbox/people", add_person)


class Wish:
    """The body of a control call, or its query, read field by field. Every complaint is a Refused."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def integer(self, name: str) -> int:
        value = self.optional_integer(name)
        if value is None:
            raise Refused(f'The field "{name}" is missing; it must be an integer.')
        return value

    def optional_integer(self, name: str) -> int | None:
        value = self._fields.get(name)
        if value is not None and type(value) is not int:  # a bool is an int in Python, but not in JSON
            raise Refused(f'The field "{name}" must be an integer.')
        return value

    def text(self, name: str) -> str:
        value = self.optional_text(name)
        if value is None:
            raise Refused(f'The field "{name}" is missing; it must be a string.')
        return value

    def optional_text(self, name: str) -> str | None:
        value = self._fields.get(name)
        if value is not None and not isinstance(value, str):
            raise Refused(f'The field "{name}" must be a string.')
        return value

    def update(self) -> dict[str, Any]:
        value = self._fields.get("update")
        if not isinstance(value, dict) or not value:
            raise Refused('The field "update" must be an object with at least one field.')
        return value

    def bot(self) -> BotReference:
        value = self._fields.get("bot")
        if value is not None and type(value) not in {int, str}:
            raise Refused('The field "bot" must be the number before the colon of its token.')
        return value


async def _wish(request: web.Request) -> Wish:
    try:
        fields = read_json(await request.read())
    except web.HTTPRequestEntityTooLarge as error:
        raise Refused("The body is too large.", status=413) from error
    except ValueError as error:
        raise Refused("The body is not valid JSON.") from error
    if not isinstance(fields, dict):
        raise Refused("The body must be a JSON object.")
    return Wish(fields)


def _address(request: web.Request) -> Wish:
    """Read the chat of the path and the numbers of the query."""
    given = {**request.query, "chat": request.match_info["chat"]}
    try:
        return Wish({name: int(value) for name, value in given.items()})
    except ValueError as error:
        raise Refused("The chat, and person and bot in the query, must be integers.") from error


async def state(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    return web.json_response(
        {
            "life": world.life,
            "bots": [bot_json(bot) for bot in world.bots()],
            "people": [person_json(person) for person in world.people.values()],
            "chats": [chat_json(chat) for chat in world.chats()],
        }
    )


async def messages(request: web.Request) -> web.Response:
    wish = _address(request)
    chat = request.app[WORLD].chat(wish.integer("chat"), wish.bot())
    recent = list(chat.posts.values())[-HISTORY_LIMIT:]
    return web.json_response({"posted": chat.posted, "messages": [post_json(post) for post in recent]})


async def commands(request: web.Request) -> web.Response:
    wish, world = _address(request), request.app[WORLD]
    chat, person = world.chat(wish.integer("chat"), wish.bot()), world.person(wish.integer("person"))
    bots = [chat.bot] if chat.bot else world.bots()
    found = [{"bot": bot.username, **command.to_dict()} for bot in bots for command in commands_for(bot, chat, person)]
    return web.json_response({"commands": found})


async def say(request: web.Request) -> web.Response:
    wish = await _wish(request)
    person, chat, text = wish.integer("person"), wish.integer("chat"), wish.text("text")
    post = request.app[WORLD].say(person, chat, text, wish.optional_integer("reply_to"), wish.bot())
    return web.json_response({"message": post_json(post)})


async def press(request: web.Request) -> web.Response:
    wish = await _wish(request)
    person, chat, message = wish.integer("person"), wish.integer("chat"), wish.integer("message")
    pressed = request.app[WORLD].press(person, chat, message, wish.text("data"), wish.bot())
    return web.json_response({"query_id": pressed.id})


async def deliver(request: web.Request) -> web.Response:
    wish = await _wish(request)
    return web.json_response({"update_id": request.app[WORLD].deliver(wish.update(), wish.bot())})


async def block(request: web.Request) -> web.Response:
    wish = await _wish(request)
    request.app[WORLD].block(wish.integer("person"), wish.bot())
    return web.json_response({})


async def unblock(request: web.Request) -> web.Response:
    wish = await _wish(request)
    request.app[WORLD].unblock(wish.integer("person"), wish.bot())
    return web.json_response({})


async def add_person(request: web.Request) -> web.Response:
    wish = await _wish(request)
    names = (wish.optional_text("last_name"), wish.optional_text("username"), wish.optional_text("language"))
    person = request.app[WORLD].add_person(wish.text("first_name"), *names)
    return web.json_response({"person": person_json(person)})

"""The control API's part about messages: what people send, change, delete, vote, react to, forward and pin."""

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox import contents
from sandbox.bodies import read_form
from sandbox.chats import Draft
from sandbox.errors import Refused, unknown
from sandbox.files import Upload
from sandbox.typed import typed
from sandbox.views import post_json
from sandbox.wishes import WORLD, Wish, read_place, read_query, read_wish

_INTEGERS = frozenset({"person", "chat", "reply_to", "topic", "duration", "width", "height", "length"})
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_SIZES, _WORDS = ("duration", "width", "height", "length"), ("performer", "title", "emoji")
_MOVEMENT = ("live_period", "heading", "proximity_alert_radius")
_POLL_FLAGS = {"anonymous": "is_anonymous", "multiple": "allows_many", "revoting": "allows_revoting"}


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/sandbox/chats/{chat}/keyboard", keyboard)
    router.add_post("/sandbox/send", send)
    router.add_post("/sandbox/edit", edit)
    router.add_post("/sandbox/delete", delete)
    router.add_post("/sandbox/react", react)
    router.add_get("/sandbox/polls/{poll}", poll)
    router.add_post("/sandbox/vote", vote)
    router.add_post("/sandbox/stop_poll", stop_poll)
    router.add_post("/sandbox/key", key)
    router.add_post("/sandbox/forward", forward)
    router.add_post("/sandbox/pin", pin)
    router.add_post("/sandbox/unpin", unpin)


async def send(request: web.Request) -> web.Response:
    """Let a person send files, which come as a form, or one thing that JSON can name."""
    world = request.app[WORLD]
    wish, uploads = await _read(request)
    person, chat, bot = wish.integer("person"), wish.integer("chat"), wish.bot()
    place: dict[str, Any] = {"reply_to": wish.optional_integer("reply_to"), "topic": wish.optional_integer("topic")}
    if "poll" in wish:
        post = world.ask(person, chat, bot=bot, **_poll(wish.part("poll")), **place)
        return web.json_response({"messages": [post_json(post)]})
    world.chat(chat, bot)  # before anything is kept
    drafts = [_file(request, wish, upload) for upload in uploads] or [_content(request, wish)]
    if len(drafts) > 1:
        posts = world.share_album(person, chat, _with_one_caption(drafts), bot, **place)
    else:
        posts = [world.share(person, chat, drafts[0], bot, **place)]
    return web.json_response({"messages": [post_json(post) for post in posts]})


async def edit(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    post = request.app[WORLD].rewrite(*_message(wish), typed(wish), wish.bot())
    return web.json_response({"message": post_json(post)})


async def delete(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].withdraw(*_message(wish), wish.bot())
    return web.json_response({})


async def react(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].give_reaction(*_message(wish), wish.text("emoji"), wish.bot())
    return web.json_response({})


async def poll(request: web.Request) -> web.Response:
    """What one person sees of a poll: what they chose, who chose what, and what is right once they know."""
    world = request.app[WORLD]
    asked, person = world.polls.get(request.match_info["poll"]), world.person(read_query(request).integer("person"))
    if asked is None:
        raise unknown("There is no such poll.")
    world.close_if_over(asked)
    chosen, is_own = asked.votes.get(person.id, ()), asked.author is person
    body = asked.to_json(answers=bool(chosen) or asked.is_closed or is_own)
    voters = [[voter for voter, vote in asked.votes.items() if number in vote] for number in range(len(asked.options))]
    told = {"chosen": list(chosen), "is_own": is_own, "voters": None if asked.is_anonymous else voters}
    return web.json_response({"poll": body, **told})


async def vote(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    poll = request.app[WORLD].vote(*_message(wish), wish.integers("options"), wish.bot())
    return web.json_response({"poll": poll.to_json()})


async def stop_poll(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    return web.json_response({"poll": request.app[WORLD].stop_poll(*_message(wish), wish.bot()).to_json()})


async def keyboard(request: web.Request) -> web.Response:
    """Say which keyboard, or forced reply, a person sees under the text field."""
    wish, world = read_place(request), request.app[WORLD]
    shown = world.keyboard_of(world.person(wish.integer("person")), world.chat(wish.integer("chat"), wish.bot()))
    told = {"message": shown.message_id, "keyboard": shown.keyboard} if shown else {"message": None, "keyboard": None}
    return web.json_response(told)


async def key(request: web.Request) -> web.Response:
    """Press a key; one that asks for people or a chat needs those that are chosen, and may be a `prepared` one."""
    wish, world = await read_wish(request), request.app[WORLD]
    person, chat, prepared = wish.integer("person"), wish.integer("chat"), wish.optional_text("prepared") or ""
    text = (wish.optional_text("text") or "") if prepared else wish.text("text")
    if "users" in wish:
        post = world.share_users(person, chat, text, wish.integers("users"), wish.bot(), prepared=prepared)
    elif "shared_chat" in wish:
        post = world.share_chat(person, chat, text, wish.integer("shared_chat"), wish.bot(), prepared=prepared)
    else:
        post = world.press_key(person, chat, text, wish.bot())
    return web.json_response({"message": post_json(post)})


async def forward(request: web.Request) -> web.Response:
    """Forward a message, or several, such as an album, at once."""
    wish = await read_wish(request)
    numbers = wish.integers("messages") if "messages" in wish else [wish.integer("message")]
    place = (wish.integer("person"), wish.integer("chat"))
    posts = request.app[WORLD].forward(*place, numbers, wish.integer("to"), wish.bot())
    return web.json_response({"message": post_json(posts[0]), "messages": [post_json(post) for post in posts]})


async def pin(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].pin_message(*_message(wish), wish.bot())
    return web.json_response({})


async def unpin(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].unpin_message(*_message(wish), wish.bot())
    return web.json_response({})


def _message(wish: Wish) -> tuple[int, int, int]:
    return wish.integer("person"), wish.integer("chat"), wish.integer("message")


def _content(request: web.Request, wish: Wish) -> Draft:
    """What is sent without a file. Raises Refused."""
    if "location" in wish:
        given = wish.part("location")
        latitude, longitude = given.optional_number("latitude"), given.optional_number("longitude")
        if latitude is None or longitude is None:
            raise Refused('The field "location" must have a latitude and a longitude.')
        more = {name: given.optional_integer(name) for name in _MOVEMENT}
        return contents.location(
            latitude, longitude, horizontal_accuracy=given.optional_number("horizontal_accuracy"), **more
        )
    if "contact" in wish:
        given = wish.part("contact")
        if not given:
            return contents.own_contact(request.app[WORLD].person(wish.integer("person")))
        return contents.contact({name: given.optional_text(name) or "" for name in _CONTACT})
    if "dice" in wish:
        return contents.dice(wish.text("dice"))
    raise Refused("There is nothing to send: a file in a form, a location, contact, dice or poll.")


_CONTACT = ("phone_number", "first_name", "last_name")


def _poll(given: Wish) -> dict[str, Any]:
    kind = {field: given.flag(name) for name, field in _POLL_FLAGS.items() if name in given}
    correct = given.integers("correct") if "correct" in given else []
    return {"question": given.text("question"), "options": given.texts("options"), "correct": correct, **kind}


def _file(request: web.Request, wish: Wish, upload: Upload) -> Draft:
    details: dict[str, Any] = {name: wish.optional_integer(name) for name in _SIZES}
    details |= {name: wish.optional_text(name) for name in _WORDS}
    kind = wish.optional_text("kind") or contents.kind_of(upload)
    caption = typed(wish, "caption") if "caption" in wish else ""
    return contents.file(request.app[WORLD].files, kind, upload, caption, **details)


def _with_one_caption(drafts: list[Draft]) -> list[Draft]:
    """As in Telegram's apps, the caption of an album is that of its first part."""
    first, *others = drafts
    return [first, *(Draft(media=draft.media, extra=draft.extra) for draft in others)]


async def _read(request: web.Request) -> tuple[Wish, list[Upload]]:
    if request.content_type != "multipart/form-data":
        return await read_wish(request), []
    try:
        form = await read_form(request)
    except web.HTTPRequestEntityTooLarge as error:
        raise Refused("The body is too large.", status=413) from error
    except ValueError as error:
        raise Refused("The form cannot be read.") from error
    files = [value for value in form.values() if isinstance(value, web.FileField)]
    uploads = [Upload(file.filename, file.content_type, file.file) for file in files]
    return Wish(_fields(form)), uploads


def _fields(form: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form, with numbers where numbers are meant."""
    texts = {name: value for name, value in form.items() if isinstance(value, str) and value}
    return {
        name: int(value) if name in _INTEGERS and _NUMBER.fullmatch(value) else value for name, value in texts.items()
    }

"""The control API under /sandbox/: what the page and tests over HTTP do in people's stead. JSON in, JSON out."""

from aiohttp import web

from sandbox import asking, control_sharing, inspection, shelf, society, switches, updates_live
from sandbox.errors import Refused, unknown
from sandbox.live import Live
from sandbox.typed import typed
from sandbox.views import bot_json, chat_json, commands_for, person_json, post_json
from sandbox.wishes import WORLD, read_place, read_wish

HISTORY_LIMIT = 500
# What the page shows or plays in its place; none of them can hold a script.
SHOWN = frozenset({
    "image/gif", "image/jpeg", "image/png", "image/webp", "video/mp4", "video/webm", "video/quicktime", "audio/mpeg",
    "audio/mp4", "audio/ogg", "audio/wav", "audio/x-wav", "audio/webm", "audio/flac", "audio/aac",
})  # fmt: skip


def add_routes(router: web.UrlDispatcher, live: Live) -> None:
    router.add_get("/sandbox/state", state)
    router.add_get("/sandbox/chats/{chat}/messages", messages)
    router.add_get("/sandbox/chats/{chat}/commands", commands)
    router.add_get("/sandbox/files/{file}", file)
    router.add_get("/sandbox/live", live.handle)
    router.add_post("/sandbox/say", say)
    router.add_post("/sandbox/press", press)
    router.add_post("/sandbox/deliver", deliver)
    router.add_post("/sandbox/block", block)
    router.add_post("/sandbox/unblock", unblock)
    router.add_post("/sandbox/people", add_person)
    router.add_post("/sandbox/delete_account", delete_account)
    router.add_post("/sandbox/groups", add_group)
    router.add_post("/sandbox/kick", kick)
    router.add_post("/sandbox/add", add)
    router.add_post("/sandbox/migrate", migrate)
    router.add_post("/sandbox/delete_group", delete_group)
    router.add_post("/sandbox/forum", forum)
    router.add_post("/sandbox/topic", topic)
    society.add_routes(router)
    asking.add_routes(router)
    control_sharing.add_routes(router)
    switches.add_routes(router)
    inspection.add_routes(router)
    shelf.add_routes(router)
    updates_live.add_routes(router)


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
    wish = read_place(request)
    chat = request.app[WORLD].chat(wish.integer("chat"), wish.bot())
    recent, pins = list(chat.posts.values())[-HISTORY_LIMIT:], request.app[WORLD].pinned_in(chat)
    shown = {"posted": chat.posted, "messages": [post_json(post) for post in recent]}
    pinned = {"pinned": pins[0].message_id if pins else None, "pins": [post_json(post) for post in pins]}
    return web.json_response({**shown, **pinned})


async def file(request: web.Request) -> web.StreamResponse:
    """Give the page a file that was sent: what it can show or play as such, anything else as bytes."""
    files = request.app[WORLD].files
    stored = files.find(request.match_info["file"])
    content = files.content(stored.path) if stored else None
    if stored is None or content is None:
        raise unknown("There is no such file (any more).")
    kind = stored.mime_type if stored.mime_type in SHOWN else "application/octet-stream"
    return web.FileResponse(content, headers={"Content-Type": kind})


async def commands(request: web.Request) -> web.Response:
    wish, world = read_place(request), request.app[WORLD]
    chat, person = world.chat(wish.integer("chat"), wish.bot()), world.person(wish.integer("person"))
    standing = world.standing(chat, person)
    found = [
        {"bot": bot.username, **command.to_dict()}
        for bot in world.members(chat)
        for command in commands_for(bot, chat, person, standing)
    ]
    menu = chat.bot.profile.menu_button(person.id) if chat.bot else {"type": "commands"}
    return web.json_response({"commands": found, "menu_button": menu})


async def say(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    person, chat, text = wish.integer("person"), wish.integer("chat"), typed(wish)
    reply_to, within = wish.optional_integer("reply_to"), wish.optional_integer("topic")
    post = request.app[WORLD].say(person, chat, text, reply_to, wish.bot(), topic=within)
    return web.json_response({"message": post_json(post)})


async def press(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    person, chat, message = wish.integer("person"), wish.integer("chat"), wish.integer("message")
    pressed = request.app[WORLD].press(person, chat, message, wish.text("data"), wish.bot())
    return web.json_response({"query_id": pressed.id})


async def deliver(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    return web.json_response({"update_id": request.app[WORLD].deliver(wish.update(), wish.bot())})


async def block(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].block(wish.integer("person"), wish.bot())
    return web.json_response({})


async def unblock(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].unblock(wish.integer("person"), wish.bot())
    return web.json_response({})


async def add_person(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    names = (wish.optional_text("last_name"), wish.optional_text("username"), wish.optional_text("language"))
    person = request.app[WORLD].add_person(wish.text("first_name"), *names)
    return web.json_response({"person": person_json(person)})


async def delete_account(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].delete_account(wish.integer("person"))
    return web.json_response({})


async def add_group(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    title, kind = wish.text("title"), wish.optional_text("type") or "supergroup"
    world, given = request.app[WORLD], wish.optional_integers("members")
    members = None if given is None else [world.person(number) for number in given] + world.bots()
    chat = world.add_group(title, kind, wish.optional_integer("person"), members)
    return web.json_response({"chat": chat_json(chat)})


async def kick(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].kick(wish.integer("person"), wish.integer("chat"), wish.bot())
    return web.json_response({})


async def add(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].add(wish.integer("person"), wish.integer("chat"), wish.bot())
    return web.json_response({})


async def migrate(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    chat = request.app[WORLD].migrate(wish.integer("chat"), wish.optional_integer("person"))
    return web.json_response({"chat": chat_json(chat)})


async def delete_group(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].delete_group(wish.integer("chat"))
    return web.json_response({})


async def forum(request: web.Request) -> web.Response:
    """Let a supergroup have topics, which the bots in it may manage unless the wish says otherwise; or no longer."""
    wish = await read_wish(request)
    on, bots_manage = ("on" not in wish or wish.flag("on")), ("bots_manage" not in wish or wish.flag("bots_manage"))
    chat = request.app[WORLD].set_forum(wish.integer("chat"), on=on)
    request.app[WORLD].let_bots_manage_topics(chat.id, on=bots_manage)
    return web.json_response({"chat": chat_json(chat)})


async def topic(request: web.Request) -> web.Response:
    wish, world = await read_wish(request), request.app[WORLD]
    person, chat, act = world.person(wish.integer("person")), world.group_chat(wish.integer("chat")), wish.text("do")
    if act == "open":
        return web.json_response({"topic": world.open_topic(chat, person, wish.text("name")).id})
    found = world.topic_in(chat, wish.integer("topic"))
    if act == "close":
        world.close_topic(chat, found, person)
    elif act == "reopen":
        world.reopen_topic(chat, found, person)
    elif act == "delete":
        world.delete_topic(chat, found)
    else:
        raise Refused('The field "do" must be "open", "close", "reopen" or "delete".')
    return web.json_response({"topic": found.id})

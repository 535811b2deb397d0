"""The control API's part about who is where: people join, leave and rule groups. JSON in, JSON out."""

from aiohttp import web

from sandbox.bot_profile import ABILITIES
from sandbox.errors import Refused
from sandbox.profile import InviteLink
from sandbox.standing import ALL_PERMISSIONS, ALL_RIGHTS
from sandbox.views import bot_json, chat_json
from sandbox.wishes import WORLD, Wish, read_wish
from sandbox.world import World

LONGEST_LINK_NAME = 32  # Bot API, createChatInviteLink


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_post("/sandbox/join", join)
    router.add_post("/sandbox/leave", leave)
    router.add_post("/sandbox/answer_request", answer_request)
    router.add_post("/sandbox/member", member)
    router.add_post("/sandbox/furnish", furnish)
    router.add_post("/sandbox/link", link)
    router.add_get("/sandbox/chats/{chat}/members", members)
    router.add_post("/sandbox/bot", set_abilities)


async def join(request: web.Request) -> web.Response:
    """Let a person in by a link, a public name or the chat's number; `joined` is false if they must wait."""
    wish, world = await read_wish(request), request.app[WORLD]
    ways = {name: wish.optional_text(name) or "" for name in ("link", "username")}
    if not (any(ways.values()) or "chat" in wish):
        raise Refused('One of the fields "link", "username" and "chat" is needed.')
    chat, _ = world.way_in(wish.optional_integer("chat"), **ways)
    joined = world.join(wish.integer("person"), wish.optional_integer("chat"), **ways)
    return web.json_response({"joined": joined, "chat": chat.id})


async def leave(request: web.Request) -> web.Response:
    wish, world = await read_wish(request), request.app[WORLD]
    world.leave(world.group_chat(wish.integer("chat")), world.person(wish.integer("person")))
    return web.json_response({})


async def answer_request(request: web.Request) -> web.Response:
    """Let an administrator let somebody in, or turn them away."""
    wish, world = await read_wish(request), request.app[WORLD]
    actor, chat = world.person(wish.integer("person")), world.group_chat(wish.integer("chat"))
    world.check_may(chat, actor, "can_invite_users")
    waiting = world.person(wish.integer("whom"))
    if waiting.id not in chat.profile.requests:
        raise Refused(f"{waiting.name} has not asked to join.")
    if wish.flag("approve"):
        world.approve(chat, waiting, actor)
    else:
        world.decline(chat, waiting)
    return web.json_response({})


async def member(request: web.Request) -> web.Response:
    """Let a person do something to another one, or to a bot: add, ban, unban, restrict, promote, demote."""
    wish, world = await read_wish(request), request.app[WORLD]
    actor, chat, act = wish.integer("person"), wish.integer("chat"), wish.text("do")
    whom, until = world.other(wish.optional_integer("whom"), wish.bot()), wish.optional_integer("until") or 0
    if act == "add":
        world.bring(actor, chat, whom)
    elif act == "ban":
        world.ban(actor, chat, whom, until)
    elif act == "unban":
        world.unban(actor, chat, whom)
    elif act == "restrict":
        world.restrict(actor, chat, whom, _names(wish, "permissions", frozenset()), until)
    elif act == "promote":
        world.promote(actor, chat, whom, _names(wish, "rights", _all_rights(world, actor, chat)),
                      wish.optional_text("title"))  # fmt: skip
    elif act == "demote":
        world.promote(actor, chat, whom, frozenset())
    else:
        raise Refused('The field "do" must be "add", "ban", "unban", "restrict", "promote" or "demote".')
    return web.json_response({"standing": _told(world, chat, whom.user_id)})


async def furnish(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    words = {name: wish.optional_text(name) for name in ("title", "description", "username")}
    asks = wish.flag("join_by_request") if "join_by_request" in wish else None
    person, chat_id = wish.integer("person"), wish.integer("chat")
    if "guard" in wish:  # a bot's number, or null
        guard = wish.optional_integer("guard")
        request.app[WORLD].set_guard(person, chat_id, None if guard is None else request.app[WORLD].bot(guard))
    chat = request.app[WORLD].furnish(person, chat_id, join_by_request=asks, **words)
    return web.json_response({"chat": chat_json(chat)})


async def link(request: web.Request) -> web.Response:
    """Let a person make an invite link, or take one away: one of their own, or as the owner any."""
    wish, world = await read_wish(request), request.app[WORLD]
    person, chat = world.person(wish.integer("person")), world.group_chat(wish.integer("chat"))
    world.check_may(chat, person, "can_invite_users")
    if "revoke" in wish:
        shown = world.revoke_link(chat, person, wish.text("revoke"))
    else:
        name, asks = (wish.optional_text("name") or "")[:LONGEST_LINK_NAME], wish.flag("join_by_request")
        shown = world.make_link(chat, InviteLink(person, name=name, creates_join_request=asks))
    return web.json_response({"link": shown.to_json()})


async def members(request: web.Request) -> web.Response:
    """Who is in a chat, or was made something there, as ChatMembers."""
    world = request.app[WORLD]
    try:
        chat = world.group_chat(int(request.match_info["chat"]))
    except ValueError as error:
        raise Refused("The chat must be an integer.") from error
    inside = {person.id for person in world.people_in(chat)} | {bot.user_id for bot in world.members(chat)}
    shown = sorted(inside | {user for user in chat.standings if world.account(user)})
    return web.json_response({"members": [_told(world, chat.id, user) for user in shown]})


async def set_abilities(request: web.Request) -> web.Response:
    """Change what BotFather lets a bot do, by the names that getMe has for it, and whether it hears of choices."""
    wish, world = await read_wish(request), request.app[WORLD]
    wish.only({"bot", "inline_feedback", *ABILITIES})
    bot = world.bot(wish.bot())
    if "inline_feedback" in wish:
        bot.profile.inline_feedback = wish.flag("inline_feedback")
    bot.profile.abilities |= {name: wish.flag(name) for name in ABILITIES if name in wish}
    world.emit({"type": "bots"})
    return web.json_response({"bot": bot_json(bot)})


def _told(world: World, chat_id: int, user_id: int) -> dict[str, object]:
    chat, who = world.group_chat(chat_id), world.account(user_id)
    return world.standing(chat, who).to_json(who.to_json(), chat.type) if who else {}


def _all_rights(world: World, actor_id: int, chat_id: int) -> frozenset[str]:
    """As many rights as this person can give."""
    mine = world.standing(world.group_chat(chat_id), world.person(actor_id))
    return ALL_RIGHTS if mine.is_owner else mine.rights


def _names(wish: Wish, name: str, otherwise: frozenset[str]) -> frozenset[str]:
    """Read a list of rights or permissions. Raises Refused."""
    given = wish.names(name)
    if given is None:
        return otherwise
    if unknown_names := given - ALL_RIGHTS - ALL_PERMISSIONS:
        raise Refused(f"There is no right {min(unknown_names)}.")
    return given

"""The control API's part about what people ask bots: paying, choosing inline results, Web Apps. JSON in, JSON out."""

from aiohttp import web

from sandbox.api.results import draft_of
from sandbox.bots import Bot
from sandbox.chats import Chat
from sandbox.errors import ApiError, Refused
from sandbox.inhabitants import BotReference
from sandbox.invoices import Shipping
from sandbox.signing import login_address, web_app_data
from sandbox.views import post_json
from sandbox.wishes import WORLD, Wish, read_place, read_wish
from sandbox.world import World


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/sandbox/chats/{chat}/invoice", invoice)
    router.add_get("/sandbox/linked_invoice", linked_invoice)
    router.add_post("/sandbox/pay", pay)
    router.add_post("/sandbox/pay_link", pay_link)
    router.add_post("/sandbox/ship", ship)
    router.add_post("/sandbox/renew", renew)
    router.add_post("/sandbox/inline", ask_inline)
    router.add_get("/sandbox/inline/{query}", inline_results)
    router.add_post("/sandbox/choose", choose)
    router.add_post("/sandbox/web_app", open_web_app)
    router.add_post("/sandbox/login", log_in)
    router.add_post("/sandbox/web_app_data", send_web_app_data)


async def invoice(request: web.Request) -> web.Response:
    """What an invoice asks for: prices, what the person must say of themselves, tips."""
    wish = read_place(request)
    place = (wish.integer("person"), wish.integer("chat"), wish.integer("message"), wish.bot())
    return web.json_response({"invoice": request.app[WORLD].offer(*place).offer_json()})


async def linked_invoice(request: web.Request) -> web.Response:
    """The same of an invoice's link, and whose it is."""
    bot, offer = request.app[WORLD].linked_offer(request.query.get("link", ""))
    return web.json_response({"bot": bot.number, "invoice": offer.offer_json()})


async def pay(request: web.Request) -> web.Response:
    """Press an invoice's button; `asks_shipping` is true if the bot first says what shipping costs."""
    wish = await read_wish(request)
    place = (wish.integer("person"), wish.integer("chat"), wish.integer("message"), wish.bot())
    asked = request.app[WORLD].buy(*place, wish.optional_object("order"), wish.optional_integer("tip") or 0)
    return web.json_response({"query_id": asked.id, "asks_shipping": isinstance(asked, Shipping)})


async def pay_link(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    order, tip = wish.optional_object("order"), wish.optional_integer("tip") or 0
    asked = request.app[WORLD].pay_link(wish.integer("person"), wish.text("link"), order, tip)
    return web.json_response({"query_id": asked.id})


async def ship(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    asked = request.app[WORLD].ship(wish.text("query_id"), wish.text("option"), wish.optional_integer("tip") or 0)
    return web.json_response({"query_id": asked.id})


async def renew(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    request.app[WORLD].renew(wish.text("charge"))
    return web.json_response({})


async def ask_inline(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    world, offset = request.app[WORLD], wish.optional_text("offset") or ""
    chat = _chat(world, wish, wish.bot()) if "chat" in wish else None
    asked = world.ask_inline(wish.integer("person"), wish.text("query"), wish.bot(), offset=offset, chat=chat)
    return web.json_response({"query_id": asked.id})


async def inline_results(request: web.Request) -> web.Response:
    """What the bot answered; `results` is null until it did."""
    asked = request.app[WORLD].inquiry(request.match_info["query"])
    told = {"results": asked.results, "button": asked.button, "next_offset": asked.next_offset}
    return web.json_response(told)


async def choose(request: web.Request) -> web.Response:
    """Send one of the results into a chat; the bot hears which one."""
    wish, world = await read_wish(request), request.app[WORLD]
    asked, chosen = world.answered_inquiry(wish.text("query_id")), wish.text("result")
    result = next((result for result in asked.results or () if str(result["id"]) == chosen), None)
    if result is None:
        raise Refused(f"There is no result {chosen}.")
    try:
        draft = draft_of(world, asked.bot, result)
    except ApiError as error:
        raise Refused(f"The bot's result cannot be sent: {error.description}.") from error
    place = {name: wish.optional_integer(name) for name in ("reply_to", "topic")}
    post = world.choose(asked, chosen, _chat(world, wish, asked.bot.token), draft, **place)
    return web.json_response({"message": post_json(post)})


def _chat(world: World, wish: Wish, asked: BotReference) -> Chat:
    """Where a person asks a bot: its private chat or a group, or the private chat of the bot in "chat_bot"."""
    other = wish.optional_integer("chat_bot")
    return world.chat(wish.integer("chat"), asked if other is None else other)


async def open_web_app(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    world = request.app[WORLD]
    visit = world.open_web_app(wish.integer("person"), wish.integer("chat"), wish.bot())
    data = web_app_data(visit.bot.token, visit.person, visit.query_id, int(world.clock.now()))
    return web.json_response({"query_id": visit.query_id, "init_data": data})


async def log_in(request: web.Request) -> web.Response:
    """Say where a button that logs in leads: the address tells who the person is, signed with the bot's token."""
    wish, world = await read_wish(request), request.app[WORLD]
    person, url = world.person(wish.integer("person")), wish.text("url")
    post = world.post_in(world.chat(wish.integer("chat"), wish.bot()), wish.integer("message"))
    offered = [button.login_url.url for button in post.buttons if button.login_url]
    if url not in offered or not isinstance(post.sender, Bot):
        raise Refused("This message has no such button.")
    return web.json_response({"url": login_address(post.sender.token, person, url, int(world.clock.now()))})


async def send_web_app_data(request: web.Request) -> web.Response:
    wish = await read_wish(request)
    place, said = (wish.integer("person"), wish.integer("chat")), (wish.text("data"), wish.text("button_text"))
    return web.json_response({"message": post_json(request.app[WORLD].send_web_app_data(*place, *said, wish.bot()))})

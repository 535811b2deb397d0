"""Methods that tell who is in a chat, and the bot's own way out."""

from typing import Any

from sandbox.api.registry import Call, method
from sandbox.api.rights import user_of
from sandbox.api.targets import open_chat_of
from sandbox.bots import Bot
from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.people import Person


@method("getChatMember")
async def get_chat_member(call: Call) -> dict[str, Any]:
    chat, who = open_chat_of(call), user_of(call)
    if chat.person and who not in {chat.person, chat.bot}:
        raise bad_request("member not found")
    return _member(call, chat, who)


@method("getChatAdministrators")
async def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    chat = open_chat_of(call)
    if chat.person:
        raise bad_request("there are no administrators in the private chat")
    with_bots = call.parameters.flag("return_bots")
    people: list[Person] = sorted(call.world.people_in(chat), key=lambda person: person.id != chat.owner_id)
    bots = [bot for bot in call.world.members(chat) if with_bots or bot is call.bot]
    everybody: list[Person | Bot] = [*people, *bots]
    found = [who for who in everybody if call.world.standing(chat, who).is_administrator]
    return [_member(call, chat, who) for who in found]


@method("getChatMembersCount")  # its name before, which the real server still knows
@method("getChatMemberCount")
async def get_chat_member_count(call: Call) -> int:
    chat = open_chat_of(call)
    return len(call.world.people_in(chat)) + len(call.world.members(chat))


@method("getUserChatBoosts")
async def get_user_chat_boosts(call: Call) -> dict[str, Any]:
    open_chat_of(call)
    user_of(call)
    return {"boosts": []}


@method("leaveChat")
async def leave_chat(call: Call) -> bool:
    chat = open_chat_of(call)
    if chat.person:
        raise bad_request("chat member status can't be changed in private chats")
    call.world.leave(chat, call.bot)
    return True


def _member(call: Call, chat: Chat, who: Person | Bot) -> dict[str, Any]:
    return call.world.standing(chat, who).to_json(who.to_json(), chat.type, call.bot.user_id)

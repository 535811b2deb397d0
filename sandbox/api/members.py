"""Methods about who is in a chat. In a group everyone is a member and the first person its owner."""

from typing import Any

from telegram.constants import ChatMemberStatus

from sandbox.api.registry import Call, method
from sandbox.api.targets import open_chat_of
from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.membership import member_json, member_status
from sandbox.people import Person


@method("getChatMember")
async def get_chat_member(call: Call) -> dict[str, Any]:
    chat = open_chat_of(call)
    user_id = call.parameters.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    bot = next((bot for bot in call.world.bots() if bot.user_id == user_id), None)
    if bot:
        return member_json(bot, chat.absent.get(bot) or member_status(chat), is_forum=chat.is_forum)
    person = call.world.people.get(user_id)
    if person is None or person not in _people(call, chat):
        raise bad_request("user not found")
    return member_json(person, _standing(call, chat, person))


@method("getChatAdministrators")
async def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    chat = open_chat_of(call)
    if chat.person:
        raise bad_request("there are no administrators in the private chat")
    owner = member_json(_owner(call), ChatMemberStatus.OWNER)
    bots = [bot for bot in call.world.members(chat) if member_status(chat) == ChatMemberStatus.ADMINISTRATOR]
    status, is_forum = ChatMemberStatus.ADMINISTRATOR, chat.is_forum
    return [owner, *(member_json(bot, status, is_forum=is_forum) for bot in bots)]


@method("getChatMemberCount")
async def get_chat_member_count(call: Call) -> int:
    chat = open_chat_of(call)
    return len(_people(call, chat)) + len(call.world.members(chat))


@method("leaveChat")
async def leave_chat(call: Call) -> bool:
    chat = open_chat_of(call)
    if chat.person:
        raise bad_request("chat member status can't be changed in private chats")
    call.world.leave(chat, call.bot)
    return True


def _people(call: Call, chat: Chat) -> list[Person]:
    return [chat.person] if chat.person else [one for one in call.world.people.values() if not one.deleted]


def _owner(call: Call) -> Person:
    return call.world.people[min(call.world.people)]


def _standing(call: Call, chat: Chat, person: Person) -> str:
    is_owner = chat.person is None and person is _owner(call)
    return str(ChatMemberStatus.OWNER if is_owner else ChatMemberStatus.MEMBER)

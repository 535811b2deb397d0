"""What keys under the text field ask a person to share: people or a chat. Whether they fit, and how the bot reads it.

The sandbox has no Premium accounts, and nobody has a photo.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat
from sandbox.errors import Refused
from sandbox.people import Person
from sandbox.standing import Standing

Standings = Callable[[Chat, Person | Bot], Standing]


def users_shared(asked: Mapping[str, Any], chosen: Sequence[Person | Bot]) -> dict[str, Any]:
    """The people or bots that were chosen, as UsersShared. Raises Refused."""
    most = asked.get("max_quantity") or 1
    if not 1 <= len(set(chosen)) == len(chosen) <= most:
        raise Refused(f"This key asks for {'one user' if most == 1 else f'1 to {most} users'}.")
    if asked.get("user_is_premium"):
        raise Refused("This key asks for users with Premium, and nobody here has it.")
    wants_bots = asked.get("user_is_bot")
    if wants_bots is not None and any(isinstance(one, Bot) != wants_bots for one in chosen):
        raise Refused(f"This key asks for {'bots' if wants_bots else 'people'} only.")
    return {"request_id": asked["request_id"], "users": [_shared_user(asked, one) for one in chosen]}


def chat_shared(asked: Mapping[str, Any], chat: Chat, person: Person, bot: Bot, standing: Standings) -> dict[str, Any]:
    """The group or channel that a person chose for a bot, as ChatShared. Raises Refused."""
    if not standing(chat, person).is_inside:
        raise Refused(f"{person.name} is not in this chat.")
    if chat.person or chat.is_channel != bool(asked.get("chat_is_channel")):
        raise Refused(f"This key asks for a {'channel' if asked.get('chat_is_channel') else 'group'}.")
    for name, is_so, words in (
        ("chat_is_forum", chat.is_forum, "a forum"),
        ("chat_has_username", bool(chat.profile.username), "a chat with a public name"),
    ):
        if asked.get(name) is not None and asked[name] != is_so:
            raise Refused(f"This key asks for {words}." if asked[name] else f"This key does not take {words}.")
    _check_standings(asked, standing(chat, person), standing(chat, bot))
    told = {"title": chat.title, "username": chat.profile.username}
    wanted = {name: value for name, value in told.items() if asked.get(f"request_{name}") and value}
    return {"request_id": asked["request_id"], "chat_id": chat.id, **wanted}


def _check_standings(asked: Mapping[str, Any], of_person: Standing, of_bot: Standing) -> None:
    if asked.get("chat_is_created") and not of_person.is_owner:
        raise Refused("This key asks for a chat that one owns.")
    if asked.get("bot_is_member") and not of_bot.is_inside:
        raise Refused("This key asks for a chat in which the bot is.")
    for name, standing, whose in (
        ("user_administrator_rights", of_person, "one has"),
        ("bot_administrator_rights", of_bot, "the bot has"),
    ):
        wanted = [right for right, is_on in (asked.get(name) or {}).items() if is_on and right.startswith("can_")]
        if not all(map(standing.may, wanted)):
            raise Refused(f"This key asks for a chat in which {whose} more rights.")


def _shared_user(asked: Mapping[str, Any], one: Person | Bot) -> dict[str, Any]:
    told = one.to_json()
    names = ("first_name", "last_name") if asked.get("request_name") else ()
    public = ("username",) if asked.get("request_username") else ()
    return {"user_id": one.user_id, **{name: told[name] for name in (*names, *public) if name in told}}

"""How the page and the control API see the world, as JSON. Messages keep the Bot API's own shape."""

from typing import Any

import telegram

from sandbox.bots import Bot
from sandbox.chats import Chat, Post
from sandbox.people import Person
from sandbox.standing import Standing

BRIEF_LENGTH = 100


def place(chat: Chat) -> dict[str, Any]:
    """What names a chat: its id, and for a private chat the number of the bot."""
    return {"chat": chat.id, "bot": chat.bot.number if chat.bot else None}


def bot_json(bot: Bot) -> dict[str, Any]:
    return {
        "bot": bot.number,
        "user_id": bot.user_id,
        "name": bot.name,
        "username": bot.username,
        "called": bot.called,
        "blocked_by": sorted(bot.blocked_by),
        "description": bot.profile.descriptions.get("", ""),
        "about": bot.profile.short_descriptions.get("", ""),
        "menu_button": bot.profile.menu_button(),
        "abilities": bot.profile.abilities,
    }


def person_json(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "username": person.username,
        "language": person.language,
        "deleted": person.deleted,
    }


def chat_json(chat: Chat) -> dict[str, Any]:
    title = chat.title or (chat.bot.name if chat.bot else "")
    topics = [{"topic": topic.id, "name": topic.name, "closed": topic.closed} for topic in chat.topics.values()]
    general = {"name": chat.general.name, "closed": chat.general.closed, "hidden": chat.general.hidden}
    forum = {"is_forum": True, "topics": topics, "general": general} if chat.is_forum else {}
    group = {} if chat.person else _group_json(chat)
    last = {"last": _brief(next(reversed(chat.posts.values())))} if chat.posts else {}
    return {**place(chat), "title": title, "type": chat.type, "posted": chat.posted, **last, **group, **forum}


def _brief(post: Post) -> dict[str, Any]:
    """What a list of chats tells of the newest message; without a text the fields that it `holds` say what it is."""
    holds = [*([post.media.kind] if post.media else []), *post.extra]
    told = {"message_id": post.message_id, "date": post.date, "text": post.text[:BRIEF_LENGTH], "holds": holds}
    return told if post.chat.is_channel else {**told, "from": post.sender.to_json()}


def _group_json(chat: Chat) -> dict[str, Any]:
    """Who is what where that is not the usual thing, and what the group says of itself."""
    told = chat.profile
    standings = {
        str(user): {"status": one.status, "title": one.title, "until": one.until, "inside": one.is_inside,
                    "rights": sorted(one.rights), "permissions": sorted(one.permissions)}
        for user, one in chat.standings.items()
    }  # fmt: skip
    return {
        "owner": chat.owner_id,
        "everyone": chat.everyone,
        "standings": standings,
        "username": told.username,
        "description": told.description,
        "photo": told.photo.file_id if told.photo else "",
        "permissions": sorted(told.permissions),
        "join_by_request": told.join_by_request,
        "requests": sorted(told.requests),
        "links": [link.to_json() for link in told.links.values()],
    }


def post_json(post: Post) -> dict[str, Any]:
    """A message, with what only the page must know beside it."""
    shown = {
        "topic": post.topic.name if post.topic else "",
        "reactions": list(post.reactions.values()),
        "reacted": {str(who.user_id): emoji for who, emoji in post.reactions.items()},
        "keyboard": post.keyboard,
        "silent": post.silent,
    }
    return {**post.to_json(), **{name: value for name, value in shown.items() if value}}


def commands_for(bot: Bot, chat: Chat, person: Person, standing: Standing) -> list[telegram.BotCommand]:
    """The command menu a person sees in a chat: the narrowest scope that was set, in their language or in none."""
    for scope in _scopes(chat, person, standing):
        for language in dict.fromkeys((person.language or "", "")):
            if (scope, language) in bot.commands:
                return bot.commands[scope, language]
    return []


def _scopes(chat: Chat, person: Person, standing: Standing) -> list[str]:
    """The scopes that a person's menu is looked for in, the narrowest first (Bot API, BotCommandScope)."""
    if chat.person:
        return [f"chat {chat.id}", "all_private_chats", "default"]
    one, administrators = f"chat_member {chat.id} {person.id}", standing.is_administrator
    of_chat = [f"chat_administrators {chat.id}"] if administrators else []
    of_all = ["all_chat_administrators"] if administrators else []
    return [one, *of_chat, f"chat {chat.id}", *of_all, "all_group_chats", "default"]

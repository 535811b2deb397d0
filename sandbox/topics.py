"""Topics of forums: opened, named, closed, opened again and deleted by people and by bots. A layer of `World`."""

from secrets import choice
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat, Draft, Post, Topic
from sandbox.errors import Refused, unknown
from sandbox.furnishing import Furnishing
from sandbox.people import Person
from sandbox.terms import FORUM_ICON_COLORS, ChatType


class Topics(Furnishing):
    """Which topics there are. What people do to them the bots hear of, what a bot does nobody, as in Telegram."""

    def set_forum(self, chat_id: int, *, on: bool) -> Chat:
        """Let a supergroup have topics, or no longer. Raises Refused."""
        chat = self.group_chat(chat_id)
        if chat.type != ChatType.SUPERGROUP:
            raise Refused("Only a supergroup can have topics.")
        chat.is_forum = on
        self.emit({"type": "chats"})
        return chat

    def let_bots_manage_topics(self, chat_id: int, *, on: bool) -> None:
        """Make the bots administrators with that right, or members without it. Raises Refused."""
        self.group_chat(chat_id).bots_manage_topics = on

    def open_topic(self, chat: Chat, who: Person | Bot, name: str, icon_color: int = 0, icon: str = "") -> Topic:
        """Open a topic; everybody may."""
        color = icon_color or choice(FORUM_ICON_COLORS)
        made = {"name": name, "icon_color": color, **({"icon_custom_emoji_id": icon} if icon else {})}
        opening = self.post(chat, who, Draft(extra={"forum_topic_created": made}))
        topic = opening.topic = chat.topics[opening.message_id] = Topic(name, color, who, opening, icon=icon)
        self._emit_post("edited", opening)  # now it is known which topic it is in
        self._tell_of(opening, who)
        return topic

    def edit_topic(self, chat: Chat, topic: Topic, who: Person | Bot, changes: dict[str, str]) -> None:
        """Change the name or the icon, as a ForumTopicEdited names them."""
        topic.name = changes.get("name", topic.name)
        topic.icon = changes.get("icon_custom_emoji_id", topic.icon)
        self._note(chat, topic, who, {"forum_topic_edited": changes})

    def close_topic(self, chat: Chat, topic: Topic, who: Person | Bot) -> None:
        topic.closed = True
        self._note(chat, topic, who, {"forum_topic_closed": {}})

    def reopen_topic(self, chat: Chat, topic: Topic, who: Person | Bot) -> None:
        topic.closed = False
        self._note(chat, topic, who, {"forum_topic_reopened": {}})

    def delete_topic(self, chat: Chat, topic: Topic) -> None:
        """Delete a topic with all that is in it; no bot hears of it, as in Telegram."""
        del chat.topics[topic.id]
        for post in [post for post in chat.posts.values() if post.topic is topic]:
            self.delete(post)

    def rename_general(self, chat: Chat, who: Person | Bot, name: str) -> None:
        chat.general.name = name
        self._note(chat, None, who, {"forum_topic_edited": {"name": name}})

    def close_general(self, chat: Chat, who: Person | Bot) -> None:
        chat.general.closed = True
        self._note(chat, None, who, {"forum_topic_closed": {}})

    def reopen_general(self, chat: Chat, who: Person | Bot) -> None:
        """Open the General topic again; one that is hidden is shown with it."""
        if chat.general.hidden:
            self.unhide_general(chat, who)
        chat.general.closed = False
        self._note(chat, None, who, {"forum_topic_reopened": {}})

    def hide_general(self, chat: Chat, who: Person | Bot) -> None:
        """Hide the General topic, which closes it, too."""
        if not chat.general.closed:
            self.close_general(chat, who)
        chat.general.hidden = True
        self._note(chat, None, who, {"general_forum_topic_hidden": {}})

    def unhide_general(self, chat: Chat, who: Person | Bot) -> None:
        chat.general.hidden = False
        self._note(chat, None, who, {"general_forum_topic_unhidden": {}})

    def topic_in(self, chat: Chat, topic_id: int) -> Topic:
        """Find a topic. Raises Refused."""
        if topic_id not in chat.topics:
            raise unknown(f"There is no topic {topic_id} in chat {chat.id}.")
        return chat.topics[topic_id]

    def check_is_open(self, person: Person, topic: Topic | None, chat: Chat | None = None) -> None:
        """Raise Refused where only those may write who manage topics; without one the chat's General is meant."""
        place = topic.opening.chat if topic else chat
        if place is None or not place.is_forum or not (topic or place.general).closed:
            return
        if not self.standing(place, person).may("can_manage_topics"):
            raise Refused("This topic is closed.")

    def _note(self, chat: Chat, topic: Topic | None, who: Person | Bot, extra: dict[str, Any]) -> None:
        self._tell_of(self.post(chat, who, Draft(extra=extra, topic=topic)), who)

    def _tell_of(self, post: Post, who: Person | Bot) -> None:
        if isinstance(who, Person):
            self.tell_bots(post)

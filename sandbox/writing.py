"""Messages come, change and go. The layer of `World` that people and the Bot API share."""

from sandbox.bots import Bot
from sandbox.buttons import InlineKeyboard
from sandbox.chats import Chat, Draft, Post
from sandbox.entities.formatted import Formatted
from sandbox.errors import unknown
from sandbox.inhabitants import BotReference, Inhabitants
from sandbox.people import Person
from sandbox.terms import ChatType
from sandbox.views import place, post_json


class Writing(Inhabitants):
    """Puts messages into chats and tells those who watch."""

    def messages(self, chat_id: int, bot: BotReference = None) -> list[Post]:
        """The messages of a chat, oldest first."""
        return list(self.chat(chat_id, bot).posts.values())

    def post(self, chat: Chat, sender: Person | Bot, draft: Draft) -> Post:
        """Put a message into a chat."""
        number, text, extra = next(chat.numbers), draft.formatted, draft.extra
        if chat.standings and (tag := self._tag_of(sender, chat)):
            extra = {**extra, "sender_tag": tag}
        post = Post(
            number,
            chat,
            sender,
            int(self.clock.now()),
            text.text,
            text.entities,
            draft.markup,
            draft.reply_to,
            draft.media,
            extra,
            draft.topic,
            draft.keyboard,
            draft.silent,
        )
        chat.posts[number] = post
        chat.posted += 1
        self._emit_post("message", post)
        return post

    def _tag_of(self, sender: Person | Bot, chat: Chat) -> str:
        """What stands beside a name in a supergroup: the title of an administrator, or the tag of another member."""
        standing = self.standing(chat, sender)
        return (standing.title or standing.tag) if chat.type == ChatType.SUPERGROUP else ""

    def edit(self, post: Post, formatted: Formatted, markup: InlineKeyboard | None) -> None:
        """Change a message's text or caption, and its buttons."""
        post.text, post.entities = formatted.text, formatted.entities
        post.markup = markup
        post.edited_at = int(self.clock.now())
        self._emit_post("edited", post)

    def react(self, post: Post, who: Person | Bot, emoji: str) -> None:
        """Put a reaction on a message; "" takes it away."""
        if emoji:
            post.reactions[who] = emoji
        else:
            post.reactions.pop(who, None)
        self._emit_post("edited", post)

    def delete(self, post: Post) -> None:
        del post.chat.posts[post.message_id]
        self.emit({"type": "deleted", **place(post.chat), "message_id": post.message_id})

    def delete_all_of(self, chat: Chat, sender: Person | Bot) -> None:
        """Delete what somebody wrote in a chat."""
        for post in [post for post in chat.posts.values() if post.sender is sender]:
            self.delete(post)

    def tell_bots(self, post: Post) -> None:
        """Send a message to the bots in its chat as an update."""
        kind = "channel_post" if post.chat.is_channel else "message"
        for receiver in self.members(post.chat):
            if not self._hears(receiver, post):
                continue
            receiver.receive({kind: post.to_json()})

    def _hears(self, bot: Bot, post: Post) -> bool:
        """Tell whether a message is for a bot that does not read everything: a command, a reply, a service message."""
        if post.chat.person or post.chat.is_channel or bot.profile.abilities["can_read_all_group_messages"]:
            return True
        if self.standing(post.chat, bot).is_administrator or not (post.text or post.media):
            return True
        command, _, name = post.text.partition(" ")[0].partition("@")
        for_it = command.startswith("/") and name.lower() in {"", bot.username.lower()}
        return for_it or (post.reply_to is not None and post.reply_to.sender is bot)

    def post_in(self, chat: Chat, message_id: int) -> Post:
        """Find a message. Raises Refused."""
        if message_id not in chat.posts:
            raise unknown(f"There is no message {message_id} in chat {chat.id}.")
        return chat.posts[message_id]

    def _emit_post(self, kind: str, post: Post) -> None:
        if self.is_watched(kind):
            self.emit({"type": kind, **place(post.chat), "posted": post.chat.posted, "message": post_json(post)})

"""What people do with messages: send anything, change what they wrote, react, forward. A layer of `World`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat, Draft, Post
from sandbox.contents import captioned
from sandbox.entities.cleaning import shows_nothing
from sandbox.entities.formatted import Formatted, from_plain
from sandbox.errors import Refused
from sandbox.files import new_album
from sandbox.forwarding import albums_of, forwarded, is_creation, is_service
from sandbox.inhabitants import BotReference
from sandbox.kinds import CAPTIONLESS
from sandbox.membership import check_is_there
from sandbox.poll import Poll
from sandbox.polls import Polls
from sandbox.terms import REACTION_EMOJI, MessageLimit

_MOST_OPTIONS, _ALBUM, _MOST_FORWARDED = 12, range(2, 11), 100


class Sharing(Polls):
    """Lets people write; the bots in the chat hear of all of it."""

    def share(
        self,
        person_id: int,
        chat_id: int,
        draft: Draft,
        bot: BotReference = None,
        *,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> Post:
        """Let a person send a message, in the topic of what it answers. Raises Refused."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        self.check_may_write(person, chat)
        quoted = self.post_in(chat, reply_to) if reply_to else None
        within = self.topic_in(chat, topic) if topic else quoted.topic if quoted else None
        self.check_is_open(person, within, chat)
        post = self.post(chat, person, replace(draft, reply_to=quoted, topic=within))
        self.tell_bots(post)
        return post

    def share_album(
        self, person_id: int, chat_id: int, drafts: Sequence[Draft], bot: BotReference = None, **place: int | None
    ) -> list[Post]:
        """Let a person send two to ten files as an album. Raises Refused."""
        if len(drafts) not in _ALBUM:
            raise Refused("An album has two to ten files.")
        album = new_album()
        parts = [replace(draft, extra={**draft.extra, **album}) for draft in drafts]
        return [self.share(person_id, chat_id, part, bot, **place) for part in parts]

    def ask(
        self,
        person_id: int,
        chat_id: int,
        question: str,
        options: Sequence[str],
        bot: BotReference = None,
        *,
        correct: Sequence[int] = (),
        **more: Any,
    ) -> Post:
        """Let a person send a poll, or with right answers a quiz. Raises Refused.

        `more` are `reply_to` and `topic` as in `share`, and fields of Poll.
        """
        place = {name: more.pop(name, None) for name in ("reply_to", "topic")}
        person, asked = self.person(person_id), from_plain(question)
        if not asked.text or not 1 <= len(options) <= _MOST_OPTIONS or not all(option.strip() for option in options):
            raise Refused("A poll has a question and one to twelve options.")
        if any(not 0 <= number < len(options) for number in correct):
            raise Refused(f"The options of this poll are 0 to {len(options) - 1}.")
        texts = tuple(Formatted(option.strip()) for option in options)
        quiz: dict[str, Any] = {"is_quiz": True, "allows_revoting": False} if correct else {}
        poll = Poll(person, Formatted(asked.text), texts, correct=tuple(correct), **{**quiz, **more})
        return self.share(person_id, chat_id, self.with_poll(Draft(), poll), bot, **place)

    def rewrite(
        self, person_id: int, chat_id: int, message_id: int, text: str | Formatted, bot: BotReference = None
    ) -> Post:
        """Let a person change the text or caption of a message of their own. Raises Refused."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        self.check_may_write(person, chat)
        post = self.post_in(chat, message_id)
        if post.sender is not person or is_service(post) or not {"forward_origin", "via_bot"}.isdisjoint(post.extra):
            raise Refused("People can change only what they wrote themselves.")
        formatted = self._rewritten(post, text)
        if (formatted.text, formatted.entities) == (post.text, post.entities):
            raise Refused("That is what the message says already.")
        self.edit(post, formatted, post.markup)
        kind = "edited_channel_post" if chat.is_channel else "edited_message"
        for receiver in self.members(chat):
            receiver.receive({kind: post.to_json()})
        return post

    def withdraw(self, person_id: int, chat_id: int, message_id: int, bot: BotReference = None) -> None:
        """Let a person delete a message for everyone; as in Telegram no bot hears of it. Raises Refused."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        check_is_there(person, chat)
        post = self.post_in(chat, message_id)
        if is_creation(post):
            raise Refused("This message stays as long as what it tells of.")
        if chat.person is None and (chat.is_channel or post.sender is not person or is_service(post)):
            self.check_may(chat, person, "can_delete_messages")
        self.delete(post)

    def give_reaction(
        self, person_id: int, chat_id: int, message_id: int, emoji: str, bot: BotReference = None
    ) -> None:
        """Let a person react to a message, with another emoji than before, or "" for none any more. Raises Refused."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        check_is_there(person, chat)
        post = self.post_in(chat, message_id)
        if emoji and emoji not in REACTION_EMOJI:
            raise Refused(f"{emoji!r} is no reaction.")
        before = post.reactions.get(person, "")
        if before == emoji:
            return
        self.react(post, person, emoji)
        place = {"chat": chat.to_json(), "message_id": message_id}
        told = {**place, "user": person.to_json(), "date": int(self.clock.now())}
        change = {"old_reaction": _reaction(before), "new_reaction": _reaction(emoji)}
        count = {**place, "date": told["date"], "reactions": _counted(post)}
        for receiver in self._hearers_of_reactions(chat):
            # In a channel nobody sees who it was, and neither does the bot.
            receiver.receive(
                {"message_reaction_count": count} if chat.is_channel else {"message_reaction": told | change}
            )

    def forward(
        self, person_id: int, from_chat_id: int, message_ids: Sequence[int], to_chat_id: int, bot: BotReference = None
    ) -> list[Post]:
        """Let a person forward messages; all parts of an album are an album again. Raises Refused."""
        if not 1 <= len(message_ids) <= _MOST_FORWARDED:
            raise Refused(f"Forward 1 to {_MOST_FORWARDED} messages at once.")
        person, source = self.person(person_id), self.chat(from_chat_id, bot)
        check_is_there(person, source)
        posts = [self.post_in(source, number) for number in message_ids]
        if any(is_service(post) or post.extra.get("has_protected_content") for post in posts):
            raise Refused("This message cannot be forwarded.")
        drafts = [forwarded(post) for post in posts]
        whole = [
            replace(one, extra={**one.extra, **album}) for one, album in zip(drafts, albums_of(posts), strict=True)
        ]
        return [self.share(person_id, to_chat_id, draft, bot) for draft in whole]

    def _rewritten(self, post: Post, text: str | Formatted) -> Formatted:
        if post.media and post.media.kind not in CAPTIONLESS:
            return captioned(text)
        if not post.text:
            raise Refused("There is no text in this message.")
        return checked_text(text)

    def _hearers_of_reactions(self, chat: Chat) -> list[Bot]:
        """The bots that are told of reactions: in a group only those that are administrators (Bot API, Update)."""
        return [bot for bot in self.members(chat) if chat.person or self.standing(chat, bot).is_administrator]


def checked_text(text: str | Formatted) -> Formatted:
    """A text as a person writes it. Raises Refused."""
    formatted = text if isinstance(text, Formatted) else from_plain(text)
    if shows_nothing(formatted.text) or len(formatted.text) > MessageLimit.MAX_TEXT_LENGTH:
        raise Refused("A message needs between 1 and 4096 characters.")
    return formatted


def _reaction(emoji: str) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def _counted(post: Post) -> list[dict[str, Any]]:
    """The reactions to a message with how many people chose each, as ReactionCount."""
    chosen = list(post.reactions.values())
    return [{"type": _reaction(emoji)[0], "total_count": chosen.count(emoji)} for emoji in dict.fromkeys(chosen)]

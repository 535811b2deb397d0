"""Polls: people vote, change their minds, take votes back; polls close by hand or in time. A layer of `World`."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat, Draft, Post
from sandbox.errors import Refused
from sandbox.inhabitants import BotReference
from sandbox.people import Person
from sandbox.pins import Pins
from sandbox.poll import Poll


@dataclass(eq=False, slots=True)
class Closings:
    """What waits for the ends of polls; it belongs to a running server, so no field of it is one to be kept."""

    tasks: set[asyncio.Task[None]] = field(init=False)

    def __post_init__(self) -> None:
        self.tasks = set()

    def begin(self, closing: Coroutine[Any, Any, None]) -> None:
        """Wait for an end; without an event loop a poll is closed when somebody looks."""
        try:
            task = asyncio.get_running_loop().create_task(closing)
        except RuntimeError:
            closing.close()
            return
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def stop(self) -> None:
        for task in self.tasks:
            task.cancel()


class Polls(Pins):
    """Counts votes. A bot hears of those in its own polls, and when a poll in its chats is closed, as in Telegram."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.polls: dict[str, Poll] = {}
        self.closings = Closings()

    def with_poll(self, draft: Draft, poll: Poll) -> Draft:
        """Let a message show a poll."""
        self.polls[poll.id] = poll
        return replace(draft, extra={**draft.extra, "poll": poll.to_json(in_message=True)})

    def poll_of(self, post: Post) -> Poll | None:
        shown = post.extra.get("poll")
        return self.polls[shown["id"]] if shown else None

    def post(self, chat: Chat, sender: Person | Bot, draft: Draft) -> Post:
        """Put a message into a chat; if it shows a poll, it will show the votes, too."""
        post = super().post(chat, sender, draft)
        if poll := self.poll_of(post):
            poll.posts.append(post)
            self._write(post, poll)
            if len(poll.posts) == 1:
                self._await_end(poll)
        return post

    def await_ends(self) -> None:
        """Let polls be closed in time that came into the world otherwise: out of a file."""
        for poll in self.polls.values():
            if poll.posts:
                self._await_end(poll)

    def _await_end(self, poll: Poll) -> None:
        if poll.close_date and not poll.is_closed:
            self.closings.begin(self._close_in_time(poll))

    def vote(
        self, person_id: int, chat_id: int, message_id: int, options: Sequence[int], bot: BotReference = None
    ) -> Poll:
        """Let a person choose options of a poll, others than before, or none any more. Raises Refused."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        poll = self._poll_in(chat, message_id)
        chosen = tuple(sorted(set(options)))
        _check_vote(poll, person, chosen)
        if chosen:
            poll.votes[person.id] = chosen
        else:
            poll.votes.pop(person.id, None)
        self._show(poll)
        if isinstance(poll.author, Bot):
            if not poll.is_anonymous:
                poll.author.receive({"poll_answer": _answer(poll, person, chosen)})
            poll.author.receive({"poll": poll.to_json()})
        return poll

    def stop_poll(self, person_id: int, chat_id: int, message_id: int, bot: BotReference = None) -> Poll:
        """Let a person close a poll of their own. Raises Refused."""
        person = self.person(person_id)
        poll = self._poll_in(self.chat(chat_id, bot), message_id)
        if poll.author is not person:
            raise Refused("Only who made a poll can close it.")
        if poll.is_closed:
            raise Refused("This poll is closed.")
        self.close_poll(poll)
        return poll

    def close_poll(self, poll: Poll) -> None:
        poll.is_closed = True
        self._show(poll)
        hearers = [bot for post in poll.posts for bot in self.members(post.chat)]
        for hearer in [poll.author] if isinstance(poll.author, Bot) else dict.fromkeys(hearers):
            hearer.receive({"poll": poll.to_json()})

    def close_if_over(self, poll: Poll) -> None:
        """Close a poll whose time has passed while nobody looked."""
        if not poll.is_closed and poll.is_over(self.clock.now()):
            self.close_poll(poll)

    def _poll_in(self, chat: Chat, message_id: int) -> Poll:
        poll = self.poll_of(self.post_in(chat, message_id))
        if poll is None:
            raise Refused(f"Message {message_id} is no poll.")
        self.close_if_over(poll)
        return poll

    def _show(self, poll: Poll) -> None:
        """Write the votes into all messages that show a poll."""
        for post in poll.posts:
            if post.chat.posts.get(post.message_id) is post:
                self._write(post, poll)
                self._emit_post("edited", post)

    def _write(self, post: Post, poll: Poll) -> None:
        shown = poll.to_json(answers=poll.answers_known(post), in_message=True)
        post.extra = {**post.extra, "poll": shown}

    async def _close_in_time(self, poll: Poll) -> None:
        never = asyncio.get_running_loop().create_future()
        await self.clock.wait(never, poll.close_date - self.clock.now())
        self.close_if_over(poll)


def _check_vote(poll: Poll, person: Person, chosen: tuple[int, ...]) -> None:
    if poll.is_closed:
        raise Refused("This poll is closed.")
    if any(not 0 <= number < len(poll.options) for number in chosen):
        raise Refused(f"The options of this poll are 0 to {len(poll.options) - 1}.")
    if len(chosen) > 1 and not poll.allows_many:
        raise Refused("Only one option of this poll can be chosen.")
    if person.id in poll.votes and not poll.allows_revoting:
        raise Refused("A vote in this poll cannot be changed.")


def _answer(poll: Poll, person: Person, chosen: tuple[int, ...]) -> dict[str, Any]:
    """A vote as a PollAnswer of the Bot API; without options it was taken back."""
    kept = [poll.option_ids[number] for number in chosen]
    return {"poll_id": poll.id, "user": person.to_json(), "option_ids": list(chosen), "option_persistent_ids": kept}

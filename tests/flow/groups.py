"""What the flow tests of the operators' group share: a group with topics or without, the keeper's looks, the outbox."""

import json
from typing import Any

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.models import BotFacts, GroupPost, OutgoingMessage
from botcore.operators import group
from botcore.operators.keeper import OperatorsKeeper
from sandbox.chats import Draft, Post, Topic
from sandbox.entities.formatted import Formatted
from sandbox.files import Media
from sandbox.world import GROUP_ID
from tests.flow.broadcasts import BroadcastFlowCase
from tests.flow.people import CHARLIE
from tests.telegram import is_from_bot

BOB = 2
STICKER = {"width": 1, "height": 1, "type": "regular", "is_animated": False, "is_video": False}
DETAILS: dict[str, dict[str, Any]] = {"photo": {"width": 1, "height": 1}, "sticker": STICKER}


class GroupCase(BroadcastFlowCase):
    """Charlie writes to the operators; Bob is of support; Alice is an owner. The group is theirs."""

    is_forum = True
    kind = ""  # of a group that is made for the test

    def setUp(self) -> None:
        """Make the group, and let the bot be known by its id."""
        super().setUp()
        BotFacts.objects.create(token_number=1, facts=json.dumps({"id": self.world.bot().user_id}), at="2026-01-01T00Z")
        self.group_id = self.world.add_group("Operators", self.kind).id if self.kind else GROUP_ID
        if self.is_forum:
            self.world.set_forum(self.group_id, on=True)
        self.keeper = OperatorsKeeper("the tests")

    async def begin(self) -> None:
        """Let everybody be known, and the group be the operators'."""
        await self.meet()
        await self.make(BOB, Role.SUPPORT)
        self.world.say(1, self.group_id, "Hello all")
        await self.settle()
        await in_database(group.choose, chat_id=self.group_id, is_forum=self.is_forum, by="the tests")

    async def writes(self, *texts: str) -> None:
        """Let Charlie write, and bring it."""
        for text in texts:
            await self.charlie.says(text)
        await self.bring()

    async def bring(self) -> None:
        """Let the keeper look and the sender send until nothing waits."""
        await self.keeper.look()
        while await self.send():
            await self.keeper.look()

    async def says(self, text: str, person: int = BOB, *, reply_to: Post | None = None, **more: Any) -> Post:
        """Let somebody write in the group, and the bot do what follows."""
        number = reply_to.message_id if reply_to else None
        post = self.world.say(person, self.group_id, text, number, **more)
        await self.settle()
        await self.bring()
        return post

    def file(self, kind: str = "photo") -> Media:
        """Return a file of the sandbox."""
        return Media(kind, self.world.files.keep_stub(1, kind, "it", "image/png"), DETAILS[kind])

    async def shows(self, person: int, chat: int, media: Media, text: str = "", **place: Any) -> Post:
        """Let somebody send a file."""
        where = self.world.chat(chat)
        post = self.world.post(where, self.world.person(person), Draft(Formatted(text), media=media, **place))
        self.world.tell_bots(post)
        await self.settle()
        await self.bring()
        return post

    @property
    def seen(self) -> list[Post]:
        """The messages of the group, oldest first."""
        return self.world.messages(self.group_id)

    @property
    def topics(self) -> list[Topic]:
        """The topics of the group."""
        return list(self.world.groups[self.group_id].topics.values())

    def texts(self, topic: Topic | None = None) -> list[str]:
        """Return what the bot has said in the group, or in a topic."""
        said = [post for post in self.seen if is_from_bot(post) and "forum_topic_created" not in post.extra]
        return [post.text for post in said if topic is None or post.topic is topic]

    def heard(self) -> list[str]:
        """Return what stands in Charlie's chat from the bot since he was thanked."""
        return self.charlie.answers[2:]

    async def open_posts(self) -> int:
        """Count what is still to be done."""
        return await GroupPost.objects.exclude(state="done").acount()

    async def letters(self) -> list[OutgoingMessage]:
        """Return what operators wrote to Charlie."""
        return [row async for row in OutgoingMessage.objects.filter(chat_id=CHARLIE, source="operator").order_by("pk")]

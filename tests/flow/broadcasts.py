"""What the flow tests of broadcasts share: messages to be broadcast, a feeder's look, a sender's moves."""

from typing import Any

from django.utils import timezone

from botcore.broadcasts import drafts, services
from botcore.broadcasts.feeder import Feeder
from botcore.broadcasts.models import Broadcast, BroadcastCard
from botcore.database import in_database
from botcore.outbox.content import Text
from sandbox.chats import Draft, Post
from sandbox.entities.formatted import Formatted
from sandbox.files import Media
from tests.flow.people import ALICE, PeopleCase

SEEN = {"duration": 1, "width": 1, "height": 1}
DETAILS: dict[str, dict[str, Any]] = {
    "video": SEEN,
    "voice": {"duration": 1},
    "sticker": {"width": 1, "height": 1, "type": "regular", "is_animated": False, "is_video": False},
}


class BroadcastFlowCase(PeopleCase):
    """Alice is an owner; Bob and Charlie have written to the bot, too."""

    async def meet(self) -> None:
        """Let everybody write."""
        await super().meet()
        await self.alice.says("/start")

    def posts(self, text: str = "", kind: str = "", **extra: Any) -> Post:
        """Let Alice post something that the bot only hears of when it is answered."""
        file = self.world.files.keep_stub(1, kind, "it", "image/png") if kind else None
        media = Media(kind, file, DETAILS.get(kind, {})) if file else None
        draft = Draft(Formatted(text), media=media, extra=extra)
        return self.world.post(self.world.chat(ALICE), self.world.person(ALICE), draft)

    async def broadcasts(self, post: Post, text: str = "/broadcast") -> None:
        """Let Alice answer it with the command."""
        self.world.say(ALICE, ALICE, text, reply_to=post.message_id)
        await self.settle()

    async def types(self, text: str, *entities: dict[str, Any], **fields: Any) -> None:
        """Let Alice write a command with formatting and whatever else a message has."""
        await self.bot()
        sender = self.world.person(ALICE).to_json()
        chat = self.world.chat(ALICE).to_json()
        command = {"type": "bot_command", "offset": 0, "length": len("/broadcast")}
        body = {"message_id": 4711, "date": 1_790_000_000, "chat": chat, "from": sender, "text": text, **fields}
        self.world.deliver({"message": {**body, "entities": [command, *entities]}})
        await self.settle()

    async def drafts(self, text: str = "News") -> None:
        """Let Alice write one."""
        await self.meet()
        await self.broadcasts(self.posts(text))

    async def starts(self, text: str = "News") -> None:
        """Let Alice write one and start it."""
        await self.drafts(text)
        await self.alice.presses("Start…")
        await self.alice.presses("Send")

    async def row(self) -> Broadcast:
        """Return the newest broadcast."""
        return await Broadcast.objects.alatest("pk")

    async def look(self) -> None:
        """Let the feeder look once, with all cards due."""
        await BroadcastCard.objects.aupdate(due_at=timezone.now())
        await Feeder("the tests").look()

    async def send(self) -> int:
        """Send what waits in the outbox; return how much that was."""
        return await self.send_due()

    async def finish(self) -> None:
        """Feed and send until nothing waits."""
        await self.look()
        while await self.send():
            await self.look()

    async def from_page(self, buttons: str = "") -> int:
        """Send one to everybody; return its row."""
        await self.meet()
        content = Text("News", "HTML")
        pk = await in_database(
            drafts.write, by="dora", content=content, buttons=buttons, is_shown=True, bot_id=self.bot_id
        )
        await in_database(services.start, pk, by="dora")
        await self.finish()
        return pk

    async def opens(self) -> None:
        """Let Alice look at the newest broadcast."""
        await self.alice.says("/broadcast")
        await self.alice.presses("1")

"""People who write to the bot: what they do in a chat, and what they see there."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, Protocol, TypeVar

from botcore.pipeline.context import BotApplication
from sandbox import contents
from sandbox.bots import Bot
from sandbox.chats import Post
from sandbox.clock import ManualClock
from sandbox.files import Upload
from sandbox.queries import Inquiry
from sandbox.world import World
from tests.telegram_transport import InProcessTelegram

T = TypeVar("T")
NO_INVOICE = "There is no invoice in this chat."
PICTURE = b"\xff\xd8\xff\xe0 a picture that nobody looks into"


class Case(Protocol):
    """What a person needs of the test they are in."""

    world: World
    clock: ManualClock
    telegram: InProcessTelegram

    async def bot(self) -> BotApplication:
        """Start the bot the first time."""

    async def settle(self) -> None:
        """Let the bot handle what there is."""


class Seen(str):
    """What a person sees: a text to compare, or to call with words that must stand in it."""

    __slots__ = ()

    def __call__(self, *words: str) -> None:
        """Fail unless each of these stands in it."""
        for one in words:
            assert one in self, f"{one!r} is not in {str(self)!r}"


def newest(found: Iterable[T], fits: Callable[[T], bool], otherwise: str) -> T:
    """Return the first that fits, of those that come newest first; fail with these words if there is none."""
    for one in found:
        if fits(one):
            return one
    raise AssertionError(otherwise)


def no_button(label: str, there: Iterable[str]) -> str:
    """Say that a button is not among those that are there."""
    return f"There is no button {label!r} in this chat, but {list(there)}."


class Writer:
    """A person of the sandbox in one chat with the bot."""

    def __init__(self, case: "Case", person_id: int, chat_id: int) -> None:
        self._case = case
        self.id = person_id
        self.chat_id = chat_id

    async def says(self, text: str) -> None:
        """Send a message; return when the bot has handled it."""
        await self._case.bot()
        self._case.world.say(self.id, self.chat_id, text)
        await self._case.settle()

    async def presses(self, label: str, *, times: int = 1) -> list[str | None]:
        """Press the newest button with this label, at once so many times; return the notices shown."""
        await self._case.bot()
        posts = reversed(self._case.world.messages(self.chat_id))
        there = [(post, button) for post in posts for button in post.buttons]
        post, button = newest(there, lambda one: one[1].text == label, no_button(label, (one.text for _, one in there)))
        data = str(button.callback_data)
        presses = [self._case.world.press(self.id, self.chat_id, post.message_id, data) for _ in range(times)]
        await self._case.settle()
        return [press.answer.text if press.answer else None for press in presses]

    async def pays(self, seconds_late: int = 0) -> str | None:
        """Pay the newest invoice; return why the bot refused, "" when it was paid, None without an answer in time."""
        await self._case.bot()
        posts = reversed(self._case.world.messages(self.chat_id))
        post = newest(posts, lambda one: "invoice" in one.extra, NO_INVOICE)
        asked = self._case.world.pay(self.id, self.chat_id, post.message_id)
        self._case.clock.advance(seconds_late)
        await self._case.settle()
        await self._case.settle()  # the message that says so
        return asked.answer

    async def types(self, query: str) -> Inquiry:
        """Type behind the bot's name; return what the person sees then."""
        await self._case.bot()
        asked = self._case.world.ask_inline(self.id, query)
        await self._case.settle()
        return asked

    async def forges(self, data: str) -> str | None:
        """Send a pressed button with data that no button has; return the notice shown."""
        await self._case.bot()
        message = self._case.world.messages(self.chat_id)[-1].to_json()
        sender = self._case.world.people[self.id].to_json()
        query = {"id": "987654321", "from": sender, "message": message, "chat_instance": "1", "data": data}
        sent: list[dict[str, Any]] = self._case.telegram.calls
        sent.clear()
        self._case.world.deliver({"callback_query": query})
        await self._case.settle()
        return next((call.get("text") for call in sent if "callback_query_id" in call), None)

    @property
    def answers(self) -> list[str]:
        """The texts of the bot's messages in this chat, oldest first."""
        return [post.text for post in self._case.world.messages(self.chat_id) if is_from_bot(post)]

    @property
    def sees(self) -> Seen:
        """The text of the bot's newest message, "" when there is none; `sees("Hello")` fails if that is not in it."""
        return Seen((self.answers or [""])[-1])

    @property
    def buttons(self) -> list[str]:
        """The labels under the newest message of the bot."""
        posts = [post for post in self._case.world.messages(self.chat_id) if is_from_bot(post)]
        return [button.text for button in posts[-1].buttons] if posts else []

    async def sends_photo(self, caption: str = "") -> Post:
        """Send a picture; the bot can download it."""
        await self._case.bot()
        world, picture = self._case.world, Upload("photo.jpg", "image/jpeg", BytesIO(PICTURE))
        post = world.share(self.id, self.chat_id, contents.file(world.files, "photo", picture, caption))
        await self._case.settle()
        return post

    async def joins(self) -> None:
        """Come into this group, for which somebody who is in it goes first."""
        await self._case.bot()
        world = self._case.world
        world.leave(world.group_chat(self.chat_id), world.person(self.id))
        world.join(self.id, self.chat_id)
        await self._case.settle()

    async def blocks(self) -> None:
        """Block the bot."""
        await self._case.bot()
        self._case.world.block(self.id)
        await self._case.settle()

    async def unblocks(self) -> None:
        """Let the bot write again."""
        await self._case.bot()
        self._case.world.unblock(self.id)
        await self._case.settle()


def is_from_bot(post: Post) -> bool:
    """Tell whether the bot wrote the message."""
    return isinstance(post.sender, Bot)

"""Which answer belongs to what was done: by a reply, by its number in the text, else the oldest that waits.

Out of order is only what can be known: an answer that names its question and comes after the answer to a later one.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from sandbox.load.latencies import Latencies

MARK = re.compile(r"load (\d+)")


@dataclass(slots=True)
class Deed:
    """Something that a person did and that waits for an answer."""

    number: int
    kind: str
    chat: int
    at: float
    message: int | None = None


@dataclass(slots=True)
class Tally:
    """What became of one kind of deeds."""

    done: int = 0
    refused: int = 0
    lost: int = 0
    latencies: Latencies = field(default_factory=Latencies)


class Watch:
    """Deeds that wait for answers, and what is counted of them. A chat's memory ends with its oldest waiting deed."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.tallies = {kind: Tally() for kind in kinds}
        self.out_of_order = self.told_apart = self.messages = self.more = self.late = 0
        self.keyboards: dict[int, tuple[int, str]] = {}  # the newest message of a chat with a button, and its data
        self._waiting: OrderedDict[int, Deed] = OrderedDict()
        self._chats: dict[int, OrderedDict[int, Deed]] = {}
        self._answered: dict[int, int] = {}  # the latest deed of a chat that was answered by name

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def begin(self, deed: Deed) -> None:
        self.tallies[deed.kind].done += 1
        self._waiting[deed.number] = deed
        self._chats.setdefault(deed.chat, OrderedDict())[deed.number] = deed

    def refuse(self, deed: Deed) -> None:
        """Note that the sandbox did not take it."""
        if self._end(deed):
            self.tallies[deed.kind].refused += 1

    def give_up(self, before: float) -> None:
        """Count as lost what has waited since before a moment; the oldest is the first."""
        while self._waiting and (oldest := next(iter(self._waiting.values()))).at < before:
            self._end(oldest)
            self.tallies[oldest.kind].lost += 1

    def hear(self, event: dict[str, Any], now: float) -> None:
        """Take an event of the live channel."""
        if event["type"] == "answer":
            self._answer_press(event["person"], now)
        elif event["type"] in {"message", "edited"} and event["message"].get("from", {}).get("is_bot"):
            self._hear_bot(event["chat"], event["message"], event["type"], now)

    def _hear_bot(self, chat: int, message: dict[str, Any], kind: str, now: float) -> None:
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        datas = [button["callback_data"] for row in rows for button in row if "callback_data" in button]
        if datas:
            self.keyboards[chat] = (message["message_id"], datas[0])
        elif self.keyboards.get(chat, (None,))[0] == message["message_id"]:
            del self.keyboards[chat]
        if kind == "message":
            self._settle(chat, message, now)

    def _settle(self, chat: int, message: dict[str, Any], now: float) -> None:
        self.messages += 1
        named, waiting = self._named(message), self._chats.get(chat, OrderedDict())
        if named is not None:
            self._check_order(chat, named)
        deed = _likeliest(waiting) if named is None else waiting.get(named)
        if deed is None:
            self.more += named is None
            self.late += named is not None
            return
        self._end(deed)
        self.tallies[deed.kind].latencies.add(now - deed.at)

    def _named(self, message: dict[str, Any]) -> int | None:
        """Return the number of the deed that an answer names."""
        quoted = message.get("reply_to_message", {})
        for text in (quoted.get("text"), quoted.get("caption"), message.get("text"), message.get("caption")):
            if found := MARK.search(text or ""):
                return int(found[1])
        return None

    def _check_order(self, chat: int, number: int) -> None:
        self.told_apart += 1
        latest = self._answered.get(chat, 0)
        self.out_of_order += number < latest
        self._answered[chat] = max(number, latest)

    def _answer_press(self, person: int, now: float) -> None:
        pressed = (deed for deed in self._chats.get(person, OrderedDict()).values() if deed.kind == "press")
        if deed := next(pressed, None):
            self._end(deed)
            self.tallies[deed.kind].latencies.add(now - deed.at)

    def _end(self, deed: Deed) -> bool:
        chat = self._chats.get(deed.chat, OrderedDict())
        chat.pop(deed.number, None)
        if not chat:
            self._chats.pop(deed.chat, None)
        return self._waiting.pop(deed.number, None) is not None


def _likeliest(waiting: OrderedDict[int, Deed]) -> Deed | None:
    """Return what an answer without a name belongs to: the oldest command, which has no number, else the oldest."""
    spoken = [deed for deed in waiting.values() if deed.kind != "press"]
    return next((deed for deed in spoken if deed.kind == "command"), spoken[0] if spoken else None)

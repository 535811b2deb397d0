"""What the tests of broadcasts share: people, a broadcast that runs, and a sender's moves on its deliveries."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.test import TestCase
from django.utils import timezone

from botcore.broadcasts import drafts, feeding, selectors, services
from botcore.broadcasts.models import Broadcast, BroadcastDelivery
from botcore.outbox.content import Text
from botcore.outbox.models import OutgoingMessage, OutgoingState
from botcore.outbox.progress import Done, Sent, advance
from botcore.people.models import Chat, User
from tests.database.outboxes import BOT, begin, claim, end

AN_HOUR_AGO = timedelta(hours=1)


def add_person(number: int, *, met: timedelta = AN_HOUR_AGO, chat: dict[str, Any] | None = None, **facts: Any) -> None:
    """Add a person with a private chat, met so long ago."""
    seen = {"first_seen": timezone.now() - met, "last_seen": timezone.now()}
    User.objects.create(id=number, first_name=f"Person {number}", **seen, **facts)
    Chat.objects.create(id=number, **{"type": "private", **seen, **(chat or {})})


def add_people(count: int) -> None:
    """Add people with the ids 1, 2 …"""
    seen = {"first_seen": timezone.now() - AN_HOUR_AGO, "last_seen": timezone.now()}
    User.objects.bulk_create(User(id=number, first_name="Alice", **seen) for number in range(1, count + 1))
    Chat.objects.bulk_create(Chat(id=number, type="private", **seen) for number in range(1, count + 1))


def write(text: str = "<b>News</b>") -> int:
    """Write a broadcast that its writer was shown, so that it needs no test."""
    return drafts.write(by="dora", content=Text(text, "HTML"), is_shown=True, bot_id=BOT)


def started() -> int:
    """Write a broadcast and start it."""
    pk = write()
    services.start(pk, by="dora")
    return pk


def sent_to_all(pk: int | None = None) -> int:
    """Send a broadcast to everybody, as messages with numbers of their own; return its row."""
    if pk is None:
        pk = started()
    else:
        services.start(pk, by="dora")
    feed(pk)
    chats = OutgoingMessage.objects.filter(key__startswith=f"broadcast:{pk}:").values_list("chat_id", flat=True)
    outcomes = {chat: Sent(OutgoingState.SENT, message_id=100 + chat) for chat in chats}
    while send(outcomes=outcomes):  # what waits there already comes first
        feed(pk)
    return pk


def feed(pk: int) -> None:
    """Bring a broadcast as far as it goes now."""
    while feeding.step(pk):
        pass


def send(*, outcomes: dict[int, Sent] | None = None, most: int = 1000) -> list[int]:
    """Send what waits, as a sender does; return the chats. Other `outcomes` than sent are by chat."""
    sent = []
    for lane in claim(f"sender {OutgoingMessage.objects.count()} {timezone.now()}", lanes=most):
        begun = begin(lane).begun
        messages = [message for message in lane.messages if message.pk in begun]
        sent += [message.chat_id for message in messages]
        usual = Sent(OutgoingState.SENT, message_id=1)
        ends = [end(lane, message, (outcomes or {}).get(message.chat_id, usual)) for message in messages]
        advance([], ends, [Done(lane, more=lane.more)])
    return sent


class BroadcastCase(TestCase):
    """Three people, and looks at what became of them."""

    people = 3

    def setUp(self) -> None:
        """Meet them."""
        add_people(self.people)

    def state(self, pk: int) -> str:
        """Return the broadcast's state."""
        return Broadcast.objects.get(pk=pk).state

    def queued(self) -> list[int]:
        """Return whose messages there are, in the order in which they were queued."""
        return list(OutgoingMessage.objects.order_by("pk").values_list("chat_id", flat=True))

    def states(self) -> Counter[str]:
        """Count messages by state."""
        return Counter(OutgoingMessage.objects.values_list("state", flat=True))

    def progress(self, pk: int) -> selectors.Progress:
        """Return how far it came; every delivery must be somewhere, once."""
        found = selectors.progress(pk)
        assert found is not None
        self.assertEqual(found.queued, found.ended + found.waiting + found.held)
        self.assertEqual(found.waiting + found.held, BroadcastDelivery.objects.filter(broadcast=pk).count())
        return found

    def assert_once_each(self, chats: Iterable[int], people: Iterable[int]) -> None:
        """Check that each of these people, and nobody else, got it once."""
        self.assertEqual(Counter(chats), Counter(people))

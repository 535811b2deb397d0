"""Features that call services which the product's own handlers leave alone, in ways that are refused, too."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.utils import timezone
from telegram import Update

from botcore.database import in_database
from botcore.enclosures import services as enclosures
from botcore.enclosures.models import Enclosure
from botcore.exceptions import ValidationError
from botcore.inbox.models import Update as Row
from botcore.inbox.replay import replay
from botcore.inbox.selection import MOST_IDS, Selection
from botcore.monitoring.events import event, store_events
from botcore.outbox import callback_data
from botcore.outbox import services as outbox
from botcore.outbox.content import Album, Button, Copy, Photo, Template
from botcore.outbox.ledger_payload import LEFT_OUT
from botcore.outbox.models import CallbackData, OutgoingMessage, OutgoingState
from botcore.people import services as people
from botcore.people.models import Chat, Reach
from botcore.persistence import services as persistence
from botcore.persistence.models import PersistentData
from botcore.pipeline.context import Context
from botcore.registry import command
from botcore.runtime import services as runtime
from botcore.runtime.models import UploadedFile
from tests.faults.features.probe import LONG

OLD_GROUP, NEW_GROUP = -1001, -1001234567890
OTHER_BOT = 99


def attempt(*calls: Callable[[], Any]) -> None:
    """Make calls that may be refused."""
    for call in calls:
        with suppress(ValidationError):
            call()


@command("queues")
async def queue(_update: Update, context: Context) -> None:
    """Queue messages of each kind."""
    await in_database(queue_all, context.message.chat.id, context.update_pk)
    await context.answer("sentence", sentence="queued")


def queue_all(chat_id: int, update_pk: int) -> None:
    """Use the outbox' services."""
    key, later = f"key {update_pk}", timezone.now() + timedelta(days=1)
    buttons = [[Button("Press", data=f"pressed:{LONG}"), Button("Short", data="pressed:~x")]]
    album = Album([Photo("a-file"), Photo("another")])
    outbox.send(chat_id=chat_id, content=Template("sentence", {"sentence": "one"}), key=key, update_pk=update_pk)
    outbox.send(chat_id=chat_id, text="not again", key=key)
    outbox.send(chat_id=chat_id, content=Copy(chat_id, 1), silent=True, reply_to=1, topic=1, due_at=later)
    pk = outbox.send(chat_id=chat_id, text="later", buttons=buttons, due_at=later)
    row = OutgoingMessage.objects.filter(pk=pk)
    attempt(
        lambda: outbox.cancel(pk, by="dora", reason="it may be sent again"),
        lambda: outbox.retry(pk, by="dora"),
        lambda: outbox.uncancel(pk, cancelled_at=outbox.cancelled(pk, by="dora") or later, by="dora"),
        lambda: outbox.uncancel(pk, cancelled_at=later),
        lambda: outbox.retry(pk),
        lambda: row.update(state=OutgoingState.FAILED, payload=f'{{"{LEFT_OUT}":true,"text":"x"}}'),
        lambda: outbox.retry(pk),
        lambda: outbox.retry(2**62),
        lambda: outbox.cancel(-1),
        lambda: outbox.cancel_chat(-chat_id, by="dora", reason="enough"),  # another: what is for this one shall arrive
        lambda: outbox.send(chat_id=chat_id, text="for nothing", update_pk=10**9),
        lambda: outbox.send(chat_id=chat_id),
        lambda: outbox.send(chat_id=chat_id, content=album, buttons=buttons),
    )


@command("enclose")
async def enclose(_update: Update, context: Context) -> None:
    """Send files as pages do."""
    await in_database(enclose_all, context.message.chat.id)
    await context.answer("sentence", sentence="enclosed")


def enclose_all(chat_id: int) -> None:
    """Use the services of files from pages, in ways that are refused, too; nothing of it is sent."""
    later = timezone.now() + timedelta(days=1)
    for files in ([_file()], [_file(), _file()]):
        pk = outbox.send(chat_id=chat_id, content=enclosures.enclose(files, caption="one"), due_at=later)
        outbox.cancel(pk)
    enclosures.release([f"message:{pk}"])
    attempt(
        lambda: outbox.retry(pk),
        lambda: enclosures.enclose([]),
        lambda: enclosures.enclose([_file(0)]),
        lambda: enclosures.enclose([_file(11_000_000)]),
        lambda: enclosures.enclose([_file(60_000_000)]),
        lambda: enclosures.enclose([_file(30_000_000)] * 2),
    )
    full = Enclosure.objects.create(name="x", kind="document", size=enclosures.ROOM, at=later)
    attempt(lambda: enclosures.enclose([_file()]))
    full.delete()


def _file(size: int | None = None) -> "File[bytes]":
    """Return a picture, or one that says that it has so many bytes."""
    file = ContentFile(b"\xff\xd8\xff cats", "cat.jpg")
    file.size = file.size if size is None else size
    return file


@command("keys")
async def keys(_update: Update, context: Context) -> None:
    """Keep and look up data of buttons, in ways that are refused, too."""
    await in_database(keys_all, context.message.chat.id)
    await context.answer("sentence", sentence="kept")


def keys_all(chat_id: int) -> None:
    """Use the services of long data."""
    past = timezone.now() - timedelta(days=1)
    CallbackData.objects.get_or_create(key=f"old{chat_id}", defaults={"data": "x", "chat_id": 1, "expires_at": past})
    key = callback_data.keep(f"pressed:{LONG}", chat_id=chat_id).partition(":")[2]
    mine = callback_data.keep(f"pressed:{LONG}", user_id=chat_id).partition(":")[2]
    attempt(
        lambda: callback_data.keep(f"pressed:{LONG}"),
        lambda: callback_data.keep(LONG, chat_id=chat_id),
        lambda: callback_data.look_up("short", chat_id=chat_id, user_id=chat_id),
        lambda: callback_data.look_up(key, chat_id=-chat_id, user_id=1),
        lambda: callback_data.look_up(mine, chat_id=chat_id, user_id=1),
    )


@command("people")
async def change_people(_update: Update, context: Context) -> None:
    """Use the services of people, of persistence, of the runtime and of events."""
    await in_database(change_all, context.bot.id, context.person.id)
    await context.answer("sentence", sentence="changed")


def change_all(bot_id: int, user_id: int) -> None:
    """Lose a chat, move a group with what is remembered of it, keep files and a secret."""
    now = timezone.now()
    people.mark_unreachable(user_id, Reach.BLOCKED)
    Chat.objects.filter(pk=user_id).update(reach=Reach.OPEN)
    old, new = OLD_GROUP - user_id, NEW_GROUP - user_id
    Chat.objects.get_or_create(pk=old, defaults={"type": "group", "title": "G", "first_seen": now, "last_seen": now})
    for key in (f"chat:{old}", f"conversation:{old}:1"):
        PersistentData.objects.get_or_create(bot_id=bot_id, key=key, defaults={"data": "{}", "changed_at": now})
    people.move_chat(old, new)
    persistence.move_chat(bot_id, old, new)
    for number in range(3):
        runtime.keep_file(OTHER_BOT, f"{user_id}-{number}", "photo", "a-file")
        UploadedFile.objects.filter(bot_id=OTHER_BOT).update(used_at=now - timedelta(days=2))
        runtime.use_file(OTHER_BOT, f"{user_id}-{number}", "photo")
    runtime.use_file(OTHER_BOT, "never", "photo")
    runtime.keep_file(OTHER_BOT, f"{user_id}", "photo", "")
    runtime.webhook_of(OTHER_BOT, secret=uuid.uuid4().hex)
    runtime.webhook_of(OTHER_BOT, secret=uuid.uuid4().hex)
    naive = {**event("kind", "text"), "at": "2026-11-28T21:00:00", "key": uuid.uuid4().hex}
    store_events([naive])


@command("again")
async def again(_update: Update, context: Context) -> None:
    """Send an older update of the person through again; wrong selections are refused."""
    await in_database(select_all, context.person.id, context.update_pk)
    await context.answer("sentence", sentence="again")


def select_all(chat_id: int, update_pk: int) -> None:
    """Use the services of replay."""
    now = timezone.now()
    older = tuple(Row.objects.filter(chat_id=chat_id, pk__lt=update_pk, kind="message").values_list("pk", flat=True))
    attempt(
        lambda: replay(Selection(ids=older), by="a test"),
        lambda: replay(Selection(ids=(update_pk, 2**40)), by="a test"),
        Selection().check,
        Selection(states=("nonsense",)).check,
        Selection(since=now, until=now).check,
        Selection(ids=tuple(range(MOST_IDS + 1))).check,
        lambda: Selection(states=("dead", "done")).find().exists(),
    )

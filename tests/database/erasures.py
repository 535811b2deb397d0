"""A person who is planted in every table, with marks that nobody else has; and looking for these marks everywhere."""

import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Model
from django.utils import timezone

from botcore.audit.actor import Actor, acting
from botcore.audit.services import record
from botcore.erasure import services
from botcore.erasure.tables import TABLES, Table
from botcore.inbox.envelope import read_envelope
from botcore.models import (
    Channel,
    Chat,
    Erasure,
    ErrorEvent,
    Lane,
    OutgoingState,
    RoleGrant,
    StaffLink,
    State,
    Update,
    User,
)
from botcore.runtime.jobs.run import Run
from tests.database.dashboard.data import outgoing, person, private, update
from tests.database.dashboard.one_of_each import one_of_each
from tests.database.errors import error, occurrence

ID = 7_423_916_508
FIRST, LAST, USERNAME = "Zoraïde", "Quandt", "zoraide_q"
NAME, WORDS = f"{FIRST} {LAST}", "my grandmother's kugel recipe"
MARKS = (str(ID), NAME, LAST, USERNAME, WORDS, "kugel")
QUOTE = f"@{USERNAME} {ID} {NAME}"
ME = {"id": ID, "is_bot": False, "first_name": FIRST, "last_name": LAST, "username": USERNAME}
BOB = {"id": 2, "is_bot": False, "first_name": "Bob"}
BOT = {"id": 999, "is_bot": True, "first_name": "Bot"}
GROUP = {"id": -5, "type": "supergroup", "title": "Gardeners"}
REFUSED = (RoleGrant, StaffLink)  # whoever has those is not forgotten before they are taken
MINE = {"message_id": 7, "date": 1, "chat": GROUP, "from": ME, "text": WORDS}


def plant() -> None:
    """Let the person be in every column that can hold something of them, and in what others send."""
    rows = one_of_each()
    zora = person(ID, FIRST, last_name=LAST, username=USERNAME, source=WORDS)
    private(zora)
    for table in TABLES:
        if table.model in rows and table.model not in REFUSED:
            _plant_in(table, rows[table.model])
    Lane.objects.filter(key=ID).update(ready_at=None)  # the worker is done with it
    for raw in talk():
        _accept(raw)
    _said()
    _audited()
    _spooled()


def talk() -> list[dict[str, Any]]:
    """Return what the person sent, and what others sent about them."""
    spoken = {"message_id": 9, "date": 2, "chat": GROUP, "from": BOB}
    card = {"message_id": 8, "date": 1, "chat": {"id": 2, "type": "private"}, "from": BOT, "text": f"{NAME}: {WORDS}"}
    mention = {"type": "text_mention", "offset": 4, "length": len(FIRST), "user": ME}
    origin = {"type": "user", "sender_user": ME, "date": 1}
    member = {"user": ME, "status": "member"}
    messages: list[dict[str, Any]] = [
        MINE,
        {"message_id": 1, "date": 1, "chat": {**ME, "type": "private"}, "from": ME, "text": WORDS},
        {**spoken, "text": "yes", "reply_to_message": MINE, "quote": {"text": "kugel", "position": 0}},
        {**spoken, "text": "yes", "external_reply": {"origin": origin}, "quote": {"text": "kugel", "position": 0}},
        {**spoken, "text": WORDS, "forward_origin": origin},
        {**spoken, "text": f"Hi, {FIRST}!", "entities": [mention]},
        {**spoken, "text": f"See @{USERNAME.upper()}, or tg://user?id={ID}"},
        {**spoken, "contact": {"phone_number": "1", "first_name": FIRST, "last_name": LAST, "user_id": ID}},
        {**spoken, "pinned_message": MINE},
        {**spoken, "new_chat_members": [ME]},
    ]
    others: list[dict[str, Any]] = [
        {"callback_query": {"id": "5", "from": BOB, "message": card, "chat_instance": "1", "data": f"person:{ID}"}},
        {"chat_member": {"chat": GROUP, "from": BOB, "date": 1, "old_chat_member": member, "new_chat_member": member}},
        {"inline_query": {"id": "6", "from": ME, "query": WORDS, "offset": ""}},
        {"message_reaction": {"chat": GROUP, "message_id": 4, "user": ME, "date": 1, "old_reaction": [],
                              "new_reaction": []}},
    ]  # fmt: skip
    return [*({"message": message} for message in messages), *others]


def erase(times: int = 3) -> bool:
    """Ask for it, and work on it as the job does; return whether it is done."""
    pk = services.ask(user_id=ID, by="boss")
    Erasure.objects.filter(pk=pk).update(asked_at=timezone.now() - timedelta(minutes=1))
    return any(services.proceed(pk, Run("erasures")) for _ in range(times))


def found(marks: tuple[str, ...] = MARKS) -> list[str]:
    """Return every place where a mark is left, as model, column and key."""
    spool = Path(settings.SPOOL_DIR)
    places = [str(path) for path in spool.glob("*") if path.is_file() and _has(path.read_text("utf-8"), marks)]
    for model in apps.get_models():
        columns = [column.attname for column in model._meta.concrete_fields]
        for row in model._default_manager.values("pk", *columns):
            places += [f"{model.__name__}.{name} {row['pk']}" for name in columns if _has(row[name], marks)]
    return places


def attribute(model: type[Model], column: str) -> str:
    """Return the name under which a row has a column: user_id for the key `user`."""
    return str(getattr(model._meta.get_field(column), "attname", column))


def _has(value: Any, marks: tuple[str, ...]) -> bool:
    text = str(value).casefold()
    return any(mark.casefold() in text or json.dumps(mark)[1:-1].casefold() in text for mark in marks)


def _plant_in(table: Table, row: Model) -> None:
    """Let a row of others name the person, and have another that is theirs."""
    names = (*table.quotes.split(), *table.drops.split())
    columns, others = ({name: _planted(row, name, number) for name in names} for number in (1, 2))
    own: dict[str, Any] = {**dict.fromkeys(table.id_columns, ID), **dict.fromkeys(table.keys.split(), f"chat:{ID}")}
    if own:
        mine = type(row)(**{column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields})
        _make_new(mine)
        for name, value in {**others, **own}.items():
            setattr(mine, attribute(type(mine), name), value)
        if not (isinstance(mine, User | Chat) or (mine._meta.pk.name in table.id_columns and _is_there(mine))):
            mine.save(force_insert=True)
    if columns:
        type(row)._default_manager.filter(pk=row.pk).update(**columns)


def _is_there(row: Model) -> bool:
    return type(row)._default_manager.filter(pk=row.pk).exists()


def _make_new(row: Model) -> None:
    """Let a copied row break no constraint."""
    for column in row._meta.concrete_fields:
        if isinstance(column, models.AutoField):
            setattr(row, column.attname, None)
        elif column.unique and isinstance(column, models.UUIDField):
            setattr(row, column.attname, uuid.uuid4())
        elif column.unique and isinstance(column, models.CharField):
            setattr(row, column.attname, uuid.uuid4().hex[:16])
        elif column.name in {"update_id", "update_pk", "message_id", "token_number", "feedback", "topic"}:
            setattr(row, column.attname, 777_777)


def _planted(row: Model, name: str, number: int) -> str:
    """Return a text that names the person, as JSON where the column has some; the number makes it another."""
    is_json = str(getattr(row, name)).startswith(("{", "["))
    text = json.dumps({"text": QUOTE, "user": ME, "ids": [ID], "n": number}) if is_json else f"{number} {QUOTE}"
    return text[: getattr(row._meta.get_field(name), "max_length", None)]


def _accept(raw: dict[str, Any]) -> None:
    """Have an update in the inbox, handled, with what the bot said because of it."""
    envelope = read_envelope({"update_id": Update.objects.count() + 1_000, **raw})
    row = update(
        State.DONE, kind=envelope.kind, chat_id=envelope.chat_id, user_id=envelope.user_id,
        lane_key=envelope.lane_key, raw=envelope.raw,
    )  # fmt: skip
    if envelope.user_id == ID:
        outgoing(OutgoingState.SENT, chat_id=-5, payload=json.dumps({"text": f"Welcome, {LAST}: {WORDS}"}), update=row)


def _said() -> None:
    """Have what the bot said to the person and of them, and an error that quotes their words in its title."""
    for state in (OutgoingState.SENT, OutgoingState.QUEUED, OutgoingState.FAILED):
        outgoing(state, chat_id=ID, payload=json.dumps({"text": WORDS}))
    buttons = {"inline_keyboard": [[{"text": "Ban", "callback_data": f"person_ban:{ID}"}]]}
    outgoing(OutgoingState.SENT, chat_id=2, payload=json.dumps({"text": WORDS, "reply_markup": buttons}))
    line = f"invalid literal for int(): {WORDS}"
    cause = Update.objects.filter(chat_id=ID).exclude(raw="").latest("pk")
    problem = error(f"ValueError: {line}")
    occurrence(problem, message=line, user_id=ID, chat_id=ID, update_pk=cause.pk)
    problem.fingerprints.get().people.create(user_id=ID)
    problem.alerts.create(reason="new", title=f"ValueError: {line}", at=timezone.now())
    other = occurrence(error("KeyError: 5"), user_id=2, payload=json.dumps({"locals": {"who": QUOTE, "id": ID}}))
    assert ErrorEvent.objects.filter(pk=other.pk).exists()


def _audited() -> None:
    """Have entries about the person, by them, and with their id among others."""
    record("access.ban", f"person:{ID}", after={"reason": WORDS, "until": None}, by="boss")
    with acting(Actor(Channel.TELEGRAM, f"{NAME} (Telegram {ID})", ID)):
        record("feedback.read", "feedback:5", after={"read": True})
    record("errors.note", "error:1", after={"note": QUOTE}, before={"person": ID}, by="boss")
    record("errors.resolve", "error:1", after={"state": "resolved"}, by="boss")


def _spooled() -> None:
    """Have records in files that nobody holds."""
    spool = Path(settings.SPOOL_DIR)
    spool.mkdir(parents=True, exist_ok=True)
    lines = [
        {"kind": "outgoing", "record": {"key": "a", "chat_id": ID, "payload": json.dumps({"text": WORDS})}},
        {"kind": "event", "record": {"key": "b", "text": "The bot started."}},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (spool / "dead-1.jsonl").write_text(text, "utf-8")
    (spool / "dead-1.jsonl.bad").write_text(f"{text}torn {QUOTE}\n", "utf-8")

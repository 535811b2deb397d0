"""Something to do on a page, with what must be there before: for deeds.py and the audit of every page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User as Login
from django.urls import reverse
from django.utils import timezone

from botcore.access import services as access
from botcore.access.models import StaffLink
from botcore.alerts.conditions import services as conditions
from botcore.alerts.maintenance import start_maintenance
from botcore.broadcasts import drafts
from botcore.broadcasts import services as broadcasts
from botcore.conversations import services as talks
from botcore.conversations.selectors import standing
from botcore.errors import services as errors
from botcore.models import (
    Chat,
    Conversation,
    Erasure,
    Funnel,
    Job,
    OutgoingState,
    State,
    Step,
    UpdateSum,
    User,
)
from botcore.outbox.content import Photo
from botcore.people import notes
from botcore.runtime import settings
from botcore.runtime.jobs import services as jobs
from botcore.runtime.log_levels import set_level
from tests.database.broadcasts import add_person, sent_to_all, write
from tests.database.conditions import firing
from tests.database.dashboard.data import group, heartbeat, message, outgoing, person, private, update
from tests.database.errors import error, mark

Form = Mapping[str, Any]
CONDITION, LOGGER, SETTING = "job_stale", "botcore.inbox", "alerts.cap"
CAROL = 33
AGAIN: Form = {}  # the same form once more changes nothing


@dataclass(frozen=True)
class Prepared:
    """Where a form goes, what it says, what it is about; `idle` changes nothing: the same again, or another form."""

    args: tuple[Any, ...]
    target: str
    form: Form = field(default_factory=dict)
    idle: Form = field(default_factory=dict)
    query: str = ""


@dataclass(frozen=True)
class Deed:
    """Something that an operator does: the entry's action, and what prepares it."""

    action: str
    prepare: Callable[[], Prepared]

    def address(self, name: str, prepared: Prepared) -> str:
        """Return where the form goes."""
        return reverse(f"dashboard:{name}", args=prepared.args) + prepared.query


def on_error(act: str, more: Form = AGAIN, idle: Form = AGAIN) -> Callable[[], Prepared]:
    """Do this about an error that is resolved before it is opened again, else new."""

    def prepare() -> Prepared:
        row = error()
        if act == "reopen":
            errors.resolve(group_id=row.pk, by="")
        return Prepared((row.pk,), f"error:{row.pk}", {"action": act, **more}, idle)

    return prepare


def new_funnel() -> Prepared:
    """Have two handlers that somebody came to; the same name again makes no second funnel."""
    UpdateSum.objects.bulk_create(
        UpdateSum(step=Step.DAY, at=timezone.now(), kind="message", handler=name, state="done", count=1, seconds=0)
        for name in ("start.start", "feedback.keep")
    )
    form = {"name": "Begin", "step": ["start.start", "feedback.keep", ""], "days": "7"}
    last = Funnel.objects.create(name="Gone", steps=["start.start", "feedback.keep"], days=7).pk
    Funnel.objects.all().delete()  # the sequence goes on, so only a new row tells which number comes next
    return Prepared((), f"funnel:{last + 1}", form)


def old_funnel() -> Prepared:
    """Have a funnel."""
    row = Funnel.objects.create(name="Old", steps=["start.start", "feedback.keep"], days=7)
    return Prepared((row.pk,), f"funnel:{row.pk}")


def split_off() -> Prepared:
    """Have an error of two fingerprints."""
    row = error()
    part = mark(row)
    return Prepared((row.pk,), f"error:{row.pk}", {"fingerprint": part.value})


def in_bulk(act: str) -> Callable[[], Prepared]:
    """Do this about chosen errors: one, or two that are merged."""

    def prepare() -> Prepared:
        rows = [error() for _ in range(2 if act == "merge" else 1)]
        form = {"action": act, "id": [row.pk for row in rows], "sure": "yes"}
        idle = {"action": act, "id": []} if act == "mute" else AGAIN
        return Prepared((), f"error:{rows[0].pk}", form, idle)

    return prepare


def chosen_messages(state: OutgoingState, act: str, **more: str) -> Callable[[], Prepared]:
    """Do this with a message in this state that is chosen in the list."""

    def prepare() -> Prepared:
        one = on_message(state)()
        return Prepared((), one.target, {"action": act, "id": one.args, **more})

    return prepare


def chosen_people(form: Form, before: Callable[[], object] | None = None) -> Callable[[], Prepared]:
    """Do this with Carol, who is chosen in the list."""

    def prepare() -> Prepared:
        one = on_person(before=before)()
        return Prepared((), one.target, {**form, "id": one.args})

    return prepare


def chosen_feedback() -> Prepared:
    """Have a message that nobody has read, and choose it in the list."""
    one = unread()
    return Prepared((), one.target, {"action": "read", "id": one.args})


def on_job(act: str) -> Callable[[], Prepared]:
    """Do this about a job, which is paused before it is resumed."""

    def prepare() -> Prepared:
        Job.objects.create(name="work", schedule="every hour", next_at=timezone.now())
        if act == "resume":
            jobs.pause("work", by="")
        return Prepared(("work",), "job:work", {"do": act})

    return prepare


def on_condition(act: str, idle: Form = AGAIN, **more: str) -> Callable[[], Prepared]:
    """Do this about a condition that fires, and is silenced before its silence ends."""

    def prepare() -> Prepared:
        firing(CONDITION)
        if act == "unsilence":
            conditions.silence(name=CONDITION, length="1h", by="")
        return Prepared((CONDITION,), f"condition:{CONDITION}", {"action": act, **more}, idle)

    return prepare


def hold() -> Prepared:
    """Have no maintenance."""
    return Prepared((), "alerts:maintenance", {"length": "1h"}, {"length": "a century"})


def release() -> Prepared:
    """Have a maintenance."""
    start_maintenance(length="1h", by="")
    return Prepared((), "alerts:maintenance", {"length": ""})


def one_process() -> Prepared:
    """Have a process that can be restarted."""
    heartbeat()
    return Prepared((), "bot")


def level() -> Prepared:
    """Have a logger at its level."""
    return Prepared((), f"logger:{LOGGER}", {"logger": LOGGER, "level": "DEBUG", "duration": "always"})


def level_back() -> Prepared:
    """Have a logger at another level."""
    set_level(logger=LOGGER, level="DEBUG", duration="1h", by="")
    return Prepared((), f"logger:{LOGGER}", {"logger": LOGGER})


def on_message(state: OutgoingState, **facts: Any) -> Callable[[], Prepared]:
    """Have a message in this state, to a group that is known."""

    def prepare() -> Prepared:
        group(-5, "Gardeners")
        row = outgoing(state, chat_id=-5, **facts)
        return Prepared((row.pk,), f"message:{row.pk}")

    return prepare


def edited() -> Prepared:
    """Have a message that Telegram has taken, and other words for it."""
    if not Chat.objects.filter(pk=-5).exists():
        group(-5, "Gardeners")
    row = outgoing(chat_id=-5, message_id=6)
    return Prepared((row.pk,), f"message:{row.pk}", {"text": "Other words"})


def dead_letters() -> Prepared:
    """Have two dead letters."""
    update(State.DEAD), update(State.DEAD)
    return Prepared((), "updates:selected", query="?state=dead")


def dead_letter() -> Prepared:
    """Have a dead letter."""
    row = update(State.DEAD)
    return Prepared((row.pk,), f"update:{row.pk}")


def unread() -> Prepared:
    """Have a message that nobody has read."""
    row = message(person(1, "Alice"), "Hello")
    return Prepared((row.pk,), f"feedback:{row.pk}")


def on_person(
    form: Form = AGAIN, before: Callable[[], object] | None = None, idle: Form = AGAIN
) -> Callable[[], Prepared]:
    """Do this to Carol, who has written to the bot."""

    def prepare() -> Prepared:
        if not User.objects.filter(pk=CAROL).exists():
            private(person(CAROL, "Carol"))
        if before:
            before()
        return Prepared((CAROL,), f"person:{CAROL}", form, idle)

    return prepare


def to_forget() -> Prepared:
    """Know which erasure is asked for next."""
    on_person()()
    last = Erasure.objects.create(digest="ab12", by="", asked_at=timezone.now(), finished_at=timezone.now())
    return Prepared((CAROL,), f"erasure:{last.pk + 1}", {"typed": str(CAROL)})


def listed() -> Prepared:
    """Have Carol on the list."""
    access.allow(chat_id=CAROL, by="")
    return Prepared((), f"person:{CAROL}", {"chat_id": str(CAROL)})


def on_setting(form: Form, *, changed: bool = False) -> Callable[[], Prepared]:
    """Do this about a setting, which is changed before it is put back."""

    def prepare() -> Prepared:
        if changed:
            settings.change(SETTING, "7", by="")
        return Prepared((SETTING,), f"setting:{SETTING}", form)

    return prepare


def to_answer() -> Prepared:
    """Have a message of somebody who can be written to."""
    alice = person(1, "Alice")
    private(alice)
    row = message(alice, "Hello")
    return Prepared((row.pk,), f"feedback:{row.pk}", {"text": "Hello, Alice"}, {"text": " "})


def on_talk(act: str, form: Form = AGAIN, idle: Form = AGAIN) -> Callable[[], Prepared]:
    """Do this in the conversation with Carol: one that is open, or closed before it is opened again."""

    def prepare() -> Prepared:
        one = on_person()()
        Conversation.objects.all().delete()
        dora, _is_new = Login.objects.get_or_create(username="dora", is_staff=True)
        talks.assign(user_id=CAROL, account_id=dora.pk, by="")
        if act == "reopen":
            talks.close(user_id=CAROL, by="")
        if act == "hand_back":
            talks.take_over(user_id=CAROL, by="")
        return replace(one, form={"action": act, **form}, idle=idle)

    return prepare


def chosen_talk(form: Form) -> Callable[[], Prepared]:
    """Do this with the conversation with Carol, which is chosen in the list."""

    def prepare() -> Prepared:
        one = on_talk("")()
        return Prepared((), one.target, {**form, "id": one.args})

    return prepare


def note_in_talk() -> Prepared:
    """Have a note of Alice's on Carol."""
    account_id = Login.objects.get(username="alice").pk
    one = on_talk("")()
    note = notes.write(user_id=CAROL, text="Calls on Mondays", account_id=account_id, by="alice")
    return replace(one, form={"action": "unnote", "note": note})


def to_reply() -> Prepared:
    """Say how many answers the operator has seen: the same form once more is refused for that."""
    one = on_person()()
    return replace(one, form={"text": "Hello, Carol", "answers": standing(CAROL).answers, "upto": "0"})


def given() -> Prepared:
    """Have an error, and a member of the staff to give it to."""
    erin = Login.objects.create(username="erin", is_staff=True)
    return on_error("assign", {"user": erin.pk})()


def written() -> Prepared:
    """Know which broadcast is written next."""
    return Prepared((), f"broadcast:{write() + 1}", {"text": "<b>News</b>"}, {"text": "<b>"})


def on_broadcast(act: str = "", idle: Form = AGAIN, **form: str) -> Callable[[], Prepared]:
    """Do this about a broadcast to one person: a draft, or one that runs, and is paused before it is resumed."""

    def prepare() -> Prepared:
        add_person(1)
        pk = write()
        for before in {"pause": ["start"], "resume": ["start", "pause"]}.get(act, []):
            getattr(broadcasts, before)(pk, by="")
        if act == "unschedule":
            broadcasts.schedule(pk, by="", at=timezone.now() + timedelta(hours=1))
        return Prepared((pk,), f"broadcast:{pk}", {"do": act, **form}, idle)

    return prepare


NO_WORDS: Form = {"action": "note", "note": " "}


def copied() -> Prepared:
    """Know which broadcast the copy is."""
    add_person(1)
    pk = write()
    return Prepared((pk,), f"broadcast:{pk + 1}", {"do": "copy"}, {"do": "nonsense"})


def over() -> int:
    """Have a broadcast that a person got."""
    add_person(1)
    return sent_to_all()


def amended() -> Prepared:
    """Know which broadcast the edit of what was sent is."""
    pk = over()
    form = {"text": "<b>Other</b>", "buttons": "I come | press: Fine"}
    return Prepared((pk,), f"broadcast:{pk + 1}", form, {"text": "<b>"})


def other_files() -> Prepared:
    """Have a draft of a photo, and give it another."""
    add_person(1)
    pk = drafts.write(by="", content=Photo("AgACAgIAAxk"), is_shown=True, bot_id=1)
    return Prepared((pk,), f"broadcast:{pk}", {"file_id": "AgACAgIAAxk2", "kind": "photo"}, {"file_id": "AgAC"})


def withdrawn() -> Prepared:
    """Know which broadcast the deletion of what was sent is."""
    pk = over()
    return Prepared((pk,), f"broadcast:{pk + 1}", {"do": "delete"}, {"do": "nonsense"})


def tested() -> Prepared:
    """Have a draft, and let it be tested by who is linked with the person."""
    account = Login.objects.get(username="alice")
    StaffLink.objects.get_or_create(account=account, defaults={"user_id": 1, "at": timezone.now()})
    return on_broadcast("test", {"do": "nonsense"})()


NONSENSE: Form = {"action": "nonsense"}
# Every page that takes forms, by the address' name.

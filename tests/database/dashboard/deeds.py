"""What operators can do on the pages: each deed with the entry that it must leave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User as Login
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from botcore.access import services as access
from botcore.access.models import Keep, StaffLink
from botcore.access.roles import Role
from botcore.alerts.conditions import services as conditions
from botcore.alerts.maintenance import start_maintenance
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
from botcore.people import tags
from botcore.runtime import settings
from botcore.runtime.jobs import services as jobs
from botcore.runtime.log_levels import set_level
from tests.database.access import BOSS
from tests.database.broadcasts import add_person, write
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
    return Prepared((), f"funnel:{(Funnel.objects.aggregate(at=Max('pk'))['at'] or 0) + 1}", form)


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


def tested() -> Prepared:
    """Have a draft, and let it be tested by who is linked with the person."""
    account = Login.objects.get(username="alice")
    StaffLink.objects.get_or_create(account=account, defaults={"user_id": 1, "at": timezone.now()})
    return on_broadcast("test", {"do": "nonsense"})()


NONSENSE: Form = {"action": "nonsense"}
# Every page that takes forms, by the address' name.
PAGES: dict[str, list[Deed]] = {
    "error_act": [
        Deed("errors.acknowledge", on_error("acknowledge")),
        Deed("errors.resolve", on_error("resolve")),
        Deed("errors.resolve", on_error("resolve_next")),
        Deed("errors.reopen", on_error("reopen")),
        Deed("errors.mute", on_error("mute", {"for": "ever"})),
        Deed("errors.mute", on_error("mute_until", {"limit": "5", "window": "3600"})),
        Deed("errors.assign", given),
        Deed("errors.note", on_error("note", {"text": "I look at it"}, {"action": "note", "text": " "})),
    ],
    "error_split": [Deed("errors.split", split_off)],
    "errors_bulk": [
        Deed("errors.resolve", in_bulk("resolve")),
        Deed("errors.acknowledge", in_bulk("acknowledge")),
        Deed("errors.mute", in_bulk("mute")),
        Deed("errors.merge", in_bulk("merge")),
    ],
    "outbox_bulk": [
        Deed("outbox.cancel", chosen_messages(OutgoingState.QUEUED, "cancel")),
        Deed("outbox.retry", chosen_messages(OutgoingState.FAILED, "retry", sure="yes")),
    ],
    "people_bulk": [
        Deed("people.tag", chosen_people({"action": "tag", "name": "vip"})),
        Deed(
            "people.untag",
            chosen_people({"action": "untag", "name": "vip"}, lambda: tags.tag(user_id=CAROL, name="vip", by="")),
        ),
        Deed(
            "access.ban",
            chosen_people({"action": "restrict", "sure": "yes", "kind": "banned", "for": "", "reason": "spam"}),
        ),
    ],
    "feedback_bulk": [Deed("feedback.read", chosen_feedback)],
    "job_act": [
        Deed("jobs.run", on_job("run")),
        Deed("jobs.pause", on_job("pause")),
        Deed("jobs.resume", on_job("resume")),
    ],
    "condition_act": [
        Deed("alerts.acknowledge", on_condition("acknowledge")),
        Deed("alerts.silence", on_condition("silence", NONSENSE, length="1h", reason="we know")),
        Deed("alerts.unsilence", on_condition("unsilence")),
    ],
    "maintenance": [Deed("alerts.hold", hold), Deed("alerts.release", release)],
    "restart": [Deed("bot.restart", one_process)],
    "log_level": [Deed("logs.level", level)],
    "log_level_back": [Deed("logs.reset", level_back)],
    "outgoing_cancel": [Deed("outbox.cancel", on_message(OutgoingState.QUEUED))],
    "outgoing_retry": [Deed("outbox.retry", on_message(OutgoingState.FAILED))],
    "outgoing_delete": [Deed("outbox.delete", on_message(OutgoingState.SENT, message_id=6))],
    "replay": [Deed("updates.replay", dead_letters)],
    "replay_one": [Deed("updates.replay", dead_letter)],
    "broadcast_new": [Deed("broadcasts.draft", written)],
    "broadcast_edit": [Deed("broadcasts.edit", on_broadcast(text="<b>Other news</b>"))],
    "broadcast_audience": [Deed("broadcasts.aim", on_broadcast(tag="vip"))],
    "broadcast_start": [
        Deed("broadcasts.start", on_broadcast()),
        Deed("broadcasts.schedule", on_broadcast("later", at=f"{timezone.now() + timedelta(days=1):%Y-%m-%d %H:%M}")),
    ],
    "broadcast_act": [
        Deed("broadcasts.test", tested),
        Deed("broadcasts.copy", copied),
        Deed("broadcasts.unschedule", on_broadcast("unschedule")),
        Deed("broadcasts.pause", on_broadcast("pause")),
        Deed("broadcasts.resume", on_broadcast("resume")),
    ],
    "broadcast_cancel": [Deed("broadcasts.cancel", on_broadcast())],
    "read": [Deed("feedback.read", unread)],
    "person_grant": [Deed("access.grant", on_person({"role": "support"}))],
    "person_revoke": [
        Deed(
            "access.revoke",
            on_person(before=lambda: access.grant(user_id=CAROL, role=Role.SUPPORT, by="", giver=BOSS)),
        )
    ],
    "person_restrict": [
        Deed("access.ban", on_person({"kind": "banned", "for": "", "reason": "spam"})),
        Deed("access.mute", on_person({"kind": "muted", "for": ""})),
    ],
    "person_lift": [
        Deed("access.lift", on_person(before=lambda: access.restrict(user_id=CAROL, kind=Keep.BANNED, by="")))
    ],
    "person_list": [
        Deed("access.allow", on_person({"on": "yes"})),
        Deed("access.disallow", on_person({"on": "no"}, listed)),
    ],
    "person_erase": [Deed("people.erase", to_forget)],
    "person_tag": [Deed("people.tag", on_person({"name": "vip"}))],
    "person_untag": [
        Deed("people.untag", on_person({"name": "vip"}, lambda: tags.tag(user_id=CAROL, name="vip", by=""))),
    ],
    "access_allow": [Deed("access.allow", lambda: Prepared((), "chat:-5", {"who": "-5"}))],
    "access_disallow": [Deed("access.disallow", listed)],
    "setting_change": [Deed("settings.change", on_setting({"value": "7", "for": ""}))],
    "setting_reset": [Deed("settings.reset", on_setting(AGAIN, changed=True))],
    "answer": [Deed("feedback.answer", to_answer)],
    "funnel_add": [Deed("funnel.add", new_funnel)],
    "funnel_remove": [Deed("funnel.remove", old_funnel)],
    "conversation_reply": [Deed("people.write", to_reply)],
    "conversation_act": [
        Deed("conversations.close", on_talk("close")),
        Deed("conversations.reopen", on_talk("reopen")),
        Deed("conversations.assign", on_talk("assign", {"user": ""})),
        Deed("conversations.take_over", on_talk("take_over", idle=NONSENSE)),
        Deed("conversations.hand_back", on_talk("hand_back")),
        Deed("conversations.note", on_talk("note", {"note": "Likes maps"}, NO_WORDS)),
    ],
    "retention_change": [Deed("settings.change", lambda: Prepared((), "setting:retention.updates", {"updates": "30"}))],
}
# A test of alerts, a letter or an edit is a change each time: no form of it is idle.
ALWAYS = {
    "outgoing_edit": Deed("outbox.edit", edited),
    "alert_test": Deed("alerts.test", lambda: Prepared((), "alerts:channels")),
    "person_write": Deed("people.write", on_person({"text": "Hello"})),
}
# Tested on their own: they are not done by somebody who is logged in, or end that, or are one's own account's or
# browser's, or only lead to the page that asks.
LOGINS = {"login", "login_code", "login_once", "logout", "account_link", "account_unlink", "theme", "language"}
LOGINS |= {"tags_import"}  # it keeps a file, for tags_file to ask about
LOGINS |= {"view_save", "view_change", "view_columns", "updates_bulk"}
LOGINS |= {"account_password", "account_session_end", "account_sessions_end", "account_codes"}
LOGINS |= {"account_browsers_forget"}
LOGINS |= {f"account_factor{part}" for part in ("_begin", "_confirm", "_off")}
# Of other staff, audited by tests of their own. No command does them: the bot's link is a first factor, and who has
# taken over a Telegram account must not be able to take the second one away with it.
LOGINS |= {"account_reset", "account_log_out"}
LOGINS |= {"csp_report"}  # of browsers
# Texts for a field of the pages, which Telegram's own has not: tests/database/dashboard/test_quick_replies.py.
LOGINS |= {"quick_replies", "quick_reply"}

"""What the panel can do, a command can do, and the other way round, by the same service: it writes the same entry."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User as Login
from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from botcore import handlers
from botcore.access import services as access
from botcore.access.groups import permissions
from botcore.access.models import Keep
from botcore.access.roles import GRANTED, Role
from botcore.alerts.conditions import services as conditions
from botcore.alerts.maintenance import start_maintenance
from botcore.audit.models import AuditEntry, Channel
from botcore.broadcasts import drafts
from botcore.broadcasts import services as broadcasts
from botcore.conversations import services as talks
from botcore.conversations import waits
from botcore.database import in_database
from botcore.errors import services as errors
from botcore.models import (
    Broadcast,
    Condition,
    Conversation,
    ErrorGroup,
    Funnel,
    Job,
    OutgoingState,
    RuntimeSetting,
    State,
    User,
)
from botcore.outbox.content import Photo, Text
from botcore.people import attributes, notes, segments, tags
from botcore.registry import Feature, Registry
from botcore.runtime import settings as runtime
from botcore.runtime.jobs import services as jobs
from botcore.runtime.log_levels import set_level
from sandbox.chats import Draft
from sandbox.entities.formatted import Formatted
from sandbox.files import Media
from tests.database.access import BOSS
from tests.database.conditions import firing
from tests.database.dashboard import deeds as of_pages
from tests.database.dashboard.admin_deeds import ACTIONS
from tests.database.dashboard.data import heartbeat, message, outgoing, update
from tests.database.dashboard.page_deeds import MORE, MORE_ALWAYS
from tests.database.dashboard.prepared import CONDITION, LOGGER, new_funnel, old_funnel
from tests.database.dashboard.test_access import NEEDS
from tests.database.errors import error, mark
from tests.telegram import BotTestCase

CHARLIE = 3
PHOTO = "a photo"  # a message that is one
PRESSED = re.compile(r"[a-z_]+:")  # what a button carries
FIRST = "!"  # presses the first button under the newest message: the confirmation of a question
# One's own account is linked on its page and by /link: tests/database/dashboard/test_account.py, test_accounts.py.

PAGES, ALWAYS = of_pages.PAGES | MORE, of_pages.ALWAYS | MORE_ALWAYS
Keys = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What is said and pressed, in order: /commands, !, or a button's data; `before` makes what it is about."""

    steps: tuple[str, ...]
    before: Callable[[], Keys] = dict


def by(*steps: str, before: Callable[[], Keys] = dict) -> Said:
    """Make one."""
    return Said(steps, before)


def problem() -> Keys:
    """Have an error."""
    return {"pk": error().pk}


def resolved() -> Keys:
    """Have one that is called mended."""
    row = error()
    errors.resolve(group_id=row.pk, by="")
    return {"pk": row.pk}


def two_problems() -> Keys:
    """Have two."""
    return {"pk": error().pk, "other": error().pk}


def two_marks() -> Keys:
    """Have one of two fingerprints."""
    row = error()
    return {"pk": row.pk, "mark": mark(row).value}


def job(*, paused: bool = False) -> Callable[[], Keys]:
    """Have a job."""

    def make() -> Keys:
        Job.objects.create(name="work", schedule="every hour", next_at=timezone.now())
        if paused:
            jobs.pause("work", by="")
        return {}

    return make


def condition(*, silenced: bool = False) -> Callable[[], Keys]:
    """Have a condition that fires."""

    def make() -> Keys:
        firing(CONDITION)
        if silenced:
            conditions.silence(name=CONDITION, length="1h", by="")
        return {}

    return make


def doing(act: Callable[[], object]) -> Callable[[], Keys]:
    """Do this before."""

    def make() -> Keys:
        act()
        return {}

    return make


def waiting(state: OutgoingState) -> Callable[[], Keys]:
    """Have a message to Charlie in this state."""
    return lambda: {"pk": outgoing(state, chat_id=CHARLIE).pk}


def sent() -> Keys:
    """Have a message to Charlie that Telegram has taken."""
    return {"pk": outgoing(chat_id=CHARLIE, message_id=6).pk}


def noted() -> Keys:
    """Have a note of Alice's, who has no staff account."""
    by = "Alice (Telegram 1)"
    return {"pk": notes.write(user_id=CHARLIE, text="Likes maps", account_id=None, by=by)}


def segment() -> Keys:
    """Have one."""
    return {"pk": segments.save(name="Guests", conditions={"tag": "vip"}, by="")}


def feedback() -> Keys:
    """Have a message that nobody has read."""
    return {"pk": message(User.objects.get(pk=CHARLIE), "Hello").pk}


def begin_talk() -> None:
    """Have a conversation with Charlie."""
    with transaction.atomic():
        waits.began(CHARLIE)


def close_talk() -> None:
    """Have one that is closed."""
    begin_talk()
    talks.close(user_id=CHARLIE, by="")


def news(*acts: str) -> Callable[[], Keys]:
    """Have a broadcast that somebody has started, or paused."""

    def make() -> Keys:
        pk = drafts.write(by="", content=Text("News", "HTML"), is_shown=True)
        for act in acts:
            getattr(broadcasts, act)(pk, by="")
        return {"pk": pk}

    return make


def sent_news() -> Keys:
    """Have a broadcast that was sent to somebody."""
    pk = drafts.write(by="", content=Text("News", "HTML"), is_shown=True)
    Broadcast.objects.filter(pk=pk).update(state="done", sent=1, started_at=timezone.now(), finished_at=timezone.now())
    return {"pk": pk}


def scheduled() -> Keys:
    """Have a broadcast that begins tomorrow."""
    keys = news()()
    broadcasts.schedule(keys["pk"], by="", at=timezone.now() + timedelta(days=1))
    return keys


COMMANDS: dict[str, Said] = {
    "access.ban": by(f"/ban {CHARLIE} spam", FIRST),
    "access.mute": by(f"/mute {CHARLIE} 1h"),
    "access.lift": by(
        f"/unban {CHARLIE}", before=doing(lambda: access.restrict(user_id=CHARLIE, kind=Keep.BANNED, by=""))
    ),
    "access.grant": by(f"/grant {CHARLIE} support", FIRST),
    "access.revoke": by(
        f"/revoke {CHARLIE}",
        FIRST,
        before=doing(lambda: access.grant(user_id=CHARLIE, role=Role.SUPPORT, by="", giver=BOSS)),
    ),
    "access.allow": by(f"/allow {CHARLIE}"),
    "access.disallow": by(f"/disallow {CHARLIE}", before=doing(lambda: access.allow(chat_id=CHARLIE, by=""))),
    "people.tag": by(f"/tag {CHARLIE} vip"),
    "people.untag": by(f"/untag {CHARLIE} vip", before=doing(lambda: tags.tag(user_id=CHARLIE, name="vip", by=""))),
    "people.note": by(f"/note {CHARLIE} Calls on Mondays"),
    "people.unnote": by(f"note_delete:{CHARLIE}|{{pk}}", FIRST, before=noted),
    "people.attribute": by(f"/attribute {CHARLIE} plan pro"),
    "people.unattribute": by(
        f"/unattribute {CHARLIE} plan", before=doing(lambda: attributes.put(user_id=CHARLIE, name="plan", value="pro"))
    ),
    "segments.save": by("/segment Regulars tag=vip active=7d"),
    "segments.delete": by("segment_delete:{pk}", FIRST, before=segment),
    "people.erase": by(f"/forget {CHARLIE}", FIRST),
    "people.write": by(f"person_write:{CHARLIE}", "Hello, Charlie"),
    "settings.change": by("/settings alerts.cap 7"),
    "settings.reset": by("bot_setting_back:alerts.cap", before=doing(lambda: runtime.change("alerts.cap", 7, by=""))),
    "broadcasts.draft": by("/broadcast News for all"),
    "broadcasts.edit": by("broadcast_edit:{pk}", "Other news", before=news()),
    "broadcasts.test": by("broadcast_test:{pk}", before=news()),
    "broadcasts.aim": by("broadcast_aim:{pk}", "tag=vip", before=news()),
    "broadcasts.amend": by("broadcast_amend:{pk}", "Other news", before=sent_news),
    "broadcasts.files": by(
        "broadcast_files:{pk}", PHOTO, before=lambda: {"pk": drafts.write(by="", content=Photo("AgACAgIAAxk"))}
    ),
    "broadcasts.delivery": by("broadcast_hours:{pk}", "10:00-20:00", before=news()),
    "broadcasts.copy": by("broadcast_copy:{pk}", before=news()),
    "broadcasts.schedule": by("broadcast_schedule:{pk}", f"{timezone.now().year + 1}-01-01", before=news()),
    "broadcasts.unschedule": by("broadcast_unschedule:{pk}", before=scheduled),
    "broadcasts.start": by("broadcast_start:{pk}", FIRST, before=news()),
    "broadcasts.pause": by("broadcast_pause:{pk}", before=news("start")),
    "broadcasts.resume": by("broadcast_resume:{pk}", before=news("start", "pause")),
    "broadcasts.cancel": by("broadcast_cancel:{pk}", FIRST, before=news()),
    "errors.acknowledge": by("/error {pk} acknowledge", before=problem),
    "errors.resolve": by("/error {pk} resolve", before=problem),
    "errors.reopen": by("/error {pk} reopen", before=resolved),
    "errors.mute": by("/error {pk} mute", before=problem),
    "errors.assign": by("/error {pk} assign erin", before=problem),
    "errors.note": by("/error {pk} note I look at it", before=problem),
    "errors.merge": by("/merge {pk} {other}", FIRST, before=two_problems),
    "errors.split": by("/split {pk} {mark}", before=two_marks),
    "updates.replay": by("/replay {pk}", FIRST, before=lambda: {"pk": update(State.DEAD).pk}),
    "outbox.cancel": by("outgoing_cancel:{pk}", FIRST, before=waiting(OutgoingState.QUEUED)),
    "outbox.edit": by("/message {pk} edit Other words", before=sent),
    "outbox.delete": by("/message {pk} delete", FIRST, before=sent),
    "outbox.retry": by("outgoing_again:{pk}", FIRST, before=waiting(OutgoingState.FAILED)),
    "jobs.run": by("job_run:work", before=job()),
    "jobs.pause": by("job_pause:work", before=job()),
    "jobs.resume": by("job_resume:work", before=job(paused=True)),
    "alerts.acknowledge": by(f"/alert {CONDITION} acknowledge", before=condition()),
    "alerts.silence": by(f"/alert {CONDITION} silence 1h we know", before=condition()),
    "alerts.unsilence": by(f"/alert {CONDITION} unsilence", before=condition(silenced=True)),
    "alerts.hold": by("alerts_hold:1h"),
    "alerts.release": by("alerts_release:", before=doing(lambda: start_maintenance(length="1h", by=""))),
    "alerts.test": by("alerts_test:"),
    "logs.level": by(f"/loglevel {LOGGER} debug"),
    "logs.reset": by(
        f"logger_back:{LOGGER}",
        before=doing(lambda: set_level(logger=LOGGER, level="DEBUG", duration="1h", by="")),
    ),
    "conversations.close": by(f"/talk {CHARLIE} close", before=doing(begin_talk)),
    "conversations.reopen": by(f"/talk {CHARLIE} reopen", before=doing(close_talk)),
    "conversations.assign": by(f"/talk {CHARLIE} assign erin"),
    "conversations.take_over": by(f"/talk {CHARLIE} take"),
    "conversations.hand_back": by(
        f"/talk {CHARLIE} back", before=doing(lambda: talks.take_over(user_id=CHARLIE, by=""))
    ),
    "feedback.read": by("mail_read:{pk}", before=feedback),
    "feedback.answer": by("mail_answer:{pk}", "Hello, Charlie", before=feedback),
    "funnel.add": by("/funnel Begin 7 start.start feedback.keep", before=doing(new_funnel)),
    "funnel.remove": by("funnel_remove:{pk}", FIRST, before=lambda: {"pk": old_funnel().args[0]}),
    "bot.restart": by("/restart", FIRST, before=doing(heartbeat)),
}


IN_THE_HANDLER = {"settings.change": Role.ADMIN}  # /settings is for everybody: their own; the bot's needs a role
# Commands that only show something, and the page that shows it.
LOOKS = {
    "status": "overview",
    "metrics": "monitoring",
    "users": "people",
    "user": "person",
    "feedback": "feedback",
    "segments": "segments",
    "queue": "outbox",
    "allowed": "access",
    "dead": "updates",
    "errors": "errors",
    "error": "error",
    "alerts": "alerts",
    "jobs": "jobs",
    "broadcast": "broadcasts",
    "loglevel": "logs",
    "audit": "audit",
    "funnels": "funnels",
    "export": "export",
    "restart": "restart",
}
SAME = {"export", "audit", "restart"}  # pages that are for nobody else, either


def role_of(action: str, page: str) -> Role:
    """Return the role that a person needs to do it in Telegram: the highest that its command or buttons ask for."""
    if page == "conversation_act":  # whatever is done in a conversation is done by /talk, a note on its person, too
        return feature("/talk").terms.role
    steps = [step for step in COMMANDS[action].steps if step.startswith("/") or PRESSED.match(step)]
    return max([IN_THE_HANDLER.get(action, Role.MEMBER), *(feature(step).terms.role for step in steps)])


def feature(step: str) -> Feature:
    """Return what handles a command or a button."""
    for one in Registry.discover(handlers).features:
        pattern = getattr(one.handler, "pattern", None)
        is_pressed = isinstance(pattern, re.Pattern) and one.command == "" and pattern.match(step)
        if is_pressed or (step.startswith("/") and one.command == step[1:].split(maxsplit=1)[0]):
            return one
    raise LookupError(step)


class RoleTests(TestCase):
    """The groups of the roles, as `migrate` makes them."""

    def who_may(self, page: str) -> set[Role]:
        """Return the roles whose group may use a page."""
        wanted = set(NEEDS[page].split())
        return {role for role in GRANTED if wanted <= set(permissions(role).values_list("codename", flat=True))}

    def test_whoever_may_do_it_in_telegram_may_do_it_on_the_page_and_nobody_else(self) -> None:
        deeds = [
            (page, deed) for page, found in {**PAGES, **{k: [v] for k, v in ALWAYS.items()}}.items() for deed in found
        ]
        for page, deed in deeds:
            with self.subTest(page, action=deed.action):
                needed = role_of(deed.action, page)
                self.assertEqual(self.who_may(page), {role for role in GRANTED if role >= needed})

    def test_whoever_may_look_in_telegram_may_look_at_the_page(self) -> None:
        for command, page in LOOKS.items():
            with self.subTest(command):
                needed = {role for role in GRANTED if role >= feature(f"/{command}").terms.role}
                self.assertLessEqual(needed, self.who_may(page))
                if command in SAME:
                    self.assertEqual(needed, self.who_may(page))


class ParityTests(BotTestCase):
    """Alice is an owner."""

    def test_both_can_do_the_same(self) -> None:
        panel = {deed.action for deeds in PAGES.values() for deed in deeds} | {deed.action for deed in ALWAYS.values()}
        panel |= {action for action, _kind, _rows in ACTIONS.values()}
        self.assertEqual(panel - COMMANDS.keys(), set(), "on the pages, and no command does it")
        self.assertEqual(COMMANDS.keys() - panel, set(), "a command does it, and no page")

    async def test_each_command_writes_the_entry_of_its_service(self) -> None:
        await self.charlie.says("/about")
        for action, said in COMMANDS.items():
            with self.subTest(action):
                await in_database(self.begin)
                keys = await in_database(said.before)
                known = await AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).afirst() or 0
                for step in said.steps:
                    await self.do(step.format(**keys))
                rows = [row async for row in AuditEntry.objects.filter(pk__gt=known)]
                found = [(row.action, row.channel, row.actor_id) for row in rows]
                self.assertEqual(found, [(action, Channel.TELEGRAM, self.alice.id)], self.alice.sees)

    def begin(self) -> None:
        """Let the next find nothing of the one before."""
        for table in (Job, Condition, Conversation, ErrorGroup, Funnel, RuntimeSetting):
            table.objects.all().delete()
        Login.objects.get_or_create(username="erin", is_staff=True)

    async def do(self, step: str) -> None:
        """Say it or press it."""
        if step == FIRST:
            await self.alice.presses(self.alice.buttons[0])
        elif step == PHOTO:
            file = self.world.files.keep_stub(1, "photo", "it", "image/png")
            chat, person = self.world.chat(self.alice.chat_id), self.world.person(self.alice.id)
            self.world.tell_bots(self.world.post(chat, person, Draft(Formatted(""), media=Media("photo", file))))
            await self.settle()
        elif PRESSED.match(step):
            await self.alice.forges(step)
        else:
            await self.alice.says(step)

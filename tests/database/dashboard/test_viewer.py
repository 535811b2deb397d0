"""What people and the bot have written, and what errors say: no address shows it to those who may not read it."""

from collections.abc import Iterator
from unittest import skipIf

from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Login
from django.db.models import Model
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from botcore.access.roles import Role
from botcore.accounts.models import LimitUse
from botcore.audit.services import record
from botcore.exports.kinds import EXPORTS
from botcore.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    Broadcast,
    BroadcastCard,
    CallbackData,
    Confirmation,
    EarlierRun,
    ErrorEvent,
    ErrorFingerprint,
    ErrorGroup,
    FailedAttempt,
    Feedback,
    GroupChange,
    Job,
    JobRun,
    OutgoingMessage,
    OutgoingState,
    PersistentData,
    State,
    Update,
)
from tests.database.access import account
from tests.database.dashboard import doors
from tests.database.dashboard.any_row import one
from tests.database.dashboard.data import failed_attempt, for_pages, message, outgoing, person, private, update
from tests.database.dashboard.test_every_door import PAGES, TABLES, label, model_of
from tests.database.errors import error, occurrence
from tests.environment import SERVER

MARK = "xyzzy-said-it"
CAROL = 777_001
CLOSED = {"view_errorgroup", "view_auditentry"}  # the audit keeps what changed, for who may see it


def planted() -> dict[type[Model], Model]:
    """Write the mark into every column that holds what was said, or what an exception said."""
    now, carol = timezone.now(), person(CAROL, "Carol")
    private(carol)
    said = f'{{"text": "{MARK}"}}'
    dead = update(State.DEAD, chat_id=CAROL, user_id=CAROL, raw=f'{{"message": {said}}}', error=f"KeyError: {MARK}")
    told = outgoing(OutgoingState.FAILED, chat_id=CAROL, payload=said, error=f"no {MARK}", update=dead)
    problem = error(f"KeyError: {MARK}")
    problem.fingerprints.update(title=MARK)
    alert = Alert.objects.create(group=problem, reason="new", title=MARK, text=MARK, state="sent", at=now)
    way = {"alert": alert, "channel": "webhook", "target": "hook.example", "state": "failed", "next_at": now}
    news = Broadcast.objects.create(bot_id=1, payload=said, about=MARK, created_by="dora", created_at=now)
    work = Job.objects.create(name="work", schedule="daily")
    ran = {"job": work, "owner": "bot:1", "due_at": now, "started_at": now, "ended_at": now, "state": "failed"}
    asked = {"key": "k", "user_id": 1, "chat_id": 1, "action": "a", "expires_at": now}
    card = {"broadcast": news, "bot_id": 1, "chat_id": 1, "message_id": 1, "opened_at": now, "due_at": now}
    record("errors.note", f"error:{problem.pk}", after={"note": MARK}, by="dora")
    return {
        Update: dead,
        FailedAttempt: failed_attempt(dead, 1, error=f"KeyError: {MARK}"),
        EarlierRun: EarlierRun.objects.create(
            update=dead, state=State.IGNORED, attempts=1, error=MARK, finished_at=now, replayed_at=now
        ),
        OutgoingMessage: told,
        Feedback: message(carol, MARK),
        Broadcast: news,
        BroadcastCard: BroadcastCard.objects.create(**card, shown=said),
        ErrorGroup: problem,
        ErrorFingerprint: problem.fingerprints.get(),
        ErrorEvent: occurrence(problem, message=MARK, payload=said),
        GroupChange: GroupChange.objects.create(group=problem, kind="note", text=MARK, by="dora", at=now),
        Alert: alert,
        AlertDelivery: AlertDelivery.objects.create(**way, error=f"refused: {MARK}"),
        AlertChannel: AlertChannel.objects.create(name="webhook", failing_since=now, last_error=MARK),
        Job: work,
        JobRun: JobRun.objects.create(**ran, words=f"KeyError: {MARK}"),
        PersistentData: PersistentData.objects.create(bot_id=1, key="user:1", data=said, changed_at=now),
        CallbackData: CallbackData.objects.create(key="k", chat_id=CAROL, data=MARK, expires_at=now),
        Confirmation: Confirmation.objects.create(**asked, arguments=said),
    }


@for_pages
@skipIf(SERVER, "what pages show is no matter of the database, and the walk is long: the SQLite run takes it")
class NoWordsTests(TestCase):
    """Every address is opened, as a page and as its refresh; what it answers does not matter, but for the mark."""

    def setUp(self) -> None:
        """Have a row of everything."""
        self.rows = planted()
        for model in admin.site._registry:
            self.rows.setdefault(model, one(model))

    def addresses(self) -> Iterator[str]:
        """Yield everything that can be looked at, and searches that would find the mark."""
        for name in [*PAGES, *doors.STATUS]:
            yield doors.page(name, self.rows, CAROL)
        for name in doors.ADMIN:
            yield reverse(f"admin:{name}", args=(1, 1) if name == "view_on_site" else ())
        for name in TABLES:
            yield reverse(f"admin:{label(name)}_changelist")
            for part in ("change", "history", "delete"):
                yield reverse(f"admin:{label(name)}_{part}", args=[self.rows[model_of(name)].pk])
        yield from (reverse("dashboard:export", args=(kind, form)) for kind in EXPORTS for form in ("csv", "jsonl"))
        yield from (f"/find/?q={text}" for text in ("xyzzy", "Carol", "#1"))

    def shown(self, login: Login) -> list[str]:
        """Return the addresses that show the mark to an account."""
        client, found = Client(), []
        client.force_login(login)
        for address in self.addresses():
            for headers in ({}, {"HX-Request": "true"}):
                LimitUse.objects.all().delete()  # of exports
                response = client.get(address, headers=headers)
                self.assertLess(response.status_code, 500, address)
                if MARK.encode() in response.getvalue():
                    found.append(address)
        return found

    def test_a_viewer_finds_none_of_it(self) -> None:
        viewer = account("viewer")
        viewer.groups.add(Group.objects.get(name="viewer"))
        viewer.user_permissions.add(Permission.objects.get(codename="export_data"))
        self.assertEqual(self.shown(viewer), [])

    def test_nor_does_who_may_look_at_everything_else(self) -> None:
        clerk = account("clerk")
        looks = Permission.objects.filter(content_type__app_label="botcore", codename__startswith="view_")
        clerk.user_permissions.set(looks.exclude(codename__in=CLOSED))
        self.assertEqual(self.shown(clerk), [])

    def test_owners_find_it_wherever_it_was_planted(self) -> None:
        found = self.shown(account("owner", Role.OWNER))
        for place in ("/updates/", "/broadcasts/", "/alerts/", "/jobs/", "/feedback/", "/errors/", "/monitoring/"):
            self.assertTrue([address for address in found if address.startswith(place)], place)
        for model in (Broadcast, Alert, AlertDelivery, AlertChannel, JobRun, FailedAttempt, EarlierRun):
            name = model._meta.model_name
            self.assertTrue([one for one in found if one.startswith(f"/admin/botcore/{name}/")], name)

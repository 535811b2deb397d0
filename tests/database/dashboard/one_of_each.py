"""One row of each table, with names and texts that would break a page: for the pages of Django's admin."""

from datetime import datetime
from uuid import uuid4

from django.contrib.auth.models import User as Account
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.utils import timezone

from botcore.audit.services import record
from botcore.errors import services
from botcore.models import (
    AccessVersion,
    AccountSession,
    ActivityMark,
    Alert,
    AlertChannel,
    AlertDelivery,
    AllowedChat,
    AnswerDay,
    AuditEntry,
    BotFacts,
    BotFeature,
    Broadcast,
    BroadcastButton,
    BroadcastCard,
    BroadcastDelivery,
    BroadcastPress,
    BroadcastWait,
    CallbackData,
    CallBudget,
    Chat,
    ChatAlias,
    CohortWeek,
    Condition,
    Confirmation,
    Conversation,
    EarlierName,
    EarlierRun,
    Enclosure,
    EnclosurePiece,
    Erasure,
    ErrorEvent,
    ErrorFingerprint,
    ErrorGroup,
    ErrorHour,
    ErrorPerson,
    ErrorReceipt,
    Event,
    FailedAttempt,
    Feedback,
    Funnel,
    FunnelWeek,
    GroupChange,
    GroupPlace,
    GroupPost,
    Heartbeat,
    Job,
    JobRun,
    KnownBrowser,
    Lane,
    Lease,
    LimitUse,
    MetricSample,
    OnceKey,
    OneTimeCode,
    OperatorsGroup,
    OutboxLane,
    OutboxWake,
    OutgoingMessage,
    OutgoingState,
    PeopleDay,
    PersistentData,
    PersonAttribute,
    PersonDay,
    PersonHandler,
    PersonNote,
    PersonTag,
    ProcessSample,
    PublishedMenu,
    QuickReply,
    Restriction,
    RoleGrant,
    RuntimeSetting,
    SavedView,
    Segment,
    SourceCount,
    StaffLink,
    State,
    Step,
    TagImport,
    ThrottleDebt,
    Update,
    UpdateCount,
    UpdateSum,
    UploadedFile,
    User,
    Webhook,
)
from botcore.people.activity.rollups import monday
from tests.database.dashboard.data import (
    arrivals,
    event,
    failed_attempt,
    group,
    heartbeat,
    message,
    outgoing,
    person,
    update,
    webhook,
)
from tests.database.errors import error, occurrence


def one_of_each(account: Account | None = None) -> dict[type[Model], Model]:
    """Write the rows; the account, if none is given the first there is, is linked with the person."""
    account = account or Account.objects.order_by("pk")[0]
    alice = person(1, "<b>Alice</b>", username="alice")
    raw = '{"message": {"text": "\\u041f\\u0440\\u0438\\u0432\\u0435\\u0442 <script>"}}'
    now = timezone.now()
    dead = update(State.DEAD, raw=raw, error="<i>", error_group="ab12")
    failed_attempt(dead, 1, error="TimeoutError: <i>")
    problem = error("<i>")
    problem.fingerprints.update(value="ab12")
    kept = occurrence(problem, message="<i>", reference="7K2Q-X9MB", payload='{"a": "<i>"}')
    services.note(group_id=problem.pk, by="<i>", text="<i>")
    (print_,) = problem.fingerprints.all()
    told = Alert.objects.create(group=problem, reason="new", title="<i>", at=now)
    said = outgoing(OutgoingState.QUEUED, chat_id=-5, payload='{"text": "<i>"}', error="<i>", update=dead)
    news = Broadcast.objects.create(bot_id=1, payload='{"text": "<i>"}', created_by="<i>", created_at=now)
    pressed = BroadcastButton.objects.create(broadcast=news, text="<i>", people=1)
    talk = Conversation.objects.create(person=alice, last_at=now, assignee=account, taken_by="<i>")
    file = Enclosure.objects.create(
        holder="message:0", chat_id=1, name="<i>", kind="photo", size=3, sha256="ab", at=now
    )
    work = Job.objects.create(name="work", schedule="<i>", owner="<i>")
    way = {"alert": told, "channel": "webhook", "target": "hook.example", "next_at": now, "error": "<i>"}
    return {
        Alert: told,
        AlertDelivery: AlertDelivery.objects.create(**way),
        AlertChannel: AlertChannel.objects.create(name="webhook", failing_since=now, last_error="<i>"),
        AuditEntry: _entry(),
        Condition: Condition.objects.create(name="disk_low", words="<i>", fired_at=now),
        Broadcast: news,
        BroadcastDelivery: BroadcastDelivery.objects.create(message=said, broadcast=news),
        BroadcastButton: pressed,
        BroadcastPress: BroadcastPress.objects.create(button=pressed, user_id=5),
        BotFacts: BotFacts.objects.create(token_number=1, facts='{"first_name": "<i>"}', at=now),
        UploadedFile: UploadedFile.objects.create(bot_id=1, sha256="ab", kind="<i>", file_id="A", used_at=now),
        ErrorGroup: problem,
        ErrorFingerprint: problem.fingerprints.get(),
        ErrorEvent: kept,
        GroupChange: problem.changes.get(),
        Event: event("<i>"),
        Lease: Lease.objects.create(name="poll:1", owner="web-1:<i>", until=now),
        OnceKey: OnceKey.objects.create(bot_id=1, key="pay:<i>", update=dead, at=now),
        OutboxLane: OutboxLane.objects.create(bot_id=1, chat_id=1, priority=2, owner="<i>"),
        OutgoingMessage: said,
        Enclosure: file,
        EnclosurePiece: EnclosurePiece.objects.create(enclosure=file, number=0, data=b"<i>"),
        PersistentData: PersistentData.objects.create(bot_id=1, key="user:1", data='{"a": "<i>"}', changed_at=now),
        RuntimeSetting: RuntimeSetting.objects.create(name="quiet", value='"<i>"', by="<i>", at=now),
        Webhook: webhook(last_error="<i>"),
        User: alice,
        Chat: group(-5, "Gardeners"),
        Feedback: message(alice, "Hello"),
        Conversation: talk,
        OperatorsGroup: OperatorsGroup.objects.create(chat_id=-5, is_forum=True),
        GroupPlace: GroupPlace.objects.create(person=alice, chat_id=-5, topic=7),
        GroupPost: GroupPost.objects.create(person=alice, feedback=1, by="<i>", chat_id=-5, message_id=8, at=now),
        QuickReply: QuickReply.objects.create(name="<i>", text="<i>", by="<i>", at=now),
        Heartbeat: heartbeat(),
        Lane: Lane.objects.create(bot_id=1, key=1, ready_at=timezone.now()),
        Job: work,
        JobRun: JobRun.objects.create(job=work, owner="<i>", due_at=now, started_at=now, words="<i>"),
        Update: dead,
        UpdateCount: arrivals(0, 5),
        UpdateSum: UpdateSum.objects.create(
            step=Step.HOUR, at=now, kind="message", handler="<i>", state="done", count=1, seconds=0
        ),
        ProcessSample: ProcessSample.objects.create(key=uuid4(), process="<i>", minute=now, values='{"cpu": "<i>"}'),
        MetricSample: MetricSample.objects.create(step=Step.MINUTE, at=now, values='"<i>"'),
        FailedAttempt: dead.failures.get(),
        EarlierRun: EarlierRun.objects.create(
            update=dead, state=State.IGNORED, attempts=1, error="<i>", replayed_at=now, replayed_by="<i>"
        ),
        Erasure: Erasure.objects.create(digest="ab12", by="<i>", asked_at=now, finished_at=now),
        BroadcastCard: BroadcastCard.objects.create(
            broadcast=news, bot_id=1, chat_id=1, message_id=1, opened_at=now, due_at=now, shown="<i>"
        ),
        BroadcastWait: BroadcastWait.objects.create(broadcast=news, person=1, due_at=now),
        CallBudget: CallBudget.objects.create(bot_id=1, scope="<i>", next_at=now),
        CallbackData: CallbackData.objects.create(key="k", chat_id=5, data="<i>", expires_at=now),
        ChatAlias: ChatAlias.objects.create(old_id=-4, new_id=-5, at=now),
        ErrorHour: ErrorHour.objects.create(fingerprint=print_, hour=now, count=1),
        ErrorPerson: ErrorPerson.objects.create(fingerprint=print_, user_id=1),
        ErrorReceipt: ErrorReceipt.objects.create(key=uuid4(), at=now),
        OutboxWake: OutboxWake.objects.create(bot_id=1, chat_id=1, priority=0, due_at=now),
        PersonDay: PersonDay.objects.create(user=alice, day=now.date(), updates=1),
        PeopleDay: PeopleDay.objects.create(day=now.date(), new=1, active=1),
        CohortWeek: CohortWeek.objects.create(cohort=now.date(), week=now.date(), people=1),
        PersonHandler: PersonHandler.objects.create(user=alice, handler="<i>", first_at=now, last_at=now, count=1),
        SourceCount: SourceCount.objects.create(source="<i>", people=1, active=1, last_at=now),
        Funnel: (funnel := Funnel.objects.create(name="<i>", steps=["<i>", "start.start"], days=7)),
        FunnelWeek: FunnelWeek.objects.create(funnel=funnel, week=monday(now.date()), reached=[2, 1]),
        AnswerDay: AnswerDay.objects.create(day=now.date(), asked=2, answered=1, half_seconds=60, most_seconds=60),
        BotFeature: BotFeature.objects.create(
            bot_id=1, position=1, name="<i>", order="command", role=0, private=False, in_menu=True, retry=True
        ),
        ActivityMark: ActivityMark.objects.create(last_update=1),
        **_access(now, account),
    }


def _access(now: datetime, account: Account) -> dict[type[Model], Model]:
    """Make a row of each table of access."""
    code = {"digest": "5ec2e7", "purpose": "login", "account": account, "created_at": now, "expires_at": now}
    asked = {"key": "k", "user_id": 1, "chat_id": 1, "action": "<i>", "arguments": "<i>", "expires_at": now}
    about = {"user_id": 1, "by": "<i>", "at": now}
    return {
        AccessVersion: AccessVersion.objects.create(number=1),
        AllowedChat: AllowedChat.objects.create(chat_id=-5, by="<i>", at=now),
        Confirmation: Confirmation.objects.create(**asked),
        OneTimeCode: OneTimeCode.objects.create(**code),
        EarlierName: EarlierName.objects.create(
            user_id=1, first_name="<i>", last_name="", username="a", replaced_at=now
        ),
        PersonNote: PersonNote.objects.create(user_id=1, account=account, by="<i>", text="<i>", at=now),
        PersonAttribute: PersonAttribute.objects.create(user_id=1, name="plan", value="<i>"),
        Segment: Segment.objects.create(name="<i>", conditions={"source": "<i>", "active": "7d"}, by="<i>", at=now),
        TagImport: TagImport.objects.create(account=account, at=now, pairs="[]", report={"file": "<i>"}),
        PersonTag: PersonTag.objects.create(user_id=1, name="vip"),
        PublishedMenu: PublishedMenu.objects.create(bot_id=1, user_id=1, digest="ab"),
        Restriction: Restriction.objects.create(kind="banned", reason="<i>", **about),
        RoleGrant: RoleGrant.objects.create(role=20, **about),
        StaffLink: StaffLink.objects.create(account=account, user_id=1, at=now),
        SavedView: SavedView.objects.create(account=account, table="updates", name="<i>", query="<i>", at=now),
        AccountSession: AccountSession.objects.create(
            session=Session.objects.create(session_key="k" * 32, session_data="", expire_date=now),
            account=account,
            created_at=now,
            seen_at=now,
            browser="<i>",
        ),
        KnownBrowser: KnownBrowser.objects.create(account=account, digest="5ec2e7", at=now, until=now),
        LimitUse: LimitUse.objects.create(key="export:1", at=now),
        ThrottleDebt: ThrottleDebt.objects.create(key="1:<i>", until=now),
    }


def _entry() -> AuditEntry:
    """Write an entry of the audit."""
    record("errors.note", "<i>", after={"note": "<i>"}, by="<i>")
    return AuditEntry.objects.latest("pk")

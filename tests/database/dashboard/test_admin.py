"""Django admin: every list and detail opens, history cannot be changed, counts are bounded."""

from unittest.mock import patch

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Account
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from botcore.admin import base
from botcore.admin.base import HistoryAdmin
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
    TagImport,
    ThrottleDebt,
    Update,
    UpdateCount,
    UpdateSum,
    UploadedFile,
    User,
    Webhook,
)
from tests.database.dashboard.data import (
    PageTestCase,
    person,
    staff,
    update,
)
from tests.database.dashboard.one_of_each import one_of_each

EDITABLE: list[type[Model]] = [Feedback, User]
HISTORY: list[type[Model]] = [
    Alert, AlertChannel, AlertDelivery, AuditEntry, BotFacts, Broadcast, BroadcastButton, BroadcastDelivery,
    BroadcastPress, Chat, Condition, ErrorEvent,
    ErrorFingerprint, ErrorGroup, Event, GroupChange, Heartbeat, Job, JobRun, Lane, Lease, MetricSample, OnceKey,
    OutboxLane, OutgoingMessage,
    PersistentData, ProcessSample, RuntimeSetting, Update, UpdateCount, UpdateSum, UploadedFile, Webhook,
    AccessVersion, AllowedChat, Confirmation, OneTimeCode, PersonTag, PublishedMenu, Restriction, RoleGrant, StaffLink,
    SavedView, ThrottleDebt, AccountSession, KnownBrowser, LimitUse, BroadcastCard, CallBudget, CallbackData, ChatAlias,
    ErrorHour, ErrorPerson, ErrorReceipt, FailedAttempt, OutboxWake, BotFeature, ActivityMark, CohortWeek, PeopleDay,
    PersonDay, EarlierRun, EarlierName, PersonAttribute, PersonNote, Segment, TagImport,
    AnswerDay, Funnel, FunnelWeek, PersonHandler, SourceCount,
    Conversation, Enclosure, EnclosurePiece, Erasure, QuickReply, GroupPlace, GroupPost, OperatorsGroup, BroadcastWait,
]  # fmt: skip
MODELS = [*EDITABLE, *HISTORY]
SEARCHES: dict[type[Model], str] = {
    Chat: "-5", ErrorEvent: "7K2Q-X9MB", ErrorFingerprint: "ab12", ErrorGroup: "ab12",
    Event: "outage", Feedback: "1", OnceKey: "pay:<i>", OutgoingMessage: "-5",
    PersistentData: "user:1", Update: "ab12", User: "ali",
    AllowedChat: "-5", Restriction: "1", PersonTag: "vip", CallbackData: "k", ErrorHour: "ab12", ErrorPerson: "ab12",
    PersonHandler: "1",
}  # fmt: skip

QUEUED, SENDING, SENT, FAILED, UNCERTAIN, _ = OutgoingState


class AdminTests(PageTestCase):
    """Every model's pages."""

    def setUp(self) -> None:
        super().setUp()
        self.rows = one_of_each(self.alice)

    def address(self, model: type[Model], page: str = "changelist") -> str:
        """Return the address of a model's list, or of its row."""
        args = [] if page == "changelist" else [self.rows[model].pk]
        return reverse(f"admin:botcore_{model.__name__.lower()}_{page}", args=args)

    def test_every_model_has_its_pages_and_this_test_knows_them(self) -> None:
        self.assertEqual(set(apps.get_app_config("botcore").get_models()), set(MODELS))
        others: list[type[Model]] = [Account, Group]
        for model in [*MODELS, *others]:
            self.assertTrue(admin.site.is_registered(model), model)

    def test_lists_and_details_open(self) -> None:
        for model in MODELS:
            with self.subTest(model.__name__):
                self.assertIn("1 ", self.text(self.address(model)))
                page = self.text(self.address(model, "change"))
                self.assertNotIn("<b>Alice", page)
                self.assertNotIn("<i>", page)

    def test_searches_find_and_nonsense_finds_nothing(self) -> None:
        alert = str(self.rows[Alert].pk)
        more: dict[type[Model], str] = {Alert: alert, AlertDelivery: alert}
        for model, search in (SEARCHES | more).items():
            with self.subTest(model.__name__):
                address = self.address(model)
                self.assertIn('<th class="field-', self.text(f"{address}?q={search}"))
                for nonsense in ("zzz", "9" * 40, "%25"):
                    self.assertNotIn('<th class="field-', self.text(f"{address}?q={nonsense}"))

    def test_the_raw_json_is_readable_and_escaped_and_leads_to_the_dashboard(self) -> None:
        page = self.text(self.address(Update, "change"))
        self.assertIn("Привет &lt;script&gt;", page)
        self.assertIn(f'href="/updates/{self.rows[Update].pk}/"', self.text(self.address(Update)))
        self.assertIn('href="/people/1/"', self.text(self.address(User)))

    def test_nothing_can_be_added_and_history_cannot_be_changed(self) -> None:
        history = {model for model in MODELS if isinstance(admin.site._registry[model], HistoryAdmin)}
        self.assertEqual(history, set(HISTORY))
        for model in MODELS:
            with self.subTest(model.__name__):
                self.assertEqual(self.client.get(f"{self.address(model)}add/").status_code, 403)
                changed = self.client.post(self.address(model, "change"), {})
                self.assertEqual(changed.status_code == 403, model in history)

    def test_only_superusers_delete_history(self) -> None:
        permissions = [f"{do}_{model.__name__.lower()}" for model in MODELS for do in ("view", "delete")]
        bob = Client()
        bob.force_login(staff("bob", *permissions))
        for model in (Event, Heartbeat, OnceKey, OutgoingMessage, PersistentData, Update):
            with self.subTest(model.__name__):
                self.assertEqual(bob.get(self.address(model, "delete")).status_code, 403)
                self.assertEqual(self.client.get(self.address(model, "delete")).status_code, 200)

    def test_leases_webhooks_broadcasts_lanes_access_and_the_audit_are_deleted_by_nobody(self) -> None:
        nobody: list[type[Model]] = [
            AuditEntry,
            Broadcast,
            BroadcastDelivery,
            BroadcastWait,
            Lane,
            Lease,
            OutboxLane,
            Webhook,
        ]
        nobody += [BroadcastWait, AccountSession, AccessVersion, AllowedChat, Restriction, RoleGrant]
        for model in nobody:
            with self.subTest(model.__name__):
                self.assertEqual(self.client.get(self.address(model, "delete")).status_code, 403)

    def test_codes_are_neither_shown_nor_spelled_out_by_a_filter(self) -> None:
        for model in (OneTimeCode, KnownBrowser):
            for page in (self.text(self.address(model)), self.text(self.address(model, "change"))):
                self.assertNotIn("5ec2e7", page)
        with self.assertLogs("django.security", "ERROR"):
            self.text(f"{self.address(OneTimeCode)}?digest__startswith=5", 400)

    def test_a_person_with_tags_can_be_deleted_and_the_tags_go_along(self) -> None:
        bob = person(2, "Bob")
        PersonTag.objects.create(user=bob, name="vip")
        address = reverse("admin:botcore_user_delete", args=[2])
        self.assertRedirects(self.client.post(address, {"post": "yes"}), self.address(User))
        self.assertFalse(PersonTag.objects.filter(user_id=2).exists())

    def test_the_webhooks_secrets_are_neither_shown_nor_searched_nor_spelled_out_by_a_filter(self) -> None:
        for page in (self.text(self.address(Webhook)), self.text(self.address(Webhook, "change"))):
            self.assertIn("https://bot.example.org/hook", page)
            self.assertNotIn("secret", page.lower())
        for query in ("?secret=the-secret-one", "?secret__startswith=t", "?told_secret__startswith=t"):
            with self.subTest(query), self.assertLogs("django.security", "ERROR"):
                self.assertEqual(self.client.get(self.address(Webhook) + query).status_code, 400)
        with self.assertNumQueries(4) as queries:
            self.text(self.address(Webhook))
        self.assertFalse([query["sql"] for query in queries.captured_queries if "told_secret" in query["sql"]])

    def test_an_updates_page_shows_its_failed_attempts_to_whoever_may_see_it(self) -> None:
        Update.objects.update(chat_id=2)  # Alice has a role: test_privacy.py
        self.client.force_login(staff("bob", "view_update", "read_messages"))
        page = self.text(self.address(Update, "change"))
        self.assertIn("TimeoutError: &lt;i&gt;", page)
        self.assertNotIn("<textarea", page)

    def test_what_a_person_chose_can_be_changed_and_telegrams_words_cannot(self) -> None:
        form = {"language": "ru", "first_name": "Mallory"}
        self.assertEqual(self.client.post(self.address(User, "change"), form).status_code, 302)
        alice = User.objects.get()
        self.assertEqual((alice.language, alice.messages_on, alice.first_name), ("ru", False, "<b>Alice</b>"))

    def test_a_small_tables_list_counts_no_further_than_its_cap(self) -> None:
        for number in range(12):
            Lease.objects.create(name=f"duty:{number}", until=timezone.now())
        with patch.object(base, "MOST_ROWS", 10):
            self.assertIn("10 leases", self.text(self.address(Lease)))

    def test_a_list_neither_counts_all_rows_nor_reads_raw_json(self) -> None:
        for _ in range(60):
            update()
        with self.assertNumQueries(3) as queries:
            self.text(self.address(Update))
        statements = [query["sql"] for query in queries.captured_queries if "botcore_update" in query["sql"]]
        self.assertFalse([sql for sql in statements if '"raw"' in sql])
        self.assertTrue(all("LIMIT" in sql for sql in statements))

    def test_the_pages_lead_to_the_dashboard(self) -> None:
        self.assertIn('<a href="/">Dashboard</a>', self.text("/admin/"))

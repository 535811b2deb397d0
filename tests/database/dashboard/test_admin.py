"""Django admin: every list and detail opens, history cannot be changed, counts are bounded."""

from unittest.mock import patch

from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from botcore.admin import base
from botcore.admin.base import HistoryAdmin
from botcore.models import Chat, Feedback, Heartbeat, Lane, State, Update, UpdateCount, User
from tests.database.dashboard.data import (
    PageTestCase,
    arrivals,
    group,
    heartbeat,
    message,
    person,
    staff,
    update,
)

MODELS: list[type[Model]] = [Chat, Feedback, Heartbeat, Lane, Update, UpdateCount, User]
SEARCHES: dict[type[Model], str] = {Chat: "-5", Feedback: "1", Update: "1", User: "ali"}


class AdminTests(PageTestCase):
    """Every model's pages."""

    def setUp(self) -> None:
        super().setUp()
        alice = person(1, "<b>Alice</b>", username="alice")
        raw = '{"message": {"text": "\\u041f\\u0440\\u0438\\u0432\\u0435\\u0442 <script>"}}'
        self.rows: dict[type[Model], Model] = {
            User: alice,
            Chat: group(-5, "Gardeners"),
            Feedback: message(alice, "Hello"),
            Heartbeat: heartbeat(),
            Lane: Lane.objects.create(bot_id=1, key=1, ready_at=timezone.now()),
            Update: update(State.DEAD, raw=raw, error="<i>"),
            UpdateCount: arrivals(0, 5),
        }

    def address(self, model: type[Model], page: str = "changelist") -> str:
        """Return the address of a model's list, or of its row."""
        args = [] if page == "changelist" else [self.rows[model].pk]
        return reverse(f"admin:botcore_{model.__name__.lower()}_{page}", args=args)

    def test_this_test_knows_every_model_of_the_app(self) -> None:
        registered = [model for model in admin.site._registry if model._meta.app_label == "botcore"]
        self.assertEqual(set(registered), set(MODELS))

    def test_lists_and_details_open(self) -> None:
        for model in MODELS:
            with self.subTest(model.__name__):
                self.assertIn("1 ", self.text(self.address(model)))
                page = self.text(self.address(model, "change"))
                self.assertNotIn("<b>Alice", page)
                self.assertNotIn("<i>", page)

    def test_searches_find_and_nonsense_finds_nothing(self) -> None:
        for model, search in SEARCHES.items():
            with self.subTest(model.__name__):
                address = self.address(model)
                self.assertIn('class="action-select"', self.text(f"{address}?q={search}"))
                for nonsense in ("zzz", "9" * 40, "%25"):
                    self.assertNotIn('class="action-select"', self.text(f"{address}?q={nonsense}"))

    def test_the_raw_json_is_readable_and_escaped_and_leads_to_the_dashboard(self) -> None:
        page = self.text(self.address(Update, "change"))
        self.assertIn("Привет &lt;script&gt;", page)
        self.assertIn(f'href="/updates/{self.rows[Update].pk}/"', self.text(self.address(Update)))
        self.assertIn('href="/people/1/"', self.text(self.address(User)))

    def test_nothing_can_be_added_and_history_cannot_be_changed(self) -> None:
        history = {model for model in MODELS if isinstance(admin.site._registry[model], HistoryAdmin)}
        self.assertEqual(history, {Chat, Heartbeat, Lane, Update, UpdateCount})
        for model in MODELS:
            with self.subTest(model.__name__):
                self.assertEqual(self.client.get(f"{self.address(model)}add/").status_code, 403)
                changed = self.client.post(self.address(model, "change"), {})
                self.assertEqual(changed.status_code == 403, model in history)

    def test_only_superusers_delete_history(self) -> None:
        permissions = [f"{do}_{model.__name__.lower()}" for model in MODELS for do in ("view", "delete")]
        bob = Client()
        bob.force_login(staff("bob", *permissions))
        for model in (Heartbeat, Update):
            with self.subTest(model.__name__):
                self.assertEqual(bob.get(self.address(model, "delete")).status_code, 403)
                self.assertEqual(self.client.get(self.address(model, "delete")).status_code, 200)

    def test_what_a_person_chose_can_be_changed_and_telegrams_words_cannot(self) -> None:
        form = {"language": "ru", "first_name": "Mallory"}
        self.assertEqual(self.client.post(self.address(User, "change"), form).status_code, 302)
        alice = User.objects.get()
        self.assertEqual((alice.language, alice.messages_on, alice.first_name), ("ru", False, "<b>Alice</b>"))

    def test_lists_count_no_further_than_their_cap(self) -> None:
        for _ in range(12):
            update()
        with patch.object(base, "MOST_ROWS", 10):
            self.assertIn("10 results", self.text(f"{self.address(Update)}?q=1"))

    def test_a_list_neither_counts_all_rows_nor_reads_raw_json(self) -> None:
        for _ in range(60):
            update()
        with self.assertNumQueries(4) as queries:
            self.text(self.address(Update))
        statements = [query["sql"] for query in queries.captured_queries if "botcore_update" in query["sql"]]
        self.assertFalse([sql for sql in statements if '"raw"' in sql])
        self.assertTrue(all("LIMIT" in sql for sql in statements))

    def test_the_pages_lead_to_the_dashboard(self) -> None:
        self.assertIn('<a href="/">Dashboard</a>', self.text("/admin/"))

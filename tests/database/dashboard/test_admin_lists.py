"""Lists of big tables in Django's admin: pages by keys, both ways; filters and searches."""

from unittest.mock import patch

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from botcore.admin import changelist
from botcore.admin.inbox import UpdateAdmin
from botcore.models import (
    AuditEntry,
    BotFacts,
    ErrorEvent,
    OnceKey,
    State,
    Update,
    User,
)
from tests.database.dashboard.data import PageTestCase, person, update
from tests.database.errors import error, occurrence


def address(model: type[Model]) -> str:
    """Return the address of a model's list."""
    return reverse(f"admin:botcore_{model.__name__.lower()}_changelist")


class KeysetTests(PageTestCase):
    """Newer and older."""

    def ids(self, query: str = "") -> list[int]:
        """Return the updates of a page in their order."""
        self.response = self.client.get(address(Update) + query)
        self.assertEqual(self.response.status_code, 200)
        return [row.pk for row in self.response.context["cl"].result_list]

    def test_pages_lead_both_ways_without_offset_and_count(self) -> None:
        newest_first = [update().pk for _ in range(7)][::-1]
        with patch.object(UpdateAdmin, "list_per_page", 3):
            with self.assertNumQueries(3) as queries:
                self.assertEqual(self.ids(), newest_first[:3])
            asked = " ".join(query["sql"] for query in queries.captured_queries)
            self.assertNotIn("OFFSET", asked)
            self.assertNotIn("COUNT(", asked)
            self.assertEqual(self.response.context["cl"].newer, "")
            second = self.response.context["cl"].older
            self.assertEqual(self.ids(second), newest_first[3:6])
            self.assertEqual(self.ids(self.response.context["cl"].older), newest_first[6:])
            self.assertEqual(self.response.context["cl"].older, "")
            self.assertEqual(self.ids(self.response.context["cl"].newer), newest_first[3:6])

    def test_a_place_keeps_the_filter_and_a_search_begins_at_the_newest(self) -> None:
        for _ in range(4):
            update(State.DEAD)
        with patch.object(UpdateAdmin, "list_per_page", 2):
            self.ids("?state__exact=dead")
            older = self.response.context["cl"].older
            self.assertIn("state__exact=dead", older)
            self.ids(older)
        self.assertNotIn('name="p"', self.response.content.decode())

    def test_people_with_the_same_moment_each_come_once(self) -> None:
        now = timezone.now()
        for pk in range(1, 8):
            person(pk, f"Nr {pk}")
        User.objects.update(last_seen=now)
        seen, query = [], "?"
        with patch("botcore.admin.people.UserAdmin.list_per_page", 3):
            while query:
                page = self.client.get(address(User) + query).context["cl"]
                seen += [row.pk for row in page.result_list]
                query = page.older
        self.assertEqual(seen, [7, 6, 5, 4, 3, 2, 1])

    def test_a_place_that_cannot_be_read_leads_back_to_the_newest(self) -> None:
        pk = update().pk
        for place in ("nonsense", "before.", "after.x", "1", "before.99999999999999999999"):
            with self.subTest(place):
                response = self.client.get(f"{address(Update)}?p={place}")
                self.assertRedirects(response, f"{address(Update)}?e=1")
        self.assertEqual(self.ids("?e=1"), [pk])

    def test_a_filter_without_an_index_looks_through_a_window_and_goes_on_from_there(self) -> None:
        at = timezone.now()
        rows = [AuditEntry(at=at, channel="web", actor="alice", action="a", digest=str(n)) for n in range(12)]
        rows[0].channel = "cli"
        AuditEntry.objects.bulk_create(rows)
        with patch.object(changelist, "WINDOW", 5):
            query, pages = "?channel__exact=cli", 0
            while not (page := self.client.get(address(AuditEntry) + query).context["cl"]).result_list:
                query, pages = page.older, pages + 1
        self.assertEqual(([row.digest for row in page.result_list], pages), (["0"], 2))

    def test_only_the_filters_that_are_offered_are_taken(self) -> None:
        with self.assertLogs("django.security", "ERROR"):
            self.text(f"{address(Update)}?handler__contains=a", 400)

    def test_a_search_takes_the_newest_of_each_column_and_keeps_the_filter(self) -> None:
        ids = [update(State.DEAD, chat_id=5).pk for _ in range(4)]
        update(State.DONE, chat_id=5)
        self.assertEqual(self.ids("?q=5&state__exact=dead"), ids[::-1])
        with patch.object(changelist, "SEARCHED", 2):
            self.assertEqual(self.ids("?q=5&state__exact=dead"), ids[:2:-1])

    def test_a_key_is_found_for_every_bot_that_is_known(self) -> None:
        now = timezone.now()
        for bot in (1, 2):
            OnceKey.objects.create(bot_id=bot, key="pay:1", at=now)
            BotFacts.objects.create(token_number=bot, facts="{}", at=now)
        found = self.client.get(f"{address(OnceKey)}?q=pay:1").context["cl"].result_list
        self.assertEqual([row.bot_id for row in found], [2, 1])

    def test_a_list_asks_no_question_for_each_row(self) -> None:
        problem = error("Trouble")
        for ordinal in range(5):
            occurrence(problem, ordinal=ordinal + 1)
        with self.assertNumQueries(3):
            self.text(address(ErrorEvent))

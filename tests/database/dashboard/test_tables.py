"""What all lists share: order, columns, and saved views."""

import re
from datetime import timedelta

from django.contrib.auth.models import User as Login
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botcore.models import (
    AuditEntry,
    SavedView,
    User,
)
from botcore.paging import SIZE
from dashboard.lists.every import TABLES
from tests.database.dashboard.data import (
    PageTestCase,
    event,
    message,
    outgoing,
    person,
    private,
    staff,
    update,
)
from tests.database.dashboard.lists import ids, links
from tests.database.errors import error

HOUR = timedelta(hours=1)
WRONG = {"errors": "tab=shoe", "broadcasts": "state=shoe", "chats": "type=shoe", "conversations": "show=shoe"}


class OrderTests(PageTestCase):
    """Lists from their other end."""

    def test_the_oldest_can_stand_first_and_pages_lead_both_ways(self) -> None:
        keys = [update().pk for _ in range(2 * SIZE + 5)]
        walked, address, back = [], "?sort=received.up", ""
        while address:
            page = self.text(f"/updates/{address}")
            walked.append(ids(page))
            address = "".join(re.findall(r'rel="next" href="([^"]+)"', page)).replace("&amp;", "&")
            back = "".join(re.findall(r'rel="prev" href="([^"]+)"', page)).replace("&amp;", "&")
        self.assertEqual(walked, [keys[:SIZE], keys[SIZE : 2 * SIZE], keys[2 * SIZE :]])
        self.assertEqual(ids(self.text(f"/updates/{back}")), keys[SIZE : 2 * SIZE])

    def test_errors_are_ordered_from_the_fewest_too(self) -> None:
        rows = [error(count=number) for number in (5, 50, 7)]
        self.assertEqual(ids(self.text("/errors/?sort=count.up")), [rows[0].pk, rows[2].pk, rows[1].pk])


class ColumnTests(PageTestCase):
    """Which columns are shown."""

    def heads(self, query: str = "") -> list[str]:
        """Return the columns' keys."""
        return re.findall(r'<th scope="col" class="c-(\w+)', self.text(f"/updates/{query}").replace("c-box", ""))

    def test_an_address_names_them_and_an_account_remembers_them(self) -> None:
        update()
        usual = self.heads()
        self.assertNotIn("update_id", usual)
        self.assertEqual(self.heads("?columns=update_id,state"), ["update", "state", "update_id"])
        self.client.post("/lists/updates/columns/", {"column": ["state", "attempts"]})
        self.assertEqual(self.heads(), ["update", "state", "attempts"])
        self.assertEqual(self.heads("?columns=person"), ["update", "person"])
        self.assertEqual(SavedView.objects.count(), 1)
        self.client.post("/lists/updates/columns/", {"usual": "1"})
        self.assertEqual(self.heads(), usual)
        self.assertFalse(SavedView.objects.exists())
        self.client.post("/lists/updates/columns/", {})
        self.assertEqual(self.heads(), ["update"])
        self.assertFalse(AuditEntry.objects.filter(action__startswith="views.").exists())

    def test_what_is_no_column_is_refused_and_one_that_is_gone_is_forgotten(self) -> None:
        update()
        self.client.post("/lists/updates/columns/", {"column": ["shoe"]})
        self.assertFalse(SavedView.objects.exists())
        now = timezone.now()
        SavedView.objects.create(account=self.alice, table="updates", name="", query="state,shoe", at=now)
        self.assertEqual(self.heads(), ["update", "state"])
        self.assertEqual(self.client.post("/lists/shoes/columns/", {}).status_code, 404)


class ViewTests(PageTestCase):
    """Saved views."""

    def save(self, name: str = "Broken polls", query: str = "state=dead&kind=poll", **more: str) -> str:
        """Save one; return the page after it."""
        form = {"name": name, "query": query, **more}
        return str(self.client.post("/lists/updates/views/", form, follow=True).content.decode())

    def test_it_is_saved_renamed_and_deleted_with_entries(self) -> None:
        page = self.save()
        self.assertIn("The view is kept.", page)
        view = SavedView.objects.get()
        self.assertEqual((view.name, view.query), ("Broken polls", "state=dead&kind=poll"))
        self.assertIn(f"?state=dead&kind=poll&view={view.pk}", links(page))
        self.assertRegex(page, r'aria-current="true"><bdi class="name">Broken polls</bdi>')
        self.assertIn("The view is kept already.", self.save())
        self.client.post(f"/lists/updates/views/{view.pk}/", {"do": "rename", "name": "Polls"})
        self.client.post(f"/lists/updates/views/{view.pk}/", {"do": "rename", "name": "Polls"})
        self.assertEqual(SavedView.objects.get().name, "Polls")
        for _ in range(2):
            self.client.post(f"/lists/updates/views/{view.pk}/", {"do": "delete"})
        self.assertFalse(SavedView.objects.exists())
        entries = AuditEntry.objects.filter(target=f"view:{view.pk}").order_by("pk").values_list("action", "actor")
        self.assertEqual(list(entries), [("views.save", "alice"), ("views.rename", "alice"), ("views.delete", "alice")])

    def test_saving_under_a_name_that_is_taken_replaces_it(self) -> None:
        self.save()
        self.save(query="state=done")
        self.assertEqual(SavedView.objects.get().query, "state=done")

    def test_what_means_nothing_is_not_kept(self) -> None:
        for form in (
            {"query": "state=nonsense"}, {"query": "sort=shoe"}, {"name": " "}, {"name": "x" * 41},
            {"query": "handler=" + "x" * 2000},
        ):  # fmt: skip
            with self.subTest(str(form)[:30]):
                self.assertIn("Nothing is changed.", self.save(**form))
        self.save(name="<script>alert(1)</script>")
        self.assertNotIn("<script>alert", self.text("/updates/"))

    def test_a_view_that_the_list_no_longer_understands_says_so_and_can_be_deleted(self) -> None:
        now = timezone.now()
        row = SavedView.objects.create(account=self.alice, table="updates", name="Old", query="state=lost", at=now)
        page = self.text("/updates/")
        (address,) = [link for link in links(page) if f"view={row.pk}" in link]
        refused = self.text(f"/updates/{address}", 400)
        self.assertIn("This saved view asks for something that the list no longer understands.", refused)
        self.assertIn(f"/lists/updates/views/{row.pk}/", page)

    def test_others_see_what_is_shared_and_change_none_of_it(self) -> None:
        self.save(shared="1")
        self.save(name="Mine alone")
        view = SavedView.objects.get(is_shared=True)
        bob = Client()
        bob.force_login(staff("bob", "view_update"))
        page = bob.get("/updates/").content.decode()
        self.assertIn("Broken polls", page)
        self.assertIn('title="Shared by alice"', page)
        self.assertNotIn("Mine alone", page)
        self.assertNotIn(f"/views/{view.pk}/", page)
        for form in ({"do": "delete"}, {"do": "rename", "name": "Bob's"}):
            answer = bob.post(f"/lists/updates/views/{view.pk}/", form, follow=True).content.decode()
            self.assertIn("somebody else", answer)
        self.assertEqual(SavedView.objects.count(), 2)
        shared = {"name": "x", "query": "state=dead", "shared": "1"}
        self.assertEqual(bob.post("/lists/updates/views/", shared).status_code, 403)
        self.assertEqual(bob.post("/lists/people/views/", {"name": "x", "query": ""}).status_code, 403)

    def test_who_may_not_share_any_more_can_only_delete_what_is_shared(self) -> None:
        bob = staff("bob", "view_update", "share_savedview")
        self.client.force_login(bob)
        self.save(shared="1")
        self.save(name="Mine alone")
        shared, own = SavedView.objects.order_by("pk")
        bob.user_permissions.set(bob.user_permissions.filter(codename="view_update"))
        page = self.text("/updates/")
        self.assertEqual((page.count('value="rename"'), page.count('value="delete"')), (1, 2))
        rename = {"do": "rename", "name": "Bob's"}
        answer = self.client.post(f"/lists/updates/views/{shared.pk}/", rename, follow=True).content.decode()
        self.assertIn("you may not share views any more", answer)
        self.assertIn("you may not share views any more", self.save(query="state=done"))
        shared.refresh_from_db()
        self.assertEqual((shared.name, shared.query, shared.is_shared), ("Broken polls", "state=dead&kind=poll", True))
        self.client.post(f"/lists/updates/views/{own.pk}/", rename)
        self.client.post(f"/lists/updates/views/{shared.pk}/", {"do": "delete"})
        self.assertEqual(SavedView.objects.get().name, "Bob's")

    def test_ones_own_stand_before_many_that_others_share(self) -> None:
        bob = staff("bob", "view_update")
        for number in range(70):
            facts = {"account": bob, "table": "updates", "query": "state=dead", "is_shared": True, "at": timezone.now()}
            SavedView.objects.create(name=f"A {number}", **facts)
        self.assertIn("Mine alone", self.save(name="Mine alone"))

    def test_there_is_an_end_to_them(self) -> None:
        for number in range(31):
            page = self.save(name=f"View {number}")
        self.assertIn("At most 30 views of a list can be kept", page)
        self.assertEqual(SavedView.objects.count(), 30)


class PageTests(PageTestCase):
    """All lists."""

    def test_a_full_list_takes_at_most_twelve_queries_with_filters_too(self) -> None:
        alice = Login.objects.get(username="alice")
        SavedView.objects.create(account=alice, table="updates", name="x", query="state=dead", at=timezone.now())
        for number in range(1, 60):
            user = private(person(number, "Alice"))
            update(user_id=user.pk, kind="poll"), outgoing(chat_id=user.pk), error()
            event("x"), message(User.objects.get(pk=number), "Hello")
        for query in (
            "updates/?kind=poll&from=1h&to=1s", "updates/?kind=poll&from=1h", "people/?language=de&status=open",
            "outbox/?priority=alert&from=2h", "errors/?tab=all&search=x", "events/?kind=outage", "feedback/",
            "audit/?channel=web&from=1h", "updates/?person=2&chat=5&handler=a.b",
        ):  # fmt: skip
            with self.subTest(query), CaptureQueriesContext(connection) as asked:
                self.text(f"/{query}")
            self.assertLessEqual(len(asked), 12, "\n".join(one["sql"][:150] for one in asked))

    def test_a_page_that_asks_belongs_to_its_list(self) -> None:
        page = self.client.post("/people/bulk/", {"action": "restrict", "id": person(1, "Alice").pk}).text
        self.assertIn('<a href="/people/" aria-current="page">', page)
        self.assertIn("<h1>Keep out</h1>", page)

    def test_every_list_opens_empty_and_refuses_nonsense_in_words(self) -> None:
        for name in TABLES:
            self.assertIn('class="empty"', self.text(f"/{name}/{'?actor=zoe' if name == 'audit' else ''}"))
            for query in ("cursor=x", "sort=shoe", "columns=shoe", WRONG.get(name, "from=shoe")):
                with self.subTest(name, query=query):
                    self.assertIn("This address is not understood", self.text(f"/{name}/?{query}", 400))

"""What all lists share: filters, order, columns, and saved views."""

import re
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import quote

from django.contrib.auth.models import User as Login
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from telegram.constants import UpdateType

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.models import (
    AuditEntry,
    ChatAlias,
    Reach,
    SavedView,
    State,
    User,
)
from botcore.people import selectors as people
from botcore.people import tags
from dashboard.lists.every import TABLES
from dashboard.lists.updates import KINDS
from tests.database.access import BOSS
from tests.database.dashboard.data import (
    PageTestCase,
    event,
    group,
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
WRONG = {"errors": "tab=shoe", "broadcasts": "state=shoe", "chats": "type=shoe"}


class UpdateFilterTests(PageTestCase):
    """Updates by who, where and when."""

    def test_a_person_is_found_by_id_or_name_in_their_chat_and_elsewhere(self) -> None:
        person(1, "Alice", username="Alice_1")
        mine, elsewhere, inline = update(), update(chat_id=-5), update(chat_id=None)
        update(user_id=2, chat_id=-5), update(user_id=2)
        for typed in ("1", "@alice_1", "t.me/alice_1"):
            with self.subTest(typed):
                self.assertEqual(ids(self.text(f"/updates/?person={quote(typed)}")), [inline.pk, elsewhere.pk, mine.pk])
        page = self.text("/updates/?person=@nobody_here")
        self.assertEqual(ids(page), [])
        self.assertIn("Person <strong><bdi>@nobody_here</bdi></strong>", page)
        for typed in ("-5", "alice", "0", "9" * 30):
            with self.subTest(typed):
                self.text(f"/updates/?person={typed}", 400)

    def test_a_chat_is_found_by_id_also_from_before_it_moved_or_by_name(self) -> None:
        group(-1007, "Gardeners")
        ChatAlias.objects.create(old_id=-7, new_id=-1007, at=timezone.now())
        before, after = update(chat_id=-7), update(chat_id=-1007)
        update()
        for typed in ("-7", "-1007"):
            self.assertEqual(ids(self.text(f"/updates/?chat={typed}")), [after.pk, before.pk])
        person(1, "Alice", username="alice_1")
        self.assertEqual(len(ids(self.text("/updates/?chat=@alice_1&person=1"))), 1)

    def test_a_time_is_typed_as_a_length_or_a_moment(self) -> None:
        now = timezone.now()
        rows = [update(received_at=now - ago * HOUR) for ago in (50, 30, 3, 1)]
        for query, expected in {
            "from=2h": rows[3:],
            "from=4h&to=2h": rows[2:3],
            "to=1d": rows[:2],
            f"from={now - 31 * HOUR:%Y-%m-%dT%H:%M}": rows[1:],
            f"from={now - 31 * HOUR:%Y-%m-%d %H:%M}&to=5h": rows[1:2],
        }.items():
            with self.subTest(query):
                self.assertEqual(ids(self.text(f"/updates/?{query}")), [row.pk for row in expected][::-1])
        self.assertIn("Received <strong><bdi>from 2h ago</bdi></strong>", self.text("/updates/?from=2h"))
        for query in ("from=soon", "from=1h&to=2h", "to=%00", "from=" + "9" * 500, "from=0001-01-01T00:00"):
            with self.subTest(query[:20]):
                page = self.client.get(f"/updates/?{query}")
                self.assertIn(page.status_code, {200, 400})
        self.assertIn("nothing can lie between them", self.text("/updates/?from=1h&to=2h", 400))

    def test_every_kind_of_telegram_can_be_chosen(self) -> None:
        self.assertEqual(set(KINDS), {kind.value for kind in UpdateType})

    def test_filters_come_together(self) -> None:
        now = timezone.now()
        update(State.DEAD, kind="poll", received_at=now - 9 * HOUR, chat_id=-5)
        wanted = update(State.DEAD, kind="poll", received_at=now - HOUR, chat_id=-5)
        update(State.DONE, kind="poll", received_at=now - HOUR, chat_id=-5)
        self.assertEqual(ids(self.text("/updates/?state=dead&kind=poll&from=2h&person=1&chat=-5")), [wanted.pk])


class PeopleFilterTests(PageTestCase):
    """People by what is known of them."""

    def names(self, query: str) -> list[str]:
        """Return who is listed."""
        return re.findall(r'<a class="name" href="/people/\d+/"><bdi>([^<]+)</bdi>', self.text(f"/people/?{query}"))

    def setUp(self) -> None:
        super().setUp()
        now = timezone.now()
        alice = person(1, "Alice", telegram_language="pt-br", source="ads", first_seen=now - 99 * HOUR)
        bob = person(2, "Bob", minutes_ago=5, telegram_language="de", language="ru", messages_on=False)
        person(3, "Charlie", minutes_ago=9, first_seen=now - 50 * HOUR)
        private(alice)
        private(bob, reach=Reach.BLOCKED)
        tags.tag(user_id=3, name="vip", by="")
        access.grant(user_id=3, role=Role.SUPPORT, by="", giver=BOSS)

    def test_each_condition_narrows_the_list(self) -> None:
        for query, expected in {
            "language=pt": ["Alice"],
            "language=ru": ["Bob"],
            "language=de": [],
            "source=ads": ["Alice"],
            "status=blocked": ["Bob"],
            "status=open": ["Alice", "Charlie"],
            "messages=off": ["Bob"],
            "messages=on": ["Alice", "Charlie"],
            "tag=vip": ["Charlie"],
            "tag=%23VIP": ["Charlie"],
            "role=support": ["Charlie"],
            "role=admin": [],
            "from=60h": ["Bob", "Charlie"],
            "to=60h": ["Alice"],
            "search=a&source=ads": ["Alice"],
        }.items():
            with self.subTest(query):
                self.assertEqual(self.names(query), expected)
        for query in ("status=gone", "role=king", "messages=maybe", "tag=two words", "sort=name", "columns=shoe"):
            self.text(f"/people/?{query}", 400)

    def test_the_order_is_by_either_time_from_either_end(self) -> None:
        self.assertEqual(self.names("sort=first_seen"), ["Bob", "Charlie", "Alice"])
        self.assertEqual(self.names("sort=first_seen.up"), ["Alice", "Charlie", "Bob"])
        self.assertEqual(self.names("sort=last_seen.up"), ["Charlie", "Bob", "Alice"])
        page = self.text("/people/?sort=first_seen")
        self.assertRegex(page, r'<th scope="col" class="c-first_seen number" aria-sort="descending"><a href="\?sort=')
        self.assertIn("?sort=first_seen.up", links(page))
        self.assertNotIn("hx-get", self.text("/people/?sort=last_seen.up"))

    def test_a_rare_language_is_looked_for_in_stretches_in_both_orders(self) -> None:
        now = timezone.now()
        for number in range(10, 50):
            seen = now - timedelta(days=1, minutes=number // 3)
            person(
                number, f"P{number}", first_seen=seen, last_seen=seen, telegram_language="de" if number == 40 else ""
            )
        with patch.object(people, "WINDOW", 7):
            for sort in ("last_seen", "last_seen.up", "first_seen", "first_seen.up"):
                found, address, pages = [], f"sort={sort}&language=de", 0
                while address:
                    page = self.text(f"/people/?{address}")
                    found += ids(page)
                    older = re.search(r'rel="next" href="\?([^"]+)"', page)
                    address, pages = older[1].replace("&amp;", "&") if older else "", pages + 1
                self.assertEqual((found, pages > 3), ([40], True), sort)
                self.assertIn("None among those looked through here.", self.text("/people/?language=de"))


class OrderTests(PageTestCase):
    """Lists from their other end."""

    def test_the_oldest_can_stand_first_and_pages_lead_both_ways(self) -> None:
        keys = [update().pk for _ in range(120)]
        walked, address, back = [], "?sort=received.up", ""
        while address:
            page = self.text(f"/updates/{address}")
            walked.append(ids(page))
            address = "".join(re.findall(r'rel="next" href="([^"]+)"', page)).replace("&amp;", "&")
            back = "".join(re.findall(r'rel="prev" href="([^"]+)"', page)).replace("&amp;", "&")
        self.assertEqual(walked, [keys[:50], keys[50:100], keys[100:]])
        self.assertEqual(ids(self.text(f"/updates/{back}")), keys[50:100])

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
            "outbox/?priority=2&from=2h", "errors/?tab=all&search=x", "events/?kind=outage", "feedback/",
            "audit/?channel=web&from=1h", "updates/?person=@alice_1&chat=5",
        ):  # fmt: skip
            with self.subTest(query), CaptureQueriesContext(connection) as asked:
                self.text(f"/{query}")
            self.assertLessEqual(len(asked), 12, "\n".join(one["sql"][:150] for one in asked))

    def test_every_list_opens_empty_and_refuses_nonsense_in_words(self) -> None:
        for name in TABLES:
            self.assertIn('class="empty"', self.text(f"/{name}/{'?actor=zoe' if name == 'audit' else ''}"))
            for query in ("cursor=x", "sort=shoe", "columns=shoe", WRONG.get(name, "from=shoe")):
                with self.subTest(name, query=query):
                    self.assertIn("This address is not understood", self.text(f"/{name}/?{query}", 400))

"""What all lists share: filters, order, columns, saved views, several rows at once, exports, and what is new."""

import csv
import json
import re
from datetime import timedelta
from io import StringIO
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
    Feedback,
    Level,
    OutgoingMessage,
    OutgoingState,
    PersonTag,
    Reach,
    Restriction,
    SavedView,
    State,
    Update,
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
from tests.database.errors import error

HOUR = timedelta(hours=1)
WRONG = {"errors": "tab=shoe", "broadcasts": "state=shoe", "chats": "type=shoe"}


def ids(page: str) -> list[int]:
    """Return the rows' ids in their order."""
    return [int(number) for number in re.findall(r'<tr id="[a-z]+-(\d+)">', page)]


def links(page: str) -> list[str]:
    """Return every address in the page."""
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*)"', page)]


def polled(page: str) -> str:
    """Return the query that an open page asks with."""
    found = re.search(r'id="live"[^>]* hx-get="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


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

    def test_there_is_an_end_to_them(self) -> None:
        for number in range(31):
            page = self.save(name=f"View {number}")
        self.assertIn("At most 30 views of a list can be kept", page)
        self.assertEqual(SavedView.objects.count(), 30)


class BulkTests(PageTestCase):
    """Several rows at once."""

    def act(self, table: str, action: str, *chosen: object, **more: str) -> str:
        """Send the form; return the page after it."""
        form = {"action": action, "id": [str(pk) for pk in chosen], **more}
        return str(self.client.post(f"/{table}/bulk/", form, follow=True).content.decode())

    def undo(self, page: str) -> str:
        """Press the button that takes it back."""
        (form,) = re.findall(r'<form class="undo" method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
        fields: dict[str, list[str]] = {}
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[1]):
            fields.setdefault(name, []).append(value)
        return str(self.client.post(form[0], fields, follow=True).content.decode())

    def test_tags_are_put_on_and_taken_back_where_they_were_put_on_only(self) -> None:
        for number in (1, 2, 3):
            person(number, f"P{number}")
        tags.tag(user_id=1, name="vip", by="")
        page = self.act("people", "tag", 1, 2, name="VIP")
        self.assertIn("1 of 2: the tag is on.", page)
        page = self.undo(page)
        self.assertIn("1 of 1: the tag is off.", page)
        self.assertEqual(list(PersonTag.objects.values_list("user_id", flat=True)), [1])
        self.assertIn('class="undo"', page)
        self.assertNotIn('class="undo"', self.text("/people/"))
        self.assertIn("A tag is one word", self.act("people", "tag", 1, name="two words"))

    def test_keeping_people_out_is_asked_first_and_done_once(self) -> None:
        person(33, "Carol"), person(34, "<script>alert(1)</script>")
        page = self.act("people", "restrict", 33, 34)
        self.assertIn("With these 2 rows", page)
        self.assertIn("&lt;script&gt;alert(1)", page)
        self.assertNotIn("<script>alert(1)", page)
        self.assertFalse(Restriction.objects.exists())
        sure = {"sure": "yes", "kind": "banned", "for": "", "reason": "spam"}
        self.assertIn("2 of 2: kept out.", self.act("people", "restrict", 33, 34, **sure))
        self.assertIn("Nothing changed: it was so already", self.act("people", "restrict", 33, 34, **sure))
        self.assertEqual(AuditEntry.objects.filter(action="access.ban").count(), 2)

    def test_waiting_messages_are_cancelled_and_queued_again_by_undo(self) -> None:
        private(person(1, "Alice"))
        rows = [outgoing(OutgoingState.QUEUED), outgoing(OutgoingState.QUEUED), outgoing()]
        page = self.act("outbox", "cancel", *(row.pk for row in rows))
        self.assertIn("2 of 3: cancelled", page)
        states = OutgoingMessage.objects.order_by("pk").values_list("state", flat=True)
        self.assertEqual(list(states.all()), ["cancelled", "cancelled", "sent"])
        self.undo(page)
        self.assertEqual(list(states.all()), ["queued", "queued", "sent"])

    def test_what_cannot_be_sent_again_says_why_and_the_others_go(self) -> None:
        private(person(1, "Alice"))
        failed, sent = outgoing(OutgoingState.FAILED), outgoing()
        self.assertIn("Send again", self.act("outbox", "retry", failed.pk, sent.pk))
        page = self.act("outbox", "retry", failed.pk, sent.pk, sure="yes")
        self.assertIn("1 of 2: queued again.", page)
        self.assertIn("A message that is sent cannot be sent again.", page)

    def test_feedback_is_marked_as_read_once(self) -> None:
        row = message(person(1, "Alice"), "Hello")
        self.assertIn("1 of 1: marked as read.", self.act("feedback", "read", row.pk))
        self.assertIn("Nothing changed", self.act("feedback", "read", row.pk))
        self.assertIsNotNone(Feedback.objects.get().read_at)

    def test_chosen_updates_are_replayed_by_the_page_that_asks(self) -> None:
        rows = [update(State.DEAD), update(State.DEAD), update(State.DEAD)]
        response = self.client.post("/updates/bulk/", {"action": "replay", "id": [rows[0].pk, rows[2].pk]})
        address = f"/updates/replay/?ids={rows[0].pk}%2C{rows[2].pk}"
        self.assertRedirects(response, address)
        self.assertIn("2 updates go through again", self.text(address))
        self.client.post(address)
        pending = Update.objects.filter(state=State.PENDING).order_by("pk").values_list("pk", flat=True)
        self.assertEqual(list(pending), [rows[0].pk, rows[2].pk])
        for nonsense in ("x", "1,x", "-1", ",".join(map(str, range(1, 200)))):
            self.text(f"/updates/replay/?ids={nonsense}", 400)

    def test_errors_are_opened_again_by_undo(self) -> None:
        row = error()
        self.undo(self.act("errors", "resolve", row.pk))
        row.refresh_from_db()
        self.assertEqual(row.state, "ongoing")

    def test_rows_that_are_gone_and_nonsense_do_nothing(self) -> None:
        for chosen in ((), ("x",), ("9" * 40,), (77,)):
            self.assertIn("Choose rows first", self.act("people", "tag", *chosen, name="vip"))
        person(1, "Alice")
        self.assertIn("Choose one of", self.act("people", "explode", 1))
        self.assertRedirects(self.client.get("/people/bulk/"), "/people/")

    def test_an_action_needs_its_own_permission(self) -> None:
        person(1, "Alice")
        bob = Client()
        bob.force_login(staff("bob", "view_user", "change_user"))
        page = bob.get("/people/").content.decode()
        self.assertIn('value="tag"', page)
        self.assertNotIn('value="restrict"', page)
        form = {"action": "restrict", "id": "1", "sure": "yes", "kind": "banned", "for": ""}
        self.assertEqual(bob.post("/people/bulk/", form).status_code, 403)
        self.assertFalse(Restriction.objects.exists())


class ExportTests(PageTestCase):
    """Files of what a list shows."""

    def rows(self, address: str) -> list[dict[str, str]]:
        """Return a CSV's rows."""
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200)
        return list(csv.DictReader(StringIO(response.getvalue().decode("utf-8-sig"), newline="")))

    def test_the_filters_of_the_address_count_and_the_audit_has_them(self) -> None:
        dead, _done = update(State.DEAD, kind="poll"), update(kind="poll")
        update(State.DEAD)
        page = self.text("/updates/?state=dead&kind=poll&sort=received.up")
        (address,) = [link for link in links(page) if link.startswith("/exports/updates.csv")]
        self.assertEqual(address, "/exports/updates.csv?state=dead&kind=poll")
        self.assertEqual([row["id"] for row in self.rows(address)], [str(dead.pk)])
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual(json.loads(entry.after), {"form": "csv", "filters": {"state": "dead", "kind": "poll"}})
        self.text("/exports/updates.csv?state=nonsense", 400)

    def test_each_list_narrows_its_own_kind(self) -> None:
        alice = person(1, "=cmd|alice", source="ads")
        person(2, "Bob")
        message(alice, "read", read_at=timezone.now()), message(alice, "unread")
        event("bad", Level.ERROR), event("fine")
        error("A"), error("B", state="muted")
        outgoing(OutgoingState.FAILED), outgoing()
        for address, expected in {
            "people.csv?source=ads": ("first_name", "'=cmd|alice"),
            "feedback.csv?show=unread": ("text", "unread"),
            "events.csv?level=error": ("text", "bad"),
            "errors.csv?tab=muted": ("title", "B"),
            "messages.csv?state=failed": ("state", "failed"),
        }.items():
            with self.subTest(address):
                self.assertEqual([row[expected[0]] for row in self.rows(f"/exports/{address}")], [expected[1]])

    def test_a_rare_thing_is_looked_for_in_stretches_and_the_first_byte_comes_at_once(self) -> None:
        rare = person(1, "Rare", source="ads")
        for number in range(2, 40):
            person(number, f"P{number}")
        with patch("botcore.exports.rows.WINDOW", 7):
            response = self.client.get("/exports/people.jsonl?source=ads")
            blocks = [bytes(block) for block in iter(response)]
        self.assertEqual(blocks[0], b"")
        self.assertEqual([json.loads(line)["id"] for line in b"".join(blocks).splitlines()], [rare.id])


class LiveTests(PageTestCase):
    """An open page."""

    def fragment(self, table: str, query: str) -> str:
        """Ask as the page does; nothing for a 204."""
        response = self.poll(f"/{table}/{query}")
        self.assertIn(response.status_code, {200, 204})
        return str(response.content.decode())

    def test_rows_stand_still_and_what_is_new_is_counted_above_them(self) -> None:
        rows = [update(State.PENDING), update()]
        asked = polled(self.text("/updates/"))
        self.assertEqual(self.fragment("updates", asked), "")
        for _ in range(3):
            update()
        fragment = self.fragment("updates", asked)
        self.assertEqual(ids(fragment), [rows[1].pk, rows[0].pk])
        self.assertRegex(fragment, r'<a href="\?" hx-get="\?"[^>]*>3 new')
        self.assertEqual(self.fragment("updates", polled(fragment)), "")
        self.assertEqual(len(ids(self.fragment("updates", "?"))), 5)

    def test_a_state_that_changed_is_shown_in_its_place_whatever_the_filter(self) -> None:
        row, other = update(State.PENDING), update(State.PENDING)
        asked = polled(self.text("/updates/?state=pending"))
        Update.objects.filter(pk=row.pk).update(state=State.DONE)
        fragment = self.fragment("updates", asked)
        self.assertEqual(ids(fragment), [other.pk, row.pk])
        self.assertIn('<span class="state done">done</span>', fragment)

    def test_only_what_fits_is_counted_and_what_is_shown_is_not_new(self) -> None:
        alice, _bob = person(1, "Alice", minutes_ago=5), person(2, "Bob", minutes_ago=9)
        asked = polled(self.text("/people/"))
        User.objects.filter(pk=alice.pk).update(last_seen=timezone.now())
        fragment = self.fragment("people", asked)
        self.assertEqual(
            (ids(fragment), "new" in fragment.partition("</p>")[0].partition("status")[2]), ([1, 2], False)
        )
        asked = polled(self.text("/events/?level=error"))
        event("bad", Level.ERROR)
        asked = polled(self.text("/events/?level=error"))
        event("fine")
        self.assertEqual(self.fragment("events", asked), "")
        event("worse", Level.ERROR)
        self.assertIn(">1 new", self.fragment("events", asked))

    def test_many_are_so_many_or_more_and_a_filter_without_index_looks_at_the_newest(self) -> None:
        update(kind="poll")
        asked = polled(self.text("/updates/?kind=poll"))
        for _ in range(105):
            update(kind="poll")
        self.assertIn("99+ new", self.fragment("updates", asked))

    def test_a_row_that_is_gone_goes_and_the_pager_stays(self) -> None:
        rows = [update() for _ in range(60)]
        page = self.text("/updates/")
        Update.objects.filter(pk=rows[30].pk).delete()
        fragment = self.fragment("updates", polled(page))
        self.assertEqual(len(ids(fragment)), 49)
        older = re.findall(r'rel="next" href="([^"]+)"', page)
        self.assertEqual(re.findall(r'rel="next" href="([^"]+)"', fragment), older)

    def test_a_refresh_that_no_page_asks_is_refused(self) -> None:
        update()
        many = ",".join(map(str, range(1, 60)))
        for query in (
            "?shown=1",
            "?shown=1&since=x",
            f"?shown={many}&since=after.1",
            "?shown=1&since=after.1&cursor=x",
        ):
            with self.subTest(query[:40]):
                self.assertEqual(self.poll(f"/updates/{query}").status_code, 400)


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

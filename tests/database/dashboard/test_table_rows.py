"""Rows of lists: several at once (their way back: test_undo.py), files of what is shown, and what is new."""

import csv
import json
import re
from io import StringIO
from unittest.mock import patch

from django.test import Client
from django.utils import timezone

from botcore.models import (
    AuditEntry,
    Feedback,
    Level,
    OutgoingState,
    Restriction,
    State,
    Update,
    User,
)
from botcore.paging import SIZE
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
from tests.database.dashboard.lists import ids, links, polled
from tests.database.errors import error


class BulkTests(PageTestCase):
    """Several rows at once."""

    def act(self, table: str, action: str, *chosen: object, **more: str) -> str:
        """Send the form; return the page after it."""
        form = {"action": action, "id": [str(pk) for pk in chosen], **more}
        return str(self.client.post(f"/{table}/bulk/", form, follow=True).content.decode())

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

    def test_what_cannot_be_sent_again_says_why_and_the_others_go(self) -> None:
        private(person(1, "Alice"))
        failed, sent = outgoing(OutgoingState.FAILED), outgoing()
        self.assertIn("Send again", self.act("outbox", "retry", failed.pk, sent.pk))
        page = self.act("outbox", "retry", failed.pk, sent.pk, sure="yes")
        self.assertIn("1 of 2: queued again.", page)
        self.assertIn("A message that is sent cannot be sent again.", page)

    def test_the_question_sends_what_was_chosen(self) -> None:
        private(person(1, "Alice"))
        chosen = [outgoing(OutgoingState.FAILED).pk, outgoing(OutgoingState.FAILED).pk]
        page = self.act("outbox", "retry", *chosen)
        form = page[page.index('action="/outbox/bulk/"') :]
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
        sent = {name: [value for one, value in hidden if one == name] for name, _value in hidden}
        self.assertEqual(sent["id"], [str(pk) for pk in chosen])
        self.assertContains(self.client.post("/outbox/bulk/", sent, follow=True), "2 of 2: queued again.")

    def test_what_is_sent_cannot_be_cancelled_and_what_was_chosen_stays(self) -> None:
        private(person(1, "Alice"))
        waits, sent = outgoing(OutgoingState.QUEUED), outgoing()
        words = "A message that waits no more cannot be cancelled."
        page = self.act("outbox", "cancel", sent.pk)
        self.assertNotIn("Nothing changed", page)
        self.assertRegex(page, rf"data-refused>{words}")
        self.assertRegex(page, rf'name="id" value="{sent.pk}" checked')
        page = self.act("outbox", "cancel", waits.pk, sent.pk)
        self.assertIn("1 of 2: cancelled", page)
        self.assertIn(words, page)

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
        rows = [update() for _ in range(SIZE + 10)]
        page = self.text("/updates/")
        Update.objects.filter(pk=rows[-5].pk).delete()
        fragment = self.fragment("updates", polled(page))
        self.assertEqual(len(ids(fragment)), SIZE - 1)
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

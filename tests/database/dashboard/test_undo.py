"""The way back from a bulk action, row by row while the row is as it was left, and what a refused one keeps."""

import json
import re
from datetime import timedelta
from unittest.mock import patch

from django.db import transaction
from django.test import Client
from django.utils import timezone

from botcore.access import services as access
from botcore.access.models import Keep
from botcore.broadcasts import services as broadcasts
from botcore.errors import services as errors
from botcore.models import (
    AuditEntry,
    Broadcast,
    ErrorGroup,
    OutgoingMessage,
    OutgoingState,
    PersonTag,
    Restriction,
    User,
)
from botcore.outbox import services as outbox
from botcore.people import tags
from dashboard.tables import undo
from tests.database.broadcasts import add_people, feed, started
from tests.database.dashboard.data import PageTestCase, outgoing, person, private, staff
from tests.database.errors import error

HOUR = timedelta(hours=1)
CHANGED = "Somebody has changed it since"


class WayBackCase(PageTestCase):
    """Alice's browser at the lists."""

    def act(self, table: str, action: str, *chosen: object, **more: str) -> str:
        """Send the form; return the page after it."""
        form = {"action": action, "id": [str(pk) for pk in chosen], **more}
        return str(self.client.post(f"/{table}/bulk/", form, follow=True).content.decode())

    def offer(self, page: str) -> tuple[str, dict[str, str]]:
        """Return the address and the fields of the one button that undoes."""
        (form,) = re.findall(r'<form class="[^"]*\bundo"[^>]* action="([^"]+)">(.*?)</form>', page, re.DOTALL)
        return form[0], dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))

    def undo(self, page: str) -> str:
        """Press it; return the page after it."""
        address, fields = self.offer(page)
        return str(self.client.post(address, fields, follow=True).content.decode())


class UndoTests(WayBackCase):
    """Rows go back to what they were."""

    def state(self, row: ErrorGroup) -> str:
        """Read it again."""
        row.refresh_from_db()
        return row.state

    def test_errors_are_what_they_were_before(self) -> None:
        until = timezone.now() + HOUR
        rows = [error(state=state) for state in ("new", "regressed", "ongoing")]
        muted, counted = error(), error(state="muted", mute_limit=10, mute_window=3600, mute_seen=3)
        errors.mute(group_id=muted.pk, by="bob", until=until)
        before = list(ErrorGroup.objects.order_by("pk").values())
        for action in ("resolve", "mute", "acknowledge"):
            with self.subTest(action):
                changed = [row for row in (*rows, muted, counted) if (action, row.state) != ("acknowledge", "ongoing")]
                page = self.act("errors", action, *(row.pk for row in changed))
                self.assertIn(f"{len(changed)} of {len(changed)}: undone.", self.undo(page))
                self.assertEqual(list(ErrorGroup.objects.order_by("pk").values()), before)
        entry = AuditEntry.objects.filter(target=f"error:{muted.pk}").latest("pk")
        self.assertEqual((entry.action, entry.actor), ("errors.undo", "alice"))
        self.assertEqual(json.loads(entry.before)["state"], "ongoing")
        self.assertEqual(json.loads(entry.after)["muted_until"], until.isoformat())
        self.assertEqual(rows[0].changes.latest("pk").text, "undone")

    def test_what_came_since_stays(self) -> None:
        rows = [error() for _ in range(4)]
        page = self.act("errors", "resolve", *(row.pk for row in rows))
        errors.mute(group_id=rows[0].pk, by="bob")
        ErrorGroup.objects.filter(pk=rows[1].pk).update(state="regressed", state_at=timezone.now())
        errors.reopen(group_id=rows[2].pk, by="bob")
        errors.resolve(group_id=rows[2].pk, by="bob")
        page = self.undo(page)
        self.assertIn("1 of 4: undone.", page)
        self.assertIn(f"3 are not undone. {CHANGED}", page)
        self.assertEqual([self.state(row) for row in rows], ["muted", "regressed", "resolved", "new"])

    def test_a_tag_goes_only_where_it_was_put_on_and_is_the_same(self) -> None:
        for number in (1, 2, 3):
            person(number, f"P{number}")
        tags.tag(user_id=1, name="vip", by="")
        page = self.act("people", "tag", 1, 2, 3, name="VIP")
        self.assertIn("2 of 3: the tag is on.", page)
        tags.untag(user_id=3, name="vip", by="bob"), tags.tag(user_id=3, name="vip", by="bob")
        page = self.undo(page)
        self.assertIn("1 of 2: undone.", page)
        self.assertIn(f"1 is not undone. {CHANGED}", page)
        self.assertEqual(list(PersonTag.objects.order_by("user_id").values_list("user_id", flat=True)), [1, 3])
        self.assertEqual(AuditEntry.objects.latest("pk").action, "people.untag")

    def test_a_tag_comes_back_where_nobody_put_it_on_since(self) -> None:
        for number in (1, 2):
            tags.tag(user_id=person(number, f"P{number}").pk, name="vip", by="")
        page = self.act("people", "untag", 1, 2, name="vip")
        tags.tag(user_id=2, name="vip", by="bob")
        self.assertIn("1 of 2: undone.", self.undo(page))
        self.assertEqual(AuditEntry.objects.filter(action="people.tag", actor="alice").count(), 1)
        self.assertEqual(PersonTag.objects.count(), 2)

    def test_a_tag_that_came_and_went_since_does_not_come_back(self) -> None:
        for number in (1, 2):
            tags.tag(user_id=person(number, f"P{number}").pk, name="vip", by="")
        page = self.act("people", "untag", 1, 2, name="VIP")
        tags.tag(user_id=2, name="vip", by="bob"), tags.untag(user_id=2, name="vip", by="carol")
        tags.tag(user_id=1, name="beta", by="bob"), tags.tag(user_id=2, name="beta", by="bob")
        page = self.undo(page)
        self.assertIn("1 of 2: undone.", page)
        self.assertIn(f"1 is not undone. {CHANGED}", page)
        self.assertEqual((tags.tags_of(1), tags.tags_of(2)), (["beta", "vip"], ["beta"]))

    def test_messages_wait_again_for_their_time_unless_somebody_cancelled_them_anew(self) -> None:
        private(person(1, "Alice"))
        later = timezone.now() + HOUR
        rows = [outgoing(OutgoingState.QUEUED, due_at=later) for _ in range(4)]
        page = self.act("outbox", "cancel", *(row.pk for row in rows), outgoing().pk)
        self.assertIn("4 of 5: cancelled", page)
        outbox.retry(rows[1].pk, by="bob")
        outbox.retry(rows[2].pk, by="bob"), outbox.cancel(rows[2].pk, by="bob")
        OutgoingMessage.objects.filter(pk=rows[3].pk).update(payload="")
        page = self.undo(page)
        self.assertIn("1 of 4: undone.", page)
        self.assertIn(f"2 are not undone. {CHANGED}", page)
        self.assertIn("1 is not undone. What this message said is no longer kept", page)
        found = list(OutgoingMessage.objects.order_by("pk").values_list("state", "due_at", "error", "finished_at"))[:4]
        self.assertEqual(found[0], ("queued", later, "", None))
        self.assertEqual([state for state, *_ in found[1:]], ["queued", "cancelled", "cancelled"])
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual((entry.action, entry.target), ("outbox.uncancel", f"message:{rows[0].pk}"))


class BroadcastTests(WayBackCase):
    """A broadcast's messages wait again only while it runs, for those who would get it."""

    def setUp(self) -> None:
        super().setUp()
        add_people(3)
        self.broadcast = started()
        feed(self.broadcast)
        self.rows = list(OutgoingMessage.objects.order_by("chat_id").values_list("pk", flat=True))
        self.page = self.act("outbox", "cancel", *self.rows)

    def states(self) -> list[str]:
        """Return what became of the messages."""
        return list(OutgoingMessage.objects.order_by("chat_id").values_list("state", flat=True))

    def test_while_it_runs_they_wait_again(self) -> None:
        self.assertIn("3 of 3: undone.", self.undo(self.page))
        self.assertEqual(self.states(), ["queued"] * 3)

    def test_one_that_somebody_has_stopped_sends_nothing_more(self) -> None:
        for stop in (broadcasts.pause, broadcasts.cancel):
            for is_counted in (False, True):
                with self.subTest(stop.__name__, is_counted=is_counted), transaction.atomic():
                    if is_counted:
                        feed(self.broadcast)  # no delivery is left
                        Broadcast.objects.update(state="running")
                    stop(self.broadcast, by="bob")
                    self.assertIn("3 are not undone. Its broadcast is not running.", self.undo(self.page))
                    self.assertEqual(self.states(), ["cancelled"] * 3)
                    self.client.session.flush()
                    self.client.force_login(self.alice)
                    OutgoingMessage.objects.update(state="queued", finished_at=None)
                    Broadcast.objects.update(state="running")
                    self.page = self.act("outbox", "cancel", *self.rows)

    def test_who_would_not_get_it_any_more_does_not(self) -> None:
        access.restrict(user_id=3, kind=Keep.BANNED, by="bob")
        User.objects.filter(pk=2).update(messages_on=False)
        page = self.undo(self.page)
        self.assertIn("1 of 3: undone.", page)
        self.assertIn("2 are not undone. The person does not get broadcasts any more.", page)
        self.assertEqual(self.states(), ["queued", "cancelled", "cancelled"])


class OfferTests(WayBackCase):
    """How long the way back is open."""

    def setUp(self) -> None:
        super().setUp()
        self.row = error()

    def resolved(self) -> str:
        """Resolve the error; return the page after it."""
        return self.act("errors", "resolve", self.row.pk)

    def test_it_stands_with_what_was_done_until_it_is_used(self) -> None:
        page = self.resolved()
        self.assertRegex(
            page, r'(?s)<form class="[^"]*undo".*1 of 1: resolved.*<button[^>]*>Undo</button>.*This offer ends'
        )
        self.assertNotIn(">Undo<", self.text("/people/"))
        page = self.text("/errors/?tab=all")
        self.assertIn("1 of 1: resolved", page)
        self.assertNotIn(">Undo<", self.undo(page))
        self.assertNotIn(">Undo<", self.text("/errors/"))

    def test_it_works_once(self) -> None:
        page = self.resolved()
        self.undo(page)
        self.assertIn("There is nothing to undo", self.undo(page))
        self.assertEqual(AuditEntry.objects.filter(action="errors.undo").count(), 1)

    def test_two_presses_at_the_same_moment_undo_once(self) -> None:
        page = self.resolved()
        kept = self.client.session[undo.KEPT]
        self.undo(page)
        session = self.client.session  # as the second press had read it
        session[undo.KEPT] = kept
        session.save()
        self.assertIn(f"1 is not undone. {CHANGED}", self.undo(page))
        self.assertEqual(AuditEntry.objects.filter(action="errors.undo").count(), 1)

    def test_it_ends_after_ten_minutes(self) -> None:
        page = self.resolved()
        with patch.object(undo, "LASTS", -1):
            stale = self.act("errors", "mute", self.row.pk)
        self.assertNotIn(">Undo<", stale)
        self.assertIn("There is nothing to undo", self.undo(page))
        self.assertEqual(ErrorGroup.objects.get().state, "muted")

    def test_another_bulk_action_takes_its_place_and_an_older_button_undoes_nothing(self) -> None:
        old = self.resolved()
        person(1, "Alice")
        new = self.act("people", "tag", 1, name="vip")
        self.assertNotIn(">Undo<", self.text("/errors/"))
        self.assertIn("There is nothing to undo", self.undo(old))
        self.assertIn("1 of 1: undone.", self.undo(new))
        old = self.act("errors", "acknowledge", self.row.pk)
        self.act("errors", "mute", self.row.pk)
        self.assertIn("There is nothing to undo", self.undo(old))
        self.assertEqual(ErrorGroup.objects.get().state, "muted")
        self.act("errors", "merge", self.row.pk, error().pk, sure="yes")
        self.assertNotIn(">Undo<", self.text("/errors/"))

    def test_who_may_not_do_it_any_more_is_offered_nothing(self) -> None:
        bob = staff("bob", "view_errorgroup", "triage_errorgroup")
        self.client.force_login(bob)
        page = self.resolved()
        bob.user_permissions.set(bob.user_permissions.filter(codename="view_errorgroup"))
        self.assertNotIn(">Undo<", self.text("/errors/?tab=all"))
        address, fields = self.offer(page)
        self.assertEqual(self.client.post(address, fields).status_code, 403)
        self.assertEqual(ErrorGroup.objects.get().state, "resolved")

    def test_another_account_is_offered_nothing(self) -> None:
        page = self.resolved()
        bob = Client()
        bob.force_login(staff("bob", "view_errorgroup", "triage_errorgroup"))
        self.assertNotIn(">Undo<", bob.get("/errors/?tab=all").content.decode())
        address, fields = self.offer(page)
        bob.post(address, fields)
        self.assertEqual(ErrorGroup.objects.get().state, "resolved")


class RefusedTests(WayBackCase):
    """What was refused is as it was before it was sent."""

    def ticked(self, page: str) -> list[str]:
        """Return the chosen rows."""
        return re.findall(r'name="id" value="(\d+)" checked', page)

    def test_ticks_and_words_stay_and_the_reason_stands_at_the_bar_once(self) -> None:
        for number in (1, 2, 3):
            person(number, f"P{number}")
        for name in ("two words", ""):
            with self.subTest(name):
                page = self.act("people", "tag", 1, 3, name=name, back="/people/?sort=first_seen")
                self.assertCountEqual(self.ticked(page), ["1", "3"])
                self.assertIn(f'value="{name}"', page)
                bar = page.partition('<form id="bulk"')[2].partition("</form>")[0]
                self.assertRegex(bar, r'role="alert" data-refused>A tag is one word')
                self.assertIn('aria-sort="descending"><a href="?sort=first_seen.up"', page)
                self.assertEqual(self.ticked(self.text("/people/")), [])
        self.assertFalse(PersonTag.objects.exists())

    def test_without_rows_what_was_typed_stays(self) -> None:
        person(1, "P1")
        page = self.act("people", "tag", name='v"ip')
        self.assertIn('value="v&quot;ip"', page)
        self.assertIn("data-refused>Choose rows first", page)

    def test_too_few_stay_chosen(self) -> None:
        row = error()
        page = self.act("errors", "merge", row.pk)
        self.assertEqual(self.ticked(page), [str(row.pk)])
        self.assertIn("at least 2", page)

    def test_another_list_does_not_take_it_and_a_refresh_does_not_either(self) -> None:
        person(1, "P1")
        self.client.post("/people/bulk/", {"action": "tag", "id": "1", "name": "two words"})
        self.assertNotIn("data-refused", self.text("/outbox/"))
        self.poll("/people/")
        self.assertEqual(self.ticked(self.text("/people/")), ["1"])

    def test_a_list_that_is_empty_says_it_too(self) -> None:
        self.assertIn("Choose rows first", self.act("people", "tag", 1, name="vip"))

    def test_the_page_that_asks_stays_with_what_was_typed(self) -> None:
        person(33, "Carol")
        form = {"action": "restrict", "id": "33", "sure": "yes", "kind": "muted", "for": "9w", "reason": "<spam>"}
        response = self.client.post("/people/bulk/", form)
        page = response.content.decode()
        self.assertEqual(response.status_code, 400)
        self.assertIn('role="alert">Choose one of', page)
        self.assertIn('value="muted" selected', page)
        self.assertIn('value="&lt;spam&gt;"', page)
        self.assertFalse(Restriction.objects.exists())
        response = self.client.post("/people/bulk/", {**form, "for": "7d"}, follow=True)
        self.assertIn("1 of 1: kept out.", response.content.decode())

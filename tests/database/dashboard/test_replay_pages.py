"""Replay from the dashboard: the button of one update, and the page that first shows what would happen."""

import re
from datetime import timedelta
from unittest.mock import patch

from django.test import Client
from django.utils import timezone

from botcore.models import Event, State, Update
from dashboard.views import replay as views
from tests.database.dashboard.data import PageTestCase, staff, update

OLD = timedelta(minutes=10)


def states() -> list[str]:
    """Return the updates' states in their order."""
    return list(Update.objects.order_by("pk").values_list("state", flat=True))


class OneTests(PageTestCase):
    """The button on an update's page."""

    def test_it_sends_the_update_through_again_and_says_so(self) -> None:
        row = update(State.DEAD)
        page = self.text(f"/updates/{row.pk}/")
        self.assertIn(f'<form method="post" action="/updates/{row.pk}/replay/">', page)
        self.assertNotIn("Sent through again", page)
        response = self.client.post(f"/updates/{row.pk}/replay/", follow=True)
        self.assertEqual(response.redirect_chain, [(f"/updates/{row.pk}/", 302)])
        page = response.content.decode()
        self.assertIn('<p class="notice good">1 update sent through again.</p>', page)
        self.assertRegex(
            page, r"Sent through again by alice</strong> <span[^>]*><time [^>]+>(just now|[0-9]+ s ago)</time>"
        )
        self.assertIn("It is still pending. It can be replayed once it has ended.", page)
        self.assertNotIn('/replay/"', page)
        self.assertEqual(states(), ["pending"])
        self.assertEqual(Event.objects.get().text, "alice sent 1 update through again")
        self.assertNotIn("sent through again", self.text(f"/updates/{row.pk}/"))

    def test_a_second_click_is_refused_in_words(self) -> None:
        row = update(State.DEAD)
        self.client.post(f"/updates/{row.pk}/replay/")
        page = self.client.post(f"/updates/{row.pk}/replay/", follow=True).content.decode()
        self.assertIn("1 is refused: still pending", page)
        self.assertEqual(Event.objects.count(), 1)

    def test_a_query_past_its_time_has_a_reason_instead_of_a_button(self) -> None:
        row = update(State.EXPIRED, kind="callback_query", received_at=timezone.now() - OLD)
        page = self.text(f"/updates/{row.pk}/")
        self.assertIn("nobody waits for the answer to a callback_query longer than 150 seconds", page)
        self.assertNotIn('/replay/"', page)
        page = self.client.post(f"/updates/{row.pk}/replay/", follow=True).content.decode()
        self.assertIn('<p class="notice warn">1 is refused: nobody waits any more', page)
        self.assertEqual(states(), ["expired"])

    def test_it_takes_a_post_a_token_an_update_and_the_permission(self) -> None:
        row = update(State.DEAD)
        self.assertRedirects(self.client.get(f"/updates/{row.pk}/replay/"), f"/updates/{row.pk}/")
        for number in (0, row.pk + 1, 2**63, 10**40):
            self.assertEqual(self.client.post(f"/updates/{number}/replay/").status_code, 404)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.alice)
        self.assertEqual(strict.post(f"/updates/{row.pk}/replay/").status_code, 403)
        self.client.force_login(staff("bob", "view_update", "change_update", "delete_update"))
        self.assertEqual(self.client.post(f"/updates/{row.pk}/replay/").status_code, 403)
        self.assertNotIn("/replay/", self.text(f"/updates/{row.pk}/"))
        self.assertEqual(states(), ["dead"])


class ManyTests(PageTestCase):
    """The list's link and the page behind it."""

    def test_the_list_offers_it_when_something_is_filtered(self) -> None:
        update(State.DEAD, handler="start.start", error_group="ab12")
        update(State.PENDING)
        for query, offered in {
            "?state=dead": True,
            "?state=dead&kind=message&handler=start.start&group=ab12": True,
            "?handler=start.start": True,
            "": False,
            "?state=pending": False,
            "?state=quarantined": False,
        }.items():
            with self.subTest(query):
                link = (
                    f'href="/updates/replay/{query.replace("&", "&amp;")}">Replay these…' if query else "Replay these"
                )
                self.assertEqual(link in self.text(f"/updates/{query}"), offered)
        self.client.force_login(staff("bob", "view_update"))
        self.assertNotIn("Replay these", self.text("/updates/?state=dead"))

    def test_the_page_shows_the_plan_and_changes_nothing(self) -> None:
        for _ in range(2):
            update(State.DEAD, handler="start.start")
        update(State.DONE, handler="start.start")
        update(State.PENDING, handler="start.start")
        update(State.DEAD, handler="start.start", kind="inline_query", received_at=timezone.now() - OLD)
        update(State.DEAD, handler="help.help")
        page = self.text("/updates/replay/?handler=start.start")
        self.assertIn("3 updates go through again", page)
        plan = re.findall(r'<li><span class="state (\w+)">[^<]+</span> <strong>(\d+)</strong>', page)
        self.assertEqual(plan, [("done", "1"), ("dead", "2")])
        self.assertIn("1 of them was handled well", page)
        self.assertIn("1 is refused: nobody waits any more", page)
        self.assertIn("1 is refused: still pending", page)
        self.assertIn("Handler <strong><bdi>start.start</bdi></strong>", page)
        self.assertIn(">Replay 3 updates</button>", page)
        self.assertIn('href="/updates/?handler=start.start">Back to the list', page)
        self.assertEqual(states().count("pending"), 1)

    def test_the_button_does_it_and_leads_back_to_the_list_in_any_state(self) -> None:
        rows = [update(State.DEAD, error_group="ab12") for _ in range(2)]
        other = update(State.DEAD, error_group="cd34")
        response = self.client.post("/updates/replay/?state=dead&group=ab12", follow=True)
        self.assertEqual(response.redirect_chain, [("/updates/?group=ab12", 302)])
        page = response.content.decode()
        self.assertIn("2 updates sent through again.", page)
        self.assertEqual(re.findall(r'<tr id="update-(\d+)">', page), [str(row.pk) for row in rows[::-1]])
        self.assertEqual(states(), ["pending", "pending", "dead"])
        self.assertEqual(Event.objects.get().text, "alice sent 2 updates through again")
        self.client.post(f"/updates/replay/?state=dead&id={rows[0].pk}")
        other.refresh_from_db()
        self.assertEqual(other.state, State.PENDING)

    def test_when_all_is_gone_meanwhile_it_says_so(self) -> None:
        page = self.text("/updates/replay/?state=dead")
        self.assertIn("Nothing to replay", page)
        self.assertNotIn('<button class="button">Replay', page)
        page = self.client.post("/updates/replay/?state=dead", follow=True).content.decode()
        self.assertIn("Nothing was left to replay.", page)

    def test_more_than_a_request_can_carry_is_said(self) -> None:
        for _ in range(5):
            update(State.DEAD)
        with patch.object(views, "MOST", 3):
            page = self.text("/updates/replay/?state=dead")
            self.assertIn("3 updates go through again", page)
            self.assertIn("These are the oldest 3 that fit; there are more.", page)
            self.client.post("/updates/replay/?state=dead")
        self.assertEqual(states(), ["pending"] * 3 + ["dead"] * 2)

    def test_nothing_filtered_is_never_everything(self) -> None:
        update(State.DEAD)
        for query in ("", "?cursor=before.5", "?state=&kind=&handler=&group="):
            with self.subTest(query):
                self.assertRedirects(self.client.get(f"/updates/replay/{query}"), "/updates/")
                self.assertRedirects(self.client.post(f"/updates/replay/{query}"), "/updates/")
        self.assertEqual(states(), ["dead"])

    def test_bad_values_and_hostile_text(self) -> None:
        update(State.DEAD)
        for query in ("state=nonsense", "kind=DROP%20TABLE", "handler=%00", "group=a%20b", "state=dead&group=%00"):
            for ask in (self.client.get, self.client.post):
                with self.subTest(query):
                    self.assertContains(ask(f"/updates/replay/?{query}"), "is not understood", status_code=400)
        page = self.text("/updates/replay/?handler=%3Cscript%3Ealert(1)%3C/script%3E")
        self.assertIn("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>", page)
        self.assertNotIn("<script>alert", page)
        self.assertEqual(states(), ["dead"])

    def test_it_takes_a_token_and_the_permission(self) -> None:
        update(State.DEAD)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.alice)
        self.assertEqual(strict.post("/updates/replay/?state=dead").status_code, 403)
        self.client.force_login(staff("bob", "view_update", "change_update", "delete_update"))
        self.assertEqual(self.client.get("/updates/replay/?state=dead").status_code, 403)
        self.assertEqual(self.client.post("/updates/replay/?state=dead").status_code, 403)
        self.assertEqual(states(), ["dead"])

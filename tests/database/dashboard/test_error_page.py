"""The page of one error: its facts, an event with frames and locals, and what a person decides there."""

import json
import re
from datetime import timedelta
from html import unescape

from django.contrib.auth.models import User as Login
from django.utils import timezone

from botcore.errors import services
from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorGroup
from botcore.models import State
from tests.database.dashboard.data import PageTestCase, person, staff, update
from tests.database.dashboard.hostile import MARKUP, hostile
from tests.database.errors import error, hour, mark, occurrence


def words(page: str) -> str:
    """Return the page's text without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


class ShownTests(PageTestCase):
    """What is shown."""

    def test_facts_days_and_releases(self) -> None:
        row = error(count=1234, people=56, last_release="0.2.0")
        hour(row.fingerprints.get(), 0, 5)
        hour(row.fingerprints.get(), 50, 7)
        page = self.text(f"/errors/{row.pk}/")
        for said in ("1,234", "56", "0.1.0", "0.2.0", "builtins.KeyError", "start.start"):
            self.assertIn(said, page)
        self.assertIn("Events per day, the last 28 days: 12 together, 7 at most.", page)
        self.assertIn("No event is kept.", page)

    def test_an_event_shows_its_chain_frames_locals_and_what_came_before(self) -> None:
        row = error()
        occurrence(row, user_id=7, chat_id=-5, attempt=2, request_id="req-1", trace_id="abc")
        person(7, "Bob")
        page = self.text(f"/errors/{row.pk}/")
        text = words(page)
        for said in (
            "GreetingError", "no greeting", "Caused by", "botcore/handlers/start.py :12 in start",
            "greeting = GREETINGS[name]", "name 'Alice'", "1 call in libraries", "claimed lane 1", "sendMessage",
            "21:00:01", "/people/1/", "botcore.jobs.greet", "Bob", ", attempt 2", "req-1", "abc", "0.1.0",
        ):  # fmt: skip
            with self.subTest(said):
                self.assertIn(said, text)
        self.assertIn('<li class="here" aria-current="true"><span class="no" aria-hidden="true">12</span>', page)
        self.assertIn('<span class="no" aria-hidden="true">10</span><code>async def start', page)
        self.assertEqual(page.count("<details open>"), 2)  # the locals of our innermost frame, of each exception

    def test_events_are_walked_newer_and_older(self) -> None:
        row = error()
        now = timezone.now()
        kept = [occurrence(row, n, at=now - timedelta(minutes=9 - n), reference=f"0000-000{n}") for n in range(1, 4)]
        newest = self.text(f"/errors/{row.pk}/")
        self.assertIn("0000-0003", newest)
        self.assertIn(f'rel="next" href="?event={kept[1].pk}#event"', newest)
        self.assertNotIn('rel="prev"', newest)
        middle = self.text(f"/errors/{row.pk}/?event={kept[1].pk}")
        self.assertIn("2 of 3 kept", middle)
        for pk, name in (
            (kept[2].pk, "← Newer"),
            (kept[0].pk, "Older →"),
            (kept[2].pk, "Newest"),
            (kept[0].pk, "First"),
        ):
            self.assertRegex(middle, rf'href="\?event={pk}#event">{name}<')

    def test_an_event_of_another_error_is_refused(self) -> None:
        row, other = error(), error()
        occurrence(row)
        foreign = occurrence(other, message="secret words")
        for event in (foreign.pk, 0, "x", "9" * 40):
            with self.subTest(event):
                page = self.text(f"/errors/{row.pk}/?event={event}", 400)
                self.assertNotIn("secret words", page)

    def test_the_updates_json_is_for_those_who_may_see_updates(self) -> None:
        row, sent = error(), update(State.DEAD, raw='{"message": {"text": "\\u202eHi <b>"}}')
        occurrence(row, update_pk=sent.pk)
        page = self.text(f"/errors/{row.pk}/")
        self.assertIn(r"\u202eHi &lt;b&gt;", page)
        self.assertIn(f'href="/updates/{sent.pk}/"', page)
        self.client.force_login(staff("bob", "view_errorgroup"))
        page = self.text(f"/errors/{row.pk}/")
        self.assertNotIn("Hi &lt;b&gt;", page)
        self.assertNotIn(f'href="/updates/{sent.pk}/"', page)

    def test_hostile_texts_are_shown_and_do_nothing(self) -> None:
        row, _ = hostile()
        services.note(group_id=row.pk, by=MARKUP, text=f"{MARKUP} \u202e")
        page = self.text(f"/errors/{row.pk}/")
        self.assertNotIn(MARKUP, page)
        self.assertNotRegex(page, "[\x00\u202e\u2066\ud800-\udfff]")
        self.assertIn(r"\u202egnp.exe\u2066 שלום \u0000 \ud83d", page)
        self.assertEqual(page.count("</textarea>"), 2)  # the note's field, and the Markdown
        self.assertLess(len(page), 200_000)

    def test_a_broken_payload_leaves_the_rest_readable(self) -> None:
        odd = {
            "exceptions": ["x", None, {"frames": "x", "type": 5}, {"frames": [None, {"line": "x", "locals": []}]}],
            "breadcrumbs": {"a": 1}, "request": "GET /", "context": [1, {"a": None}],
        }  # fmt: skip
        for number, payload in enumerate(
            ("", "{broken", "[" * 100_000, "[1]", "null", json.dumps(odd), '{"context": 1e999}')
        ):
            row = error()
            occurrence(row, payload=payload, message="What it said")
            with self.subTest(payload[:20]):
                page = self.text(f"/errors/{row.pk}/")
                self.assertEqual("cannot be read" in page, number < 5)

    def test_numbers_that_no_error_has_are_not_found(self) -> None:
        for number in (0, 999, 2**63 - 1, 2**63, 10**40):
            with self.subTest(number):
                self.text(f"/errors/{number}/", 404)

    def test_the_address_of_a_merged_error_leads_to_the_one_it_is_in(self) -> None:
        row, other = error(), error()
        services.merge(into=row.pk, others=[other.pk], by="alice")
        self.assertRedirects(self.client.get(f"/errors/{other.pk}/"), f"/errors/{row.pk}/")

    def test_markdown_has_everything_and_nothing_leaves_its_code(self) -> None:
        row, event = hostile()
        page = self.text(f"/errors/{row.pk}/?event={event.pk}")
        found = re.search(r"<textarea id=\"markdown-text\".*?>\n(.*?)</textarea>", page, re.DOTALL)
        assert found
        text = unescape(found[1])
        self.assertIn(f"http://testserver/errors/{row.pk}/?event={event.pk}", text)
        self.assertIn("Caused by:\nm.E: ``` </textarea>\n````", text)
        outside = re.sub(r"(?ms)^(`{3,})\n.*?^\1$", "", text)
        outside = re.sub(r"(`+) ?.*? ?\1", "", outside)
        self.assertNotIn("<script", outside)
        self.assertIn("Traceback (most recent call last):", text)


class DecisionTests(PageTestCase):
    """What is decided."""

    def setUp(self) -> None:
        super().setUp()
        self.row = error()

    def act(self, action: str, **form: object) -> str:
        """Press a button; return the page after it."""
        sent = self.client.post(f"/errors/{self.row.pk}/act/", {"action": action, **form}, follow=True)
        self.row.refresh_from_db()
        return str(sent.content.decode())

    def test_every_state_is_a_button_away(self) -> None:
        for action, form, state in (
            ("acknowledge", {}, GroupState.ONGOING),
            ("resolve", {}, GroupState.RESOLVED),
            ("reopen", {}, GroupState.ONGOING),
            ("resolve_next", {}, GroupState.RESOLVED),
            ("mute", {"for": "1h"}, GroupState.MUTED),
            ("mute", {"for": "1d"}, GroupState.MUTED),
            ("mute", {"for": "ever"}, GroupState.MUTED),
            ("mute_until", {"limit": 10, "window": 3600}, GroupState.MUTED),
        ):
            with self.subTest(action, form=form):
                self.assertNotIn("Nothing changed", self.act(action, **form))
                self.assertEqual(self.row.state, state)
        self.assertEqual(self.row.changes.filter(by="alice").count(), 8)
        self.assertIn("until it occurs 10 times within 1 h (0 so far)", self.text(f"/errors/{self.row.pk}/"))

    def test_it_is_given_to_staff_and_noted(self) -> None:
        bob = staff("bob")
        self.act("assign", user=bob.pk)
        self.assertEqual(self.row.assignee, bob)
        self.act("assign", user="")
        self.assertIsNone(self.row.assignee)
        self.assertIn("Look at the third line", self.act("note", text="Look at the third line"))

    def test_wrong_forms_are_answered_in_a_sentence(self) -> None:
        for action, form, said in (
            ("explode", {}, "Choose one of"),
            ("mute", {"for": "2y"}, "Choose one of"),
            ("mute_until", {"limit": "x", "window": 3600}, "The number of occurrences"),
            ("mute_until", {"limit": 3, "window": 1}, "The time in which"),
            ("assign", {"user": Login.objects.create_user("eve").pk}, "active member of the staff"),
            ("note", {"text": " "}, "Write some text"),
        ):
            with self.subTest(action, form=form):
                self.assertIn(said, self.act(action, **form))

    def test_a_fingerprint_is_split_off_on_the_page_of_its_own_error_only(self) -> None:
        mark(self.row, "feed5eed0000", title="B")
        foreign = error()
        mark(foreign, "feed5eed1111")
        address = f"/errors/{self.row.pk}/split/"
        self.client.post(address, {"fingerprint": "feed5eed1111"})
        self.assertEqual(foreign.fingerprints.count(), 2)
        sent = self.client.post(address, {"fingerprint": "feed5eed0000"})
        new = ErrorGroup.objects.latest("pk")
        self.assertRedirects(sent, f"/errors/{new.pk}/")
        self.assertEqual(new.title, "B")

    def test_who_may_only_look_is_offered_nothing(self) -> None:
        self.client.force_login(staff("bob", "view_errorgroup"))
        page = self.text(f"/errors/{self.row.pk}/")
        self.assertNotIn('name="action"', page)
        self.assertNotIn("Assigned to", page)

    def test_a_decision_goes_back_to_the_event_one_looked_at(self) -> None:
        kept = occurrence(self.row)
        back = f"/errors/{self.row.pk}/?event={kept.pk}"
        sent = self.client.post(f"/errors/{self.row.pk}/act/", {"action": "resolve", "back": back})
        self.assertRedirects(sent, back)


class UpdateTests(PageTestCase):
    """Errors and the updates that met them."""

    def test_an_update_leads_to_its_event_by_its_code(self) -> None:
        row = error()
        value = row.fingerprints.get().value
        sent = update(State.DEAD, error="KeyError: 'x'", error_group=value)
        kept = occurrence(row, update_pk=sent.pk, reference="7K2Q-X9MB")
        page = self.text(f"/updates/{sent.pk}/")
        self.assertIn(f'href="/errors/{row.pk}/?event={kept.pk}"', page)
        self.assertIn("7K2Q-X9MB", page)
        kept.delete()
        page = self.text(f"/updates/{sent.pk}/")
        self.assertIn(f'href="/errors/{row.pk}/"', page)
        self.client.force_login(staff("bob", "view_update"))
        self.assertNotIn("/errors/", self.text(f"/updates/{sent.pk}/"))

    def test_a_merged_error_lists_and_replays_the_updates_of_all_its_fingerprints(self) -> None:
        row = error()
        first = row.fingerprints.get().value
        mark(row, "feed5eed0000")
        sent = [update(State.DEAD, error_group=value) for value in (first, "feed5eed0000", first, "other")]
        page = self.text(f"/updates/?group={first}")
        found = [int(pk) for pk in re.findall(r'id="update-(\d+)"', page)]
        self.assertEqual(found, [sent[2].pk, sent[1].pk, sent[0].pk])
        self.assertIn("Replay 3 updates", self.text(f"/updates/replay/?group={first}"))
        self.client.post(f"/updates/replay/?group={first}")
        for one in sent:
            one.refresh_from_db()
        self.assertEqual([one.state for one in sent], ["pending"] * 3 + ["dead"])

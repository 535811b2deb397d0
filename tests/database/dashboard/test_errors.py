"""The list of errors: tabs, order, search, what is shown of strangers' texts, and what is decided for many at once."""

import re

from django.contrib.auth.models import User as Login

from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorGroup
from botcore.paging import SIZE
from tests.database.dashboard.data import PageTestCase, person, staff
from tests.database.dashboard.hostile import MARKUP, TURNED, hostile
from tests.database.errors import error, hour, met, occurrence


def titles(page: str) -> list[str]:
    """Return the titles in the table, from above."""
    return re.findall(r'<td class="lead c-error">\s*<a class="name" [^>]*><bdi>(.*?)</bdi>', page)


class ListTests(PageTestCase):
    """What is shown."""

    def test_the_first_tab_shows_what_is_open_last_seen_first(self) -> None:
        for state in GroupState:
            error(f"It is {state}", state)
        self.assertEqual(titles(self.text("/errors/")), ["It is regressed", "It is ongoing", "It is new"])
        for state in GroupState:
            self.assertEqual(titles(self.text(f"/errors/?tab={state}")), [f"It is {state}"])
        self.assertEqual(len(titles(self.text("/errors/?tab=all"))), 5)

    def test_tabs_say_how_many(self) -> None:
        for state in (GroupState.NEW, GroupState.NEW, GroupState.MUTED):
            error(state=state)
        told = dict(re.findall(r">(\w+) <span class=\"tally\">([\d,+]+)<", self.text("/errors/")))
        self.assertEqual(told, {"Open": "2", "New": "2", "Regressed": "0", "Ongoing": "0", "Muted": "1",
                                "Resolved": "0", "All": "3"})  # fmt: skip

    def test_it_is_ordered_by_events_and_by_people(self) -> None:
        error("A", count=5, people=1)
        error("B", GroupState.ONGOING, count=50, people=0)
        error("C", GroupState.REGRESSED, count=7, people=9)
        self.assertEqual(titles(self.text("/errors/?sort=count")), ["B", "C", "A"])
        self.assertEqual(titles(self.text("/errors/?sort=people")), ["C", "A", "B"])

    def test_a_row_says_everything(self) -> None:
        row = error("KeyError: 'x'", count=1234, people=56, assignee=self.alice)
        hour(row.fingerprints.get(), 0, 4)
        hour(row.fingerprints.get(), 3, 8)
        page = self.text("/errors/")
        self.assertIn("12 in the last 24 hours, at most 8 in one hour", page)
        for words in ("1,234", "56", "botcore.handlers.start:start", "start.start", "→ alice", "1 min ago"):
            self.assertIn(words, page)

    def test_pages_are_walked_by_cursors_there_and_back(self) -> None:
        for number in range(2 * SIZE + 5):
            error(f"E{number:03d}", list(GroupState)[number % 3])
        address, seen = "/errors/", []
        for _ in range(3):
            page = self.text(address)
            seen.append(titles(page))
            address = "/errors/" + "".join(re.findall(r'rel="next" href="([^"]+)"', page))
        self.assertEqual(
            [title for shown in seen for title in shown], [f"E{n:03d}" for n in range(2 * SIZE + 4, -1, -1)]
        )
        back = re.search(r'rel="prev" href="([^"]+)"', page)
        assert back
        self.assertEqual(titles(self.text("/errors/" + back[1])), seen[1])

    def test_a_live_list_answers_only_when_something_is_new(self) -> None:
        row = error()
        seen = re.search(r"seen=(\w+)", self.text("/errors/"))
        assert seen
        self.assertEqual(self.poll(f"/errors/?seen={seen[1]}").status_code, 204)
        ErrorGroup.objects.filter(pk=row.pk).update(count=2)
        fragment = self.poll(f"/errors/?seen={seen[1]}").content.decode()
        self.assertNotIn("<html", fragment)
        self.assertIn('id="error-badge" class="badge hot" hx-swap-oob="outerHTML">1<', fragment)

    def test_an_empty_list_says_what_will_be_here(self) -> None:
        self.assertIn("No errors. Good.", self.text("/errors/"))
        error(state=GroupState.RESOLVED)
        self.assertIn("Nothing is open.", self.text("/errors/"))
        self.assertIn("A muted error is counted", self.text("/errors/?tab=muted"))

    def test_words_in_an_address_are_checked(self) -> None:
        for query in ("tab=x", "sort=id", "cursor=x", "cursor=before.1"):
            with self.subTest(query):
                self.assertIn("This address is not understood", self.text(f"/errors/?{query}", 400))

    def test_hostile_texts_are_shown_and_do_nothing(self) -> None:
        hostile()
        page = self.text("/errors/")
        self.assertNotIn(MARKUP, page)
        self.assertNotIn(TURNED[0], page)
        self.assertIn(r"&lt;script&gt;alert(1)&lt;/script&gt; \u202egnp.exe\u2066", page)

    def test_it_takes_few_queries_whatever_the_number_of_rows(self) -> None:
        for number in range(60):
            error(state=list(GroupState)[number % 5])
        with self.assertNumQueries(9):
            self.text("/errors/")


class SearchTests(PageTestCase):
    """Finding one of many."""

    def test_all_words_occur_in_title_function_or_handler(self) -> None:
        error("KeyError: 'x'", culprit="botcore.pay:charge", handler="pay.pay")
        error("ValueError: 100%", culprit="botcore.pay:refund", handler="")
        self.assertEqual(titles(self.text("/errors/?search=keyerror+charge")), ["KeyError: &#x27;x&#x27;"])
        self.assertEqual(titles(self.text("/errors/?search=botcore.pay&sort=count")).__len__(), 2)
        self.assertEqual(titles(self.text("/errors/?search=100%25")), ["ValueError: 100%"])
        page = self.text("/errors/?search=nothing%00here")
        self.assertIn("No error fits.", page)
        self.assertIn('href="?search=nothing%00here&amp;tab=all">Search all errors</a>', page)
        self.assertNotIn("Search all errors", self.text("/errors/?search=nothing&tab=all"))

    def test_a_code_leads_to_its_event_however_it_was_written_down(self) -> None:
        row = error()
        kept = occurrence(row, reference="7K20-X9M1")
        for code in ("7K20-X9M1", " 7k2o-x9mi ", "7k20x9ml", "7K20 X9M1"):
            with self.subTest(code):
                response = self.client.get("/errors/", {"search": code})
                self.assertRedirects(response, f"/errors/{row.pk}/?event={kept.pk}")

    def test_a_code_of_an_event_that_is_not_kept_leads_to_the_error(self) -> None:
        row = error()
        row.fingerprints.update(value="1ffffabcdef0")
        self.assertRedirects(self.client.get("/errors/?search=3ZZZ-0041"), f"/errors/{row.pk}/")
        self.assertIn("No error fits.", self.text("/errors/?search=4000-0041"))
        self.assertIn("No error fits.", self.text("/errors/?search=3ZZZ0041"))

    def test_a_fingerprint_leads_to_its_error(self) -> None:
        row = error()
        self.assertRedirects(self.client.get(f"/errors/?search={row.fingerprints.get().value}"), f"/errors/{row.pk}/")


class BulkTests(PageTestCase):
    """Decisions about many."""

    def act(self, action: str, *ids: object, **more: str) -> str:
        """Send the form; return the page after it."""
        form = {"action": action, "id": [str(pk) for pk in ids], **more}
        return str(self.client.post("/errors/bulk/", form, follow=True).content.decode())

    def test_the_chosen_are_resolved_muted_or_acknowledged(self) -> None:
        rows = [error() for _ in range(3)]
        for action, state in (("resolve", "resolved"), ("mute", "muted"), ("acknowledge", "ongoing")):
            self.assertIn("2 of 2: ", self.act(action, rows[0].pk, rows[1].pk))
            self.assertEqual(set(ErrorGroup.objects.exclude(pk=rows[2].pk).values_list("state", flat=True)), {state})
        self.assertEqual(ErrorGroup.objects.get(pk=rows[2].pk).state, "new")
        self.assertEqual({change.by for change in rows[0].changes.all()}, {"alice"})

    def test_the_chosen_are_merged_into_the_oldest(self) -> None:
        rows = [error(count=number) for number in (1, 2, 3)]
        asked = self.act("merge", *(row.pk for row in reversed(rows)))
        self.assertIn(f"What remains is #{rows[0].pk} ", asked)
        self.assertIn("There is no Undo.", asked)
        self.assertIn("3 errors are one now", self.act("merge", *(row.pk for row in reversed(rows)), sure="yes"))
        self.assertEqual(list(ErrorGroup.objects.values_list("pk", "count")), [(rows[0].pk, 6)])

    def test_too_few_chosen_and_nonsense_do_nothing_and_say_so(self) -> None:
        row = error()
        self.assertIn("Choose rows first", self.act("resolve"))
        self.assertIn("Choose rows first", self.act("merge", row.pk))
        self.assertIn("Choose rows first", self.act("resolve", "x", "9" * 40, "-1", "٣", row.pk + 1000))
        self.assertIn("Choose one of", self.act("delete", row.pk))
        self.assertEqual(ErrorGroup.objects.get().state, "new")

    def test_it_goes_back_to_the_list_as_it_was_and_to_no_other_site(self) -> None:
        row = error()
        for back, place in (("/errors/?tab=new", "/errors/?tab=new"), ("https://evil.example/", "/errors/")):
            form = {"action": "resolve", "id": row.pk, "back": back}
            self.assertRedirects(self.client.post("/errors/bulk/", form), place)
        self.assertRedirects(self.client.get("/errors/bulk/"), "/errors/")

    def test_who_may_only_look_is_offered_nothing(self) -> None:
        row = error()
        self.client.force_login(staff("bob", "view_errorgroup"))
        self.assertNotIn('name="action"', self.text("/errors/"))
        self.assertEqual(self.client.post("/errors/bulk/", {"action": "resolve", "id": row.pk}).status_code, 403)
        self.assertEqual(ErrorGroup.objects.get().state, "new")


class ElsewhereTests(PageTestCase):
    """Errors on other pages."""

    def test_the_badge_counts_what_nobody_has_looked_at(self) -> None:
        for state in (GroupState.NEW, GroupState.REGRESSED, GroupState.ONGOING, GroupState.MUTED):
            error(state=state)
        self.assertIn('<span id="error-badge" class="badge hot">2<', self.text("/people/"))
        self.client.force_login(staff("bob", "view_user"))
        self.assertNotIn("error-badge", self.text("/people/"))

    def test_the_overview_shows_the_newest_to_those_who_may_see_them(self) -> None:
        error("First", GroupState.NEW)
        error("Known", GroupState.ONGOING)
        page = self.text("/")
        self.assertIn("First", page)
        self.assertNotIn("Known", page)
        self.client.force_login(staff("bob", "view_update"))
        self.assertNotIn("First", self.text("/"))

    def test_a_person_has_the_errors_they_met(self) -> None:
        person(7, "Bob")
        mine, other = error("Mine"), error("Other")
        met(mine.fingerprints.get(), [7])
        met(other.fingerprints.get(), [8])
        page = self.text("/people/7/")
        self.assertIn("Mine", page)
        self.assertNotIn("Other", page)
        self.client.force_login(Login.objects.create_superuser("root"))
        self.assertIn("None: nothing that this person wrote", self.text(f"/people/{person(9, 'Charlie').pk}/"))

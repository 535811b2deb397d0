"""The search over everything: what is found by which words, by whom, and how cheaply."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from botcore.access.roles import Role
from botcore.models import Chat, ErrorGroup
from dashboard.find import LENGTH, SOURCES
from dashboard.navigation import BY_NAME, MORE
from tests.database.dashboard.data import PageTestCase, group, person, private, staff, update
from tests.database.dashboard.hostile import MARKUP
from tests.database.dashboard.lists import ids
from tests.database.dashboard.test_few_queries import is_page
from tests.database.errors import error, occurrence

MOST_QUERIES = 12


class FindCase(PageTestCase):
    """Somebody who looks for something."""

    def find(self, words: str, status: int = 200) -> str:
        """Return the fragment that the palette gets."""
        response = self.client.get("/find/", {"q": words}, headers={"HX-Request": "true"})
        self.assertEqual(response.status_code, status)
        return str(response.content.decode())

    def hits(self, words: str) -> list[tuple[str, str]]:
        """Return the labels and addresses of what is found, but for pages."""
        pages = {entry.address for entry in BY_NAME.values()}
        found = re.findall(r'<a href="([^"]+)">.*?<bdi class="name">(.*?)</bdi>', self.find(words))
        return [(label, address) for address, label in found if address not in pages]


class FindTests(FindCase):
    """What is found."""

    def test_pages_are_found_by_the_first_letters_and_all_of_them_by_none(self) -> None:
        self.assertEqual(self.find("").count("<li>"), len(BY_NAME))
        self.assertIn('href="/monitoring/"', self.find("monit"))
        self.assertNotIn('href="/updates/"', self.find("monit"))

    def test_every_page_that_needs_no_row_is_found_by_its_name(self) -> None:
        pages = {}
        for way in get_resolver("dashboard.urls").url_patterns:
            if isinstance(way, URLPattern) and not way.pattern.converters and "(?P" not in str(way.pattern):
                pages[f"/{way.pattern}"] = way.name
        own = {"/find/", "/login/", "/login/once/"}
        answers = {address: self.client.get(address) for address in pages}
        shown = {address for address, answer in answers.items() if is_page(answer)} - own
        self.assertGreater(len(shown), 25)
        for entry in (*BY_NAME.values(), *MORE):
            with self.subTest(entry.name):
                self.assertIn(f'href="{entry.address}"', self.find(str(entry.label)))
                self.assertIn(f"#{entry.icon}", self.find(str(entry.label)))
        self.assertEqual(shown - {entry.address for entry in (*BY_NAME.values(), *MORE)}, set())

    def test_a_page_is_found_by_its_english_name_too(self) -> None:
        self.client.cookies["django_language"] = "ru"
        for words, address in (
            ("webhook", "/settings/webhook/"),
            ("рост", "/people/growth/"),
            ("logs", "/settings/logs/"),
        ):
            self.assertIn(f'href="{address}"', self.find(words))

    def test_of_many_the_first_are_shown_and_the_list_is_one_step_away(self) -> None:
        words = "There are more: open the list"
        for number in range(7):
            self.assertNotIn(words, self.find("dave"))
            person(77001 + number, "Dave"), group(-100 - number, "Dave's"), error(title="dave")
        found = self.find("dave")
        self.assertEqual((found.count("<li>"), found.count(words)), (21, 3))
        for address in ("/people/?search=dave", "/chats/?search=dave", "/errors/?tab=all&amp;search=dave"):
            self.assertIn(f'href="{address}"', found)
        self.assertIn('href="/settings/"', self.find("er"))
        self.assertEqual(len(ids(self.text("/people/?search=dave"))), 7)

    def test_people_are_found_by_name_username_and_id(self) -> None:
        person(77001, "Charlie", last_name="Clark", username="charlie_c")
        person(77002, "Bob")
        expected = [("Charlie Clark", "/people/77001/")]
        for words in ("char", "Clark", "@charlie", "charlie cl", "77001"):
            with self.subTest(words):
                self.assertEqual(self.hits(words), expected)
        self.assertEqual(self.hits("arlie"), [])

    def test_groups_are_found_by_a_part_of_the_title_and_by_id_and_private_chats_never(self) -> None:
        group(-1001234, "The Gardeners")
        private(person(5, "Gardena"))
        self.assertEqual(self.hits("gardeners"), [("The Gardeners", "/chats/-1001234/")])
        self.assertEqual(self.hits("-1001234"), [("The Gardeners", "/chats/-1001234/")])
        self.assertEqual([address for _, address in self.hits("garden")], ["/people/5/", "/chats/-1001234/"])
        self.assertEqual(Chat.objects.filter(id=5).count(), 1)
        self.assertEqual([address for _, address in self.hits("5") if "chats" in address], [])

    def test_errors_are_found_by_words_number_and_by_the_code_that_a_person_was_shown(self) -> None:
        row = error(title="KeyError: 'basket'")
        self.assertEqual(self.hits("basket"), [("KeyError: &#x27;basket&#x27;", f"/errors/{row.pk}/")])
        self.assertIn((f"#{row.pk}", f"/errors/{row.pk}/"), self.hits(f"#{row.pk}"))
        title = "<bdi>KeyError: &#x27;basket&#x27;</bdi></small>"
        self.assertIn(title, self.find(f"#{row.pk}"))
        met = occurrence(row)
        self.assertIn(title, self.find(met.reference))
        self.assertEqual(self.hits(met.reference.lower()), [(met.reference, f"/errors/{row.pk}/?event={met.pk}")])

    def test_an_update_is_found_by_its_number(self) -> None:
        row = update()
        for words in (str(row.pk), f"#{row.pk}", f" #{row.pk} "):
            self.assertIn((f"#{row.pk}", f"/updates/{row.pk}/"), self.hits(words))
        self.assertEqual(self.hits("#999999999"), [])

    def test_settings_are_found_by_name_and_by_what_they_are_for(self) -> None:
        self.assertIn(("alerts.cap", "/settings/alerts.cap/"), self.hits("alerts.c"))
        self.assertIn(("maintenance", "/settings/maintenance/"), self.hits("worked on"))

    def test_nothing_found_says_what_can_be(self) -> None:
        self.assertIn("Nothing is named “zzzz”.", self.find("zzzz"))

    def test_without_javascript_it_is_a_page(self) -> None:
        person(77001, "Charlie")
        page = self.client.get("/find/", {"q": "char"}).content.decode()
        self.assertIn("<h1>Search</h1>", page)
        self.assertIn('value="char"', page)
        self.assertIn('href="/people/77001/"', page)


class FindInputTests(FindCase):
    """What people may type."""

    def test_hostile_words_find_nothing_and_are_escaped(self) -> None:
        for words in (MARKUP, "\x00", "a\x00b", "%", "__", "\\", "'; DROP TABLE", "\u202e" * 9, "😀" * 4096, "9" * 400):
            with self.subTest(words[:20]):
                self.assertNotIn("<script>", self.find(words))

    def test_hostile_names_are_escaped(self) -> None:
        person(5, f"Eve{MARKUP}")
        self.assertNotIn("<script>", self.find("eve"))
        self.assertEqual([address for _, address in self.hits("eve<scr")], ["/people/5/"])

    def test_only_the_beginning_of_a_long_text_counts(self) -> None:
        person(5, "x" * LENGTH)
        self.assertEqual(self.hits("x" * 5000), [("x" * LENGTH, "/people/5/")])


class FindAccessTests(FindCase):
    """Nobody finds what they may not see."""

    def setUp(self) -> None:
        super().setUp()
        person(77001, "Needle")
        group(-1001234, "Needle")
        self.problem: ErrorGroup = error(title="Needle")
        self.row = update()
        self.places = {
            "view_user": "/people/77001/",
            "view_chat": "/chats/-1001234/",
            "view_errorgroup": f"/errors/{self.problem.pk}/",
            "view_update": f"/updates/{self.row.pk}/",
            "view_runtimesetting": "/settings/maintenance/",
        }

    def everything(self) -> str:
        """Return all that the visitor finds."""
        return "".join(self.find(words) for words in ("needle", f"#{self.row.pk}", "maintenance"))

    def test_each_kind_takes_its_permission(self) -> None:
        self.assertEqual({source.permission for source in SOURCES}, self.places.keys())
        for permission in self.places:
            self.client.force_login(staff(f"bob-{permission}", permission))
            found = self.everything()
            with self.subTest(permission):
                self.assertEqual([name for name, place in self.places.items() if place in found], [permission])

    def test_pages_are_those_that_the_side_shows(self) -> None:
        self.client.force_login(staff("bob", "view_user"))
        self.assertEqual(set(re.findall('<a href="([^"]+)"', self.find(""))), {"/people/", "/admin/", "/account/"})

    def test_every_role_finds_what_its_pages_show(self) -> None:
        for role in Role:
            account = staff(f"account-{role.name}")
            account.groups.add(*account.groups.model.objects.filter(name=role.name.lower()))
            self.client.force_login(account)
            found = self.everything()
            for permission, place in self.places.items():
                with self.subTest(role=role.name, place=place):
                    self.assertEqual(place in found, account.has_perm(f"botcore.{permission}"))
                    self.assertEqual(place in found, self.client.get(place).status_code == 200)

    def test_pages_that_the_side_does_not_show_take_their_permission_too(self) -> None:
        self.client.force_login(staff("bob", "view_user"))
        found = {entry.name for entry in MORE if f'href="{entry.address}"' in self.find(str(entry.label))}
        of_people = {"growth", "usage", "sources", "funnels", "answers", "segments"}
        self.assertEqual(found, of_people | {"account_factor", "account_password"})

    def test_a_stranger_is_told_to_log_in(self) -> None:
        self.client.logout()
        self.assertEqual(self.find("needle", status=401), "")

    def test_it_takes_few_queries_and_no_more_for_more_rows(self) -> None:
        self.find("needle")
        counts = []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.find("needle")
            counts.append(len(queries))
            for more in range(9):
                person(78000 + 10 * number + more, "Needle")
                error(title=f"Needle {more}")
        self.assertLessEqual(counts[0], MOST_QUERIES)
        self.assertEqual(counts[0], counts[1])

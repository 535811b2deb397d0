"""The frame around every page: navigation, breadcrumbs, theme, language, and times in the viewer's zone."""

import re
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

from botcore.models import RuntimeSetting
from dashboard import navigation
from dashboard.distances import distance, words
from tests.database.conditions import firing
from tests.database.dashboard.data import PageTestCase, message, person, staff, update
from tests.database.errors import error

PERMISSIONS = [entry.permission for entry in navigation.BY_NAME.values() if entry.permission]


def links(page: str, place: str) -> list[str]:
    """Return where the links of a part of the frame lead, in order."""
    (part,) = re.findall(rf'<nav[^>]* class="{place}".*?</nav>|<nav class="{place}".*?</nav>', page, re.DOTALL)
    return re.findall(r'<a href="([^"]+)"', part)


class ScriptlessTests(PageTestCase):
    """What only scripts do is promised by scripts alone: each shows its own when it runs."""

    def test_no_page_says_live_or_names_a_key_by_itself(self) -> None:
        row = update()
        for address in ("/", "/updates/", "/people/", f"/updates/{row.pk}/", "/monitoring/", "/find/?q=upd"):
            page = self.text(address).partition("<dialog")[0]
            for promise in (*re.findall(r'<p id="live-state"[^>]*>', page), *re.findall("<kbd[^>]*>", page)):
                self.assertRegex(promise, " hidden[ >]", address)
            self.assertNotIn("G U", page)
        self.assertIn("G U", self.poll("/find/?q=upd").content.decode())
        assets = settings.BASE_DIR / "dashboard" / "static" / "dashboard"
        self.assertIn("live.hidden = false", (assets / "live.js").read_text())
        self.assertIn("[data-key-hint]", (assets / "keys.js").read_text())


class NavigationTests(PageTestCase):
    """One list, three places."""

    def test_every_page_is_there_once_with_its_own_key_and_icon(self) -> None:
        page = self.text("/")
        entries = list(navigation.BY_NAME.values())
        shown = [entry.address for entry in entries if entry is not navigation.ACCOUNT]
        self.assertEqual(links(page, "pages"), shown)
        self.assertEqual(links(page, "dock"), ["/", "/updates/", "/people/", "/errors/"])
        keys = [entry.key for entry in entries]
        self.assertEqual(len(set(keys)), len(keys))
        sprite = (settings.BASE_DIR / "dashboard" / "static" / "dashboard" / "icons.svg").read_text()
        for entry in entries:
            self.assertIn(f'id="{entry.icon}"', sprite)
            self.assertEqual(self.client.get(entry.address).status_code, 200, entry.name)

    def test_who_may_see_one_page_is_shown_no_other_and_no_empty_group(self) -> None:
        everyones = {"/admin/"}
        for number, permission in enumerate(PERMISSIONS):
            self.client.force_login(staff(f"bob-{number}", permission))
            mine = {entry.address for entry in navigation.BY_NAME.values() if entry.permission == permission}
            page = self.text("/account/")
            with self.subTest(permission):
                self.assertEqual(set(links(page, "pages")), mine | everyones)
                self.assertLessEqual(set(links(page, "dock")), mine)
                self.assertEqual(page.count('class="group"'), len(re.findall(r'<ul aria-labelledby="group-', page)))

    def test_the_page_that_is_open_is_marked_also_on_its_details(self) -> None:
        row = update()
        for address in ("/updates/", f"/updates/{row.pk}/"):
            self.assertIn('<a href="/updates/" aria-current="page">', self.text(address))

    def test_badges_are_shown_to_those_who_may_see_the_page_only(self) -> None:
        message(person(1, "Alice"), "Hello")
        self.assertRegex(self.text("/people/"), r'<span id="unread" class="badge">1<')
        self.client.force_login(staff("bob", "view_user"))
        self.assertNotIn('id="unread"', self.text("/people/"))


class TabTests(PageTestCase):
    """What the browser's tab says."""

    def tab(self) -> tuple[str, str]:
        """Return the title and the icon of the overview."""
        page = self.text("/")
        (icon,) = re.findall('<link rel="icon"[^>]* href="([^"]+)"', page)
        return re.findall("<title>(.*?)</title>", page)[0], icon

    def test_it_counts_what_burns_and_is_red_when_something_is_down(self) -> None:
        self.assertEqual(self.tab(), ("Overview · Botdeck", "/static/dashboard/favicon.svg"))
        error()
        self.assertEqual(self.tab(), ("(1) Overview · Botdeck", "/static/dashboard/favicon.svg"))
        firing()
        self.assertEqual(self.tab(), ("● (2) Overview · Botdeck", "/static/dashboard/favicon-down.svg"))

    def test_it_says_nothing_of_what_the_visitor_may_not_see(self) -> None:
        error()
        firing()
        self.client.force_login(staff("bob", "view_update"))
        self.assertEqual(self.tab(), ("Overview · Botdeck", "/static/dashboard/favicon.svg"))


class CrumbTests(PageTestCase):
    """Where a page is."""

    def trail(self, address: str) -> str:
        """Return the words of the trail."""
        (found,) = re.findall(r'<nav class="crumb".*?</nav>', self.text(address), re.DOTALL)
        return " / ".join(re.sub(r"<[^>]+>", "", item).strip() for item in re.findall(r"<li.*?</li>", found, re.DOTALL))

    def test_details_say_the_way_to_them(self) -> None:
        row, problem = update(), error()
        person(2, "<b>Bob</b>")
        self.assertEqual(self.trail(f"/updates/{row.pk}/"), f"Updates / #{row.pk}")
        self.assertEqual(self.trail(f"/errors/{problem.pk}/"), f"Errors / #{problem.pk}")
        self.assertEqual(self.trail("/people/2/"), "People / &lt;b&gt;Bob&lt;/b&gt;")
        self.assertEqual(self.trail("/settings/alerts.cap/"), "Settings / alerts.cap")
        self.assertIn('href="/updates/?state=done"', self.text("/updates/replay/?state=done"))

    def test_a_page_above_that_one_may_not_see_is_named_without_a_link(self) -> None:
        self.client.force_login(staff("bob", "view_runtimesetting"))
        (found,) = re.findall(r'<nav class="crumb".*?</nav>', self.text("/retention/"), re.DOTALL)
        self.assertIn("Jobs", found)
        self.assertNotIn("href", found)


class ThemeTests(PageTestCase):
    """Light, dark, or as the system is."""

    def choose(self, name: str, back: str = "/people/") -> str:
        """Send the form; return the beginning of the page that follows."""
        response = self.client.post("/look/theme/", {"theme": name, "back": back}, follow=True)
        self.assertEqual(response.redirect_chain, [(back if back.startswith("/") else "/", 302)])
        return str(response.content.decode())[:400]

    def test_a_theme_is_kept_and_written_by_the_server(self) -> None:
        self.assertNotIn("data-theme", self.text("/")[:400])
        self.assertIn(' data-theme="dark"', self.choose("dark"))
        self.assertIn('name="color-scheme" content="dark"', self.text("/updates/"))
        self.assertIn(' data-theme="light"', self.choose("light"))
        self.assertNotIn("data-theme", self.choose("auto"))

    def test_any_other_word_is_the_systems_theme(self) -> None:
        self.client.cookies["theme"] = '"><script>'
        self.assertNotIn("data-theme", self.text("/")[:400])
        self.assertNotIn("data-theme", self.choose("<script>"))

    def test_it_leads_to_no_other_site(self) -> None:
        self.choose("dark", back="https://evil.example/")


class LanguageTests(PageTestCase):
    """English or Russian."""

    def test_the_choice_is_kept_and_said_by_the_page(self) -> None:
        self.assertIn('<html lang="en"', self.text("/"))
        response = self.client.post("/look/language/", {"language": "ru", "next": "/people/"})
        self.assertRedirects(response, "/people/")
        page = self.text("/")
        self.assertIn('<html lang="ru"', page)
        self.assertIn("<span>Ошибки</span>", page)
        self.client.post("/look/language/", {"language": "xx", "next": "/"})
        self.assertIn('<html lang="ru"', self.text("/"))
        self.client.post("/look/language/", {"language": "en", "next": "https://evil.example/"})
        self.assertIn('<html lang="en"', self.text("/"))

    def test_without_a_choice_the_browsers_language_counts(self) -> None:
        client = Client(headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"})
        self.assertIn('<html lang="ru"', client.get("/login/").content.decode())

    def test_live_js_gets_the_words_that_the_server_uses(self) -> None:
        self.assertIn("%(n)s min", self.text("/"))
        with translation.override("ru"):
            said = words()
            self.assertEqual(distance(300, "", is_length=True), said["min"] % {"n": 5})
            self.assertEqual(distance(300, ""), said["ago"] % {"length": said["min"] % {"n": 5}})
            self.assertEqual(distance(-300, ""), said["in"] % {"length": said["min"] % {"n": 5}})
            self.assertEqual(distance(0, ""), "только что")

    def test_drawings_and_fields_have_the_same_numbers_in_any_language(self) -> None:
        self.client.cookies["django_language"] = "ru"
        for address in ("/", "/monitoring/", f"/errors/{error().pk}/", "/settings/throttle.person_burst/"):
            with self.subTest(address):
                self.assertNotRegex(self.text(address), r' (?:x|y|width|height|d|min|max|step|value)="[^"]*\d,\d')

    def test_what_a_visitor_reads_in_russian_is_written_down_in_english(self) -> None:
        self.client.cookies["django_language"] = "ru"
        self.client.post("/settings/alerts.cap/change/", {"value": "7"})
        self.assertEqual(RuntimeSetting.objects.get(name="alerts.cap").value, "7")
        self.assertNotRegex(self.client.get("/exports/audit.csv").getvalue().decode(), "[а-яА-Я]")


class ZoneTests(PageTestCase):
    """Exact times are the viewer's, days and exports are UTC's."""

    def setUp(self) -> None:
        super().setUp()
        person(2, "Bob", first_seen=datetime(2026, 3, 10, 23, 30, tzinfo=UTC))

    def first_seen(self, zone: str) -> str:
        """Return the time of Bob's first message as a browser in that zone sees it."""
        self.client.cookies["zone"] = zone
        (found,) = re.findall(r"<dt>First seen</dt><dd>(<time.*?</time>)", self.text("/people/2/"))
        return str(found)

    def test_the_title_is_in_the_zone_that_the_browser_says(self) -> None:
        expected = '<time datetime="2026-03-11T00:30:00+01:00" title="2026-03-11 00:30:00 CET">2026-03-11</time>'
        if timezone.now() - datetime(2026, 3, 10, 23, 30, tzinfo=UTC) > timedelta(days=30):
            self.assertEqual(self.first_seen("Europe/Berlin"), expected)
        self.assertIn('title="2026-03-11 02:30:00 MSK"', self.first_seen("Europe/Moscow"))
        self.assertIn('title="2026-03-10 19:30:00 EDT"', self.first_seen("America/New_York"))

    def test_a_zone_that_is_none_is_utc(self) -> None:
        for name in ("", "Mars/Olympus", "../../etc/passwd", "<script>", "Europe/Berlin;x", "x" * 500):
            with self.subTest(name):
                self.assertIn('title="2026-03-10 23:30:00 UTC"', self.first_seen(name))

    def test_ranges_and_exports_stay_in_utc(self) -> None:
        self.client.cookies["zone"] = "Asia/Tokyo"
        page = self.text("/monitoring/?since=2026-03-10T09:52&until=2026-03-10T10:02")
        self.assertIn("from 2026-03-10 09:52 to 2026-03-10 10:02 UTC", page)
        self.assertIn('name="since" value="2026-03-10T09:52"', page)
        export = self.client.get("/exports/people.csv").getvalue().decode()
        self.assertIn("2026-03-10", export)
        self.assertNotIn("2026-03-11", export)

    def test_the_next_request_of_somebody_else_is_not_in_that_zone(self) -> None:
        self.first_seen("Asia/Tokyo")
        self.assertEqual(timezone.get_current_timezone_name(), "UTC")

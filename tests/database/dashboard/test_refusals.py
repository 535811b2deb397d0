"""What is refused: hostile requests, and the pages for those who are logged in, are not, or ask as machines."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.models import User as Login
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from botcore.models import ErrorEvent
from dashboard.access import METHODS
from tests.database.captured import recorded
from tests.database.dashboard.data import PageTestCase, person, staff
from tests.database.dashboard.test_few_queries import CONTROL, MOST
from tests.database.dashboard.test_middleware import failing

FORM = "application/x-www-form-urlencoded"
MANY = "&".join(f"a{number}=1" for number in range(1200))
SIDE = '<nav id="pages"'


class UnreadableTests(PageTestCase):
    """Strangers and staff who send what is no request of a browser: each has a session's cookies."""

    def setUp(self) -> None:
        super().setUp()
        self.records = self.enterContext(recorded())
        self.visitors = [Client(enforce_csrf_checks=True) for _ in range(2)]
        self.visitors[1].force_login(self.alice)
        for visitor in self.visitors:
            visitor.get("/login/code/")
            visitor.cookies["csrftoken"] = "a" * 32

    def send(self, body: str = "a=1", method: str = "POST", path: str = "/login/", **facts: Any) -> set[Any]:
        """Send it as everybody; return the statuses."""
        return {visitor.generic(method, path, body, **facts).status_code for visitor in self.visitors}

    def tearDown(self) -> None:
        """Nothing of it is an error of ours."""
        self.records.store()
        self.assertFalse(ErrorEvent.objects.exists())
        super().tearDown()

    def test_forms_that_are_broken_or_endless(self) -> None:
        for path in ("/login/", "/people/1/write/", "/logout/"):
            for body, kind, status in (
                ("a=1", "multipart/form-data", 400),
                ("a=1", "multipart/form-data; boundary=é", 400),
                (MANY, FORM, 400),
                ("a=" + "x" * 3_000_000, FORM, 413),
            ):
                with self.subTest(path, body=body[:9], kind=kind):
                    self.assertEqual(self.send(body, path=path, content_type=kind), {status})
                    self.assertEqual(self.send(body, path="/nothing/", content_type=kind), {404})

    def test_parts_with_headers_in_pieces(self) -> None:
        for header in (
            "Content-Disposition: form-data; name*0=x; name*=b",
            "Content-Disposition: form-data; name=x; filename*0=a; filename*=b",
            "Content-Disposition: form-data; name=x\r\nContent-Type: text/plain; x*0=a; x*=b",
        ):
            for path in ("/login/", "/login/code/", "/account/", "/look/theme/"):
                with self.subTest(path, header=header[-30:]):
                    body = f"--b\r\n{header}\r\n\r\nvalue\r\n--b--\r\n"
                    found = self.send(body, path=path, content_type="multipart/form-data; boundary=b")
                    self.assertEqual(found, {400})

    def test_a_length_that_is_absurd(self) -> None:
        self.assertEqual(self.send(content_type=FORM, CONTENT_LENGTH="9" * 30), {413})

    def test_addresses_that_are_broken(self) -> None:
        for path in (
            "/%00",
            "/updates/%00/",
            "/%ff%fe/",
            "/%",
            "/static/%00",
            "/static/" + "a" * 5000,
            "/" + "a" * 9000,
        ):
            with self.subTest(path[:20]):
                self.assertEqual(self.send("", "GET", path), {404})
        self.assertEqual(self.client.get(f"/updates/?{MANY}").status_code, 400)

    def test_names_of_hosts_that_are_not_ours(self) -> None:
        for host in ("evil.example", "a b", "\x00", "[::1", "é", ""):
            with self.subTest(host):
                self.assertEqual(self.send("", "GET", HTTP_HOST=host), {400})

    def test_cookies_that_are_broken(self) -> None:
        for cookie in ("sessionid=%00", "sessionid=" + "x" * 5000, "csrftoken=\x00", "messages=[[", "theme=\x00",
                       "zone=../../etc", "django_language=../../x", "=;=;", 'messages="\\"'):  # fmt: skip
            with self.subTest(cookie[:20]):
                self.assertEqual(Client().get("/login/", HTTP_COOKIE=cookie).status_code, 200)

    def test_methods_that_no_page_has(self) -> None:
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"):
            for path in ("/", "/people/1/write/", "/exports/people.csv", "/logout/", "/csp-report/"):
                if (method, path) == ("OPTIONS", "/logout/"):  # it answers which there are
                    continue
                with self.subTest(path, method=method):
                    page = self.client.generic(method, path)
                    self.assertContains(page, "That cannot be done here", status_code=405)
        self.assertEqual(self.client.put("/").headers["Allow"], ", ".join(METHODS))
        self.assertEqual(self.client.head("/").status_code, 200)

    def test_a_view_that_asks_for_a_thousand_things_is_not_kept(self) -> None:
        page = self.client.post("/lists/updates/views/", {"name": "Many", "query": MANY}, follow=True)
        self.assertContains(page, "This asks for too much to be kept as a view.")


class RefusalTests(PageTestCase):
    """The pages."""

    def setUp(self) -> None:
        super().setUp()
        person(1, "Bob")
        self.strict = Client(enforce_csrf_checks=True)
        self.strict.force_login(self.alice)

    def ways(self) -> list[tuple[int, str, Callable[..., Any]]]:
        """Return each kind of refusal: status, heading, and what asks for it."""
        get, post, strict = self.client.get, self.client.post, self.strict
        unread = "What was sent is not understood"
        return [
            (404, "There is nothing here", partial(get, "/nothing/")),
            (400, "This address is not understood", partial(get, "/updates/replay/?ids=x")),
            (400, unread, partial(post, "/people/1/list/", {"on": "x"})),
            (400, unread, partial(post, "/alerts/test/", MANY, content_type=FORM)),
            (413, "That was too much at once", partial(post, "/people/1/tag/", "x" * 3_000_000, content_type=FORM)),
            (403, "This form has expired", partial(strict.post, "/alerts/test/")),
            (405, "That cannot be done here", partial(get, "/logout/")),
        ]

    def test_who_is_logged_in_keeps_the_frame_with_its_counts_and_a_way_on(self) -> None:
        for status, heading, ask in self.ways():
            with self.subTest(heading, status=status):
                ask()
                with CaptureQueriesContext(connection) as captured:
                    page = ask()
                self.assertContains(page, f"<h1>{heading}</h1>", status_code=status)
                for part in (SIDE, 'href="/updates/"', 'action="/logout/"', 'id="error-badge"', 'href="/"'):
                    self.assertContains(page, part, status_code=status)
                self.assertIn("no-store", page.headers["Cache-Control"])
                asked = [query["sql"] for query in captured if not query["sql"].startswith(CONTROL)]
                self.assertLessEqual(len(asked), MOST)

    def test_who_may_not_see_a_page_sees_what_there_is_beside_it(self) -> None:
        self.client.force_login(staff("bob", "view_update"))
        page = self.client.get("/people/")
        self.assertContains(page, "<h1>You may not see this page</h1>", status_code=403)
        self.assertContains(page, 'href="/updates/"', status_code=403)
        self.assertNotContains(page, 'href="/people/"', status_code=403)

    def test_it_is_one_line_of_the_log_that_says_who_asked_for_what(self) -> None:
        bob = staff("bob", "view_update")
        self.client.force_login(bob)
        with self.assertLogs("django.request", "WARNING") as logs:
            self.client.get("/people/?search=secret")
        (line,) = logs.records
        self.assertIsNone(line.exc_info)
        self.assertEqual(line.__dict__["fields"], {"method": "GET", "path": "/people/", "account": bob.pk})

    def test_strangers_and_accounts_that_are_no_staff_get_no_frame(self) -> None:
        self.assertNotContains(Client().get("/nothing/"), SIDE, status_code=404)
        self.client.force_login(Login.objects.create_user("carol"))
        for address, status in (("/nothing/", 404), ("/", 403)):
            page = self.client.get(address)
            self.assertNotContains(page, SIDE, status_code=status)
            self.assertContains(page, '<main class="slip">', status_code=status)

    def test_without_the_database_there_is_a_page_without_the_frame(self) -> None:
        for error in (OperationalError("gone"), InterfaceError("closed")):
            with self.subTest(error=error), connection.execute_wrapper(failing(error)):
                page = self.client.get("/nothing/")
            self.assertContains(page, "There is nothing here", status_code=404)
            self.assertNotContains(page, SIDE, status_code=404)

    def test_a_live_refresh_and_a_machine_get_a_sentence(self) -> None:
        for status, heading, ask in self.ways():
            with self.subTest(heading, status=status):
                poll = ask(headers={"HX-Request": "true"})
                self.assertEqual(
                    (poll.status_code, poll.headers["Content-Type"]), (status, "text/plain; charset=utf-8")
                )
                self.assertTrue(poll.content.decode().startswith(f"{heading}."))
                machine = ask(headers={"Accept": "application/json"})
                self.assertEqual((machine.status_code, list(machine.json())), (status, ["error"]))

    def test_the_words_are_the_visitors(self) -> None:
        for status, heading, ask in self.ways():
            with self.subTest(heading):
                page = ask(headers={"Accept-Language": "ru"})
                self.assertContains(page, '<html lang="ru"', status_code=status)
        page = self.client.get("/nothing/", headers={"Host": "evil.example", "Accept-Language": "ru"})
        self.assertContains(page, '<html lang="ru"', status_code=400)
        self.assertContains(self.client.get("/nothing/"), "There is nothing here", status_code=404)

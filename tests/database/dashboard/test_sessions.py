"""Where an account is logged in, how that ends, its password, and changes of what it may do."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Login
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.signals import request_finished
from django.db import OperationalError, close_old_connections
from django.db.models import F
from django.http import HttpResponse, HttpResponseBase
from django.test import Client, RequestFactory, override_settings

from botcore.access.roles import Role
from botcore.accounts.models import AccountSession
from botcore.accounts.sessions import browser_name, count_by_account, listed
from botcore.audit.models import AuditEntry
from dashboard.sessions import watch
from tests.database.access import account
from tests.database.dashboard.data import PageTestCase, event

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
PASSWORD, FRESH = "carol-password", "a-fresh-long-one-77"


class SessionCase(PageTestCase):
    """Carol at a desk and with a phone."""

    def setUp(self) -> None:
        super().setUp()
        self.carol = account("carol", Role.MODERATOR)
        self.desk = self.browser(FIREFOX, "192.0.2.1")
        self.phone = self.browser(PHONE, "192.0.2.2")

    def browser(self, said: str, ip: str) -> Client:
        """Log Carol in."""
        client = Client(headers={"User-Agent": said}, REMOTE_ADDR=ip)
        client.post("/login/", {"username": "carol", "password": PASSWORD})
        return client

    def is_in(self, client: Client) -> bool:
        """Tell whether somebody is logged in."""
        return client.get("/account/").status_code == 200

    def row(self, client: Client) -> AccountSession:
        """Return what is noted of a browser."""
        return AccountSession.objects.get(session_id=client.session.session_key)

    def age(self, client: Client, **length: float) -> None:
        """Let the session be so much older, and unseen for as long."""
        session = client.session
        seconds = timedelta(**length).total_seconds()
        session["since"] -= seconds
        session["seen"] -= seconds
        session.save()


class ListTests(SessionCase):
    """The list on the page."""

    def test_it_names_browsers_addresses_and_this_one_first(self) -> None:
        page = str(self.phone.get("/account/").content.decode())
        self.assertLess(page.index("Chrome on Android"), page.index("Firefox on Linux"))
        self.assertEqual(page.count(">this one<"), 1)
        self.assertIn("192.0.2.1", page)
        for client in (self.desk, self.phone):
            self.assertNotIn(str(client.session.session_key), page)

    def test_one_is_ended_elsewhere(self) -> None:
        self.assertTrue(self.is_in(self.phone))
        response = self.desk.post("/account/sessions/end/", {"session": self.row(self.phone).pk}, follow=True)
        self.assertContains(response, "You are logged out there.")
        self.assertEqual((self.is_in(self.desk), self.is_in(self.phone)), (True, False))
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual((entry.action, entry.target, entry.actor), ("account.session_end", "account:carol", "carol"))
        self.assertIn("Chrome on Android", entry.before)

    def test_nobody_ends_somebody_elses(self) -> None:
        mine = self.row(self.desk)
        dave = Client()
        account("dave")
        dave.post("/login/", {"username": "dave", "password": "dave-password"})
        for pk in (mine.pk, "", "x", "-1", "9" * 30, mine.session_id):
            response = dave.post("/account/sessions/end/", {"session": pk}, follow=True)
            self.assertContains(response, "no longer logged in there")
        self.assertTrue(self.is_in(self.desk))

    def test_all_but_this_one(self) -> None:
        self.browser(FIREFOX, "192.0.2.3")
        self.assertContains(self.desk.post("/account/sessions/end-others/", follow=True), "everywhere else")
        self.assertEqual([row.ip for row in AccountSession.objects.filter(account=self.carol)], ["192.0.2.1"])
        self.assertFalse(self.is_in(self.phone))
        self.assertEqual(AuditEntry.objects.latest("pk").before, '{"sessions": 2}')
        self.assertContains(self.desk.post("/account/sessions/end-others/", follow=True), "nowhere else")

    def test_logging_out_takes_the_row_along(self) -> None:
        self.phone.post("/logout/")
        self.assertEqual(AccountSession.objects.filter(account=self.carol).count(), 1)

    def test_looking_ends_nothing(self) -> None:
        for address in ("/account/sessions/end/", "/account/sessions/end-others/"):
            self.assertRedirects(self.desk.get(address), "/account/")
        self.assertTrue(self.is_in(self.phone))

    def test_a_hostile_browser_is_shown_as_text(self) -> None:
        client = self.browser("<script>alert(1)</script>" + "x" * 5000, "192.0.2.9")
        self.assertNotIn("<script>alert", str(client.get("/account/").content.decode()))

    def test_browsers_are_named_as_people_know_them(self) -> None:
        edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
        self.assertEqual(browser_name(edge), "Edge on Windows")
        with patch("botcore.accounts.sessions._", lambda _words: "%(system)s: %(browser)s"):
            self.assertEqual(browser_name(edge), "Windows: Edge", "translated as a whole")
        self.assertEqual(browser_name("curl/8.5.0"), "curl")
        self.assertEqual(browser_name(""), "")


class EndTests(SessionCase):
    """Age, idleness, a new password, and less to do."""

    def test_it_is_noted_about_once_a_minute_and_a_request_asks_nothing_more(self) -> None:
        self.desk.get("/account/")
        self.age(self.desk, seconds=61)
        AccountSession.objects.update(seen_at=F("seen_at") - timedelta(minutes=5))
        self.assertTrue(self.is_in(self.desk))
        seen = self.row(self.desk).seen_at
        self.assertGreater(seen, self.row(self.phone).seen_at)
        self.is_in(self.desk)
        self.assertEqual(self.row(self.desk).seen_at, seen)

    def test_it_is_noted_when_the_page_was_sent(self) -> None:
        self.age(self.desk, minutes=5)
        before = self.row(self.desk).seen_at
        response = self.half_read(self.desk)
        self.assertEqual(self.row(self.desk).seen_at, before)
        self.close(response)
        self.assertGreater(self.row(self.desk).seen_at, before)

    def test_what_ended_while_a_page_was_sent_stays_ended(self) -> None:
        self.age(self.desk, minutes=5)
        response = self.half_read(self.desk)
        Session.objects.filter(pk=self.desk.session.session_key).delete()
        self.close(response)
        self.assertFalse(self.is_in(self.desk))
        self.assertFalse(AccountSession.objects.filter(ip="192.0.2.1").exists())

    def half_read(self, client: Client) -> HttpResponseBase:
        """Let the middleware answer, and leave its answer open."""
        request = RequestFactory().get("/account/")
        request.COOKIES["sessionid"] = client.cookies["sessionid"].value
        request.session, request.user = SessionStore(client.session.session_key), self.carol
        return watch(lambda _: HttpResponse())(request)

    def close(self, response: HttpResponseBase) -> None:
        """Do as a server that has sent all, and keep the test's database."""
        request_finished.disconnect(close_old_connections)
        try:
            response.close()
        finally:
            request_finished.connect(close_old_connections)

    def test_what_is_kept_while_a_file_is_on_its_way_stays(self) -> None:
        self.client.post("/login/", {"username": "alice", "password": "alice-password"})
        self.age(self.client, minutes=5)
        before = self.client.session["seen"]
        file: Any = self.client.get("/exports/people.csv")
        session = self.client.session
        session["way_back"] = "of what was done meanwhile"
        session.save()
        b"".join(file)
        after = self.client.session
        self.assertEqual(after["way_back"], "of what was done meanwhile")
        self.assertGreater(after["seen"], before)

    def test_who_logs_out_while_a_file_is_on_its_way_stays_out(self) -> None:
        self.client.post("/login/", {"username": "alice", "password": "alice-password"})
        self.age(self.client, minutes=5)
        file: Any = self.client.get("/exports/people.csv")
        key = self.client.session.session_key
        self.client.post("/logout/")
        b"".join(file)
        self.assertFalse(Session.objects.filter(pk=key).exists())
        self.assertFalse(AccountSession.objects.filter(session_id=key).exists())

    def test_a_live_refresh_is_nobody_who_works(self) -> None:
        self.age(self.desk, minutes=10)
        before = self.row(self.desk).seen_at
        self.desk.get("/account/", headers={"HX-Request": "true"})
        self.assertEqual(self.row(self.desk).seen_at, before)

    @override_settings(SESSION_IDLE_MINUTES=30)
    def test_idleness_ends_it_and_a_form_that_comes_too_late_is_not_done(self) -> None:
        self.age(self.desk, minutes=29)
        self.assertTrue(self.is_in(self.desk))
        self.age(self.desk, minutes=31)
        response = self.desk.post("/account/unlink/", follow=True)
        self.assertEqual(response.redirect_chain[0][0], "/login/?next=%2Faccount%2Funlink%2F")
        self.assertContains(response, "what you sent was not done")
        self.assertEqual(AuditEntry.objects.latest("pk").action, "account.logout")

    @override_settings(SESSION_DAYS=2)
    def test_age_ends_it_however_busy_it_was(self) -> None:
        for _ in range(2):
            self.age(self.desk, hours=23)
            self.assertTrue(self.is_in(self.desk))
        self.age(self.desk, hours=3)
        self.assertFalse(self.is_in(self.desk))
        self.assertTrue(self.is_in(self.phone))

    @override_settings(SESSION_DAYS=2)
    def test_who_is_over_their_time_is_nobody_also_when_that_cannot_be_written(self) -> None:
        self.age(self.desk, hours=49)
        with patch("django.contrib.sessions.backends.db.SessionStore.delete", side_effect=OperationalError) as asked:
            self.assertRedirects(self.desk.get("/people/"), "/login/?next=%2Fpeople%2F")
        asked.assert_called()
        self.assertFalse(self.is_in(self.desk))

    def test_what_has_ended_without_a_visit_is_neither_listed_nor_counted(self) -> None:
        owner = Client()
        owner.force_login(self.alice)
        tablet = self.browser(FIREFOX, "192.0.2.3")
        AccountSession.objects.filter(pk=self.row(self.phone).pk).update(seen_at=F("seen_at") - timedelta(days=2))
        AccountSession.objects.filter(pk=self.row(tablet).pk).update(created_at=F("created_at") - timedelta(days=15))
        page = str(self.desk.get("/account/").content.decode())
        self.assertEqual([ip in page for ip in ("192.0.2.1", "192.0.2.2", "192.0.2.3")], [True, False, False])
        self.assertEqual(count_by_account()[self.carol.pk], 1)
        self.carol.set_password(FRESH)  # as the admin's page and `changepassword` do
        self.carol.save()
        self.assertNotIn(self.carol.pk, count_by_account())
        self.assertEqual(listed(self.carol.pk), [])
        response = owner.post(f"/accounts/{self.carol.pk}/log-out/", follow=True)
        self.assertContains(response, "The account was logged in nowhere.")
        self.assertFalse(AccountSession.objects.filter(account=self.carol).exists())

    def test_what_is_taken_away_is_gone_at_once(self) -> None:
        event("something")
        self.assertEqual(self.desk.get("/events/").status_code, 200)
        self.carol.groups.remove(Group.objects.get(name="moderator"))
        self.assertEqual(self.desk.get("/events/").status_code, 403)
        self.carol.is_staff = False
        self.carol.save()
        self.assertEqual(self.desk.get("/account/").status_code, 403)
        self.carol.is_active = False
        self.carol.save()
        self.assertEqual(self.desk.get("/account/").status_code, 302)


class PasswordTests(SessionCase):
    """Changing it."""

    def change(self, old: str = PASSWORD, new: str = FRESH, again: str = FRESH, client: Client | None = None) -> Any:
        """Send the form."""
        form = {"old_password": old, "new_password1": new, "new_password2": again}
        return (client or self.desk).post("/account/password/", form)

    def test_here_one_stays_and_everywhere_else_it_ends(self) -> None:
        since = self.row(self.desk).created_at
        self.assertRedirects(self.change(), "/account/")
        self.assertEqual((self.is_in(self.desk), self.is_in(self.phone)), (True, False))
        self.assertTrue(Login.objects.get(username="carol").check_password(FRESH))
        self.assertEqual(AccountSession.objects.get(account=self.carol).created_at, since)
        self.assertEqual(Session.objects.count(), 2)  # Alice's
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual((entry.action, entry.target, entry.actor), ("account.password", "account:carol", "carol"))
        text = str(AuditEntry.objects.values())
        self.assertFalse(FRESH in text or PASSWORD in text)

    def test_what_is_wrong_stands_at_its_field(self) -> None:
        for form, words in {
            ("guess", FRESH, FRESH): "old password was entered incorrectly",
            (PASSWORD, FRESH, "other"): "password fields didn’t match",
            (PASSWORD, "12345678", "12345678"): "too common",
            (PASSWORD, "carol", "carol"): "too short",
        }.items():
            response = self.change(*form)
            self.assertContains(response, words)
            self.assertNotContains(response, FRESH)
        self.assertTrue(self.is_in(self.phone))

    def test_the_old_one_is_not_guessed_in_a_browser_that_was_left_open(self) -> None:
        statuses = [self.change(old=f"guess {number}").status_code for number in range(11)]
        self.assertEqual(statuses, [200] * 10 + [429])
        self.assertEqual(self.change().status_code, 429)
        self.assertEqual(self.change(client=self.client, old="alice-password").status_code, 302)

    def test_the_admins_page_leads_here(self) -> None:
        self.assertRedirects(self.desk.get("/admin/password_change/"), "/account/password/")
        self.assertEqual(self.desk.post("/admin/password_change/", {"old_password": PASSWORD}).status_code, 302)
        self.assertTrue(Login.objects.get(username="carol").check_password(PASSWORD))

"""Logging in by a link from the bot: looking does nothing, the button does it once, and no log has the code."""

import logging
from io import StringIO
from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import User as Account
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, override_settings

from botcore.access import links
from botcore.access.models import OneTimeCode
from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.errors.models import ErrorEvent
from botcore.logs import ConsoleFormatter, ContextFilter, JsonFormatter
from tests.database.access import account, later, linked_account
from tests.database.dashboard.data import PageTestCase

BOB = 2
ONCE = "/login/once/"


@override_settings(DASHBOARD_URL="https://bot.example.org")
class LoginLinkCase(PageTestCase):
    """Carol's link, and a browser that knows nobody."""

    def setUp(self) -> None:
        """Ask for the link."""
        super().setUp()
        self.carol = linked_account(BOB, Role.SUPPORT)
        self.browser = Client()
        self.secret = self.new()

    def new(self) -> str:
        """Return the code of a new link."""
        return links.login_address(user_id=BOB).split("/")[-2]

    def open(self, secret: str = "", **how: Any) -> HttpResponse:
        """Open the address."""
        return self.browser.get(f"/login/{secret or self.secret}/", **how)  # type: ignore[return-value]

    def press(self, secret: str = "", browser: Client | None = None, **fields: str) -> HttpResponse:
        """Send the form."""
        form = {"secret": secret or self.secret, **fields}
        return (browser or self.browser).post(ONCE, form)  # type: ignore[return-value]

    def who(self, browser: Client | None = None) -> str:
        """Return who is logged in."""
        found = (browser or self.browser).session.get("_auth_user_id")
        return Account.objects.get(pk=found).username if found else ""


class LoginLinkTests(LoginLinkCase):
    """The way in, and everybody who is refused."""

    def test_the_button_logs_in(self) -> None:
        page = self.open().content.decode()
        self.assertIn("Log in as <bdi>carol</bdi>?", page)
        self.assertIn(f'action="{ONCE}"', page)
        self.assertRedirects(self.press(), "/")
        self.assertEqual(self.who(), "carol")

    def test_looking_does_nothing_however_often(self) -> None:
        for ask in (self.browser.get, self.browser.head, self.browser.options):
            self.assertEqual(ask(f"/login/{self.secret}/").status_code, 200)
        self.assertEqual(Session.objects.count(), 1)  # Alice's
        self.assertIsNone(OneTimeCode.objects.get(purpose="login").used_at)
        self.press()
        self.assertEqual(self.who(), "carol")

    def test_the_session_stays_when_the_link_ends_and_goes_with_the_password(self) -> None:
        self.press()
        links.unlink(account_id=self.carol.pk, by="carol")
        self.assertEqual(self.browser.get("/account/").status_code, 200)
        self.carol.set_password("another-password-1")
        self.carol.save()
        self.assertRedirects(self.browser.get("/account/"), "/login/?next=/account/")

    def test_a_used_one_is_gone(self) -> None:
        self.press()
        thief = Client()
        for response in (self.press(browser=thief), thief.get(f"/login/{self.secret}/")):
            self.assertContains(response, "Write <code>/dashboard</code> to the bot", status_code=410)
        self.assertEqual(self.who(thief), "")

    def test_an_old_a_wrong_and_another_ones_code_are_gone(self) -> None:
        link = links.link_code(account_id=account("dave").pk)
        for secret in (link, "x", "x" * 43, self.secret[:-1], self.secret + "A", "%00", "%F0%9F"):
            self.assertEqual((self.open(secret).status_code, self.press(secret).status_code), (410, 410), secret)
        later(minutes=2)
        self.assertEqual((self.open().status_code, self.press().status_code), (410, 410))
        self.assertEqual(self.who(), "")

    def test_a_form_without_a_code_is_gone_and_its_address_leads_to_the_login(self) -> None:
        self.assertEqual(self.browser.post(ONCE).status_code, 410)
        self.assertRedirects(self.browser.get(ONCE), "/login/")

    def test_the_form_needs_its_token(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        self.assertEqual(self.press(browser=strict).status_code, 403)
        self.assertIsNone(OneTimeCode.objects.get(purpose="login").used_at)
        strict.get(f"/login/{self.secret}/")
        self.press(browser=strict, csrfmiddlewaretoken=strict.cookies["csrftoken"].value)
        self.assertEqual(self.who(strict), "carol")

    def test_no_address_says_where_to_go(self) -> None:
        self.open(query_params={"next": "https://evil.example/"})
        response = self.browser.post(f"{ONCE}?next=//evil.example/", {"secret": self.secret, "next": "//evil.example/"})
        self.assertRedirects(response, "/")

    def test_the_session_is_a_new_one_also_for_who_was_somebody_else(self) -> None:
        self.browser.force_login(self.alice)
        before = self.browser.session.session_key
        self.press()
        self.assertEqual(self.who(), "carol")
        self.assertNotEqual(self.browser.session.session_key, before)
        self.assertFalse(Session.objects.filter(pk=before).exists())

    def test_an_account_that_ended_does_not_come_in_and_does_not_stay(self) -> None:
        Account.objects.filter(pk=self.carol.pk).update(is_active=False)
        self.assertEqual((self.open().status_code, self.press().status_code), (410, 410))
        Account.objects.filter(pk=self.carol.pk).update(is_active=True)
        self.press(self.new())
        self.assertEqual(self.browser.get("/people/").status_code, 200)
        Account.objects.filter(pk=self.carol.pk).update(is_active=False)
        self.assertRedirects(self.browser.get("/people/"), "/login/?next=%2Fpeople%2F")

    def test_failed_passwords_are_forgotten_as_after_any_login(self) -> None:
        Client().post("/login/", {"username": "carol", "password": "wrong"})
        self.assertEqual(AccessAttempt.objects.filter(username="carol").count(), 1)
        self.press()
        self.assertEqual(AccessAttempt.objects.filter(username="carol").count(), 0)

    def test_the_audit_says_who_came_in_and_how(self) -> None:
        self.press()
        row = AuditEntry.objects.latest("pk")
        self.assertEqual((row.action, row.target, row.actor), ("account.login", "account:carol", "carol"))
        self.assertEqual((row.after, row.channel), ('{"how": "a link from the bot"}', "web"))
        self.assertEqual(AuditEntry.objects.filter(action="account.login", actor="carol").count(), 1)

    def test_nothing_of_it_is_cached_or_told_to_other_sites(self) -> None:
        page, gone = self.open(), self.open("x")
        for response in (page, gone):
            self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(gone.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Referrer-Policy"], "strict-origin")  # never a path; browsers do send the form
        self.assertNotRegex(page.content.decode(), r'(src|href)="https?:')

    def test_a_name_with_markup_is_shown_as_it_is(self) -> None:
        Account.objects.filter(pk=self.carol.pk).update(username="<i>carol")
        self.assertIn("<bdi>&lt;i&gt;carol</bdi>", self.open().content.decode())


class NoCodeTests(LoginLinkCase):
    """Whatever happens, the code is nowhere."""

    def everything_written(self) -> str:
        """Use the link in every way; return all log lines and all rows that came of it."""
        lines = StringIO()
        handlers = [logging.StreamHandler(lines), logging.StreamHandler(lines)]
        for handler, formatter in zip(handlers, (JsonFormatter(), ConsoleFormatter()), strict=True):
            handler.setFormatter(formatter)
            handler.addFilter(ContextFilter())
            logging.getLogger().addHandler(handler)
            self.addCleanup(logging.getLogger().removeHandler, handler)
        with self.settings(DEBUG=False):
            logging.getLogger().setLevel(logging.DEBUG)
            self.addCleanup(logging.getLogger().setLevel, logging.WARNING)
            self.use()
        rows = [AuditEntry, AccessLog, AccessAttempt, ErrorEvent, Session, OneTimeCode]
        return lines.getvalue() + "".join(str(list(model.objects.values())) for model in rows)

    def use(self) -> None:
        """Open, be refused, fail, log in, try again."""
        self.open()
        self.press(browser=Client(enforce_csrf_checks=True))
        self.browser.put(f"/login/{self.secret}/")
        self.press()
        self.press()
        self.open()

    def test_neither_logs_nor_rows_have_it(self) -> None:
        level = logging.getLogger().level
        written = self.everything_written()
        logging.getLogger().setLevel(level)
        self.assertIn("/login/[hidden]/", written)
        self.assertIn("account.login", written)
        place = written.find(self.secret)
        self.assertEqual(place, -1, written[max(0, place - 300) : place + 300])

"""The content security policy on every answer, and pages while the database is away."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client, override_settings

from tests.database.dashboard.data import PageTestCase, update

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "report-uri /csp-report/"
)


def failing(error: Exception) -> Callable[..., Any]:
    """Make a wrapper for statements that all fail."""

    def execute(*args: Any) -> Any:
        raise error

    return execute


class PolicyTests(PageTestCase):
    """The header."""

    def test_it_is_on_every_kind_of_answer(self) -> None:
        for address in ("/", "/login/", "/nothing", "/healthz", "/metrics", "/admin/", "/updates/?state=x"):
            with self.subTest(address):
                headers = self.client.get(address).headers
                self.assertEqual(headers["Content-Security-Policy"], POLICY)
                self.assertIn("geolocation=()", headers["Permissions-Policy"])
                self.assertEqual(headers["Cross-Origin-Opener-Policy"], "same-origin")
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(headers["Referrer-Policy"], "same-origin")
                self.assertNotIn("Content-Security-Policy-Report-Only", headers)

    def test_a_policy_on_trial_is_sent_beside_it(self) -> None:
        with override_settings(SECURE_CSP_REPORT_ONLY={"script-src": ["'none'"], "report-to": ["csp"]}):
            headers = Client().get("/healthz").headers
        self.assertEqual(headers["Content-Security-Policy-Report-Only"], "script-src 'none'; report-to csp")

    def test_an_error_of_our_own_has_it_and_a_page_that_needs_no_database(self) -> None:
        client = Client(raise_request_exception=False)
        client.force_login(self.alice)
        with connection.execute_wrapper(failing(ZeroDivisionError())), self.assertLogs("django.request"):
            response = client.get("/")
        self.assertContains(response, "Something went wrong here", status_code=500)
        self.assertEqual(response.headers["Content-Security-Policy"], POLICY)
        with self.assertNumQueries(0):
            self.assertIn("Something went wrong here", render_to_string("500.html"))


class RealAddressTests(PageTestCase):
    """Who is locked out behind a proxy."""

    def test_wrong_passwords_from_elsewhere_do_not_lock_out_the_owner(self) -> None:
        stack = ["dashboard.middleware.real_address", *settings.MIDDLEWARE]
        with override_settings(MIDDLEWARE=stack):
            guess = {"username": "alice", "password": "wrong"}
            for _ in range(settings.AXES_FAILURE_LIMIT):
                last = Client().post("/login/", guess, headers={"X-Forwarded-For": "9.9.9.9, 198.51.100.1"})
            self.assertEqual(last.status_code, 429)
            other = Client().post("/login/", guess, headers={"X-Forwarded-For": "203.0.113.5"})
            self.assertEqual(other.status_code, 200)

    def test_a_detail_page_asked_for_as_a_fragment_is_the_page(self) -> None:
        row = update(kind="message")
        self.assertEqual(self.client.get(f"/updates/{row.pk}/", headers={"HX-Request": "true"}).status_code, 200)


class DatabaseAwayTests(PageTestCase):
    """503 with one sentence."""

    def away(self, error: Exception, address: str = "/", **headers: str) -> Any:
        """Open a page while every statement fails."""
        with connection.execute_wrapper(failing(error)), self.assertLogs("dashboard.middleware", "ERROR") as logs:
            response = self.client.get(address, headers=headers)
        self.assertEqual((response.status_code, response.headers["Retry-After"]), (503, "5"))
        self.assertIn(str(error), logs.output[0])
        self.assertNotContains(response, str(error), status_code=503)
        return response

    def test_a_person_gets_a_page(self) -> None:
        for error in (OperationalError("connection refused"), InterfaceError("connection already closed")):
            for address in ("/", "/people/", "/admin/"):
                with self.subTest(address, error=error):
                    response = self.away(error, address)
                    self.assertContains(response, "The database does not answer right now", status_code=503)
                    self.assertContains(response, "Try again", status_code=503)

    def test_a_fragment_gets_plain_text_and_a_program_json(self) -> None:
        error = OperationalError("connection refused")
        fragment = self.away(error, **{"HX-Request": "true"})
        self.assertEqual(fragment.headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertTrue(fragment.content.startswith(b"The database does not answer"))
        program = self.away(error, Accept="application/json")
        self.assertTrue(program.json()["error"].startswith("The database does not answer"))

    @override_settings(CONFIGURATION_COMPLAINTS={"DATABASE_URL": "DATABASE_URL is not valid: write …"})
    def test_a_database_address_that_is_not_valid_is_named(self) -> None:
        response = self.away(ImproperlyConfigured("Please supply the ENGINE value."))
        self.assertContains(response, "DATABASE_URL is not valid.", status_code=503)

    def test_other_mistakes_in_the_configuration_are_errors_of_our_own(self) -> None:
        with connection.execute_wrapper(failing(ImproperlyConfigured("something else"))):
            self.assertRaises(ImproperlyConfigured, self.client.get, "/")

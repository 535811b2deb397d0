"""Browsers that are asked for no code for 30 days, and everything that ends that."""

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.test import Client, override_settings
from django_otp.plugins.otp_totp.models import TOTPDevice

from botcore.access import codes
from botcore.access.models import Purpose
from botcore.access.roles import Role
from botcore.accounts import factor
from botcore.accounts.models import AccountSession, KnownBrowser
from botcore.audit.models import AuditEntry
from tests.database.access import account
from tests.database.dashboard.otp import CODE, HOME, FactorCase, code, enrol, wrong

FRESH = "a-fresh-long-one-77"


class KnownBrowserCase(FactorCase):
    """Carol has ticked the box in her browser, and has gone."""

    def setUp(self) -> None:
        super().setUp()
        self.recovery = enrol(self.carol)
        self.answer = self.come(self.client, remember="1")
        self.client.post("/logout/")

    def come(self, client: Client, **more: str) -> Any:
        """Come in with password and code."""
        self.log_in(client)
        TOTPDevice.objects.update(last_t=-1, drift=0)
        answer = client.post(CODE, {"code": code(self.carol), **more})
        self.assertTrue(self.is_in(client))
        return answer

    def asked(self, client: Client | None = None, password: str = "carol-password") -> bool:
        """Give the password; tell whether a code is asked for. Nobody is in afterwards."""
        client = client or self.client
        answer: Any = client.post("/login/", {"username": "carol", "password": password})
        self.assertEqual(answer.status_code, 302)
        client.post("/logout/")
        return bool(answer.url == CODE)


class KnownBrowserTests(KnownBrowserCase):
    """Who is remembered, and who is not."""

    def test_the_password_is_enough_there_and_nowhere_else(self) -> None:
        self.assertRedirects(self.log_in(to="/people/"), "/people/")
        self.assertTrue(self.client.session["second_factor"])
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual(entry.after, '{"how": "a password in a remembered browser"}')
        self.client.post("/logout/")
        self.assertFalse(self.asked())
        self.assertTrue(self.asked(self.other))

    def test_only_who_ticks_the_box_and_gives_a_right_code_is_remembered(self) -> None:
        self.come(self.other)
        self.log_in(client := Client())
        response = client.post(CODE, {"code": wrong(self.carol), "remember": "1"})
        self.assertContains(response, "Remember this browser for 30 days")
        self.assertContains(response, 'name="remember" value="1" checked')
        self.assertEqual(KnownBrowser.objects.count(), 1)

    def test_a_link_from_the_bot_is_enough_there_too(self) -> None:
        secret = codes.make(account_id=self.carol.pk, purpose=Purpose.LOGIN)
        self.assertRedirects(self.client.post("/login/once/", {"secret": secret}), "/")

    def test_the_cookie_is_for_the_server_only_and_the_row_has_a_hash(self) -> None:
        cookie = self.answer.cookies[f"known-{self.carol.pk}"]
        facts = {name: cookie[name] for name in ("httponly", "samesite", "max-age", "path", "secure")}
        self.assertEqual(
            facts, {"httponly": True, "samesite": "Lax", "max-age": 30 * 24 * 3600, "path": "/", "secure": ""}
        )
        self.assertNotIn(cookie.value, str(KnownBrowser.objects.values()) + str(AuditEntry.objects.values()))
        with self.settings(SESSION_COOKIE_SECURE=True):
            answer = self.come(self.other, remember="1")
        self.assertTrue(answer.cookies[f"__Host-known-{self.carol.pk}"]["secure"])

    def test_nobody_elses_cookie_and_no_nonsense_is_taken(self) -> None:
        dave = account("dave", Role.ADMIN)
        enrol(dave)
        good = self.client.cookies[f"known-{self.carol.pk}"].value
        self.other.cookies[f"known-{dave.pk}"] = good
        answer = self.other.post("/login/", {"username": "dave", "password": "dave-password"})
        self.assertRedirects(answer, CODE)
        for value in ("", "x", good[:-1], good + " ", "é", "x" * 3000):
            self.other.cookies[f"known-{self.carol.pk}"] = value
            self.assertTrue(self.asked(self.other), value[:20])

    def test_a_wrong_password_helps_nobody_there(self) -> None:
        self.client.post("/login/", {"username": "carol", "password": "guess"})
        self.assertFalse(self.is_in())


class EndTests(KnownBrowserCase):
    """What ends it."""

    def test_thirty_days(self) -> None:
        KnownBrowser.objects.update(until=F("until") - timedelta(days=30))
        self.assertTrue(self.asked())
        self.come(self.other, remember="1")
        self.assertEqual(KnownBrowser.objects.count(), 1, "old ones are swept")

    def test_the_button_on_the_page(self) -> None:
        self.come(self.other)
        self.assertIn("1 browser logs in without a code", str(self.other.get(HOME).content.decode()))
        self.other.get(f"{HOME}forget/")
        self.assertTrue(KnownBrowser.objects.exists())
        response = self.other.post(f"{HOME}forget/", follow=True)
        self.assertContains(response, "Every login asks for a code again")
        self.assertNotContains(response, "Forget all")
        self.assertTrue(self.asked())

    def test_another_app(self) -> None:
        kept = KnownBrowser.objects.values().get()
        factor.turn_off(account_id=self.carol.pk, by="")
        enrol(self.carol)
        KnownBrowser.objects.get_or_create(**kept)
        self.assertTrue(self.asked(), "also while the row is there")

    def test_a_new_password_from_wherever(self) -> None:
        self.carol.set_password(FRESH)
        self.carol.save()
        self.assertTrue(KnownBrowser.objects.exists())
        self.assertTrue(self.asked(password=FRESH))

    def test_whatever_ends_sessions_elsewhere(self) -> None:
        for end in (self.log_out_elsewhere, self.end_one, self.by_an_owner, self.reset, self.switch_off, self.change):
            with self.subTest(end.__name__):
                KnownBrowser.objects.all().delete()
                if not factor.is_on(self.carol.pk):
                    self.recovery = enrol(self.carol)
                self.come(self.client, remember="1")
                self.come(self.other)
                self.assertTrue(KnownBrowser.objects.exists())
                end()
                self.assertFalse(KnownBrowser.objects.exists())
                for client in (self.client, self.other):
                    client.post("/logout/")

    def log_out_elsewhere(self) -> None:
        """Press the button."""
        self.other.post("/account/sessions/end-others/")

    def end_one(self) -> None:
        """End the session of the browser that is remembered."""
        row = AccountSession.objects.get(session_id=self.client.session.session_key)
        self.other.post("/account/sessions/end/", {"session": row.pk})

    def by_an_owner(self) -> None:
        """Let Alice log her out."""
        owner = Client()
        owner.force_login(self.alice)
        owner.post(f"/accounts/{self.carol.pk}/log-out/")

    def reset(self) -> None:
        """Let Alice take the factor away."""
        owner = Client()
        owner.force_login(self.alice)
        owner.post(f"/accounts/{self.carol.pk}/reset/")

    def switch_off(self) -> None:
        """Let Carol do it."""
        self.other.post(f"{HOME}off/", {"code": self.recovery[0]})

    def change(self) -> None:
        """Change the password."""
        form = {"old_password": "carol-password", "new_password1": FRESH, "new_password2": FRESH}
        self.other.post("/account/password/", form)

    @override_settings(SECOND_FACTOR="required")
    def test_where_everybody_must_have_a_factor_nobody_is_remembered(self) -> None:
        self.log_in()
        self.assertNotContains(self.client.get(CODE), "Remember this browser")
        TOTPDevice.objects.update(last_t=-1)
        self.client.post(CODE, {"code": code(self.carol), "remember": "1"})
        self.assertTrue(self.is_in())
        self.assertEqual(KnownBrowser.objects.count(), 1, "that of before, which counts for nothing meanwhile")
        self.client.post("/logout/")
        self.assertTrue(self.asked())

"""The second factor against who knows the password, where it is required, and for who has lost it."""

from datetime import timedelta
from unittest import mock

from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.models import F
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from botcore.access.roles import Role
from botcore.accounts import factor
from botcore.accounts.models import AccountSession, LimitUse
from botcore.audit.models import AuditEntry
from tests.database.access import account
from tests.database.dashboard.data import PageTestCase
from tests.database.dashboard.otp import HOME, LOGIN, FactorCase, code, enrol, shown, wrong


class GuessingTests(FactorCase):
    """Somebody knows the password."""

    def setUp(self) -> None:
        super().setUp()
        self.recovery = enrol(self.carol)

    def test_the_tenth_wrong_code_locks_this_name_at_this_address(self) -> None:
        self.log_in()
        answers = [self.give(wrong(self.carol)) for _ in range(10)]
        self.assertEqual([answer.status_code for answer in answers], [200] * 9 + [429])
        self.assertContains(answers[-1], "Too many failed attempts", status_code=429)
        LimitUse.objects.all().delete()
        self.assertContains(self.give(code(self.carol)), "Too many failed attempts", status_code=429)
        self.assertFalse(self.is_in())
        elsewhere = Client(REMOTE_ADDR="10.0.0.9")
        self.log_in(elsewhere)
        self.assertEqual(self.give(code(self.carol), elsewhere).status_code, 302)

    def test_from_many_addresses_an_account_takes_ten_in_fifteen_minutes(self) -> None:
        statuses = []
        for number in range(12):
            client = Client(REMOTE_ADDR=f"10.0.1.{number}")
            self.log_in(client)
            statuses.append(self.give(wrong(self.carol), client).status_code)
        self.assertEqual(statuses, [200] * 10 + [429] * 2)
        self.log_in()
        self.assertContains(self.give(code(self.carol)), "Try again in 15 min", status_code=429)
        self.assertEqual(self.give(self.recovery[0]).status_code, 429)
        LimitUse.objects.update(at=F("at") - timedelta(minutes=15))
        self.assertEqual(self.give(self.recovery[0]).status_code, 302)

    def test_fifty_in_a_day(self) -> None:
        for _ in range(49):
            LimitUse.objects.create(key=f"code:{self.carol.pk}", at=self.carol.date_joined - timedelta(hours=2))
        self.log_in()
        self.assertEqual(self.give(wrong(self.carol)).status_code, 200)
        self.assertEqual(self.give(wrong(self.carol)).status_code, 429)

    def test_wrong_codes_are_counted_and_audited_like_wrong_passwords(self) -> None:
        self.log_in()
        self.give(wrong(self.carol))
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual((entry.action, entry.target), ("account.login_failed", "account:carol"))

    def test_a_right_password_does_not_forgive_wrong_codes(self) -> None:
        for _ in range(9):
            self.log_in()
            self.give(wrong(self.carol))
        self.log_in()
        self.assertEqual(self.give(wrong(self.carol)).status_code, 429)

    def test_within_a_session_guesses_are_bounded_too(self) -> None:
        self.client.force_login(self.carol)
        statuses = [self.client.post(f"{HOME}off/", {"code": wrong(self.carol)}).status_code for _ in range(11)]
        self.assertEqual(statuses, [200] * 10 + [429])
        self.assertTrue(factor.is_on(self.carol.pk))


@override_settings(SECOND_FACTOR="required")
class RequiredTests(FactorCase):
    """Everybody must have one."""

    def test_who_has_none_reaches_nothing_but_setting_it_up(self) -> None:
        self.log_in()
        for address in ("/", "/account/", "/admin/", "/people/", "/accounts/", "/statusz", "/exports/people.csv"):
            self.assertRedirects(self.client.get(address), HOME)
        self.assertRedirects(self.client.post("/settings/alerts.cap/change/", {"value": "7"}), HOME)
        response = self.client.get("/updates/", headers={"HX-Request": "true"})
        self.assertEqual((response.status_code, response.headers["HX-Redirect"]), (401, HOME))
        self.assertIn("nothing else opens until", self.text(HOME))
        self.begin()
        self.confirm(shown(self.client))
        self.assertEqual(self.client.get("/people/").status_code, 200)

    def test_it_is_asked_for_also_when_the_session_cannot_be_noted(self) -> None:
        self.log_in()
        session = self.client.session
        session["seen"] = timezone.now().timestamp() - 120  # long enough: it is to be noted
        session.save()
        with mock.patch("dashboard.sessions.sessions.note", side_effect=OperationalError("read only")) as noted:
            self.assertRedirects(self.client.get("/people/"), HOME, fetch_redirect_response=False)
        noted.assert_called()

    def test_who_came_with_a_code_gets_in_and_may_go(self) -> None:
        enrol(self.carol)
        self.log_in()
        self.give(code(self.carol))
        self.assertTrue(self.is_in())
        self.assertRedirects(self.client.post("/logout/"), LOGIN)

    def test_who_has_none_can_log_out(self) -> None:
        self.log_in()
        self.assertRedirects(self.client.post("/logout/"), LOGIN)

    def test_who_switches_it_off_is_led_to_set_it_up_again(self) -> None:
        made = enrol(self.carol)
        self.log_in()
        self.give(code(self.carol))
        self.client.post(f"{HOME}off/", {"code": made[0]})
        self.assertRedirects(self.client.get("/people/"), HOME)


class ResetTests(FactorCase):
    """Carol has lost her phone."""

    def setUp(self) -> None:
        super().setUp()
        enrol(self.carol)
        self.log_in()
        self.give(code(self.carol))
        self.owner = Client()
        self.owner.force_login(self.alice)

    def test_an_owner_resets_it_and_she_is_logged_out_everywhere(self) -> None:
        address = f"/accounts/{self.carol.pk}/reset/"
        self.assertContains(self.owner.get("/accounts/"), address)
        self.assertContains(self.owner.get(address), "Reset the second factor of")
        self.assertTrue(factor.is_on(self.carol.pk))
        self.assertRedirects(self.owner.post(address), "/accounts/")
        self.assertFalse(factor.is_on(self.carol.pk))
        self.assertFalse(self.is_in())
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual((entry.action, entry.target, entry.actor), ("account.factor_reset", "account:carol", "alice"))
        self.assertContains(self.owner.post(address, follow=True), "has no second factor")

    def test_nobody_below_does_and_nobody_resets_their_own_that_way(self) -> None:
        admin = Client()
        admin.force_login(account("erin", Role.ADMIN))
        for method in (admin.get, admin.post):
            self.assertEqual(method(f"/accounts/{self.carol.pk}/reset/").status_code, 403)
        enrol(self.alice)
        self.assertEqual(self.owner.post(f"/accounts/{self.alice.pk}/reset/").status_code, 404)
        self.assertEqual(self.owner.post("/accounts/999999/reset/").status_code, 404)
        self.assertTrue(factor.is_on(self.alice.pk))
        self.assertTrue(factor.is_on(self.carol.pk))

    def test_an_owner_ends_all_her_sessions(self) -> None:
        address = f"/accounts/{self.carol.pk}/log-out/"
        self.assertRedirects(self.owner.get(address), "/accounts/")
        self.assertTrue(self.is_in())
        self.owner.post(address)
        self.assertFalse(self.is_in())
        self.assertFalse(AccountSession.objects.filter(account=self.carol).exists())
        self.assertEqual(self.actions()[-1], "account.sessions_end")

    def test_the_command_does_it_for_who_knows_no_owner(self) -> None:
        call_command("reset_second_factor", "carol", stdout=(said := _Said()))
        self.assertIn("carol logs in by password alone now", said.text)
        self.assertFalse(self.is_in())
        self.assertEqual(AuditEntry.objects.latest("pk").channel, "cli")
        call_command("reset_second_factor", "carol", stdout=said)
        self.assertIn("had no second factor", said.text)
        with self.assertRaisesMessage(CommandError, "There is no account nobody"):
            call_command("reset_second_factor", "nobody")


class AdminTests(PageTestCase):
    """Django's admin."""

    def test_second_factors_are_shown_without_their_secrets_and_sessions_without_their_keys(self) -> None:
        device = TOTPDevice.objects.create(user=self.alice, name="app", key="5ec2e7" * 5)
        pages = [reverse("admin:otp_totp_totpdevice_changelist"),
                 reverse("admin:otp_totp_totpdevice_change", args=[device.pk])]  # fmt: skip
        for address in pages:
            self.assertNotIn("5ec2e7", self.text(address))
        for query in ("?key__startswith=5", "?key=5"):
            with self.assertLogs("django.security", "ERROR"):
                self.text(f"{pages[0]}{query}", 400)
        for way in ("qrcode/", "config/"):
            self.assertEqual(self.client.get(f"/admin/otp_totp/totpdevice/{device.pk}/{way}").status_code, 302)
        key = str(self.client.session.session_key)
        where = AccountSession.objects.get(session_id=key)
        lists = reverse("admin:botcore_accountsession_changelist")
        for address in (lists, reverse("admin:botcore_accountsession_change", args=[where.pk])):
            self.assertNotIn(key, self.text(address))


class _Said:
    """A place for what a command says."""

    text = ""

    def write(self, text: str) -> None:
        """Keep it."""
        self.text += text

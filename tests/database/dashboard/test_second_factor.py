"""The second factor: setting it up, taking it away, and coming in with it."""

import re
from base64 import b32decode

from django.contrib.sessions.models import Session
from django_otp.plugins.otp_totp.models import TOTPDevice

from botcore.access import codes, links
from botcore.access.models import OneTimeCode, Purpose
from botcore.accounts import factor
from botcore.accounts.models import AccountSession, LimitUse
from botcore.audit.models import AuditEntry
from tests.database.access import account
from tests.database.dashboard.otp import CODE, HOME, LOGIN, FactorCase, code, enrol, no_code, shown, wrong

MADE = re.compile(r"<li><code>([A-Z0-9-]{19})</code></li>")


class EnrolmentTests(FactorCase):
    """Setting it up and taking it away."""

    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.carol)

    def test_looking_makes_no_secret(self) -> None:
        for address in (HOME, f"{HOME}begin/", f"{HOME}confirm/", f"{HOME}codes/", f"{HOME}off/"):
            self.client.get(address)
        self.assertNotIn("factor_begun", self.client.session)

    def test_the_page_shows_a_picture_and_the_secret_and_is_kept_by_nobody(self) -> None:
        self.assertRedirects(self.begin(), HOME)
        page = self.text(HOME)
        found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)
        assert found
        app_secret = self.client.session["factor_begun"]["secret"]
        self.assertEqual(b32decode(found[1].replace(" ", "")).hex(), app_secret)
        address = factor.enrolment(account=self.carol, app_secret=app_secret).address
        self.assertIn(f"secret={found[1].replace(' ', '')}", address)
        self.assertIn("issuer=Botdeck", address)
        self.assertRegex(page, r'<path d="M4 4h1v1h-1zM5 4')
        self.assertIn("no-store", self.client.get(HOME).headers["Cache-Control"])

    def test_it_counts_only_when_a_code_has_proved_that_the_app_knows_it(self) -> None:
        self.begin()
        self.log_in(self.other)
        self.assertTrue(self.is_in(self.other), "a secret that is only shown locks nobody out")
        page = self.confirm(no_code(self.client.session["factor_begun"]["secret"]))
        self.assertIn("This code is not right", page)
        self.assertFalse(TOTPDevice.objects.exists())
        page = self.confirm(shown(self.client))
        made = MADE.findall(page)
        self.assertIn(f'href="data:text/plain;charset=utf-8,{"%0A".join(made)}%0A" download=', page)
        self.assertEqual(len(set(made)), 10)
        self.assertTrue(factor.is_on(self.carol.pk))
        self.assertTrue(self.is_in())
        self.assertFalse(self.is_in(self.other), "who came without a code is logged out")
        self.assertEqual(self.actions()[-1], "account.factor_on")
        for secret in made:
            self.assertNotIn(secret, str(OneTimeCode.objects.values()) + str(AuditEntry.objects.values()))
            self.assertNotIn(secret, self.text(HOME))

    def test_the_code_of_the_enrolment_logs_nobody_in(self) -> None:
        self.begin()
        used = shown(self.client)
        self.confirm(used)
        self.log_in(self.other)
        self.assertContains(self.give(used, self.other), "This code is not right")

    def test_a_secret_that_counts_is_neither_shown_nor_replaced(self) -> None:
        enrol(self.carol)
        key = TOTPDevice.objects.get().key
        self.assertContains(self.client.get(self.begin().url), "set up already")
        self.assertEqual(TOTPDevice.objects.get().key, key)
        self.assertNotIn('class="secret"', self.text(HOME))

    def test_new_codes_take_a_code_and_make_the_old_ones_void(self) -> None:
        old = enrol(self.carol)
        page = self.client.post(f"{HOME}codes/", {"code": wrong(self.carol)}).content.decode()
        self.assertIn("This code is not right", page)
        page = self.client.post(f"{HOME}codes/", {"code": code(self.carol)}).content.decode()
        new = MADE.findall(page)
        self.assertEqual((len(new), set(new) & set(old)), (10, set()))
        self.assertIsNone(factor.check(account_id=self.carol.pk, secret=old[0]))
        self.assertEqual(self.actions()[-1], "account.codes")

    def test_switching_off_takes_a_code_and_the_recovery_codes_go_along(self) -> None:
        made = enrol(self.carol)
        self.client.post(f"{HOME}off/", {"code": wrong(self.carol)})
        self.client.post(f"{HOME}off/")
        self.assertTrue(factor.is_on(self.carol.pk))
        self.assertRedirects(self.client.post(f"{HOME}off/", {"code": made[0]}), "/account/")
        self.assertEqual(factor.state(self.carol.pk), factor.Factor(on=False, codes_left=0))
        self.assertEqual(self.actions()[-1], "account.factor_off")
        self.log_in(self.other)
        self.assertTrue(self.is_in(self.other))

    def test_few_recovery_codes_are_told_of(self) -> None:
        made = enrol(self.carol)
        for secret in made[:8]:
            factor.check(account_id=self.carol.pk, secret=secret)
        self.assertIn("2 recovery codes are left", self.text("/account/"))


class ComingInTests(FactorCase):
    """The second page."""

    def setUp(self) -> None:
        super().setUp()
        self.recovery = enrol(self.carol)

    def test_the_password_alone_opens_nothing(self) -> None:
        self.assertRedirects(self.log_in(), CODE)
        for address in ("/", "/account/", "/admin/", "/statusz", "/exports/people.csv"):
            self.assertNotEqual(self.client.get(address).status_code, 200, address)
        self.assertEqual(self.actions()[-1], "account.factor_on", "nobody has logged in")

    def test_a_code_leads_to_the_page_that_was_asked_for(self) -> None:
        self.log_in(to="/people/")
        self.assertRedirects(self.give(f" {code(self.carol)[:3]} {code(self.carol)[3:]} "), "/people/")
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual((entry.action, entry.after), ("account.login", '{"how": "a password and a code"}'))

    def test_another_site_is_no_place_to_go_to(self) -> None:
        hostile = ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example")
        for to in (*hostile, "/x\r\nSet-Cookie: a=b"):
            self.log_in(to=to)
            TOTPDevice.objects.update(last_t=-1)
            response = self.give(code(self.carol))
            self.assertEqual(response.status_code, 302)
            self.assertTrue(response.headers["Location"].startswith("/"), to)
            self.assertNotIn("evil.example", response.headers["Location"])
            self.assertNotIn("a", response.cookies)
            self.client.logout()

    def test_a_code_works_once_and_so_does_a_recovery_code(self) -> None:
        for typed in (code(self.carol), self.recovery[0], self.recovery[1].lower().replace("-", " ")):
            self.log_in()
            self.assertEqual(self.give(typed).status_code, 302, typed)
            self.log_in(self.other)
            self.assertContains(self.give(typed, self.other), "This code is not right")
            self.assertFalse(self.is_in(self.other))
            self.client.logout()
        logins = AuditEntry.objects.filter(action="account.login")
        self.assertIn('"a password and a recovery code"', logins.latest("pk").after)

    def test_a_code_from_before_the_last_one_is_refused(self) -> None:
        before = code(self.carol, steps=-1)
        self.log_in()
        self.give(code(self.carol))
        self.log_in(self.other)
        self.assertContains(self.give(before, self.other), "This code is not right")

    def test_codes_of_others_and_nonsense_are_refused(self) -> None:
        dave = account("dave")
        theirs = enrol(dave)
        self.log_in()
        arabic = code(self.carol).translate({ord(str(n)): chr(0x660 + n) for n in range(10)})
        link = links.link_code(account_id=self.carol.pk)
        for typed in (theirs[0], code(dave), arabic, link, "", "000000000000", "\x00", "-12345", "1e5", "x" * 100_000):
            with self.subTest(typed[:20]):
                LimitUse.objects.all().delete()
                self.assertIn(self.give(typed).status_code, {200, 429})
                self.assertFalse(self.is_in())
        self.assertEqual(codes.left(account_id=dave.pk, purpose=Purpose.RECOVERY), 10)

    def test_without_a_password_there_is_no_second_page(self) -> None:
        for ask in (self.client.get, self.client.post):
            self.assertRedirects(ask(CODE, {"code": code(self.carol)}), LOGIN)
        self.assertFalse(self.is_in())

    def test_ten_minutes_a_new_password_and_deactivation_end_the_way(self) -> None:
        for spoil in (self.wait, self.new_password, self.deactivate):
            self.log_in()
            spoil()
            self.assertRedirects(self.give(code(self.carol)), LOGIN)
            self.assertFalse(self.is_in())
            self.carol.set_password("carol-password")
            self.carol.is_active = True
            self.carol.save()

    def wait(self) -> None:
        """Let ten minutes go by."""
        session = self.client.session
        session["on_the_way"] = {**session["on_the_way"], "until": session["on_the_way"]["until"] - 601}
        session.save()

    def new_password(self) -> None:
        """Change it elsewhere."""
        self.carol.set_password("another-1")
        self.carol.save()

    def deactivate(self) -> None:
        """Switch the account off."""
        self.carol.is_active = False
        self.carol.save()

    def test_the_session_gets_a_new_key_at_each_step(self) -> None:
        self.client.get(LOGIN)
        session = self.client.session
        session["planted"] = "x"
        session.save()
        keys = [session.session_key]
        self.log_in()
        keys.append(self.client.session.session_key)
        self.give(code(self.carol))
        keys.append(self.client.session.session_key)
        self.assertEqual(len(set(keys)), 3)
        self.assertFalse(Session.objects.filter(pk__in=keys[:2]).exists())

    def test_a_link_from_the_bot_is_a_first_factor_only(self) -> None:
        secret = codes.make(account_id=self.carol.pk, purpose=Purpose.LOGIN)
        self.assertRedirects(self.client.post("/login/once/", {"secret": secret}), CODE)
        self.assertFalse(self.is_in())
        self.give(code(self.carol))
        self.assertTrue(self.is_in())
        self.assertIn("a link from the bot and a code", AuditEntry.objects.latest("pk").after)

    def test_a_link_ends_the_login_of_who_was_in_before(self) -> None:
        for before in (self.alice, self.carol):
            self.client.force_login(before)
            secret = codes.make(account_id=self.carol.pk, purpose=Purpose.LOGIN)
            self.assertRedirects(self.client.post("/login/once/", {"secret": secret}), CODE)
            self.assertFalse(self.is_in())
            self.assertFalse(AccountSession.objects.exists())
            self.assertEqual(Session.objects.count(), 1, "that of who is on the way")
            entry = AuditEntry.objects.latest("pk")
            self.assertEqual((entry.action, entry.target), ("account.logout", f"account:{before.username}"))

    def test_a_link_takes_nothing_along_of_an_account_that_was_switched_off(self) -> None:
        self.client.force_login(self.alice)
        self.alice.is_active = False
        self.alice.save()
        secret = codes.make(account_id=self.carol.pk, purpose=Purpose.LOGIN)
        self.client.post("/login/once/", {"secret": secret})
        self.alice.is_active = True
        self.alice.save()
        self.assertFalse(self.is_in())

    def test_the_admin_has_no_door_of_its_own(self) -> None:
        form = {"username": "carol", "password": "carol-password", "next": "/admin/"}
        self.assertRedirects(self.client.post("/admin/login/", form), "/login/?next=%2Fadmin%2F")
        self.assertRedirects(self.client.get("/admin/"), "/admin/login/?next=/admin/", target_status_code=302)
        self.assertFalse(self.is_in())

    def test_who_may_not_see_the_admin_is_not_sent_in_circles(self) -> None:
        dave = account("dave", is_staff=False)
        self.client.force_login(dave)
        self.assertEqual(self.client.get("/admin/", follow=True).status_code, 403)
